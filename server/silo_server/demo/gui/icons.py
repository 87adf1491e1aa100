"""Small pictures of what stands in the tree, drawn in the colours of the palette."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QApplication

SIZE = 18
_BLUE, _YELLOW, _GREEN = "#4a86c8", "#d9a400", "#4c9f70"


def document() -> QIcon:
    """A sheet of paper."""

    def draw(painter: QPainter) -> None:
        sheet = [(4, 2), (11, 2), (14, 5), (14, 16), (4, 16)]
        painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in sheet]))

    return _icon(draw)


def body() -> QIcon:
    """A box."""

    def draw(painter: QPainter) -> None:
        painter.setBrush(QColor(_BLUE))
        front = [(2, 7), (11, 7), (11, 16), (2, 16)]
        top = [(2, 7), (6, 3), (16, 3), (11, 7)]
        side = [(11, 7), (16, 3), (16, 12), (11, 16)]
        for face in (front, top, side):
            painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in face]))

    return _icon(draw)


def feature() -> QIcon:
    """A block on a plate."""

    def draw(painter: QPainter) -> None:
        painter.setBrush(QColor(_YELLOW))
        painter.drawRect(QRectF(2, 11, 14, 4))
        painter.drawRect(QRectF(5, 4, 8, 7))

    return _icon(draw)


def sketch() -> QIcon:
    """A drawn outline."""

    def draw(painter: QPainter) -> None:
        painter.setBrush(QColor("#e8f4ec"))
        painter.setPen(QPen(QColor(_GREEN), 1.6))
        painter.drawRect(QRectF(2.5, 4.5, 13, 9))
        painter.drawEllipse(QRectF(6, 6, 6, 6))

    return _icon(draw)


def _icon(draw: Callable[[QPainter], None]) -> QIcon:
    icon = QIcon()
    ink = QApplication.palette().color(QPalette.ColorRole.Text)
    for ratio in (1, 2):
        picture = QPixmap(SIZE * ratio, SIZE * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(ink, 1))
        draw(painter)
        painter.end()
        icon.addPixmap(picture)
        icon.addPixmap(picture, QIcon.Mode.Selected)  # not mixed with the colour of the selection
    return icon
