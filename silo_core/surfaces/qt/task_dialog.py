"""What dialogs have in common that ask a server something: they wait for it beside the window, say what
went wrong in it, and let the user try again."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QStyle,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from silo_core.model.errors import SiloError
from silo_core.model.exchange import ConnectionState
from silo_core.model.language import translate
from silo_core.ports.client import SiloClient
from silo_core.ports.services import Services
from silo_core.surfaces.qt import text


class TaskDialog(QDialog):
    """A dialog with ``content`` above a line that says how things stand, and buttons below. It deletes
    itself once it is closed. A subclass fills ``content`` and says what ``go`` does."""

    def __init__(self, services: Services, title: str, go: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.services = services
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self._had_keyboard: QWidget | None = None
        self.content = QVBoxLayout()
        self.content.setSpacing(10)
        self.buttons = QDialogButtonBox(self)
        role = QDialogButtonBox.ButtonRole
        self.go_button = QPushButton(go, self.buttons)
        self.go_button.setDefault(True)
        self.buttons.addButton(self.go_button, role.AcceptRole)
        self.close_button = self.buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self.go)
        self.buttons.rejected.connect(self.reject)
        self._said = text.label("")
        self._said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._icon = QLabel(self)
        self._busy = QProgressBar(self)
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._busy.setFixedHeight(6)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._said, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 18, 18, 14)
        layout.setSpacing(12)
        layout.addLayout(self.content, 1)
        layout.addWidget(self._busy)
        layout.addLayout(row)
        layout.addWidget(self.buttons)
        self._grown = 0
        self.say("")
        self._be_busy(False)

    def go(self) -> None:
        """What the button does."""
        raise NotImplementedError

    def say(self, sentence: str, *, problem: bool = False) -> None:
        """Show a sentence above the buttons; ``problem`` puts the sign of one before it."""
        self._said.setText(text.breakable(sentence))
        self._said.setVisible(bool(sentence))
        self._icon.setVisible(problem)
        if problem:
            size = self.style().pixelMetric(QStyle.PixelMetric.PM_SmallIconSize, None, self)
            icon = self.style().standardIcon(QStyle.StandardPixmap.SP_MessageBoxWarning, None, self)
            self._icon.setPixmap(icon.pixmap(size, size))
            # for those who hear the window: nothing else tells that the button led to this
            self._said.setAccessibleName(sentence)
        if self.isVisible():
            self._make_room()

    def _make_room(self) -> None:
        """Grow where a sentence of several lines would take it from the fields above, until it goes."""
        if layout := self.layout():
            layout.activate()
            plain = self.height() - self._grown
            needed = layout.totalHeightForWidth(self.width())
            self._grown = max(0, needed - plain)
            self.resize(self.width(), plain + self._grown)

    def client(self) -> SiloClient | None:
        """What can be asked; None where nobody can, and then the dialog says why."""
        if problem := self.why_offline():
            self.say(problem, problem=True)
            return None
        return self.services.client

    def why_offline(self) -> str:
        """Why no server can be asked; empty if one can, even if it may not answer."""
        connection = self.services.connection
        is_shut = connection.state in (ConnectionState.UNCONFIGURED, ConnectionState.REFUSED)
        if self.services.client is not None and not is_shut:
            return ""
        reason = "" if connection.state is ConnectionState.UNCONFIGURED else connection.reason
        return reason or translate(
            "SiloTask", "There is no connection to a server; sign in with Silo > Sign In."
        )

    def work(
        self,
        call: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[SiloError], None] | None = None,
        *,
        saying: str = "",
        quiet: bool = False,
    ) -> None:
        """Run ``call`` on a worker, then ``done`` with its answer on the main thread, unless the dialog
        is gone by then. What it raises is shown, or given to ``failed``. Meanwhile the dialog cannot
        be used, unless it is ``quiet``."""
        if not quiet:
            self.say(saying)
            self._be_busy(True)
        future = self.services.submit(call)
        settle = partial(self._settle, done, failed, quiet)
        future.add_done_callback(lambda ended: self.services.post(lambda: settle(ended)))

    def _settle(
        self,
        done: Callable[[Any], None],
        failed: Callable[[SiloError], None] | None,
        quiet: bool,
        future: Future[Any],
    ) -> None:
        if not isValid(self):
            return
        if not quiet:
            self._be_busy(False)
        error = SiloError("Silo has stopped.") if future.cancelled() else future.exception()
        if error is None:
            done(future.result())
            return
        known = error if isinstance(error, SiloError) else SiloError(_bug(error))
        (failed or self._say_problem)(known)

    def _say_problem(self, error: SiloError) -> None:
        self.say(error.message, problem=True)

    def _be_busy(self, busy: bool) -> None:
        if busy:  # else Cancel would get the keyboard, and be what a second Enter presses
            self._had_keyboard = QApplication.focusWidget()
            self.setFocus()
        self._busy.setVisible(busy)
        self.go_button.setEnabled(not busy)
        for index in range(self.content.count()):
            item = self.content.itemAt(index)
            if item and (widget := item.widget()):
                widget.setEnabled(not busy)
        back = self._had_keyboard
        if not busy and back is not None and isValid(back) and self.focusWidget() in (None, self):
            back.setFocus()


def _bug(error: BaseException) -> str:
    return translate(
        "SiloTask", "Something unexpected happened ({name}); the log says more."
    ).format(name=type(error).__name__)
