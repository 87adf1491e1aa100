"""Notifications of the operating system, for a user who looks elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QStyle, QSystemTrayIcon, QWidget

from silo_core.model.language import translate

SHOWN_MS = 10_000
_NO_MARKUP = str.maketrans("<>", "‹›")
"""Some desktops take what others wrote for markup, and some show what was escaped for that."""


class Alerts(QObject):
    """The notifications of one window; a click on one brings the window to the front. Main thread.

    Nothing is shown while a window of the program has the keyboard, as the notice or the question is in
    sight then, nor where the desktop has no place for notifications.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._tray: QSystemTrayIcon | None = None

    def show(self, title: str, text: str) -> None:
        """Notify the user."""
        if _is_looking() or not QSystemTrayIcon.isSystemTrayAvailable():
            return
        tray = self._icon()
        tray.show()
        title, text = title.translate(_NO_MARKUP), text.translate(_NO_MARKUP)
        tray.showMessage(title, text, QSystemTrayIcon.MessageIcon.Information, SHOWN_MS)

    def close(self) -> None:
        """Take the icon away."""
        if self._tray:
            self._tray.hide()
            self._tray.deleteLater()
            self._tray = None

    def _icon(self) -> QSystemTrayIcon:
        """Made for the first notification: until then there is none beside the clock."""
        if self._tray is None:
            own = self._window.windowIcon()
            shown = QStyle.StandardPixmap.SP_MessageBoxInformation
            icon = self._window.style().standardIcon(shown) if own.isNull() else own
            self._tray = QSystemTrayIcon(icon, self)
            self._tray.setToolTip(translate("SiloAlert", "Silo"))
            self._tray.messageClicked.connect(self._to_front)
            self._tray.activated.connect(self._to_front)
        return self._tray

    def _to_front(self) -> None:
        self._window.setWindowState(self._window.windowState() & ~Qt.WindowState.WindowMinimized)
        self._window.raise_()
        self._window.activateWindow()


def _is_looking() -> bool:
    return QGuiApplication.applicationState() is Qt.ApplicationState.ApplicationActive
