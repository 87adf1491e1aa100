"""What the activity pane shows after a restart."""

from __future__ import annotations

import json

from silo_core.model.exchange import ActivityEntry, ActivityKind
from silo_core.ports.store.database import Database, Row
from silo_core.ports.wire import format_time, parse_time

KEPT = 2000
"""How many entries are kept: some weeks of a busy team."""


class ActivityLog:
    """The newest activity entries. Any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, entry: ActivityEntry) -> None:
        """Remember ``entry``, and forget the oldest beyond the newest 2,000."""
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO activity (at, kind, text, details, part_number, object_id, user) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    format_time(entry.at),
                    entry.kind.value,
                    entry.text,
                    json.dumps(entry.details),
                    entry.part_number,
                    entry.object_id,
                    entry.user,
                ),
            )
            self._database.execute(
                "DELETE FROM activity WHERE position <= (SELECT MAX(position) FROM activity) - ?",
                (KEPT,),
            )

    def newest(self, limit: int = KEPT) -> tuple[ActivityEntry, ...]:
        """The last ``limit`` entries, the newest first."""
        rows = self._database.query(
            "SELECT at, kind, text, details, part_number, object_id, user FROM activity "
            "ORDER BY position DESC LIMIT ?",
            (limit,),
        )
        return tuple(_read(row) for row in rows)


def _read(row: Row) -> ActivityEntry:
    at, kind, text, details, part_number, object_id, user = map(str, row)
    return ActivityEntry(
        at=parse_time(at),
        kind=ActivityKind(kind),
        text=text,
        details=tuple(json.loads(details)),
        part_number=part_number,
        object_id=object_id,
        user=user,
    )
