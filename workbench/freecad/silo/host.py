"""FreeCAD as Silo's host. Everything but ``post`` runs on FreeCAD's main thread."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import FreeCAD
import FreeCADGui
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from freecad.silo import leaving, reading, saving
from freecad.silo.observers import Observers
from silo_core.model.context import Context, ContextPath, Document
from silo_core.model.exchange import ActivityEntry, ActivityKind, Question
from silo_core.ports.host import HostListener
from silo_core.surfaces.qt.main_thread import MainThread
from silo_core.surfaces.qt.question import Questions

logger = logging.getLogger(__name__)

POLL_MS = 250
"""No signal tells that the active body changed, so it is looked up this often; some 20 µs a document."""
RETRY_MS = 50
SETTLE_S = 1.0
"""How long a leaving waits for FreeCAD to commit what was edited before it is reported anyway."""
BACK_OUT_TRIES = 20
STATUS_BAR_MS = 10_000
ALARMING = frozenset(
    {ActivityKind.BLOCKED, ActivityKind.WARNING, ActivityKind.CONFLICT, ActivityKind.PROBLEM}
)


def _closing(key: str, listener: HostListener) -> None:
    listener.document_closing(key)


@dataclass(slots=True)
class _Reported:
    """What the listener was last told of a document, and since when news of it wait."""

    document: Document
    path: ContextPath = ()
    waiting_since: float | None = None


class FreeCADHost:
    """Implements :class:`silo_core.ports.host.Host`.

    FreeCAD's notices only ask for a look at the next turn of the event loop: by then the several
    steps in which FreeCAD changes an edit are one, and it may be asked to do something.
    """

    name = "freecad"

    def __init__(self) -> None:
        self._listener: HostListener | None = None
        self._observers: Observers | None = None
        self._reported: dict[str, _Reported] = {}
        self._assemblies: frozenset[reading.Place] = frozenset()
        self._closed: list[str] = []
        self._due = False
        self._looking = False
        self._describe = True
        self._failed = False
        self._main_thread = MainThread()
        self._questions = Questions(FreeCADGui.getMainWindow())
        self._poll = QTimer()
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self._look)

    # -- reporting ---------------------------------------------------------------------------------

    def attach(self, listener: HostListener) -> None:
        """See ``Host``."""
        self._listener = listener
        self._observers = Observers(self._look_soon, self._document_changed, self._document_closed)
        self._look()
        self._poll.start()

    def detach(self) -> None:
        """See ``Host``."""
        self._poll.stop()
        if self._observers:
            self._observers.remove()
        self._listener = self._observers = None
        self._reported.clear()
        self._closed.clear()
        self._questions.close()
        self._main_thread.close()

    def _document_changed(self) -> None:
        self._describe = True
        self._look_soon()

    def _document_closed(self, key: str) -> None:
        self._closed.append(key)
        self._look_soon()

    def _look_soon(self) -> None:
        if not self._due:
            self._due = True
            QTimer.singleShot(0, self._look)

    def _look(self) -> None:
        """Report what changed since the last look, unless somebody else is in the middle of something:
        a listener that spins the event loop, or FreeCAD with a question such as whether to save what
        is being closed. The next poll looks again."""
        self._due = False
        if self._looking or QApplication.activeModalWidget():
            return
        self._looking = True
        try:
            self._report_closed()
            found = reading.read(self._assemblies)
            self._assemblies = found.assemblies
            describe, self._describe = self._describe, False
            for key, path in found.paths.items():
                self._report(key, path, describe)
        except Exception:  # a surprise in FreeCAD's objects must not be told at every poll
            if not self._failed:
                logger.exception("what is edited cannot be told; please report this")
            self._failed = True
        finally:
            self._looking = False

    def _report_closed(self) -> None:
        while self._closed:
            key = self._closed.pop(0)
            if self._reported.pop(key, None):
                self._tell(partial(_closing, key))

    def _report(self, key: str, path: ContextPath, describe: bool) -> None:
        native = reading.find_document(key)
        if native is None or key in self._closed:  # the listener closed it
            return
        known = self._reported.get(key)
        if known is None or (describe and known.document != reading.describe(native)):
            document = reading.describe(native)
            known = self._reported.setdefault(key, _Reported(document))
            known.document = document
            self._tell(lambda listener: listener.document_opened(document))
        if path == known.path:
            known.waiting_since = None
        elif not self._must_wait(known, path):
            known.path = path
            self._tell(lambda listener: listener.context_changed(key, path))

    def _must_wait(self, known: _Reported, path: ContextPath) -> bool:
        """Whether something was left that FreeCAD has not committed yet. What was entered is never
        kept waiting."""
        native = reading.find_document(known.document.key)
        entered = any(context not in known.path for context in path)
        if native is None or entered or not (native.HasPendingTransaction or native.Recomputing):
            known.waiting_since = None
            return False
        now = time.monotonic()
        known.waiting_since = known.waiting_since or now
        if now - known.waiting_since > SETTLE_S:
            known.waiting_since = None
            return False
        QTimer.singleShot(RETRY_MS, self._look)
        return True

    def _tell(self, report: Callable[[HostListener], None]) -> None:
        if self._listener is None:
            return
        try:
            report(self._listener)
        except Exception:  # the listener's mistake must not stop FreeCAD from being watched
            logger.exception("a report to Silo failed")

    # -- what Silo asks about documents ------------------------------------------------------------

    def documents(self) -> tuple[Document, ...]:
        """See ``Host``."""
        return tuple(reading.describe(document) for document in reading.open_documents())

    def labels(self, document_key: str) -> dict[str, str]:
        """See ``Host``."""
        document = reading.find_document(document_key)
        return {entry.Name: entry.Label for entry in document.Objects} if document else {}

    def cone(self, document_key: str, object_id: str) -> frozenset[str]:
        """See ``Host``."""
        document = reading.find_document(document_key)
        entry = document.getObject(object_id) if document else None
        dependents = entry.InListRecursive if entry else ()
        return frozenset(
            {object_id, *(user.Name for user in dependents if user.Document.Name == document_key)}
        )

    def save(self, document_key: str) -> None:
        """See ``Host``."""
        saving.save(document_key)

    # -- leaving a context -------------------------------------------------------------------------

    def back_out(self, document_key: str, context: Context) -> None:
        """See ``Host``."""
        QTimer.singleShot(0, lambda: self._back_out(document_key, context, BACK_OUT_TRIES))

    def _back_out(self, key: str, context: Context, tries: int) -> None:
        if self._listener is None:
            return
        # An assembly that a sketch stands before is not in edit; it is asked about when it returns.
        self._assemblies -= {(key, context.object_id)}
        if context not in reading.read(self._assemblies).paths.get(key, ()):
            self._look_soon()
        elif tries:
            leaving.leave(key, context)
            # looked at again, since FreeCAD may take up an assembly's edit by itself
            QTimer.singleShot(RETRY_MS, lambda: self._back_out(key, context, tries - 1))
        else:
            FreeCAD.Console.PrintWarning(
                f"Silo: {context.title} could not be closed; close it, then open it again later.\n"
            )

    # -- the user ----------------------------------------------------------------------------------

    def ask(self, question: Question, answer: Callable[[str], None]) -> None:
        """See ``Host``."""
        self._questions.ask(question, answer)

    def notify(self, entry: ActivityEntry) -> None:
        """See ``Host``."""
        lines = (f"Silo: {entry.text}", *(f"    {detail}" for detail in entry.details))
        alarming = entry.kind in ALARMING
        show = FreeCAD.Console.PrintWarning if alarming else FreeCAD.Console.PrintMessage
        show("\n".join(lines) + "\n")
        FreeCADGui.getMainWindow().statusBar().showMessage(lines[0], STATUS_BAR_MS)

    def post(self, call: Callable[[], None]) -> None:
        """See ``Host``."""
        self._main_thread.post(call)
