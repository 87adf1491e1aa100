"""The editor of the demo: real files behind a real window."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication, QMainWindow, QPushButton

from silo_core.model.context import Context
from silo_core.model.exchange import ActivityEntry, ActivityKind, Question, Reply
from silo_core.ports.host import HostListener
from silo_core.surfaces.headless import HeadlessHost
from silo_core.surfaces.qt.browser import open_in_browser
from silo_core.surfaces.qt.main_thread import MainThread
from silo_core.surfaces.qt.notice import Notices
from silo_core.surfaces.qt.painting import paint_now
from silo_core.surfaces.qt.question import QuestionBox, Questions

NOTICED = frozenset({ActivityKind.WARNING, ActivityKind.CONFLICT, ActivityKind.PROBLEM})
"""What is shown over the window too; all else stands in the pane, or is asked as a question."""


class QtHost(HeadlessHost):
    """A headless editor whose main loop is Qt's, and which asks and notifies in ``window``. ``changed``
    is called whenever what it has open or edits may look different."""

    name = "demo"

    def __init__(self, window: QMainWindow, changed: Callable[[], None]) -> None:
        super().__init__()
        self._window = window
        self._changed = changed
        self._loop = MainThread(window)
        self._asking = Questions(window)
        self._notices = Notices(window)
        self.choose: Callable[[str], None] = lambda name: None
        """Makes an object, by its internal name, the current one of the tree."""

    # -- what a user does --------------------------------------------------------------------------

    def open(self, path: Path) -> str:
        """See ``HeadlessHost``."""
        key = super().open(path)
        self._changed()
        return key

    def enter(self, document_key: str, *contexts: Context) -> None:
        """See ``HeadlessHost``."""
        super().enter(document_key, *contexts)
        self._changed()

    def edit(self, document_key: str, with_bytes_of: Path) -> None:
        """See ``HeadlessHost``."""
        super().edit(document_key, with_bytes_of)
        self._changed()

    def reload(self, document_key: str) -> None:
        """See ``HeadlessHost``."""
        super().reload(document_key)
        self._changed()

    def save(self, document_key: str) -> None:
        """See ``HeadlessHost``."""
        super().save(document_key)
        self._changed()

    def answer(self, option: str, question: Question | None = None, message: str = "") -> None:
        """Press the button ``option`` of the question that waits longest, as a user would."""
        for box in self._window.findChildren(QuestionBox):
            for button in box.findChildren(QPushButton):
                if question in (None, box.question) and button.text() == option:
                    box.write(message)
                    button.click()
                    return
        raise ValueError("no such question waits for an answer")

    def select(self, document_key: str, object_id: str) -> None:
        """See ``CanSelect``."""
        super().select(document_key, object_id)
        self._window.raise_()
        self.choose(object_id)

    # -- the main loop -----------------------------------------------------------------------------

    def run_pending(self, timeout: float = 0) -> int:
        """Give Qt's loop a turn, or turns for ``timeout`` seconds."""
        until = time.monotonic() + timeout
        QApplication.processEvents()
        while time.monotonic() < until:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
            time.sleep(0.001)
        return 0

    def attach(self, listener: HostListener) -> None:
        """See ``Host``."""
        if self._detached:  # for another server
            self._loop = MainThread(self._window)
        super().attach(listener)

    def detach(self) -> None:
        """See ``Host``."""
        super().detach()
        self._asking.close()
        self._notices.close()
        self._loop.close()

    def paint(self) -> None:
        """See ``CanPaint``."""
        paint_now(self._window)

    def post(self, call: Callable[[], None]) -> None:
        """See ``Host``."""
        self._loop.post(call)

    # -- the user ----------------------------------------------------------------------------------

    def ask(self, question: Question, answer: Callable[[Reply], None]) -> Callable[[], None]:
        """See ``Host``."""
        self.questions.append(question)
        return self._asking.ask(question, answer)

    def browse(self, address: str) -> None:
        """See ``CanBrowse``."""
        super().browse(address)
        open_in_browser(address)

    def notify(self, entry: ActivityEntry) -> None:
        """See ``Host``."""
        super().notify(entry)
        if entry.kind in NOTICED:
            self._notices.show(entry)
        self._changed()
