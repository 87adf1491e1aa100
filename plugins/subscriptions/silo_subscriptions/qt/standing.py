"""How things stand with each subscribed item, as a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from silo_core.model.exchange import Transfer
from silo_core.model.item import Version, VersionKind
from silo_core.model.language import translate
from silo_core.model.sync import ItemStatus, SyncState
from silo_core.rules.amounts import size
from silo_core.surfaces.qt.text import progress
from silo_subscriptions.qt.paging import Index
from silo_subscriptions.qt.rows import ROW, Row

SHARE = Qt.ItemDataRole.UserRole + 2
"""How much of a download is there, 0 to 1; None where none is under way, -1 where that is unknown."""

PENDING = frozenset({SyncState.PENDING, SyncState.DOWNLOADING})
CHECKPOINT = "checkpoint"
COUNTED = ("pending", CHECKPOINT, "deferred", "conflict", "failed")
"""What is counted. A checkpoint is a pending item whose content is a working state."""

_URGENT = (
    SyncState.CONFLICT,
    SyncState.FAILED,
    SyncState.DOWNLOADING,
    SyncState.DEFERRED,
    SyncState.PENDING,
)
"""What comes first in the list; the rest follows by part number."""


def words_of(state: SyncState) -> str:
    """A state as a mark and a word: no colour has to be seen."""
    return {
        SyncState.UP_TO_DATE: translate("SiloSubscriptions", "✓ up to date"),
        SyncState.PENDING: translate("SiloSubscriptions", "… pending"),
        SyncState.DOWNLOADING: translate("SiloSubscriptions", "⬇ downloading"),
        SyncState.DEFERRED: translate("SiloSubscriptions", "◷ deferred"),
        SyncState.CONFLICT: translate("SiloSubscriptions", "⚠ conflict"),
        SyncState.SKIPPED: translate("SiloSubscriptions", "↷ skipped"),
        SyncState.FAILED: translate("SiloSubscriptions", "✗ failed"),
        SyncState.PAUSED: translate("SiloSubscriptions", "‖ paused"),
        SyncState.UNTRACKED: translate("SiloSubscriptions", "○ no longer subscribed"),
    }[state]


def counts(statuses: Iterable[ItemStatus]) -> Mapping[str, int]:
    """How many there are of each of ``COUNTED``."""
    found: Counter[str] = Counter()
    for status in statuses:
        found.update(name for name in COUNTED if is_counted(status, name))
    return found


def is_counted(status: ItemStatus, name: str) -> bool:
    """Whether an item is one of those; of ``""`` all are."""
    if name == CHECKPOINT:
        return status.state in PENDING and status.is_checkpoint
    if name == "pending":
        return status.state in PENDING
    return name in ("", status.state.value)


class Standing(QAbstractListModel):
    """``rows`` are the items of one count, or all."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: list[ItemStatus] = []
        self._transfers: Mapping[str, Transfer] = {}

    def become(
        self, statuses: Iterable[ItemStatus], transfers: Mapping[str, Transfer], only: str
    ) -> bool:
        """Show these. Answers whether the rows are others now, and not only say something else."""
        shown = [status for status in statuses if is_counted(status, only)]
        shown.sort(key=_rank)
        stays = [one.part_number for one in shown] == [one.part_number for one in self.rows]
        if not stays:
            self.beginResetModel()
        before, self.rows = self.rows, shown
        told, self._transfers = self._transfers, dict(transfers)
        if not stays:
            self.endResetModel()
            return True
        for row, status in enumerate(shown):
            number = status.part_number
            if status != before[row] or told.get(number) != self._transfers.get(number):
                index = self.index(row)
                self.dataChanged.emit(index, index)
        return False

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's
        """How many are shown."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """See Qt."""
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        status = self.rows[index.row()]
        transfer = self._transfers.get(status.part_number)
        if role == Qt.ItemDataRole.DisplayRole:
            return status.part_number
        if role == ROW:
            return _row(status, transfer)
        if role == SHARE and status.state is SyncState.DOWNLOADING:
            return min(1.0, transfer.done / transfer.total) if transfer and transfer.total else -1.0
        return _row(status, transfer).told(role)


def _rank(status: ItemStatus) -> tuple[int, str]:
    state = status.state
    return _URGENT.index(state) if state in _URGENT else len(_URGENT), status.part_number


def _row(status: ItemStatus, transfer: Transfer | None) -> Row:
    reason = translate("SiloSubscriptions", status.reason) if status.reason else ""
    detail = reason or (_version(status.wanted) if status.wanted else "")
    words = words_of(status.state)
    state = progress(transfer) if transfer else ""
    if not state and status.is_checkpoint and status.state in PENDING:
        state = translate("SiloSubscriptions", "working checkpoint")
    return Row(status.part_number, detail, words=words, state=state, has_picture=False)


def _version(version: Version) -> str:
    if version.kind is VersionKind.REVISION:
        what = translate("SiloSubscriptions", "revision {number}").format(
            number=version.revision_number
        )
    else:
        what = translate("SiloSubscriptions", "checkpoint")
    when = version.created_at
    day = f", {when.astimezone():%Y-%m-%d %H:%M}" if when else ""
    said = translate("SiloSubscriptions", "{what} by {user}{day}, {size}")
    return said.format(what=what, user=version.user or "?", day=day, size=size(version.size))
