"""Who looks at what, beside those who edit."""

from __future__ import annotations

from dataclasses import replace

from silo_server.storage.ports import Reader, Transaction
from silo_server.storage.records import WorkstationRecord


def set_viewing(tx: Transaction, workstation: WorkstationRecord, viewing: tuple[str, ...]) -> None:
    """Remember what a workstation's user looks at, and tell everybody if that is news."""
    if set(viewing) == set(workstation.viewing):
        return
    tx.change(replace(workstation, viewing=viewing))
    tx.append(
        "presence.viewing",
        {
            "user": workstation.user,
            "workstation_id": workstation.id,
            "workstation": workstation.name,
            "viewing": list(viewing),
        },
    )


def viewers(reader: Reader, part_number: str) -> list[dict[str, str]]:
    """Which workstations have an item open, as far as they said and have been heard of."""
    return [
        {"user": found.user, "workstation_id": found.id, "workstation": found.name}
        for found in reader.find(WorkstationRecord)
        if part_number in found.viewing
    ]
