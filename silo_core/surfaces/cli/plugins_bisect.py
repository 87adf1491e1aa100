"""``silo plugins bisect``: which plugin causes a trouble."""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from silo_core.model.errors import SiloError
from silo_core.surfaces.cli.terminal import plain

if TYPE_CHECKING:
    from silo_core.ports.settings import Settings

VARIABLE = "SILO_PLUGINS_DISABLED"


def add_parser(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``bisect``."""
    parser = actions.add_parser(
        "bisect",
        help="find the plugin that causes a trouble, by switching off half of them at a time",
        description="Find the plugin that causes a trouble, by switching off half of them at a time. "
        "With --run, COMMAND is run with some of them off, and ends with 0 where all is well; without, "
        "the setting plugins_disabled is changed, you start your editor and say what you see, and the "
        "setting is put back.",
    )
    parser.add_argument("--run", metavar="COMMAND", dest="command", help="run this each time")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Find it; 0 if one or several were found, 1 if the plugins are not to blame.

    Raises:
        SiloError: there is nothing to find, or the command cannot be run.
    """
    from silo_core.ports.plugins.discovery import discover
    from silo_core.ports.settings import Settings
    from silo_core.rules.bisect import culprits

    settings = Settings()
    off = settings.names("plugins_disabled")
    names = sorted({found.name for found in discover()} - set(off))
    if not names:
        raise SiloError("No plugin is on, so none can be the cause.")
    trial = _Command(args.command, names, off) if args.command else _Asking(settings, names, off)
    with _ended_in_order():
        try:
            found = culprits(names, trial.is_there)
        finally:
            trial.end()
    print(_verdict(found))
    return 0 if found else 1


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Whoever closes the terminal or ends the command gets what Ctrl+C does: everything is put back."""

    def end(number: int, frame: object) -> None:
        raise SystemExit(128 + number)

    known = [getattr(signal, name, None) for name in ("SIGHUP", "SIGTERM")]  # Windows has no SIGHUP
    # What is ignored stays so, as under nohup.
    ours = [one for one in known if one and signal.getsignal(one) is signal.SIG_DFL]
    for one in ours:
        signal.signal(one, end)
    try:
        yield
    finally:
        for one in ours:
            signal.signal(one, signal.SIG_DFL)


def _verdict(found: Sequence[str]) -> str:
    match [plain(name) for name in found]:
        case []:
            return "The plugins are not to blame: the trouble does not come and go with them."
        case [one]:
            return f"The plugin {one} is the cause; `silo plugins list` says where it comes from."
        case several:
            return f"It takes these plugins together: {', '.join(several)}."


class _Command:
    """Each time a command of the user's is run."""

    def __init__(self, command: str, names: Sequence[str], off: Sequence[str]) -> None:
        try:
            self._words = shlex.split(command)
        except ValueError as error:
            raise SiloError(f"The command cannot be read ({error}); mind its quotes.") from error
        if not self._words:
            raise SiloError("The command is empty; name one that shows the trouble.")
        self._names, self._off = names, off

    def is_there(self, on: frozenset[str]) -> bool:
        """Whether the command fails with only these on."""
        off = [*self._off, *(name for name in self._names if name not in on)]
        try:
            done = subprocess.run(
                self._words, env={**os.environ, VARIABLE: ",".join(off)}, check=False
            )
        except OSError as error:
            raise SiloError(
                f"{self._words[0]} cannot be run ({error.strerror or error}); check its name."
            ) from error
        print(f"{_told(on)}: {'ends with ' + str(done.returncode) if done.returncode else 'fine'}")
        return done.returncode != 0

    def end(self) -> None:
        """Nothing is to be put back."""


class _Asking:
    """Each time the user starts the editor and looks."""

    def __init__(self, settings: Settings, names: Sequence[str], off: Sequence[str]) -> None:
        if VARIABLE in os.environ:
            raise SiloError(f"{VARIABLE} stands above the setting; take it away first.")
        self._settings, self._names, self._off = settings, names, off

    def is_there(self, on: frozenset[str]) -> bool:
        """Whether the user sees the trouble with only these on."""
        off = (*self._off, *(name for name in self._names if name not in on))
        self._settings.set("plugins_disabled", off)
        print(f"{_told(on)}. Start your editor, try, and end it.")
        while True:
            print("Is the trouble there? [y/n] ", end="", flush=True)
            said = sys.stdin.readline()
            if not said:
                raise SiloError("Nobody answers, so nothing can be found out.")
            if said.strip().lower() in ("y", "yes", "n", "no"):
                return said.strip().lower().startswith("y")

    def end(self) -> None:
        """Put the setting back."""
        self._settings.set("plugins_disabled", tuple(self._off))


def _told(on: frozenset[str]) -> str:
    return f"On: {plain(', '.join(sorted(on)))}" if on else "All plugins off"
