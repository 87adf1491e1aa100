"""The list of the pane."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QTreeView, QWidget

from silo_core.model.language import translate

_Index = QModelIndex | QPersistentModelIndex
BESIDE = 48
"""Pixels from the top of a row, in the middle of which the arrow stands that unfolds it."""


class ActivityView(QTreeView):
    """Scrolls row by row, so that only the heights of the rows in sight have to be known."""

    entered = Signal()
    """Return was pressed on a row."""
    copied = Signal()
    """The user wants the text of the row."""
    moved = Signal()
    """Other rows are in sight, or have another size."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.empty_text = ""
        self.setHeaderHidden(True)
        self.setRootIsDecorated(True)
        self.setIndentation(16)
        self.setExpandsOnDoubleClick(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # always there: a bar that comes and goes would change every height
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setAccessibleName(translate("SiloActivity", "Activity"))
        self.verticalScrollBar().valueChanged.connect(lambda _: self.moved.emit())
        self.expanded.connect(lambda _: self.moved.emit())
        self.collapsed.connect(lambda _: self.moved.emit())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Text wraps elsewhere at another width."""
        if event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()
        super().resizeEvent(event)
        self.moved.emit()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Another font, other heights."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.scheduleDelayedItemsLayout()
            self.moved.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Return goes to the buttons of the row; Ctrl+C copies its text."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif (
            event.key() == Qt.Key.Key_C and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.copied.emit()
        else:
            super().keyPressEvent(event)

    def drawBranches(self, painter: QPainter, rect: QRect, index: _Index) -> None:  # noqa: N802 - Qt's name
        """The arrow stands beside the picture, however tall the row is."""
        beside = QRect(rect)
        beside.setHeight(min(rect.height(), BESIDE))
        super().drawBranches(painter, beside, index)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Say why where there is nothing."""
        super().paintEvent(event)
        model = self.model()
        if model.rowCount() == 0 and self.empty_text:
            painter = QPainter(self.viewport())
            role = QPalette.ColorRole.PlaceholderText
            painter.setPen(self.palette().color(role))
            area = self.viewport().rect().adjusted(16, 24, -16, -16)
            flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
            painter.drawText(area, flags | Qt.TextFlag.TextWordWrap, self.empty_text)
