"""What the subscriptions of this workstation want, as far as the server has told."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from silo_core.model.item import Version
from silo_core.ports.store.database import Database, Row


@dataclass(frozen=True, slots=True)
class WantedItem:
    """One subscribed item and the version that it should be.

    ``file_name`` is what its file is called, empty where the item does not say. ``acknowledged``: the
    server knows that this workstation has the version. ``skipped``: the user keeps the own copy in
    place of it.
    """

    part_number: str
    file_name: str
    version: Version
    is_checkpoint: bool
    acknowledged: bool = False
    skipped: bool = False


class WantedItems:
    """All subscribed items that have a version. Any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> tuple[WantedItem, ...]:
        """All of them, by part number."""
        rows = self._database.query("SELECT * FROM wanted ORDER BY part_number")
        return tuple(_read(row) for row in rows)

    def change(self, items: Iterable[WantedItem] = (), *, without: Iterable[str] = ()) -> None:
        """Remember ``items`` in place of what was known of them, and forget those ``without``, in one
        transaction."""
        from silo_core.ports.wire import to_wire

        with self._database.transaction():
            for part_number in without:
                self._database.execute("DELETE FROM wanted WHERE part_number = ?", (part_number,))
            for item in items:
                self._database.execute(
                    "INSERT OR REPLACE INTO wanted VALUES (?, ?, ?, ?, ?, ?)",
                    (
                        item.part_number,
                        item.file_name,
                        json.dumps(to_wire(item.version)),
                        int(item.is_checkpoint),
                        int(item.acknowledged),
                        int(item.skipped),
                    ),
                )


def _read(row: Row) -> WantedItem:
    from silo_core.ports.wire import from_wire

    part_number, file_name, version, is_checkpoint, acknowledged, skipped = row
    return WantedItem(
        part_number=str(part_number),
        file_name=str(file_name),
        version=from_wire(Version, json.loads(str(version))),
        is_checkpoint=bool(is_checkpoint),
        acknowledged=bool(acknowledged),
        skipped=bool(skipped),
    )
