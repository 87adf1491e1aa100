"""``silo history``: the versions of a part."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from silo_checkpoint.commands.showing import kind, short
from silo_checkpoint.commands.versions import History
from silo_core.model.item import Version
from silo_core.ports.wire import to_wire
from silo_core.rules.amounts import size
from silo_core.surfaces.cli.server import server
from silo_core.surfaces.cli.terminal import local, number, table_of_pages

_COLUMNS = ("VERSION", "KIND", "BY", "WHEN", "CONTEXT", "SIZE", "WHAT CHANGED")
_WIDEST = 100
_CHANGES = 20


def run(args: argparse.Namespace) -> int:
    """Print the versions, newest first, page by page as they come; 0.

    Raises:
        SiloError: no server is set, it cannot be asked, or it does not have the part.
    """
    limit = number("--limit", args.limit, "versions")
    with server() as client:
        history = History(client, args.part_number)
        if not client.lists_checkpoints:
            print("The server lists revisions only, no checkpoints between them.", file=sys.stderr)
        if args.json:
            _print_json(history, limit)
        else:
            line = None
            for line in table_of_pages(_COLUMNS, _pages(history, limit), widest=_WIDEST):
                print(line)
            if line is None:
                print(history.emptiness)
    return 0


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


def _pages(history: History, limit: int | None) -> Iterator[list[tuple[str, ...]]]:
    names = _Names()
    for page in history.pages(limit):
        names.learn(page)
        yield [row for version in page for row in _rows(version, names, history)]
        sys.stdout.flush()  # whoever reads along, or has read enough, need not wait for the rest


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
