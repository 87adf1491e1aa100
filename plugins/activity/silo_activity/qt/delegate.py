"""How a row looks: a sign, the headline, who, where and how long ago, and below it the buttons or what
was chosen."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from silo_activity.qt import signs
from silo_activity.qt.buttons import height_of
from silo_activity.qt.model import ActivityModel, Line
from silo_activity.qt.thumbnails import Thumbnails

PADDING = 6
GAP = 3
PICTURE = 36
SIGN = 20
BADGE = 16
TEXT_LEFT = PADDING + PICTURE + 8
"""Where the text begins, from the left edge of a row."""
DOT = 7
DOT_ROOM = 14
"""Beside the headline."""
MOST_LINES = 4
FAINT = 0.65
"""How much of the text's colour what is less important has."""

_WRAP = Qt.TextFlag.TextWordWrap
_Index = QModelIndex | QPersistentModelIndex


class RowDelegate(QStyledItemDelegate):
    """Paints rows of an ``ActivityModel``."""

    def __init__(self, view: QTreeView, model: ActivityModel, thumbnails: Thumbnails) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self._thumbnails = thumbnails
        self._heights: dict[tuple[str, int, str], int] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: N802 - Qt's name
        """What the row needs at the width of the view."""
        line = self._model.line(index)
        if line is None:
            return super().sizeHint(option, index)
        width = self._width(index)
        metrics = QFontMetrics(self._view.font())
        if line.detail:
            inner = width - self._detail_left() - PADDING
            below = index.sibling(index.row() + 1, 0).isValid()
            room = GAP if below else PADDING
            return QSize(width, self._text_height(line.text, inner, bold=False) + room)
        bold = self._model.is_unread(line)
        inner = width - TEXT_LEFT - PADDING
        height = self._text_height(line.text, inner - DOT_ROOM, bold)
        if line.first_detail:
            height += self._text_height(line.first_detail, inner, bold=False)
        height += GAP + metrics.height()
        if line.has_buttons:
            height += 2 * GAP + height_of(line.entry.actions, metrics, inner)
        elif line.entry.chosen and not line.is_bulk:
            height += GAP + metrics.height()
        return QSize(width, max(height, PICTURE) + 2 * PADDING)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw the row."""
        line = self._model.line(index)
        if line is None:
            return
        painter.save()
        self._paint_ground(painter, option, is_ruled=not line.detail)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text
        ink = self._view.palette().color(role)
        if line.detail:
            painter.setPen(_faint(ink))
            area = option.rect.adjusted(self._detail_left(), 0, -PADDING, 0)
            painter.drawText(area, _WRAP, line.text)
        else:
            self._paint_picture(painter, option.rect, line)
            self._paint_texts(painter, option.rect, line, ink)
        painter.restore()

    def _detail_left(self) -> int:
        """Details begin where the text of their entry does, a step further out."""
        return TEXT_LEFT - self._view.indentation()

    def _paint_ground(
        self, painter: QPainter, option: QStyleOptionViewItem, *, is_ruled: bool
    ) -> None:
        """Selection, hover and the frame of the keyboard's row, as the style draws them; a line above
        each entry tells it from the one before."""
        style = self._view.style()
        style.drawPrimitive(
            QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, self._view
        )
        if is_ruled and option.rect.top() > 0:
            line = QColor(self._view.palette().color(QPalette.ColorRole.Text))
            line.setAlphaF(0.10)
            painter.setPen(line)
            painter.drawLine(option.rect.topLeft(), option.rect.topRight())

    def _paint_picture(self, painter: QPainter, rect: QRect, line: Line) -> None:
        box = QRect(rect.left() + PADDING, rect.top() + PADDING, PICTURE, PICTURE)
        number = "" if line.is_bulk else line.entry.part_number
        picture = self._thumbnails.get(number) if number else None
        if picture is None:
            inset = (PICTURE - SIGN) / 2
            signs.draw(
                painter, QRectF(box.left() + inset, box.top() + 2, SIGN, SIGN), line.entry.kind
            )
            return
        size = picture.size().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
        target = QRect(QPoint(0, 0), size)
        target.moveCenter(box.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(target, picture)
        badge = QRectF(box.right() - BADGE + 3, box.bottom() - BADGE + 3, BADGE, BADGE)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._view.palette().color(QPalette.ColorRole.Base))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawEllipse(badge.adjusted(-2, -2, 2, 2))
        signs.draw(painter, badge.adjusted(1, 1, -1, -1), line.entry.kind)

    def _paint_texts(self, painter: QPainter, rect: QRect, line: Line, ink: QColor) -> None:
        unread = self._model.is_unread(line)
        left, width = rect.left() + TEXT_LEFT, rect.width() - TEXT_LEFT - PADDING
        top, metrics = rect.top() + PADDING, QFontMetrics(self._view.font())
        height = self._text_height(line.text, width - DOT_ROOM, unread)
        painter.setFont(self._font(unread))
        painter.setPen(ink)
        painter.setClipRect(rect)
        painter.drawText(QRect(left, top, width - DOT_ROOM, height), _WRAP, line.text)
        if unread:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._view.palette().color(QPalette.ColorRole.Highlight))
            if ink == self._view.palette().color(QPalette.ColorRole.HighlightedText):
                painter.setBrush(ink)
            painter.drawEllipse(rect.right() - DOT - PADDING, top + 5, DOT, DOT)
        painter.setFont(self._font(bold=False))
        painter.setPen(ink)
        top += height
        if line.first_detail:
            height = self._text_height(line.first_detail, width, bold=False)
            painter.drawText(QRect(left, top, width, height), _WRAP, line.first_detail)
            top += height
        painter.setPen(_faint(ink))
        top += GAP
        below = QRect(left, top, width, metrics.height())
        where = metrics.elidedText(self._where(line), Qt.TextElideMode.ElideRight, width)
        painter.drawText(below, Qt.AlignmentFlag.AlignVCenter, where)
        if line.entry.chosen and not line.is_bulk:
            painter.setPen(ink)
            below.moveTop(top + metrics.height() + GAP)
            said = metrics.elidedText(f"✓ {line.entry.chosen}", Qt.TextElideMode.ElideRight, width)
            painter.drawText(below, Qt.AlignmentFlag.AlignVCenter, said)

    def _where(self, line: Line) -> str:
        entry, age = line.entry, self._model.age(line)
        if line.is_bulk:
            return age
        part = "" if entry.part_number in line.text else entry.part_number
        user = "" if entry.user in line.text else entry.user
        return " · ".join(filter(None, (age, user, part)))

    def _width(self, index: _Index) -> int:
        depth, parent = 1, index.parent()
        while parent.isValid():
            depth, parent = depth + 1, parent.parent()
        return self._view.viewport().width() - depth * self._view.indentation()

    def _text_height(self, text: str, width: int, bold: bool) -> int:
        font = self._font(bold)
        key = (text, width, font.key())
        if key not in self._heights:
            if len(self._heights) > 5000:
                self._heights.clear()
            metrics = QFontMetrics(font)
            box = metrics.boundingRect(QRect(0, 0, max(width, 40), 10_000), _WRAP, text)
            self._heights[key] = min(box.height(), MOST_LINES * metrics.lineSpacing())
        return self._heights[key]

    def _font(self, bold: bool) -> QFont:
        font = QFont(self._view.font())
        font.setBold(bold)
        return font


def _faint(ink: QColor) -> QColor:
    faint = QColor(ink)
    faint.setAlphaF(FAINT)
    return faint
