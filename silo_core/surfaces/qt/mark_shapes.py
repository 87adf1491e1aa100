"""The marks themselves: each has a shape of its own, so that its colour never says it alone.

A ring for who looks on, a diamond for an edit somewhere within, an octagon with a bar (no entry) for
what somebody else edits; an arrow that points down for what is newer on the server.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from silo_core.rules.presence import Dot

_ON_LIGHT = {
    Dot.VIEWING: "#23863a",
    Dot.EDITING_WITHIN: "#c77700",
    Dot.OTHER_EDITING_THIS: "#cf2222",
}
_ON_DARK = {
    Dot.VIEWING: "#5ecb77",
    Dot.EDITING_WITHIN: "#f5b342",
    Dot.OTHER_EDITING_THIS: "#ff6b64",
}
_NEWER_ON_LIGHT, _NEWER_ON_DARK = "#1a6fc4", "#dbeaff"
_ARROW = (
    (0.34, 0.02),
    (0.66, 0.02),
    (0.66, 0.5),
    (0.96, 0.5),
    (0.5, 0.98),
    (0.04, 0.5),
    (0.34, 0.5),
)
"""Its corners, as parts of the square."""
FADED = 0.45
"""How strong a mark is that may not be true any more."""


def draw(painter: QPainter, rect: QRectF, dot: Dot, ground: QColor, *, faded: bool = False) -> None:
    """Draw the mark of ``dot`` into ``rect``, a square, to be seen on ``ground``."""
    is_dark = _is_dark(ground)
    colour = QColor((_ON_DARK if is_dark else _ON_LIGHT)[dot])
    _begin(painter, faded)
    if dot is Dot.VIEWING:
        _ring(painter, rect, colour)
    elif dot is Dot.EDITING_WITHIN:
        _polygon(painter, rect, colour, 4, 0.0)
    else:
        _polygon(painter, rect, colour, 8, math.pi / 8)
        _bar(painter, rect, QColor("#000000" if is_dark else "#ffffff"))
    painter.restore()


def draw_newer(painter: QPainter, rect: QRectF, ground: QColor, *, faded: bool = False) -> None:
    """Draw the mark of what has newer versions than are here, as ``draw`` does."""
    _begin(painter, faded)
    painter.setBrush(QColor(_NEWER_ON_DARK if _is_dark(ground) else _NEWER_ON_LIGHT))
    corners = [
        QPointF(rect.x() + x * rect.width(), rect.y() + y * rect.height()) for x, y in _ARROW
    ]
    painter.drawPolygon(QPolygonF(corners))
    painter.restore()


def _is_dark(ground: QColor) -> bool:
    return ground.lightness() < 128


def _begin(painter: QPainter, faded: bool) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setOpacity(FADED if faded else 1.0)


def _ring(painter: QPainter, rect: QRectF, colour: QColor) -> None:
    width = rect.width() / 4.5
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, width))
    inset = width / 2 + rect.width() / 16
    painter.drawEllipse(rect.adjusted(inset, inset, -inset, -inset))


def _polygon(painter: QPainter, rect: QRectF, colour: QColor, corners: int, turned: float) -> None:
    radius, middle = rect.width() / 2, rect.center()
    angles = [turned + 2 * math.pi * corner / corners for corner in range(corners)]
    points = [
        QPointF(middle.x() + radius * math.cos(angle), middle.y() + radius * math.sin(angle))
        for angle in angles
    ]
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF(points))


def _bar(painter: QPainter, rect: QRectF, colour: QColor) -> None:
    height = rect.height() / 5
    painter.setBrush(colour)
    left, width = rect.left() + rect.width() * 0.22, rect.width() * 0.56
    painter.drawRect(QRectF(left, rect.center().y() - height / 2, width, height))
