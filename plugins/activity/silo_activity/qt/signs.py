"""The sign of each kind as a drawing: fonts may have no emoji, and colour is never the only sign."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from silo_core.model.exchange import ActivityKind

_GREEN, _BLUE, _AMBER, _RED, _GREY = "#2e8b57", "#3478c6", "#c77700", "#d32f2f", "#808890"


def draw(painter: QPainter, rect: QRectF, kind: ActivityKind) -> None:
    """The sign of ``kind`` in ``rect``, a square in pixels."""
    colour, shape = _SIGNS[kind]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.topLeft())
    painter.scale(rect.width() / 16, rect.height() / 16)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    shape(painter, QColor(colour))
    painter.restore()


def _arrow(painter: QPainter, up: bool) -> None:
    """As in ⬆ and ⬇."""
    points = [(8, 1), (14.5, 8), (10.5, 8), (10.5, 15), (5.5, 15), (5.5, 8), (1.5, 8)]
    painter.drawPolygon(QPolygonF([QPointF(x, y if up else 16 - y) for x, y in points]))


def _lock(painter: QPainter, colour: QColor) -> None:
    painter.drawRoundedRect(QRectF(2.5, 7, 11, 8), 1.5, 1.5)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, 2))
    painter.drawArc(QRectF(4.8, 1.8, 6.4, 9), 0, 180 * 16)


def _triangle(painter: QPainter, _colour: QColor) -> None:
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(8, 1), QPointF(15.5, 14.5), QPointF(0.5, 14.5)]))
    path.closeSubpath()
    painter.drawPath(path)
    painter.setBrush(QColor("white"))
    painter.drawRoundedRect(QRectF(7.1, 5.5, 1.8, 4.6), 0.9, 0.9)
    painter.drawEllipse(QPointF(8, 12), 1.1, 1.1)


def _bell(painter: QPainter, _colour: QColor) -> None:
    path = QPainterPath(QPointF(2, 12))
    path.cubicTo(QPointF(4, 10.5), QPointF(3.4, 8.5), QPointF(3.8, 6.4))
    path.cubicTo(QPointF(4.4, 3.6), QPointF(6, 2.6), QPointF(8, 2.4))
    path.cubicTo(QPointF(10, 2.6), QPointF(11.6, 3.6), QPointF(12.2, 6.4))
    path.cubicTo(QPointF(12.6, 8.5), QPointF(12, 10.5), QPointF(14, 12))
    path.closeSubpath()
    painter.drawPath(path)
    painter.drawEllipse(QPointF(8, 2.2), 1.3, 1.3)
    painter.drawEllipse(QPointF(8, 13.6), 1.8, 1.6)


def _cross(painter: QPainter, _colour: QColor) -> None:
    painter.drawEllipse(QRectF(1, 1, 14, 14))
    painter.setPen(QPen(QColor("white"), 2, c=Qt.PenCapStyle.RoundCap))
    painter.drawLine(QPointF(5.3, 5.3), QPointF(10.7, 10.7))
    painter.drawLine(QPointF(10.7, 5.3), QPointF(5.3, 10.7))


def _clash(painter: QPainter, _colour: QColor) -> None:
    """Two that point at each other: nothing is wrong, but somebody has to decide."""
    painter.drawPolygon(QPolygonF([QPointF(0.5, 3), QPointF(7, 8), QPointF(0.5, 13)]))
    painter.drawPolygon(QPolygonF([QPointF(15.5, 3), QPointF(9, 8), QPointF(15.5, 13)]))


def _broken(painter: QPainter, colour: QColor) -> None:
    """A ring with a gap."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, 2.4, c=Qt.PenCapStyle.RoundCap))
    painter.drawArc(QRectF(2.5, 2.5, 11, 11), 60 * 16, 290 * 16)


def _dot(painter: QPainter, _colour: QColor) -> None:
    painter.drawEllipse(QPointF(8, 8), 4, 4)


_KIND = ActivityKind
_SIGNS: Mapping[ActivityKind, tuple[str, Callable[[QPainter, QColor], None]]] = {
    _KIND.CHECKPOINT: (_GREEN, lambda painter, _: _arrow(painter, up=True)),
    _KIND.BLOCKED: (_RED, _lock),
    _KIND.WARNING: (_AMBER, _triangle),
    _KIND.HANDOFF: (_BLUE, _bell),
    _KIND.SESSION: (_AMBER, _broken),
    _KIND.UPDATED: (_BLUE, lambda painter, _: _arrow(painter, up=False)),
    _KIND.SYNCED: (_GREEN, lambda painter, _: _arrow(painter, up=False)),
    _KIND.CONFLICT: (_RED, _clash),
    _KIND.CONNECTION: (_GREY, _dot),
    _KIND.PROBLEM: (_RED, _cross),
}
