"""``silo activity``: what happened here, from the local store, which a running editor writes."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NoReturn

from silo_core.model.errors import SiloError
from silo_core.model.exchange import ActivityEntry, ActivityKind
from silo_core.ports.store import Store
from silo_core.ports.wire import format_time
from silo_core.rules.activity import MARKS, Filter, Group, Grouping, grouped
from silo_core.surfaces.cli.stores import stores
from silo_core.surfaces.cli.terminal import local, plain

LOOK_S = 0.5
"""How often is looked for something new."""
_INDENT = " " * 6

Read = tuple[list[ActivityEntry], frozenset[str]]
"""The entries, newest first, and the ids of those that are unread."""


def run(args: argparse.Namespace) -> int:
    """Print the newest entries, and with ``--follow`` what comes, until interrupted; 0.

    Raises:
        SiloError: no server is set, the local store cannot be read, or an option is no possible one.
    """
    if args.limit < 0:
        raise SiloError(f"--limit {args.limit}: give a number from 0 on.")
    if args.limit == 0 and not args.follow:
        raise SiloError("--limit 0 shows nothing; give a number from 1 on, or add --follow.")
    kind = _kind(args.kind)
    with stores() as opened:

        def read() -> Read:
            unread = frozenset(entry_id for store in opened for entry_id in store.activity.unread())
            wanted = Filter(args.person, args.part, kind, unread=unread if args.unread else None)
            return list(filter(wanted.lets_through, _newest(opened))), unread

        entries, unread = read()
        shown = entries[: args.limit]
        if args.json and not args.follow:
            print(json.dumps([_as_json(entry, unread) for entry in reversed(shown)], indent=2))
        else:
            _print(shown, unread, as_json=args.json)
        if args.follow:
            _follow(read, entries, as_json=args.json)
        elif not shown and not args.json:
            some = any(store.activity.newest(1) for store in opened)
            print("Nothing of this kind has happened." if some else "Nothing has happened yet.")
    return 0


def _kind(name: str) -> ActivityKind | None:
    """Raises SiloError where there is no such kind."""
    try:
        return ActivityKind(name.lower()) if name else None
    except ValueError:
        known = ", ".join(ActivityKind)
        raise SiloError(f"--kind {name}: there is no such kind; there are {known}.") from None


def _newest(opened: Sequence[Store]) -> list[ActivityEntry]:
    """Of all editors, newest first."""
    entries = [entry for store in opened for entry in store.activity.newest()]
    return sorted(entries, key=lambda entry: entry.at, reverse=True) if len(opened) > 1 else entries


def _follow(read: Callable[[], Read], known: Sequence[ActivityEntry], *, as_json: bool) -> NoReturn:
    """Print what is new or changed. Raises KeyboardInterrupt, once the user has seen enough."""
    told = {entry.id: entry for entry in known}
    while True:
        time.sleep(LOOK_S)
        entries, unread = read()
        news = [entry for entry in entries if told.get(entry.id) != entry]
        told |= {entry.id: entry for entry in news}
        _print(news, unread, as_json=as_json)


def _print(entries: Sequence[ActivityEntry], unread: Collection[str], *, as_json: bool) -> None:
    """Newest last, as a terminal is read."""
    if as_json:
        for entry in reversed(entries):
            print(json.dumps(_as_json(entry, unread)), flush=True)
        return
    for group in reversed(grouped(entries)):
        for line in lines_of(group, unread):
            print(plain(line), flush=True)


def lines_of(group: Group, unread: Collection[str]) -> Iterator[str]:
    """A group as it is printed: when, its sign, what; below it the details, and what can be done."""
    entry = group.newest
    mark = "*" if any(one.id in unread for one in group.entries) else " "
    yield f"{local(entry.at)} {mark} {MARKS[entry.kind].icon} {group.text}"
    if group.how is Grouping.BULK:
        for one in reversed(group.entries):
            yield f"{_INDENT}{one.text}"
        return
    for detail in entry.details:
        yield f"{_INDENT}{detail}"
    if entry.chosen:
        yield f"{_INDENT}✓ {entry.chosen}"
    elif entry.actions:
        yield _INDENT + " ".join(f"[{action.text}]" for action in entry.actions)


def _as_json(entry: ActivityEntry, unread: Collection[str]) -> dict[str, object]:
    return {
        "id": entry.id,
        "at": format_time(entry.at),
        "kind": entry.kind.value,
        "text": entry.text,
        "details": entry.details,
        "part_number": entry.part_number,
        "object_id": entry.object_id,
        "user": entry.user,
        "actions": [action.text for action in entry.actions],
        "chosen": entry.chosen,
        "unread": entry.id in unread,
    }
