"""What the dialogs of this plugin have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from silo_core.model.exchange import ConnectionState
from silo_core.model.language import translate
from silo_subscriptions.qt.background import Newest
from silo_subscriptions.qt.parts import Line
from silo_subscriptions.windows import Windows

TYPING_MS = 250
"""How long after the last key a search begins."""


class Dialog(QDialog):
    """Deletes itself when it is closed, and then hears nothing more; answers that are under way are
    dropped."""

    def __init__(self, windows: Windows, title: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.windows = windows
        self.services = windows.services
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setSizeGripEnabled(True)
        self.line = Line(translate("SiloSubscriptions", "Message"), self)
        self._heard: list[tuple[list[Any], Any]] = []
        heard = self._heard
        self.destroyed.connect(lambda: _forget(heard))  # its window may take it along
        self.hear(windows.on_stop, self.reject)

    def hear(self, listeners: list[Any], listener: Callable[..., object]) -> None:
        """Have ``listener`` called as long as the dialog is open."""
        listeners.append(listener)
        self._heard.append((listeners, listener))

    def asker(self) -> Newest:
        """A way to ask the server, whose late answers are dropped."""
        return Newest(self.services, self)

    def delayed(self, call: Callable[[], object], milliseconds: int = TYPING_MS) -> QTimer:
        """A timer that calls once, this long after it was started last."""
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(call)
        return timer

    def done(self, result: int) -> None:
        """See Qt: it is closed, in whatever way."""
        _forget(self._heard)
        super().done(result)

    @property
    def here(self) -> str | None:
        """This workstation's id on the server. None, and a sentence in the line, before it has one."""
        known = self.services.workstation_id
        if known is None:
            self.line.complain(
                self.why_offline()
                or translate("SiloSubscriptions", "Not connected to the server yet.")
            )
        return known

    def why_offline(self) -> str:
        """Why nothing can be asked just now; empty if it can."""
        connection = self.services.connection
        if connection.state is ConnectionState.ONLINE:
            return ""
        return connection.reason or translate(
            "SiloSubscriptions", "There is no connection to the server."
        )


def button(text: str, call: Callable[[], object], hint: str = "") -> QPushButton:
    """A push button that Return does not press unless it has the keyboard."""
    made = QPushButton(text)
    made.setAutoDefault(False)
    made.setToolTip(hint)
    made.clicked.connect(lambda _=False: call())
    return made


def _forget(heard: list[tuple[list[Any], Any]]) -> None:
    for listeners, listener in heard:
        if listener in listeners:
            listeners.remove(listener)
    heard.clear()
