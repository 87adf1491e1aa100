"""FreeCAD as Silo's host. Everything but ``post`` runs on FreeCAD's main thread."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import FreeCAD
import FreeCADGui
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from freecad.silo import entering, leaving, reading, reloading, saving, setting_aside
from freecad.silo.closings import RETRY_MS, Closings
from freecad.silo.history import History
from freecad.silo.observers import Observers
from silo_core.model.context import Context, ContextPath, Document
from silo_core.model.exchange import ActivityEntry, ActivityKind, Question, Reply
from silo_core.ports.host import HostListener
from silo_core.surfaces.qt.alert import Alerts
from silo_core.surfaces.qt.browser import open_in_browser
from silo_core.surfaces.qt.main_thread import MainThread
from silo_core.surfaces.qt.notice import Notices
from silo_core.surfaces.qt.painting import paint_now
from silo_core.surfaces.qt.question import Questions

logger = logging.getLogger(__name__)

POLL_MS = 250
"""No signal tells that the active body changed, so it is looked up this often; some 20 µs a document."""
SETTLE_S = 1.0
"""How long a leaving waits for FreeCAD to commit what was edited before it is reported anyway."""
STATUS_BAR_MS = 10_000
NOTICED = frozenset(
    {
        ActivityKind.WARNING,
        ActivityKind.CONFLICT,
        ActivityKind.PROBLEM,
        ActivityKind.HANDOFF,
        ActivityKind.SESSION,
    }
)
"""What is shown in the window too, and not in the Report view alone, unless it is a question already,
as a block always is."""


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
        self._asked = False
        self._describe = True
        self._failed = False
        self._main_thread = MainThread()
        self._history = History()
        self._closings = Closings(self._soon, self._path_of, self._look_soon)
        self._questions = Questions(FreeCADGui.getMainWindow())
        self._notices = Notices(FreeCADGui.getMainWindow())
        self._alerts = Alerts(FreeCADGui.getMainWindow())
        self._poll = QTimer()
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self._look)

    # -- reporting ---------------------------------------------------------------------------------

    def attach(self, listener: HostListener) -> None:
        """See ``Host``."""
        self._listener = listener
        if self._main_thread.is_closed:  # as after another server was set
            self._main_thread = MainThread()
        self._observers = Observers(self._look_soon, self._document_changed, self._document_closed)
        self._history.watch()
        self._look()
        self._poll.start()

    def detach(self) -> None:
        """See ``Host``."""
        self._poll.stop()
        if self._observers:
            self._observers.remove()
            self._history.stop()
        self._listener = self._observers = None
        self._reported.clear()
        self._closed.clear()
        self._closings.stop()
        self._questions.close()
        self._notices.close()
        self._alerts.close()
        self._main_thread.close()

    @property
    def is_attached(self) -> bool:
        """Whether somebody listens."""
        return self._listener is not None

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
        if self._looking or self._is_asked():
            return
        self._looking = True
        try:
            self._report_closed()
            found = reading.read(self._assemblies)
            self._assemblies = found.assemblies
            describe, self._describe = self._describe, False
            for key, path in found.paths.items():
                if (gui := reading.gui_document(key)) and not gui.Modified:
                    self._history.note_unmodified(key)
                self._report(key, path, describe)
            self._history.looked()
        except Exception:  # a surprise in FreeCAD's objects must not be told at every poll
            if not self._failed:
                logger.exception("what is edited cannot be told; please report this")
            self._failed = True
        finally:
            self._looking = False

    def _is_asked(self) -> bool:
        """Whether FreeCAD asks the user something. The turn of the event loop in which the answer comes
        still counts, as other timers may run in it before FreeCAD acts on the answer."""
        if QApplication.activeModalWidget():
            self._asked = True
        elif self._asked:
            QTimer.singleShot(0, self._answered)
        return self._asked

    def _answered(self) -> None:
        if self._asked and not QApplication.activeModalWidget():
            self._asked = False
            self._look()

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
            self._history.mark(key, path)
            self._closings.reported(key, path)
            self._tell(lambda listener: listener.context_changed(key, path))

    def _must_wait(self, known: _Reported, path: ContextPath) -> bool:
        """Whether something was left that FreeCAD has not committed yet, or that goes with its document.
        What was entered is never kept waiting."""
        key = known.document.key
        native, gui = reading.find_document(key), reading.gui_document(key)
        entered = any(context not in known.path for context in path)
        is_busy = native is not None and (native.HasPendingTransaction or native.Recomputing)
        if entered or not (is_busy or (gui is not None and reading.is_closing(gui))):
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

    def active_document(self) -> Document | None:
        """See ``CanNumber``."""
        active = FreeCAD.ActiveDocument
        return reading.describe(active) if active else None

    def open_copy(self, path: Path) -> None:
        """See ``CanNumber``. Nobody may see it before it has lost its number."""
        with self._unreported():
            entering.open_file(path)
            saving.forget_part_number(FreeCAD.ActiveDocument.Name)

    def set_part_number(self, document_key: str, part_number: str) -> None:
        """See ``CanNumber``."""
        saving.set_part_number(document_key, part_number)

    def labels(self, document_key: str) -> dict[str, str]:
        """See ``Host``."""
        document = reading.find_document(document_key)
        return {entry.Name: entry.Label for entry in document.Objects} if document else {}

    def uses(self, document_key: str) -> Mapping[str, tuple[str, ...]]:
        """See ``Host``."""
        document = reading.find_document(document_key)
        return reading.uses(document) if document else {}

    def save(self, document_key: str) -> None:
        """See ``Host``."""
        saving.save(document_key)
        self._history.note_unmodified(document_key)

    def open(self, path: Path) -> None:
        """See ``Host``."""
        entering.open_file(path)

    def reload(self, document_key: str) -> None:
        """See ``Host``. FreeCAD closes the document for it, which is not reported."""
        with self._unreported():
            reloading.reload(document_key, self._history)
        self._closed = [key for key in self._closed if key != document_key]
        self._history.note_unmodified(document_key)
        if known := self._reported.get(document_key):
            self._history.mark(document_key, known.path)
        self._document_changed()

    def set_aside(self, document_key: str, context: Context, copy: Path) -> bool:
        """See ``Host``, and ``setting_aside`` for when FreeCAD cannot."""
        with self._unreported():
            return setting_aside.set_aside(document_key, context, copy, self._history)

    @contextmanager
    def _unreported(self) -> Iterator[None]:
        """FreeCAD may run the event loop while it saves and loads: what it looks like then is none of
        the listener's business."""
        before, self._looking = self._looking, True
        try:
            yield
        finally:
            self._looking = before
            self._look_soon()

    # -- entering and leaving a context ------------------------------------------------------------

    def enter(self, document_key: str, *path: Context) -> None:
        """See ``Host``."""
        self._soon(partial(entering.enter, document_key, path))

    def leave(self, document_key: str, context: Context) -> None:
        """See ``Host``."""
        self._closings.begin(
            document_key,
            context,
            lambda path, first: leaving.close(document_key, context, path, accept=first),
        )

    def back_out(self, document_key: str, context: Context) -> None:
        """See ``Host``."""

        def give_up(_path: ContextPath, _first: bool) -> None:
            is_new = self._history.is_new(document_key, context)
            leaving.give_up(document_key, context)
            if is_new:
                setting_aside.unmake(document_key, context, self._history)

        # An assembly that a sketch stands before is not in edit; it is asked about when it returns.
        self._assemblies -= {(document_key, context.object_id)}
        self._closings.begin(document_key, context, give_up)

    def _path_of(self, key: str) -> ContextPath:
        return reading.read(self._assemblies).paths.get(key, ())

    def _soon(self, step: Callable[[], None], wait_ms: int = 0) -> None:
        """Do ``step`` in a turn of the event loop of its own, and not while FreeCAD asks something."""

        def do() -> None:
            if self._listener is None:
                return
            if self._is_asked():
                self._soon(step, RETRY_MS)
                return
            try:
                step()
            except (
                Exception
            ):  # a surprise in FreeCAD's objects must not end in its Report view alone
                logger.exception("FreeCAD could not open or close what Silo asked for")

        QTimer.singleShot(wait_ms, do)

    # -- the user ----------------------------------------------------------------------------------

    def ask(self, question: Question, answer: Callable[[Reply], None]) -> Callable[[], None]:
        """See ``Host``."""
        return self._questions.ask(question, answer)

    def notify(self, entry: ActivityEntry) -> None:
        """See ``Host``."""
        lines = (f"Silo: {entry.text}", *(f"    {detail}" for detail in entry.details))
        # FreeCAD pops up what it is told as a warning, which would be the same thing twice
        FreeCAD.Console.PrintMessage("\n".join(lines) + "\n")
        FreeCADGui.getMainWindow().statusBar().showMessage(lines[0], STATUS_BAR_MS)
        if entry.kind in NOTICED and not self._questions.is_about(entry.id):
            self._notices.show(entry)

    def browse(self, address: str) -> None:
        """See ``CanBrowse``."""
        open_in_browser(address)

    def alert(self, title: str, text: str) -> None:
        """See ``CanAlert``."""
        self._alerts.show(title, text)

    def select(self, document_key: str, object_id: str) -> None:
        """See ``CanSelect``."""
        self._soon(partial(entering.select, document_key, object_id))

    def paint(self) -> None:
        """See ``CanPaint``."""
        paint_now(FreeCADGui.getMainWindow())

    def post(self, call: Callable[[], None]) -> None:
        """See ``Host``."""
        self._main_thread.post(call)
