"""How the commands show what stands how."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

from silo_core.model.sync import ItemStatus, SyncState
from silo_core.ports.wire import to_wire
from silo_core.rules import amounts
from silo_core.surfaces.cli.terminal import plain, table
from silo_subscriptions.facade import Sync
from silo_subscriptions.texts import CHANGED_HERE, named

_CHANGED = "changed_here"
_WORDS = {
    SyncState.UP_TO_DATE.value: "up to date",
    _CHANGED: "changed here",
    SyncState.PENDING.value: "pending",
    SyncState.DOWNLOADING.value: "downloading",
    SyncState.DEFERRED.value: "deferred",
    SyncState.CONFLICT.value: "conflict",
    SyncState.SKIPPED.value: "skipped",
    SyncState.FAILED.value: "failed",
    SyncState.PAUSED.value: "paused",
    SyncState.UNTRACKED.value: "let go",
}


def kind(status: ItemStatus) -> str:
    """The state, where what was changed here since counts apart from what is up to date."""
    return _CHANGED if status.reason == CHANGED_HERE else status.state.value


def row(status: ItemStatus) -> dict[str, Any]:
    """One item, for ``--json``."""
    return {
        "part_number": status.part_number,
        "state": kind(status),
        "path": str(status.path) if status.path else None,
        "wanted": to_wire(status.wanted) if status.wanted else None,
        "is_checkpoint": status.is_checkpoint,
        "reason": status.reason,
    }


def is_settled(status: ItemStatus) -> bool:
    """Whether there is nothing to say of it: the file is what is wanted."""
    return kind(status) == SyncState.UP_TO_DATE.value


def counts(statuses: Collection[ItemStatus]) -> dict[str, int]:
    """How many items there are of each kind, and how many of all are working checkpoints."""
    found = Counter(map(kind, statuses))
    told = {one: found[one] for one in _WORDS}
    return {**told, "checkpoint": sum(status.is_checkpoint for status in statuses)}


def summary(statuses: Iterable[ItemStatus]) -> str:
    """``41 items: 39 up to date, 1 changed here, 1 conflict``."""
    found = Counter(map(kind, statuses))
    total = sum(found.values())
    if not total:
        return "This workstation is subscribed to nothing."
    told = ", ".join(f"{found[one]} {word}" for one, word in _WORDS.items() if found[one])
    return f"{total} item{'' if total == 1 else 's'}: {told}"


def listing(statuses: Iterable[ItemStatus]) -> list[str]:
    """Lines, one for each item. None is cut: the reason ends with what to do."""
    rows = [
        (
            status.part_number,
            _WORDS[kind(status)],
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
