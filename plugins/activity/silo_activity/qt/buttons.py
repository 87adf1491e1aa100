"""The buttons of the rows in sight: real ones, for the mouse, the keyboard and screen readers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPersistentModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QPushButton, QTreeView, QWidget
from shiboken6 import isValid

from silo_activity.qt.model import ActivityModel
from silo_core.model.exchange import Action, ActivityEntry
from silo_core.model.language import translate
from silo_core.surfaces.qt.text import tip

SPACING = 6
_AROUND = 22
"""Pixels of a button beside its text."""
_TALL = 10
"""Pixels of a button above and below its text."""
_OWN_WIDTH = "min-width: 0; padding-left: 4px; padding-right: 4px"
"""A program's style sheet may give every button a width, with which they would cover each other."""

Problem = Callable[[ActivityEntry, str], str]
"""Why an action of an entry is not possible; empty if it is."""


def said(action: Action) -> str:
    """What the button of an action says, in the user's language."""
    return translate("SiloButtons", action.text)


def places(actions: Sequence[Action], metrics: QFontMetrics, width: int) -> list[QRect]:
    """Where the buttons stand, beside each other as far as ``width`` allows, and then below."""
    height, found, left, top = metrics.height() + _TALL, [], 0, 0
    for action in actions:
        wide = min(metrics.horizontalAdvance(said(action)) + _AROUND, max(width, 60))
        if left and left + wide > width:
            left, top = 0, top + height + SPACING
        found.append(QRect(left, top, wide, height))
        left += wide + SPACING
    return found


def height_of(actions: Sequence[Action], metrics: QFontMetrics, width: int) -> int:
    """How much room the buttons need."""
    found = places(actions, metrics, width)
    return found[-1].bottom() + 1 if found else 0


class ButtonRow(QWidget):
    """The buttons of one entry, at the bottom of its row, from ``left`` on. Left and right go from one
    to the next, Escape back to the list."""

    pressed = Signal(object, str)
    """The entry, and the name of the action."""
    left_by_key = Signal()

    def __init__(self, entry: ActivityEntry, left: int, below: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.entry = entry
        self._left, self._below = left, below
        self.buttons = [self._button(action) for action in entry.actions]

    def refresh(self, problem: Problem) -> None:
        """Grey what is not possible now, with the reason."""
        for action, button in zip(self.entry.actions, self.buttons, strict=True):
            why = problem(self.entry, action.name)
            if button.isEnabled() == bool(why):
                if why and button.hasFocus():
                    self.left_by_key.emit()
                button.setEnabled(not why)
            button.setToolTip(tip(why))
            about = translate("SiloActivity", "For: {entry}").format(entry=self.entry.text)
            button.setAccessibleDescription(f"{about}. {why}" if why else about)

    def take_keyboard(self) -> bool:
        """Give the keyboard to the first button that can be pressed; False if there is none."""
        for button in self.buttons:
            if button.isEnabled():
                button.setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Where there is room for them."""
        metrics = QFontMetrics(self.font())
        found = places(self.entry.actions, metrics, self.width() - self._left - self._below)
        if not found:
            return
        corner = QPoint(self._left, self.height() - self._below - found[-1].bottom() - 1)
        for button, place in zip(self.buttons, found, strict=True):
            button.setGeometry(place.translated(corner))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """See above; up and down are the list's."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        usable = [button for button in self.buttons if button.isEnabled()]
        focused = [place for place, button in enumerate(usable) if button.hasFocus()]
        if event.key() in steps and focused:
            usable[(focused[0] + steps[Qt.Key(event.key())]) % len(usable)].setFocus()
        elif event.key() == Qt.Key.Key_Escape:
            self.left_by_key.emit()
        else:
            super().keyPressEvent(event)

    def _button(self, action: Action) -> QPushButton:
        button = QPushButton(said(action).replace("&", "&&"), self)
        button.setStyleSheet(_OWN_WIDTH)
        button.setAccessibleName(said(action))
        button.setAutoDefault(True)  # Return presses it
        button.clicked.connect(lambda: self.pressed.emit(self.entry, action.name))
        return button


class VisibleButtons:
    """Keeps a ``ButtonRow`` in every row in sight that has something to choose, and nowhere else."""

    def __init__(
        self,
        view: QTreeView,
        model: ActivityModel,
        make: Callable[[ActivityEntry, QWidget], ButtonRow],
        problem: Problem,
    ) -> None:
        self._view = view
        self._model = model
        self._make = make
        self._problem = problem
        self._shown: dict[QPersistentModelIndex, ButtonRow] = {}

    def arrange(self) -> None:
        """Make those that came into sight, drop those that left it, and look again what is possible."""
        wanted = {QPersistentModelIndex(index) for index in self._in_sight()}
        for index in tuple(self._shown):
            row = self._shown[index]
            line = self._model.line(index) if index.isValid() else None
            same = line is not None and line.has_buttons and line.entry == row.entry
            if index in wanted and same and isValid(row):
                wanted.discard(index)
            else:
                self._drop(index)
        for index in wanted:
            line = self._model.line(index)
            if line:
                row = self._make(line.entry, self._view.viewport())
                self._shown[index] = row
                self._view.setIndexWidget(self._model.plain(index), row)
        self.refresh()

    def refresh(self) -> None:
        """Grey what is not possible, of the buttons in sight."""
        for row in self._shown.values():
            if isValid(row):
                row.refresh(self._problem)

    def at(self, index: QPersistentModelIndex) -> ButtonRow | None:
        """The buttons of a row in sight."""
        row = self._shown.get(index)
        return row if row and isValid(row) else None

    def _in_sight(self) -> list[QPersistentModelIndex]:
        found, area = [], self._view.viewport().rect()
        index = self._view.indexAt(area.topLeft())
        while index.isValid():
            if self._view.visualRect(index).top() > area.bottom():
                break
            line = self._model.line(index)
            if line and line.has_buttons:
                found.append(QPersistentModelIndex(index))
            index = self._view.indexBelow(index)
        return found

    def _drop(self, index: QPersistentModelIndex) -> None:
        row = self._shown.pop(index)
        if not isValid(row):
            return
        if any(button.hasFocus() for button in row.buttons):
            self._view.setFocus()
        if index.isValid():
            self._view.setIndexWidget(self._model.plain(index), None)  # type: ignore[arg-type] # Qt's way to take it away
        else:
            row.deleteLater()
