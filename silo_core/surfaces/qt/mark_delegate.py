"""Draws marks over what a tree's own delegate draws, and leaves everything else to that delegate."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from PySide6.QtCore import (
    QAbstractItemModel,
    QElapsedTimer,
    QEvent,
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)
from shiboken6 import isValid

from silo_core.rules.marks import Mark
from silo_core.rules.presence import Dot
from silo_core.surfaces.qt import mark_shapes

Index = QModelIndex | QPersistentModelIndex
MARGIN = 4
"""Between a mark and the edge of the tree, in pixels."""
SAMPLE_MS = 2_000
LARGEST = 14
"""The most pixels a mark takes: it stands beside a text and must not be louder than it."""


class MarkDelegate(QStyledItemDelegate):
    """In place of ``old``, to which everything but the marks is left. ``mark`` answers an index's mark
    or None, ``text`` what it says, a line each; ``faded`` whether marks may be out of date."""

    def __init__(
        self,
        view: QAbstractItemView,
        old: QAbstractItemDelegate,
        mark: Callable[[Index], Mark | None],
        text: Callable[[Index, Mark], tuple[str, ...]],
        faded: Callable[[], bool],
    ) -> None:
        super().__init__(view)
        self.old = old
        self._view = view
        self.mark_of = mark
        self._text = text
        self._faded = faded
        self._ground = QColor()
        self._sampled = QElapsedTimer()
        # the view listens to us now: what the old delegate says about its editors goes on to it
        old.commitData.connect(self.commitData)
        old.closeEditor.connect(self.closeEditor)
        old.sizeHintChanged.connect(self.sizeHintChanged)

    def sample(self) -> bool:
        """Look what the tree's ground is: a style sheet may give it another colour than the palette
        says. Whether it is another one than before. Looks every few seconds at most, as a user changes
        the theme now and then; not to be called while the tree is drawn."""
        is_recent = self._sampled.isValid() and self._sampled.elapsed() < SAMPLE_MS
        if is_recent or not self._view.isVisible():
            return False
        self._sampled.start()
        viewport, window = self._view.viewport(), self._view.window()
        corner = viewport.mapTo(window, viewport.rect().bottomRight())
        # of the window, as the tree may leave its ground to what is behind it
        seen = window.grab(QRect(corner, QSize(1, 1))).toImage()
        before, self._ground = self._ground, seen.pixelColor(0, 0)
        return before != self._ground

    def release(self) -> None:
        """Let go of the old delegate, which works without us from now on."""
        if isValid(self.old):
            self.old.commitData.disconnect(self.commitData)
            self.old.closeEditor.disconnect(self.closeEditor)
            self.old.sizeHintChanged.disconnect(self.sizeHintChanged)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """As the old delegate does, and the marks at the right end of what is visible of the row."""
        self.old.paint(painter, option, index)
        mark = self.mark_of(index) if index.column() == 0 else None
        if mark is None:
            return
        rect = option.rect
        size = min(LARGEST, rect.height() - 4)
        right = min(rect.right(), self._view.viewport().rect().right()) - MARGIN
        top = rect.center().y() - size / 2 + 0.5
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.Highlight if selected else QPalette.ColorRole.Base
        by_palette = QColor(option.palette.color(role))
        is_known = self._ground.isValid() and not selected
        ground = self._ground if is_known else by_palette
        faded = self._faded()
        left = max(rect.left(), right - size)
        if mark.dot is not Dot.NONE:
            mark_shapes.draw(painter, QRectF(left, top, size, size), mark.dot, ground, faded=faded)
            left = max(rect.left(), left - size - MARGIN)
        if mark.newer:
            mark_shapes.draw_newer(painter, QRectF(left, top, size, size), ground, faded=faded)

    def helpEvent(  # noqa: N802 - Qt's name
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """The tooltip of a marked row says what its mark does, and then what it said before."""
        mark = self.mark_of(index) if index.column() == 0 else None
        if mark is None or event.type() != QEvent.Type.ToolTip:
            return self.old.helpEvent(event, view, option, index)
        said = [escape(line) for line in self._text(index, mark)]
        before = str(index.data(Qt.ItemDataRole.ToolTipRole) or "")
        rest = before if before.lstrip().startswith("<") else escape(before)
        text = "<br>".join(said) + (f"<hr>{rest}" if rest else "")
        QToolTip.showText(event.globalPos(), f"<p>{text}</p>", view)
        return True

    # -- what the old delegate does as before ---------------------------------------------------------

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """The old delegate's."""
        return self.old.sizeHint(option, index)

    def displayText(self, value: object, locale: QLocale | QLocale.Language) -> str:  # noqa: N802
        """The old delegate's."""
        old = self.old
        if isinstance(old, QStyledItemDelegate):
            return old.displayText(value, locale)
        return super().displayText(value, locale)

    def createEditor(  # noqa: N802
        self, parent: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> QWidget:
        """The old delegate's."""
        return self.old.createEditor(parent, option, index)

    def destroyEditor(self, editor: QWidget, index: Index) -> None:  # noqa: N802
        """The old delegate's."""
        self.old.destroyEditor(editor, index)

    def setEditorData(self, editor: QWidget, index: Index) -> None:  # noqa: N802
        """The old delegate's."""
        self.old.setEditorData(editor, index)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:  # noqa: N802
        """The old delegate's."""
        self.old.setModelData(editor, model, index)

    def updateEditorGeometry(  # noqa: N802
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """The old delegate's."""
        self.old.updateEditorGeometry(editor, option, index)

    def editorEvent(  # noqa: N802
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """The old delegate's."""
        return self.old.editorEvent(event, model, option, index)
