"""Many reasons to look again, few looks: what comes a thousand times a second is drawn twenty times."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

PAUSE_MS = 50
"""The shortest time between two looks: at most 20 a second."""


class Coalescer(QObject):
    """Emits ``due`` at most once in ``PAUSE_MS``, and once more after the last :meth:`soon`. Main
    thread."""

    due = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self.due)

    def soon(self) -> None:
        """There is a reason to look again."""
        if not self._timer.isActive():
            self._timer.start()

    def stop(self) -> None:
        """Do not look any more; a later :meth:`soon` starts anew."""
        self._timer.stop()
