"""``silo history``: the versions of a part."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from silo_checkpoint.commands.showing import kind, short, size
from silo_checkpoint.commands.versions import History
from silo_core.model.errors import SiloError
from silo_core.model.item import Version
from silo_core.ports.wire import to_wire
from silo_core.surfaces.cli.server import server
from silo_core.surfaces.cli.terminal import local, table

_COLUMNS = ("VERSION", "KIND", "BY", "WHEN", "CONTEXT", "SIZE", "WHAT CHANGED")
_WIDEST = 100
_CHANGES = 20


def run(args: argparse.Namespace) -> int:
    """Print the versions, newest first, page by page as they come; 0.

    Raises:
        SiloError: no server is set, it cannot be asked, or it does not have the part.
    """
    limit = _limit(args.limit)
    with server() as client:
        history = History(client, args.part_number)
        if not client.lists_checkpoints:
            print("The server lists revisions only, no checkpoints between them.", file=sys.stderr)
        if args.json:
            _print_json(history, limit)
        else:
            for line in _lines(history, limit):
                print(line)
    return 0


def _limit(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isdecimal() and text.isascii() and len(text) < 10 and int(text)):
        raise SiloError(f"--limit {text[:80]!r} is no number of versions; name one from 1 on.")
    return int(text)


def _print_json(history: History, limit: int | None) -> None:
    names = _Names()
    rows: list[dict[str, Any]] = []
    for page in history.pages(limit):
        names.learn(page)
        rows += (
            {**to_wire(version), "short_id": names.of(version), "head": history.is_head(version)}
            for version in page
        )
    print(json.dumps(rows, indent=2))


def _lines(history: History, limit: int | None) -> Iterator[str]:
    names, widest = _Names(), _COLUMNS
    is_empty = True
    for page in history.pages(limit):
        names.learn(page)
        rows = [row for version in page for row in _rows(version, names, history)]
        # what was widest on the pages before stays in its column: only the last one may get wider
        lines = table([widest, *rows], widest=_WIDEST)
        yield from lines[0 if is_empty and rows else 1 :]
        widest = tuple(max(column, key=len) for column in zip(widest, *rows, strict=True))
        is_empty = is_empty and not rows
        sys.stdout.flush()  # whoever reads along, or has read enough, need not wait for the rest
    if is_empty:
        yield history.emptiness


def _rows(version: Version, names: _Names, history: History) -> Iterator[tuple[str, ...]]:
    told = _told(version)
    yield (
        names.of(version),
        kind(version, is_head=history.is_head(version)),
        version.user or "-",
        local(version.created_at) if version.created_at else "-",
        version.context or "-",
        size(version.size),
        next(told, "-"),
    )
    for line in told:
        yield (*[""] * (len(_COLUMNS) - 1), f"  {line}")


def _told(version: Version) -> Iterator[str]:
    """What its maker wrote, then what changed, a line each."""
    said: Iterable[str] = (line for line in version.comment.splitlines() if line.strip())
    lines = [*said, *version.changes]
    yield from lines[:_CHANGES]
    if len(lines) > _CHANGES:
        yield f"and {len(lines) - _CHANGES} more, which --json shows"


class _Names:
    """Ids cut as far as they stay different from all that were learned."""

    def __init__(self) -> None:
        self._begun: Counter[str] = Counter()

    def learn(self, versions: Sequence[Version]) -> None:
        self._begun.update(short(version.id) for version in versions)

    def of(self, version: Version) -> str:
        begin = short(version.id)
        return begin if self._begun[begin] == 1 else version.id
