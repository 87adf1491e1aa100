"""A bug report: what the doctor finds and what plugins were called for, without what is private."""

from __future__ import annotations

import getpass
import re
import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from silo_core.model.errors import FileError
from silo_core.ports.masking import TOKEN
from silo_core.ports.settings import Settings
from silo_core.surfaces.cli.terminal import table
from silo_core.workbench.finding import Finding

MASKED_FROM = 8
"""Characters: in the place of a shorter token nothing could be put without garbling other words."""
LEFT_OUT = "(a line is left out here: it may hold the token, which is very short)"
_TOKEN = re.compile(rf"\b(?:{TOKEN}|[A-Fa-f0-9]{{32,}})\b")
_MAIL = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")
# As the doctor names who has signed in.
_WHO = re.compile(r"(?<=; you are ).+(?=\.$)")
# The folder of each server's store is called after it.
_STORE = re.compile(r"[\w.-]+(?=[/\\]store\.sqlite3\b)")
_PART = re.compile(r"\b[A-Z]{2,}-[A-Za-z0-9._-]*\d[A-Za-z0-9._-]*\b")


def calls_table(calls: list[Mapping[str, Any]]) -> list[str]:
    """Calls as a trace keeps them, one a line below a headline."""
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


def report(
    settings: Settings, findings: Iterable[Finding], kept: Mapping[str, Any] | None
) -> Iterator[str]:
    """The lines of a bug report: what the doctor finds, and a trace as it was kept. Waits for the
    keyring."""
    redact = Redaction(settings)
    yield "What the doctor finds"
    for one in findings:  # each a line: what is private must not be broken into two
        yield redact(f"{one.level}: {one.area}: {one.what}")
        if one.advice:
            yield redact(f"  {one.advice}")
    yield ""
    if kept is None:
        yield "No editor has kept a trace."
        return
    yield f"Plugins of the editor that ran until {kept.get('at')}, silo-core {kept.get('silo_core')}"
    for info in kept.get("plugins", ()):
        source = f"{info.get('distribution')} {info.get('version')}"
        yield redact(f"{info.get('name')} ({source}): {info.get('state')} {info.get('error', '')}")
    yield ""
    yield from map(redact, calls_table(kept["calls"]))


class Redaction:
    """Takes out what is nobody's business: tokens, addresses, this user's and this machine's name, paths
    of theirs, and part numbers. A line with a token that may be part of any word is left out."""

    def __init__(self, settings: Settings) -> None:
        """Waits for the keyring."""
        from silo_core.ports.tokens import environment_token, find_token

        self._words = {str(settings.workspace): "WORKSPACE", str(Path.home()): "~"}
        url, environ = settings.text("server_url"), settings.environ
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
        line = _WHO.sub("USER", _STORE.sub("SERVER", line))
        for word, instead in self._words.items():
            line = re.sub(rf"(?<![\w-]){re.escape(word)}(?![\w-])", instead, line)
        line = _MAIL.sub("MAIL", _TOKEN.sub("TOKEN", line))
        return _PART.sub("PART", line)


def _user() -> str:
    with suppress(Exception):  # no name for this user id: each system raises something else
        return getpass.getuser()
    return ""


def write(path: Path, lines: Iterable[str]) -> None:
    """Write a report.

    Raises:
        FileError: it cannot be written.
    """
    text = "\n".join(lines) + "\n"
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise FileError(
            f"{path} cannot be written ({error.strerror or error}); name another file.",
            concerns=str(path),
        ) from error
