"""What the activity pane shows after a restart."""

from __future__ import annotations

import json
from collections.abc import Iterable

from silo_core.model.exchange import Action, ActivityEntry, ActivityKind
from silo_core.ports.store.database import Database, Row
from silo_core.ports.wire import format_time, parse_time

KEPT = 2000
"""How many entries are kept: some weeks of a busy team."""

_COLUMNS = "at, kind, text, details, part_number, object_id, user, actions, facts, chosen, id"


class ActivityLog:
    """The newest activity entries. Any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, *entries: ActivityEntry) -> None:
        """Remember ``entries`` in one transaction, and forget the oldest beyond the newest 2,000. A new
        one is unread; one that takes the place of an earlier one with its id was read if that was."""
        with self._database.transaction():
            for entry in entries:
                self._put(entry)
            self._database.execute(
                "DELETE FROM activity WHERE position <= (SELECT MAX(position) FROM activity) - ?",
                (KEPT,),
            )

    def _put(self, entry: ActivityEntry) -> None:
        values = _written(entry)
        names = _COLUMNS.split(", ")
        if entry.id and self._has(entry.id):
            changes = ", ".join(f"{name} = ?" for name in names)
            statement = f"UPDATE activity SET {changes} WHERE id = ?"  # noqa: S608 - constants
            self._database.execute(statement, (*values, entry.id))
            return
        marks = ", ".join("?" for _ in names)
        columns = f"{_COLUMNS}, unread"
        statement = f"INSERT INTO activity ({columns}) VALUES ({marks}, 1)"  # noqa: S608 - constants
        self._database.execute(statement, values)

    def unread(self) -> frozenset[str]:
        """The ids of the entries that were not read yet."""
        return frozenset(
            str(row[0]) for row in self._database.query("SELECT id FROM activity WHERE unread")
        )

    def mark_read(self, entry_ids: Iterable[str]) -> None:
        """These entries were read."""
        with self._database.transaction():
            for entry_id in entry_ids:
                self._database.execute("UPDATE activity SET unread = 0 WHERE id = ?", (entry_id,))

    def newest(self, limit: int = KEPT) -> tuple[ActivityEntry, ...]:
        """The last ``limit`` entries, the newest first."""
        rows = self._database.query(
            f"SELECT {_COLUMNS} FROM activity ORDER BY position DESC LIMIT ?",  # noqa: S608 - constants
            (limit,),
        )
        return tuple(_read(row) for row in rows)

    def _has(self, entry_id: str) -> bool:
        return bool(self._database.query("SELECT 1 FROM activity WHERE id = ?", (entry_id,)))


def _written(entry: ActivityEntry) -> tuple[str, ...]:
    return (
        format_time(entry.at),
        entry.kind.value,
        entry.text,
        json.dumps(entry.details),
        entry.part_number,
        entry.object_id,
        entry.user,
        json.dumps([[action.name, action.text] for action in entry.actions]),
        json.dumps(dict(entry.facts)),
        entry.chosen,
        entry.id,
    )


def _read(row: Row) -> ActivityEntry:
    at, kind, text, details, part_number, object_id, user, *rest = map(str, row)
    actions, facts, chosen, entry_id = rest
    return ActivityEntry(
        at=parse_time(at),
        kind=ActivityKind(kind),
        text=text,
        details=tuple(json.loads(details)),
        part_number=part_number,
        object_id=object_id,
        user=user,
        actions=tuple(Action(name, words) for name, words in json.loads(actions)),
        facts=json.loads(facts),
        chosen=chosen,
        id=entry_id,
    )
