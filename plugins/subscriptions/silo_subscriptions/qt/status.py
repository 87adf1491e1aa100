"""The dialog *Sync Status*."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialogButtonBox,
    QHBoxLayout,
    QPushButton,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from silo_core.model.language import translate
from silo_core.model.sync import ItemStatus, SyncChoice, SyncState
from silo_subscriptions.qt.dialog import Dialog, button
from silo_subscriptions.qt.parts import List
from silo_subscriptions.qt.rows import RowDelegate
from silo_subscriptions.qt.standing import COUNTED, SHARE, Standing, counts
from silo_subscriptions.windows import Windows

BAR = 3
"""Pixels of a progress bar's height."""

_RETRIED = (SyncState.FAILED, SyncState.PENDING)


class StatusDialog(Dialog):
    """Counts, every item, and what can be done about it."""

    def __init__(self, windows: Windows, parent: QWidget | None = None) -> None:
        super().__init__(windows, translate("SiloSubscriptions", "Sync Status"), parent)
        self.model = Standing(self)
        self.list = List(translate("SiloSubscriptions", "Subscribed items"))
        self.list.setItemDelegate(ProgressDelegate(self.list))
        self.list.setModel(self.model)
        self.filters: dict[str, QPushButton] = {}
        self.sync_now = button(
            translate("SiloSubscriptions", "&Sync Now"),
            self._sync_now,
            translate("SiloSubscriptions", "Compare with the server and fetch"),
        )
        self.retry = button(translate("SiloSubscriptions", "&Retry"), self._retry)
        self.cancel = button(translate("SiloSubscriptions", "&Cancel download"), self._cancel)
        self.choices = {
            choice: button(text, partial(self._resolve, choice), hint)
            for choice, text, hint in _offered()
        }
        self._lay_out()
        self.list.selectionModel().selectionChanged.connect(lambda *_: self._selected())
        self._engine = windows.sync()
        if self._engine:
            self.hear(self._engine.listeners, self._refresh)
        self.hear(windows.on_connection, self._refresh)
        self._refresh()

    def _lay_out(self) -> None:
        group = QButtonGroup(self)
        top = QHBoxLayout()
        top.setSpacing(4)
        for name in ("", *COUNTED):
            made = QPushButton()
            made.setCheckable(True)
            made.setAutoDefault(False)
            made.setChecked(not name)
            made.setToolTip(_hint(name))
            made.clicked.connect(lambda _=False: self._refresh())
            group.addButton(made)
            top.addWidget(made)
            self.filters[name] = made
        top.addStretch()
        row = QHBoxLayout()
        for part in (self.retry, self.cancel, *self.choices.values()):
            row.addWidget(part)
        row.addStretch()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.sync_now, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addLayout(top)
        layout.addWidget(self.list, 1)
        layout.addLayout(row)
        layout.addWidget(self.line)
        layout.addWidget(buttons)
        self.resize(680, 520)

    @property
    def only(self) -> str:
        """Which count is shown alone; empty for everything."""
        return next(name for name, shown in self.filters.items() if shown.isChecked())

    def selected(self) -> list[ItemStatus]:
        """The items that are selected, in their order."""
        return [self.model.rows[row] for row in self.list.selected_rows()]

    def _refresh(self) -> None:
        """Show how things are now; what was selected stays so while it is shown."""
        statuses = self._engine.statuses() if self._engine else ()
        transfers = self._engine.transfers if self._engine else {}
        chosen = {status.part_number for status in self.selected()}
        if self.model.become(statuses, transfers, self.only):
            rows = enumerate(self.model.rows)
            self.list.select_rows(row for row, status in rows if status.part_number in chosen)
        found = counts(statuses)
        self.filters[""].setText(
            translate("SiloSubscriptions", "&All {count}").format(count=len(statuses))
        )
        for shown in self.filters.values():
            font = shown.font()
            font.setBold(shown.isChecked())  # a style may tell it by its colour alone
            shown.setFont(font)
        for name in COUNTED:
            self.filters[name].setText(_named(name).format(count=found[name]))
        self._selected()

    def _say(self, statuses: tuple[ItemStatus, ...], chosen: list[ItemStatus]) -> None:
        """How things stand; of the one item that is selected, all of what is to be said."""
        waiting = [status for status in statuses if status.state is SyncState.PENDING]
        if self._engine is None:
            self.line.complain(
                translate("SiloSubscriptions", "Silo does not keep files up to date just now.")
            )
        elif why := self.why_offline():
            self.line.complain(why)
        elif len(chosen) == 1 and chosen[0].reason:
            self.line.say(translate("SiloSubscriptions", chosen[0].reason))
        elif not statuses:
            self.line.say(
                translate("SiloSubscriptions", "This workstation is subscribed to nothing yet.")
            )
        elif self._engine.busy:
            self.line.say(translate("SiloSubscriptions", "Syncing…"))
        elif waiting:
            self.line.say(translate("SiloSubscriptions", "Sync Now fetches what is pending."))
        elif all(status.state is SyncState.UP_TO_DATE for status in statuses):
            self.line.say(translate("SiloSubscriptions", "Everything is up to date."))
        else:
            self.line.say("")

    def _selected(self) -> None:
        chosen = self.selected()
        self._say(self._engine.statuses() if self._engine else (), chosen)
        self.sync_now.setEnabled(self._engine is not None)
        self.retry.setEnabled(any(status.state in _RETRIED for status in chosen))
        self.cancel.setEnabled(any(status.state is SyncState.DOWNLOADING for status in chosen))
        for choice, shown in self.choices.items():
            shown.setEnabled(any(choice in status.choices for status in chosen))

    def _sync_now(self) -> None:
        if self._engine:
            self._engine.sync_now()
            self._refresh()

    def _retry(self) -> None:
        for status in self.selected():
            if self._engine and status.state in _RETRIED:
                self._engine.retry(status.part_number)

    def _cancel(self) -> None:
        for status in self.selected():
            if self._engine and status.state is SyncState.DOWNLOADING:
                self._engine.cancel(status.part_number)

    def _resolve(self, choice: SyncChoice) -> None:
        for status in self.selected():
            if self._engine and choice in status.choices:
                self._engine.resolve(status.part_number, choice)


class ProgressDelegate(RowDelegate):
    """A row with a bar at its foot while it is downloaded."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """The row, then the bar."""
        super().paint(painter, option, index)
        share = index.data(SHARE)
        if not isinstance(share, float):
            return
        area = option.rect
        foot = QRect(area.left(), area.bottom() - BAR, area.width(), BAR)
        ground = QColor(option.palette.color(QPalette.ColorRole.Text))
        ground.setAlphaF(0.15)
        painter.fillRect(foot, ground)
        foot.setWidth(round(area.width() * max(0.0, share)))
        painter.fillRect(foot, option.palette.color(QPalette.ColorRole.Highlight))


def _offered() -> tuple[tuple[SyncChoice, str, str], ...]:
    return (
        (
            SyncChoice.OVERWRITE,
            translate("SiloSubscriptions", "&Overwrite"),
            translate(
                "SiloSubscriptions",
                "Take the newer version; what your file holds is kept for 30 days",
            ),
        ),
        (
            SyncChoice.SKIP,
            translate("SiloSubscriptions", "S&kip"),
            translate("SiloSubscriptions", "Keep your file until there is a still newer version"),
        ),
        (
            SyncChoice.MERGE,
            translate("SiloSubscriptions", "&Merge"),
            translate("SiloSubscriptions", "Join both, object by object"),
        ),
        (
            SyncChoice.RELOAD,
            translate("SiloSubscriptions", "Re&load"),
            translate(
                "SiloSubscriptions", "Replace the open file now, and have the editor read it again"
            ),
        ),
    )


def _named(name: str) -> str:
    return {
        "pending": translate("SiloSubscriptions", "… Pending {count}"),
        "checkpoint": translate("SiloSubscriptions", "Checkpoints {count}"),
        "deferred": translate("SiloSubscriptions", "◷ Deferred {count}"),
        "conflict": translate("SiloSubscriptions", "⚠ Conflicts {count}"),
        "failed": translate("SiloSubscriptions", "✗ Failed {count}"),
    }[name]


def _hint(name: str) -> str:
    return {
        "": translate("SiloSubscriptions", "All subscribed items"),
        "pending": translate("SiloSubscriptions", "To be fetched, or on the way"),
        "checkpoint": translate(
            "SiloSubscriptions", "Pending ones that are working states, not released revisions"
        ),
        "deferred": translate(
            "SiloSubscriptions", "Their file is open; they follow when it is closed"
        ),
        "conflict": translate("SiloSubscriptions", "Changed here and on the server; you decide"),
        "failed": translate("SiloSubscriptions", "Could not be fetched"),
    }[name]
