"""How a row of a list looks: a picture, two lines of text, a mark with its words."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPalette,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import (
    QApplication,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionButton,
    QStyleOptionViewItem,
)

from silo_subscriptions.qt.people import Dot
from silo_subscriptions.qt.pictures import SIDE

ROW = Qt.ItemDataRole.UserRole + 1
"""The role under which a model keeps the :class:`Row` of an index."""

MARGIN = 8
CORNER = 4
ONE_LINE = int(Qt.TextFlag.TextSingleLine)
"""Whatever stands in it: a line break in a description must not spill over the row."""
DOT = 9
"""Pixels across."""

FAINT = 0.65
"""How much of the text's colour the second line has."""

COLOURS = {Dot.EDITED: QColor("#d9822b"), Dot.VIEWED: QColor("#3478c6")}
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Row:
    """``title`` is in bold, ``detail`` below it. ``mark`` is a dot and ``words`` say what it means;
    ``state`` stands below them. ``picture``: None leaves an empty frame; ``has_picture`` False leaves
    no room for one."""

    title: str
    detail: str = ""
    mark: Dot = Dot.NONE
    words: str = ""
    state: str = ""
    picture: QPixmap | None = None
    has_picture: bool = True

    def told(self, role: int) -> str | None:
        """All of it, for a screen reader and as a tooltip, in which a name is never taken for markup."""
        said = ". ".join(filter(None, (self.title, self.detail, self.words, self.state)))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return said
        return f"<qt>{escape(said)}</qt>" if role == Qt.ItemDataRole.ToolTipRole else None


class RowDelegate(QStyledItemDelegate):
    """Paints :class:`Row`, with a box to check where the model has one."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        """All rows are equally high, so that a long list scrolls without being measured."""
        lines = 2 * QFontMetrics(option.font).lineSpacing() + 2 * MARGIN
        row = index.data(ROW)
        picture = SIDE + MARGIN if isinstance(row, Row) and row.has_picture else 0
        return QSize(360, max(lines, picture))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Ground and focus as the style has them, then our content."""
        row = index.data(ROW)
        if not isinstance(row, Row):
            return
        drawn = QStyleOptionViewItem(option)
        self.initStyleOption(drawn, index)
        drawn.text = ""
        drawn.features &= ~QStyleOptionViewItem.ViewItemFeature.HasCheckIndicator
        style = drawn.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, drawn, painter, drawn.widget)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = drawn.rect.adjusted(MARGIN, 0, -MARGIN, 0)
        checked = index.data(Qt.ItemDataRole.CheckStateRole)
        if checked is not None:
            self._box(painter, drawn, checked)
            area.setLeft(self._box_rect(drawn).right() + MARGIN)
        if row.has_picture:
            area = _picture(painter, area, row.picture, _ink(drawn))
        area = _mark(painter, area, row, drawn)
        _texts(painter, area, row, drawn)
        painter.restore()

    def editorEvent(  # noqa: N802 - Qt's name
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """A click on the box checks it; a double click anywhere does."""
        if not isinstance(event, QMouseEvent) or event.button() is not Qt.MouseButton.LeftButton:
            return False
        on_box = (
            self._box_rect(option)
            .adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)
            .contains(event.position().toPoint())
        )
        released = event.type() is QEvent.Type.MouseButtonRelease
        twice = event.type() is QEvent.Type.MouseButtonDblClick
        if not ((released and on_box) or (twice and not on_box)):
            return False
        checked = index.data(Qt.ItemDataRole.CheckStateRole)
        if checked is None:
            return False
        is_on = Qt.CheckState(checked) is Qt.CheckState.Checked
        wanted = Qt.CheckState.Unchecked if is_on else Qt.CheckState.Checked
        return model.setData(index, wanted, Qt.ItemDataRole.CheckStateRole)

    def _box(self, painter: QPainter, option: QStyleOptionViewItem, checked: object) -> None:
        button = QStyleOptionButton()
        button.rect = self._box_rect(option)
        button.palette = option.palette
        is_on = Qt.CheckState(checked) is Qt.CheckState.Checked
        flag = QStyle.StateFlag.State_On if is_on else QStyle.StateFlag.State_Off
        button.state = QStyle.StateFlag.State_Enabled | flag
        widget = option.widget
        widget.style().drawPrimitive(
            QStyle.PrimitiveElement.PE_IndicatorCheckBox, button, painter, widget
        )
        painter.setPen(_faint(_ink(option)))  # some styles draw a dark one that is not seen on dark
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(button.rect).adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)

    @staticmethod
    def _box_rect(option: QStyleOptionViewItem) -> QRect:
        rect: QRect = option.rect
        side = QApplication.style().pixelMetric(QStyle.PixelMetric.PM_IndicatorWidth)
        return QRect(rect.left() + MARGIN, rect.center().y() - side // 2, side, side)


def _ink(option: QStyleOptionViewItem) -> QColor:
    is_selected = option.state & QStyle.StateFlag.State_Selected
    role = QPalette.ColorRole.HighlightedText if is_selected else QPalette.ColorRole.Text
    colour: QColor = option.palette.color(role)
    return colour


def _faint(colour: QColor) -> QColor:
    fainter = QColor(colour)
    fainter.setAlphaF(FAINT)
    return fainter


def _picture(painter: QPainter, area: QRect, picture: QPixmap | None, ink: QColor) -> QRect:
    frame = QRect(area.left(), area.center().y() - SIDE // 2, SIDE, SIDE)
    if picture is None:
        line = _faint(ink)
        line.setAlphaF(0.25)
        painter.setPen(QPen(line, 1, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(frame.adjusted(1, 1, -1, -1), CORNER, CORNER)
    else:
        size = picture.deviceIndependentSize().toSize()
        corner = frame.center() - QPoint(size.width() // 2, size.height() // 2)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(QRect(corner, size)), CORNER, CORNER)
        painter.save()
        painter.setClipPath(outline)
        painter.drawPixmap(corner, picture)
        painter.restore()
    return area.adjusted(SIDE + MARGIN, 0, 0, 0)


def _mark(painter: QPainter, area: QRect, row: Row, option: QStyleOptionViewItem) -> QRect:
    """Dot and words on the right; answers what is left for the texts."""
    if not row.words and not row.state:
        return area
    metrics = QFontMetrics(option.font)
    widest = area.width() // 2
    lines = [metrics.elidedText(text, Qt.TextElideMode.ElideRight, widest)
             for text in (row.words, row.state)]  # fmt: skip
    width = max(metrics.horizontalAdvance(lines[0]) + (DOT + 6 if lines[0] else 0),
                metrics.horizontalAdvance(lines[1]))  # fmt: skip
    right = QRect(area.right() - width, area.top(), width, area.height())
    upper, lower = _halves(right, metrics, two=bool(lines[0] and lines[1]))
    ink = _ink(option)
    painter.setFont(option.font)
    align = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter) | ONE_LINE
    if lines[0]:
        painter.setPen(ink)
        painter.drawText(upper, align, lines[0])
        left = upper.right() - metrics.horizontalAdvance(lines[0]) - DOT - 5
        _dot(painter, QRect(left, upper.center().y() - DOT // 2, DOT, DOT), row.mark)
    if lines[1]:
        painter.setPen(_faint(ink))
        painter.drawText(lower, align, lines[1])
    return area.adjusted(0, 0, -width - 2 * MARGIN, 0)


def _dot(painter: QPainter, place: QRect, mark: Dot) -> None:
    """Full for an editor, hollow for a viewer: not its colour alone tells them apart."""
    if mark is Dot.NONE:
        return
    colour = COLOURS[mark]
    painter.setPen(QPen(colour, 2))
    painter.setBrush(colour if mark is Dot.EDITED else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(place.adjusted(1, 1, -1, -1))


def _texts(painter: QPainter, area: QRect, row: Row, option: QStyleOptionViewItem) -> None:
    font = QFont(option.font)
    metrics = QFontMetrics(font)
    upper, lower = _halves(area, metrics, two=bool(row.detail))
    ink = _ink(option)
    align = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter) | ONE_LINE
    bold = QFont(font)
    bold.setBold(True)
    painter.setFont(bold)
    painter.setPen(ink)
    elide = Qt.TextElideMode.ElideRight
    painter.drawText(upper, align, QFontMetrics(bold).elidedText(row.title, elide, area.width()))
    painter.setFont(font)
    painter.setPen(_faint(ink))
    painter.drawText(lower, align, metrics.elidedText(row.detail, elide, area.width()))


def _halves(area: QRect, metrics: QFontMetrics, *, two: bool) -> tuple[QRect, QRect]:
    """Where the two lines stand; both in the middle where there is only one."""
    if not two:
        return area, area
    height = metrics.lineSpacing()
    top = area.center().y() - height
    upper = QRect(area.left(), top, area.width(), height)
    return upper, upper.translated(0, height)
