"""An editor without a window, over real part files: for tests, demonstrations and scripts."""

from __future__ import annotations

import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path

from silo_core.fcstd import PartDocument, read_document
from silo_core.model.context import Context, ContextPath, Document
from silo_core.model.errors import FileError, HostError
from silo_core.model.exchange import ActivityEntry, Question, Reply
from silo_core.ports.durable import write_durably
from silo_core.ports.files import read_file
from silo_core.ports.host import HostListener

POLL_S = 0.02
"""How often :meth:`HeadlessHost.run_until` looks again while nothing is posted."""

LONGEST_TURN_S = 3.0

Script = Callable[[Question], str | None]
Waiting = tuple[Question, Callable[[Reply], None]]


@dataclass(slots=True)
class _Open:
    """An open document: as an editor does, it keeps what it has read whatever becomes of the file."""

    document: Document
    file: Path
    part: PartDocument
    path: ContextPath = ()
    unsaved: bytes | None = None
    entered_with: dict[Context, bytes] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        """What a save would write. Raises FileError."""
        return _bytes_of(self.file) if self.unsaved is None else self.unsaved

    def remember(self, contexts: ContextPath) -> None:
        """Keep what the document holds as ``contexts`` are entered, for those that are new."""
        known = {c: before for c, before in self.entered_with.items() if c in contexts}
        with suppress(FileError):  # its file has vanished: nothing could be set aside either
            self.entered_with = dict.fromkeys(contexts, self.content) | known

    def take(self, part: PartDocument, unsaved: bytes | None) -> None:
        """Make ``part`` what the document holds."""
        self.part = part
        self.document = replace(self.document, part_number=part.part_number)
        self.unsaved = unsaved


class HeadlessHost:
    """Implements :class:`silo_core.ports.host.Host`. The thread that makes it is its main thread, and
    runs what others post when it calls :meth:`run_pending` or :meth:`run_until`.

    Called on another thread, every member but ``post`` raises RuntimeError: that is a mistake in the
    program, not something to tell a user.

    ``script`` answers questions: one of the options, ``""`` to close the question, or None to leave
    it for :meth:`answer`. ``questions`` and ``notices`` hold all that was asked and shown,
    ``selected`` the document's key and the object of each selection, ``alerts`` the title and the text
    of each alert, ``browsed`` the address of each page.
    """

    name = "headless"

    def __init__(self, script: Script = lambda question: None) -> None:
        self.script = script
        self.questions: list[Question] = []
        self.notices: list[ActivityEntry] = []
        self.selected: list[tuple[str, str]] = []
        self.alerts: list[tuple[str, str]] = []
        self.browsed: list[str] = []
        self._main_thread = threading.get_ident()
        self._listener: HostListener | None = None
        self._open: dict[str, _Open] = {}
        self._unanswered: list[Waiting] = []
        self._posted: deque[Callable[[], None]] = deque()
        self._posting = threading.Condition()
        self._detached = False

    # -- what a user does --------------------------------------------------------------------------

    def open(self, path: Path) -> str:
        """Open a part file, and answer the document's key; the same one if it is open already.

        Raises:
            FileError: it cannot be read or is no part file.
        """
        self._on_main_thread()
        path = path.absolute()
        for known in self._open.values():
            if known.file == path:
                return known.document.key
        part = read_file(path)
        document = Document(uuid.uuid4().hex, path, part.part_number)
        self._open[document.key] = _Open(document, path, part)
        if self._listener:
            self._report(self._listener, self._open[document.key])
        return document.key

    def enter(self, document_key: str, *contexts: Context) -> None:
        """Edit ``contexts``, outermost first, in place of what was edited so far; none of them: go
        back to the document. Also see ``Host``."""
        opened = self._find(document_key)
        opened.remember(contexts)
        opened.path = contexts
        if self._listener:
            self._listener.context_changed(document_key, contexts)

    def edit(self, document_key: str, with_bytes_of: Path) -> None:
        """Change the document to hold what the part file ``with_bytes_of`` holds now; it reaches the
        document's own file when it is saved.

        Raises:
            FileError: that file cannot be read or is no part file.
        """
        opened = self._find(document_key)
        content = _bytes_of(with_bytes_of)
        self._take(opened, read_document(BytesIO(content), name=opened.file.name), content)

    def content(self, document_key: str) -> bytes:
        """What a save would write. Raises FileError."""
        return self._find(document_key).content

    def part(self, document_key: str) -> PartDocument:
        """What the document holds."""
        return self._find(document_key).part

    def path(self, document_key: str) -> ContextPath:
        """What is edited in the document."""
        return self._find(document_key).path

    def modified(self, document_key: str) -> bool:
        """Whether the document has unsaved changes."""
        return self._find(document_key).unsaved is not None

    def reload(self, document_key: str) -> None:
        """See ``Host``."""
        opened = self._find(document_key)
        if opened.unsaved is not None:
            raise HostError(f"{opened.file.name} has unsaved changes; save or undo them first.")
        self._take(opened, read_file(opened.file), None)

    def close(self, document_key: str, *, save: bool = True) -> None:
        """Close the document; ``save`` is what the user answers if it has unsaved changes.

        Raises:
            HostError: it cannot be saved; it then stays open.
        """
        self._find(document_key)
        if save:
            self.save(document_key)
        if self._listener:
            self._listener.document_closing(document_key)
        del self._open[document_key]

    def answer(self, option: str, question: Question | None = None, message: str = "") -> None:
        """Answer ``question``, or the one that waits longest; raises ValueError where none waits, or
        for what is none of its options and not ``""`` either."""
        self._on_main_thread()
        for index, (waiting, callback) in enumerate(self._unanswered):
            if question in (None, waiting):
                if option not in ("", *waiting.options):
                    raise ValueError(f"{option!r} is none of {waiting.options}")
                del self._unanswered[index]
                callback(Reply(option, message))
                return
        raise ValueError("no such question waits for an answer")

    # -- the main loop -----------------------------------------------------------------------------

    def run_pending(self, timeout: float = 0) -> int:
        """Run what was posted, and what that posts, for some seconds at most; wait up to ``timeout``
        seconds for a first call.
        Answers how many calls were run. What a call raises comes out here."""
        self._on_main_thread()
        count = 0
        with self._posting:
            self._posting.wait_for(lambda: self._posted, timeout)
        until = time.monotonic() + max(timeout, LONGEST_TURN_S)
        while (call := self._next_call()) is not None:
            count += 1
            call()
            if time.monotonic() > until:
                break
        return count

    def run_until(self, predicate: Callable[[], bool], timeout: float) -> bool:
        """Run what is posted until ``predicate`` holds; False if that takes longer than ``timeout``
        seconds."""
        self._on_main_thread()
        deadline = time.monotonic() + timeout
        while not predicate():
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            self.run_pending(min(left, POLL_S))
        return True

    def _next_call(self) -> Callable[[], None] | None:
        with self._posting:
            return self._posted.popleft() if self._posted else None

    # -- Host --------------------------------------------------------------------------------------

    def attach(self, listener: HostListener) -> None:
        """See ``Host``."""
        self._on_main_thread()
        with self._posting:
            self._detached = False
        self._listener = listener
        for opened in tuple(self._open.values()):
            self._report(listener, opened)

    def detach(self) -> None:
        """See ``Host``. Questions that wait are dropped."""
        self._on_main_thread()
        self._listener = None
        self._unanswered.clear()
        with self._posting:
            self._detached = True
            self._posted.clear()

    def documents(self) -> tuple[Document, ...]:
        """See ``Host``."""
        self._on_main_thread()
        return tuple(opened.document for opened in self._open.values())

    def labels(self, document_key: str) -> dict[str, str]:
        """See ``Host``."""
        return {entry.name: entry.label for entry in self._find(document_key).part.objects}

    def uses(self, document_key: str) -> Mapping[str, tuple[str, ...]]:
        """See ``Host``."""
        return {entry.name: entry.uses for entry in self._find(document_key).part.objects}

    def save(self, document_key: str) -> None:
        """See ``Host``."""
        opened = self._find(document_key)
        if opened.unsaved is None:
            return
        try:
            write_durably(opened.file, [opened.unsaved])
        except FileError as error:
            raise HostError(error.message, concerns=error.concerns) from error
        opened.unsaved = None

    def leave(self, document_key: str, context: Context) -> None:
        """See ``Host``. Done by a posted call, as an editor leaves a context in its own time."""
        self._on_main_thread()
        self.post(lambda: self._leave(document_key, context))

    def back_out(self, document_key: str, context: Context) -> None:
        """See ``Host``. Nothing is begun here that could be given up: as ``leave``."""
        self.leave(document_key, context)

    def set_aside(self, document_key: str, context: Context, copy: Path) -> bool:
        """See ``Host``."""
        opened = self._find(document_key)
        before = opened.entered_with.get(context)
        if before is None or before == opened.content:
            return False
        write_durably(copy, [opened.content])
        is_saved = before == _bytes_of(opened.file)
        part = read_document(BytesIO(before), name=opened.file.name)
        self._take(opened, part, None if is_saved else before)
        return True

    def ask(self, question: Question, answer: Callable[[Reply], None]) -> Callable[[], None]:
        """See ``Host``."""
        self._on_main_thread()
        self.questions.append(question)
        waiting = (question, answer)
        self._unanswered.append(waiting)
        option = self.script(question)
        if option is not None:
            self.post(lambda: self.answer(option, question))
        return lambda: self._withdraw(waiting)

    def notify(self, entry: ActivityEntry) -> None:
        """See ``Host``."""
        self._on_main_thread()
        self.notices.append(entry)

    def select(self, document_key: str, object_id: str) -> None:
        """See ``CanSelect``."""
        if any(entry.name == object_id for entry in self._find(document_key).part.objects):
            self.selected.append((document_key, object_id))

    def browse(self, address: str) -> None:
        """See ``CanBrowse``."""
        self._on_main_thread()
        self.browsed.append(address)

    def alert(self, title: str, text: str) -> None:
        """See ``CanAlert``."""
        self._on_main_thread()
        self.alerts.append((title, text))

    def post(self, call: Callable[[], None]) -> None:
        """See ``Host``."""
        with self._posting:
            if not self._detached:
                self._posted.append(call)
                self._posting.notify_all()

    # -- below -------------------------------------------------------------------------------------

    def _withdraw(self, waiting: Waiting) -> None:
        if waiting in self._unanswered:
            self._unanswered.remove(waiting)

    def _leave(self, document_key: str, context: Context) -> None:
        opened = self._open.get(document_key)
        if opened and context in opened.path:
            self.enter(document_key, *opened.path[: opened.path.index(context)])

    def _take(self, opened: _Open, part: PartDocument, unsaved: bytes | None) -> None:
        before = opened.document
        opened.take(part, unsaved)
        if self._listener and opened.document != before:
            self._report(self._listener, opened)

    def _report(self, listener: HostListener, opened: _Open) -> None:
        listener.document_opened(opened.document)
        listener.context_changed(opened.document.key, opened.path)

    def _find(self, document_key: str) -> _Open:
        self._on_main_thread()
        opened = self._open.get(document_key)
        if opened is None:
            raise HostError("The document is not open any more; open it again.")
        return opened

    def _on_main_thread(self) -> None:
        if threading.get_ident() != self._main_thread:
            raise RuntimeError("an editor's documents may be touched on its main thread only")


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileError(
            f"{path} cannot be read ({error.strerror or error}); check its name and that you may "
            "read it.",
            concerns=str(path),
        ) from error
