"""Drawing a window while its event loop stands still."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QWidget


def paint_now(window: QWidget) -> None:
    """Lay out and draw what waits for it, as the next turn of the event loop would, and leave all other
    events for that: no input is taken, no timer runs. Main thread."""
    for kind in (QEvent.Type.PolishRequest, QEvent.Type.LayoutRequest):
        QCoreApplication.sendPostedEvents(None, kind.value)
    QCoreApplication.sendPostedEvents(window, QEvent.Type.UpdateRequest.value)
