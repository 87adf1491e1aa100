"""How the commands show what stands how."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from typing import Any

from silo_core.model.sync import ItemStatus, SyncState
from silo_core.ports.wire import to_wire
from silo_core.rules import amounts
from silo_core.surfaces.cli.terminal import plain, table
from silo_subscriptions.facade import Sync
from silo_subscriptions.texts import named

WORDS = {
    SyncState.UP_TO_DATE: "up to date",
    SyncState.PENDING: "pending",
    SyncState.DOWNLOADING: "downloading",
    SyncState.DEFERRED: "deferred",
    SyncState.CONFLICT: "conflict",
    SyncState.SKIPPED: "skipped",
    SyncState.FAILED: "failed",
    SyncState.PAUSED: "paused",
    SyncState.UNTRACKED: "let go",
}


def row(status: ItemStatus) -> dict[str, Any]:
    """One item, for ``--json``."""
    return {
        "part_number": status.part_number,
        "state": status.state.value,
        "path": str(status.path) if status.path else None,
        "wanted": to_wire(status.wanted) if status.wanted else None,
        "is_checkpoint": status.is_checkpoint,
        "reason": status.reason,
    }


def counts(statuses: Iterable[ItemStatus]) -> dict[str, int]:
    """How many items there are of each state, and how many of all are working checkpoints."""
    found = Counter(status.state for status in statuses)
    told = {state.value: found[state] for state in SyncState}
    return {**told, "checkpoint": sum(status.is_checkpoint for status in statuses)}


def summary(statuses: Iterable[ItemStatus]) -> str:
    """``41 items: 40 up to date, 1 conflict``."""
    found = Counter(status.state for status in statuses)
    total = sum(found.values())
    if not total:
        return "This workstation is subscribed to nothing."
    told = ", ".join(f"{found[state]} {WORDS[state]}" for state in SyncState if found[state])
    return f"{total} item{'' if total == 1 else 's'}: {told}"


def listing(statuses: Iterable[ItemStatus]) -> list[str]:
    """Lines, one for each item. None is cut: the reason ends with what to do."""
    rows = [
        (
            status.part_number,
            WORDS[status.state],
            named(status.wanted) if status.wanted else "-",
            status.reason or "-",
        )
        for status in statuses
    ]
    return table([("ITEM", "STATE", "VERSION", "WHY"), *rows]) if rows else []


class Bar:
    """How far a sync is, on standard error where that is a terminal; nothing of it is left."""

    def __init__(self, sync: Sync) -> None:
        self._sync = sync
        self._width = 0
        self._most = 0
        if sys.stderr.isatty():
            sync.listeners.append(self.show)

    def show(self) -> None:
        """What is under way now."""
        waits = (SyncState.PENDING, SyncState.DOWNLOADING)
        left = sum(status.state in waits for status in self._sync.statuses())
        self._most = max(self._most, left)
        self._write(progress(self._most - left, self._most, self._sync) if left else "")

    def clear(self) -> None:
        """Take it away."""
        if self.show in self._sync.listeners:
            self._sync.listeners.remove(self.show)
            self._write("")
            sys.stderr.write("\r")
            sys.stderr.flush()

    def _write(self, text: str) -> None:
        sys.stderr.write(f"\r{text.ljust(self._width)}")
        sys.stderr.flush()
        self._width = len(text)


def progress(done: int, total: int, sync: Sync) -> str:
    """``[####......] 12 of 30 files; PRT-100: 1.2 MB of 3.4 MB, 1.0 MB/s, 3 s left``."""
    filled = 20 * done // max(total, 1)
    text = f"[{'#' * filled}{'.' * (20 - filled)}] {done} of {total} files"
    for transfer in list(sync.transfers.values())[:1]:
        text += f"; {transfer.part_number}: {amounts.progress(transfer)}"
    return plain(text)
