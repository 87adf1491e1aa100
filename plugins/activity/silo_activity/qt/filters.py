"""What of the activity is wanted: words, kind, person, part, unread only."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from silo_core.model.exchange import ActivityEntry, ActivityKind
from silo_core.model.language import translate
from silo_core.rules.activity import MARKS, Filter

TYPING_MS = 150
"""How long after the last key the words count."""


class Filters(QWidget):
    """The bar above the list. ``changed``: another filter is wanted; ``read``: all counts as read."""

    changed = Signal()
    read = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(translate("SiloActivity", "Search"))
        self.search.setAccessibleName(translate("SiloActivity", "Search the activity"))
        self.search.setClearButtonEnabled(True)
        self.kind = self._combo(
            translate("SiloActivity", "Kind"), translate("SiloActivity", "All kinds")
        )
        for kind in ActivityKind:
            self.kind.addItem(translate("SiloKinds", MARKS[kind].word), kind.value)
        self.person = self._combo(
            translate("SiloActivity", "Person"), translate("SiloActivity", "Anyone")
        )
        self.part = self._combo(
            translate("SiloActivity", "Part"), translate("SiloActivity", "All parts")
        )
        self.unread = QToolButton(self)
        self.unread.setCheckable(True)
        self.unread.setText(translate("SiloActivity", "Unread"))
        self.unread.setToolTip(translate("SiloActivity", "Show only what was not read yet"))
        self.all_read = QToolButton(self)
        self.all_read.setText("✓")  # in a panel there is little room
        self.all_read.setToolTip(translate("SiloActivity", "Mark all as read"))
        self.all_read.setAccessibleName(translate("SiloActivity", "Mark all as read"))
        for button in (self.unread, self.all_read):
            button.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._people: set[str] = set()
        self._parts: set[str] = set()
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(self.changed)
        self.search.textChanged.connect(lambda _: self._typing.start())
        for combo in (self.kind, self.person, self.part):
            combo.currentIndexChanged.connect(lambda _: self.changed.emit())
        self.unread.toggled.connect(lambda _: self.changed.emit())
        self.all_read.clicked.connect(self.read)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.setSpacing(6)
        for widgets in (
            (self.search, self.unread, self.all_read),
            (self.kind, self.person, self.part),
        ):
            row = QHBoxLayout()
            row.setSpacing(6)
            for widget in widgets:
                row.addWidget(widget)
            layout.addLayout(row)

    def wanted(self, unread: Iterable[str]) -> Filter:
        """What is set now; ``unread`` are the ids of what was not read yet."""
        kind = str(self.kind.currentData() or "")
        return Filter(
            person=str(self.person.currentData() or ""),
            part_number=str(self.part.currentData() or ""),
            kind=ActivityKind(kind) if kind else None,
            text=self.search.text(),
            unread=frozenset(unread) if self.unread.isChecked() else None,
        )

    def learn(self, entries: Iterable[ActivityEntry]) -> None:
        """Offer the people and the parts of ``entries``, too."""
        people, parts = set(self._people), set(self._parts)
        for entry in entries:
            people.add(entry.user)
            parts.add(entry.part_number)
        self._people = _offer(self.person, people - {""}, self._people)
        self._parts = _offer(self.part, parts - {""}, self._parts)

    def tell_unread(self, count: int) -> None:
        """How much was not read yet."""
        text = (
            translate("SiloActivity", "Unread ({count})").format(count=count)
            if count
            else translate("SiloActivity", "Unread")
        )
        self.unread.setText(text)
        self.all_read.setEnabled(count > 0)

    def _combo(self, name: str, everything: str) -> QComboBox:
        combo = QComboBox(self)
        combo.addItem(everything, "")
        combo.setAccessibleName(name)
        combo.setToolTip(name)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.setMinimumContentsLength(4)
        combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return combo


def _offer(combo: QComboBox, wanted: set[str], known: set[str]) -> set[str]:
    if wanted == known:
        return known
    chosen = combo.currentData()
    combo.blockSignals(True)
    while combo.count() > 1:
        combo.removeItem(1)
    for name in sorted(wanted, key=str.casefold):
        combo.addItem(name, name)
    combo.setCurrentIndex(max(0, combo.findData(chosen)))
    combo.blockSignals(False)
    return wanted
