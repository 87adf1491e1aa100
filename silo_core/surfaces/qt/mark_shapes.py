"""The marks themselves: each has a shape of its own, so that its colour never says it alone.

A ring for who looks on, a diamond for an edit somewhere within, an octagon with a bar (no entry) for
what somebody else edits.
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
FADED = 0.45
"""How strong a mark is that may not be true any more."""


def draw(painter: QPainter, rect: QRectF, dot: Dot, ground: QColor, *, faded: bool = False) -> None:
    """Draw the mark of ``dot`` into ``rect``, a square, to be seen on ``ground``."""
    is_dark = ground.lightness() < 128
    colour = QColor((_ON_DARK if is_dark else _ON_LIGHT)[dot])
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setOpacity(FADED if faded else 1.0)
    if dot is Dot.VIEWING:
        _ring(painter, rect, colour)
    elif dot is Dot.EDITING_WITHIN:
        _polygon(painter, rect, colour, 4, 0.0)
    else:
        _polygon(painter, rect, colour, 8, math.pi / 8)
        _bar(painter, rect, QColor("#000000" if is_dark else "#ffffff"))
    painter.restore()


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
