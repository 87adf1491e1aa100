"""Running one command of ``silo``.

The commands are the core's own and those that installed distributions contribute through the
entry-point group ``silo.commands``: a callable that takes argparse's subparsers and adds its
commands to them, each with ``set_defaults(run=...)``, a callable from the parsed arguments to the
exit status. A module is imported only when the command line asks for one of its commands.
"""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

from silo_core import __version__
from silo_core.model.errors import SiloError
from silo_core.surfaces.cli.terminal import plain

if TYPE_CHECKING:
    from pathlib import Path

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

GROUP = "silo.commands"
EXIT_PROBLEM = 2
EXIT_BUG = 70
"""As ``EX_SOFTWARE`` of sysexits.h."""
EXIT_BROKEN_PIPE = 141

_CORE = {
    "diff": "silo_core.surfaces.cli.diff",
    "inspect": "silo_core.surfaces.cli.inspect",
    "login": "silo_core.surfaces.cli.login",
    "logout": "silo_core.surfaces.cli.login",
    "merge": "silo_core.surfaces.cli.merge",
    "plugins": "silo_core.surfaces.cli.plugins",
}
_ELSEWHERE = {
    "activity": "the plugin for activity; install it with: pip install silo-activity",
    **dict.fromkeys(
        ("demo", "serve", "user"), "the server; install it with: pip install silo-server"
    ),
    **dict.fromkeys(
        ("commit", "history", "new", "outbox", "restore"),
        "the plugin for checkpoints; install it with: pip install silo-checkpoint",
    ),
    **dict.fromkeys(
        ("explain", "release", "sessions"),
        "the plugin for edit sessions; install it with: pip install silo-locking",
    ),
    **dict.fromkeys(
        (
            *("items", "pause", "recover", "resume", "status", "subscribe", "subscriptions"),
            *("sync", "unsubscribe", "watch"),
        ),
        "the plugin for subscriptions; install it with: pip install silo-subscriptions",
    ),
}
"""Commands of other distributions of ours, and what to say where they are not installed."""

_MAX_LOG = 1024 * 1024
_WRITE_FAILURES = {errno.EBADF, errno.EFBIG, errno.EIO, errno.ENOSPC, errno.EDQUOT}


def run(argv: Sequence[str] | None = None) -> int:
    """As ``main`` of the package, but for an interrupt, which is raised."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError):  # a label that the terminal cannot show is no error
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr] # not on every stream
    if sys.stdout is None:  # Python's way to say that it was closed
        return _complain("There is no standard output to write to; leave it open.", EXIT_PROBLEM)
    try:
        status = _run(arguments)
        sys.stdout.flush()
    except SiloError as error:
        _drop_output()
        return _complain(error.message, EXIT_PROBLEM)
    except BrokenPipeError:  # whoever read the output has had enough
        _drop_output()
        return EXIT_BROKEN_PIPE
    except Exception as error:  # noqa: BLE001 - last resort: the log gets the traceback
        if isinstance(error.__cause__, KeyboardInterrupt):  # as of a class that is being made
            raise error.__cause__ from None
        return _failed(error, arguments)
    return status


def _run(arguments: list[str]) -> int:
    wanted = next((argument for argument in arguments if not argument.startswith("-")), None)
    parser = argparse.ArgumentParser(
        prog="silo", description="Edit the same CAD parts as your team, at the same time."
    )
    parser.add_argument("--version", action="version", version=f"silo {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", title="commands")
    _add_commands(commands, wanted)
    if wanted in _ELSEWHERE and wanted not in commands.choices:
        raise SiloError(f"silo {wanted} needs {_ELSEWHERE[wanted]}")
    try:
        parsed = parser.parse_args(arguments)
    except SystemExit as end:  # argparse has said what there is to say
        return end.code if isinstance(end.code, int) else EXIT_PROBLEM
    if not hasattr(parsed, "run"):
        parser.print_help(sys.stderr)
        return EXIT_PROBLEM
    status: int = parsed.run(parsed)
    return status


def _add_commands(commands: Subparsers, wanted: str | None) -> None:
    """Register the command that is wanted, or all of them when it is not one of the core's."""
    if wanted in _CORE:
        import_module(_CORE[wanted]).add_parser(commands)
        return
    for module in dict.fromkeys(_CORE.values()):
        import_module(module).add_parser(commands)
    _add_contributed(commands)


def _add_contributed(commands: Subparsers) -> None:
    """Register what installed distributions contribute; a broken one is reported and left out."""
    from importlib.metadata import entry_points

    for entry in sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value)):
        source = f"{entry.name} of {entry.dist.name if entry.dist else 'an unknown distribution'}"
        try:
            contribute = entry.load()
            names = _tried(contribute)
            taken = sorted(names & set(commands.choices))
            if taken:
                raise SiloError(f"there is a command {taken[0]} already")
            contribute(commands)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - must not end the others
            _complain(f"the commands {source} are left out: {_one_line(error)}", 0)


def _tried(contribute: Callable[[Subparsers], Any]) -> set[str]:
    """The names of the commands that it adds; tried on a parser of its own first, so that one that
    fails half way leaves nothing behind."""
    trial: Subparsers = argparse.ArgumentParser().add_subparsers()
    contribute(trial)
    return set(trial.choices)


def _complain(message: str, status: int) -> int:
    if sys.stderr is not None:
        with suppress(OSError):  # the exit status still says it
            print(f"silo: {plain(message)}", file=sys.stderr)
    return status


def _failed(error: Exception, arguments: list[str]) -> int:
    lost = _drop_output()
    if isinstance(error, OSError) and (lost or _is_of_output(error)):
        return _complain(_unwritten(error), EXIT_PROBLEM)
    return _complain(_bug(error, arguments), EXIT_BUG)


def _drop_output() -> bool:
    """Write out what is left; if that fails, drop it, so that Python does not find out again at
    exit, and answer True."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return True
    return False


def _is_of_output(error: OSError) -> bool:
    """A failed ``write``: unlike ``open``, it does not know the name of its file."""
    return error.filename is None and error.errno in _WRITE_FAILURES


def _unwritten(error: OSError) -> str:
    return f"The output cannot be written ({error.strerror or error}); make room, or send it elsewhere."


def _bug(error: Exception, arguments: list[str]) -> str:
    try:
        log = _log(error, arguments)
    except OSError as problem:
        return f"this is a bug ({_one_line(error)}), and its log cannot be written ({problem})."
    return f"this is a bug ({_one_line(error)}); please report it with the details in {log}"


def _log(error: Exception, arguments: list[str]) -> Path:
    """Append the traceback to the log and answer where that is. Values of options stay out of it:
    one may be a secret."""
    from traceback import format_exception

    from platformdirs import user_log_path

    path = user_log_path("silo", appauthor=False, ensure_exists=True) / "silo.log"
    is_full = path.exists() and path.stat().st_size > _MAX_LOG
    command = arguments[0] if arguments else ""
    with path.open("w" if is_full else "a", encoding="utf-8", errors="backslashreplace") as log:
        log.write(f"{datetime.now(UTC).isoformat()} silo {__version__} {command}\n")
        log.writelines(format_exception(error))
    return path


def _one_line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]
