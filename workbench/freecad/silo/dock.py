"""The dock that a pane stands in. Main thread; it knows nothing of FreeCAD."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow


class Dock(QDockWidget):
    """Tells what the user wants of it, and not what becomes of it when another tab comes to the front or
    the window is closed."""

    wanted = Signal(bool)
    """The user closed it (✕), or ticked it or not in FreeCAD's list of panels."""

    def __init__(self, title: str, main: QMainWindow) -> None:
        super().__init__(title, main)
        self._main = main
        self.toggleViewAction().triggered.connect(lambda _: self._tell())

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """An application that quits closes every window, the docks that float among them: whether the
        main window goes as well is known in a moment."""
        super().closeEvent(event)
        QTimer.singleShot(0, self, self._tell)

    def _tell(self) -> None:
        if self._main.isVisible():
            self.wanted.emit(not self.isHidden())
