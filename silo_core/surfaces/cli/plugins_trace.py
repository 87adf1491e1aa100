"""``silo plugins trace``: what plugins were called for, as the editor that ran last has kept it."""

from __future__ import annotations

import argparse
import getpass
import json
import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from silo_core.model.errors import FileError, SiloError
from silo_core.surfaces.cli.terminal import number, table

DEFAULT = 50
MASKED_FROM = 8
"""Characters: in the place of a shorter token nothing could be put without garbling other words."""
LEFT_OUT = "(a line is left out here: it may hold the token, which is very short)"
# Longer than any hook, whose names begin alike.
_TOKEN = re.compile(r"\b(?:silo_[A-Za-z0-9_-]{24,}|[A-Fa-f0-9]{32,})\b")
_MAIL = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")
_PART = re.compile(r"\b[A-Z]{2,}-[A-Za-z0-9._-]*\d[A-Za-z0-9._-]*\b")


def add_parser(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``trace``."""
    parser = actions.add_parser(
        "trace",
        help="show what plugins were called for, and write a bug report",
        description="Show the newest calls of plugins: when, which plugin and hook, how long it took, "
        "on which thread, and how it ended. An editor keeps them when it ends and when a plugin fails.",
    )
    parser.add_argument("--last", metavar="N", help=f"show N calls (default: {DEFAULT})")
    parser.add_argument("--problems", action="store_true", help="show only what went wrong")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    parser.add_argument(
        "--report",
        metavar="FILE",
        type=Path,
        help="write all calls, the plugins and what the doctor finds into FILE, without names, tokens, "
        "addresses and paths of yours",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the trace, or write the report; 0.

    Raises:
        SiloError: no editor has kept one, or the report cannot be written.
    """
    from silo_core.ports.installation import data_folder
    from silo_core.workbench.tracing import newest

    kept = newest(data_folder())
    if args.report is not None:
        _write(args.report, "\n".join(_report(kept)) + "\n")
        print(f"{args.report} is the report; read it before you send it.")
        return 0
    if kept is None:
        raise SiloError("No editor has kept a trace yet; end yours once, and ask again.")
    if args.json:
        print(json.dumps(kept, indent=2))
        return 0
    calls = [call for call in kept["calls"] if call["outcome"] or not args.problems]
    print("\n".join(_table(calls[-(number("--last", args.last, "calls") or DEFAULT) :])))
    return 0


def _table(calls: list[Mapping[str, Any]]) -> list[str]:
    head = ("WHEN", "PLUGIN", "HOOK", "MS", "THREAD", "OUTCOME")
    return table([head, *map(_row, calls)])


def _row(call: Mapping[str, Any]) -> tuple[str, ...]:
    """Also of a file that somebody has changed by hand."""
    told = {name: str(call.get(name, "")) for name in ("at", "plugin", "hook", "thread", "outcome")}
    with suppress(TypeError, ValueError):
        told["ms"] = f"{float(call.get('seconds', 0)) * 1000:.1f}"
    return (
        told["at"][11:23],
        told["plugin"],
        told["hook"],
        told.get("ms", ""),
        told["thread"],
        told["outcome"] or "ok",
    )


def _report(kept: Mapping[str, Any] | None) -> Iterator[str]:
    from silo_core.surfaces.cli.plugins_doctor import findings, lines

    redact = Redaction()
    yield "What the doctor finds"
    yield from map(redact, lines(findings()))
    yield ""
    if kept is None:
        yield "No editor has kept a trace."
        return
    yield f"Plugins of the editor that ran until {kept.get('at')}, silo-core {kept.get('silo_core')}"
    for info in kept.get("plugins", ()):
        source = f"{info.get('distribution')} {info.get('version')}"
        yield redact(f"{info.get('name')} ({source}): {info.get('state')} {info.get('error', '')}")
    yield ""
    yield from map(redact, _table(kept["calls"]))


class Redaction:
    """Takes out what is nobody's business: tokens, addresses, this user's and this machine's name, paths
    of theirs, and part numbers. A line with a token that may be part of any word is left out."""

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        from silo_core.ports.settings import Settings
        from silo_core.ports.tokens import environment_token, find_token

        self._words: dict[str, str] = {str(Path.home()): "~"}
        url = Settings(environ=environ).text("server_url") or ""
        token = environment_token(environ) or (find_token(url, environ=environ) if url else None)
        self._token = (token and token.value) or ""
        for word, instead in (
            (urlsplit(url).netloc, "SERVER"),
            (urlsplit(url).hostname or "", "SERVER"),
            (socket.gethostname(), "MACHINE"),
            (_user(), "USER"),
        ):
            if len(word) > 2:  # a shorter one would be found in every word
                self._words.setdefault(word, instead)

    def __call__(self, line: str) -> str:
        if self._token in line and self._token:
            if len(self._token) < MASKED_FROM:
                return LEFT_OUT
            line = line.replace(self._token, "TOKEN")
        for word, instead in self._words.items():
            line = re.sub(rf"(?<![\w-]){re.escape(word)}(?![\w-])", instead, line)
        line = _MAIL.sub("MAIL", _TOKEN.sub("TOKEN", line))
        return _PART.sub("PART", line)


def _user() -> str:
    with suppress(Exception):  # no name for this user id: each system raises something else
        return getpass.getuser()
    return ""


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise FileError(
            f"{path} cannot be written ({error.strerror or error}); name another file.",
            concerns=str(path),
        ) from error
