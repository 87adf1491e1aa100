"""The folder as an editor of Silo."""

from __future__ import annotations

import hashlib
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from silo_core.model.context import Context, ContextLevel, ContextPath, Document
from silo_core.model.errors import HostError
from silo_core.model.exchange import ActivityEntry, Question, Reply
from silo_core.ports.host import HostListener
from silo_example_folder_host.watching import Seen, scan
from silo_example_folder_host.work import Step, next_step

OBJECT = "File"
"""A file has no objects that could be edited one by one: it is leased as a whole, under this name."""
REFUSED_S = 60.0
"""After this time what was refused is asked for again, should nobody have told that it is free."""
STEPS = 3
"""How many things may be done about a file in one look."""


@dataclass(slots=True)
class _File:
    """What is known of one file."""

    path: Path
    number: str
    settled: str | None
    """SHA-256 of the content that was left, or that came from the server."""
    seen: Seen
    changed_at: float
    content: str | None = None
    """SHA-256 of what it holds, as far as that was looked at since it changed."""
    key: str = ""
    """Of its document; empty while nobody works on it."""
    contexts: ContextPath = ()
    refused_until: float = 0
    gone_at: float | None = None

    @property
    def document(self) -> Document:
        """As the core knows it."""
        return Document(self.key, self.path, self.number)


class FolderHost:
    """Implements ``silo_core.ports.host.Host``. The thread that makes it is its main thread; it has to
    call :meth:`look` and :meth:`run_pending` again and again.

    ``show`` puts lines before the user; ``quiet_s`` is how long a file has to stay as it is before it is
    taken as it is. To be set before the first look: ``number_of``, which answers the part number of a
    path, None where it has none (yet), and ``settled``, which answers the SHA-256 of what the server and
    this folder last agreed on for a path.
    """

    name = "folder"

    def __init__(
        self,
        folder: Path,
        *,
        show: Callable[[str, tuple[str, ...]], None],
        quiet_s: float = 2.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self.number_of: Callable[[Path], str | None] = lambda path: None
        self.settled: Callable[[Path], str | None] = lambda path: None
        self._show = show
        self._quiet_s, self._clock = quiet_s, clock
        self._files: dict[Path, _File] = {}
        self._listener: HostListener | None = None
        self._posted: deque[Callable[[], None]] = deque()
        self._posting = threading.Condition()
        self._is_missing = False

    # -- looking at the folder ---------------------------------------------------------------------

    def look(self) -> None:
        """Look at every file once, and do what is to be done."""
        try:
            found = scan(self._folder)
        except OSError as error:
            if not self._is_missing:  # a drive that was taken out is no deletion
                self._show(f"{self._folder} cannot be read: {error.strerror or error}", ())
            self._is_missing = True
            return
        self._is_missing = False
        for path, seen in found.items():
            file = self._files.get(path) or self._begin(path, seen)
            if file:
                self._look_at(file, seen)
        for path in [path for path in self._files if path not in found]:
            self._look_at_gap(self._files[path])

    def _begin(self, path: Path, seen: Seen) -> _File | None:
        """A file that was not known: what is here before anybody works on it is what it is made from."""
        number = self.number_of(path)
        if number is None or self._listener is None:
            return None
        file = _File(path, number, self.settled(path), seen, self._clock())
        self._files[path] = file
        if file.settled is None:
            file.settled = _sha256(path)
            self._open(file)
            self._close(file)
        return file

    def _look_at(self, file: _File, seen: Seen) -> None:
        now = self._clock()
        if seen.stamp != file.seen.stamp:
            file.changed_at, file.content, file.refused_until = now, None, 0
        elif (
            file.content is None and seen.size
        ):  # it stayed as it is for one look, and is not empty
            file.content = _sha256(file.path)
            if file.content == self.settled(file.path):
                file.settled = file.content
        file.seen, file.gone_at = seen, None
        is_quiet = now - file.changed_at >= self._quiet_s
        for _ in range(STEPS):
            step = next_step(
                is_locked=seen.is_locked,
                is_changed=file.content not in (None, file.settled),
                is_quiet=is_quiet and file.content is not None,
                is_open=bool(file.key),
                is_entered=bool(file.contexts),
                is_refused=now < file.refused_until,
            )
            if step is Step.NOTHING:
                return
            self._do(file, step)

    def _look_at_gap(self, file: _File) -> None:
        """Editors that save by renaming leave the name empty for a moment."""
        if file.gone_at is None:
            file.gone_at = self._clock()
        if self._clock() - file.gone_at < self._quiet_s:
            return
        if file.key:
            self._close(file)
        del self._files[file.path]

    def _do(self, file: _File, step: Step) -> None:
        if step is Step.OPEN:
            self._open(file)
        elif step is Step.ENTER:
            self._report(file, (Context(ContextLevel.ASSEMBLY, OBJECT, file.path.name),))
        elif step is Step.LEAVE:
            file.settled = file.content
            self._report(file, ())
        else:
            self._close(file)

    def _open(self, file: _File) -> None:
        file.key = uuid.uuid4().hex
        if self._listener:
            self._listener.document_opened(file.document)

    def _close(self, file: _File) -> None:
        key, file.key, file.contexts = file.key, "", ()
        if self._listener:
            self._listener.document_closing(key)

    def _report(self, file: _File, contexts: ContextPath) -> None:
        file.contexts = contexts
        if self._listener:
            self._listener.context_changed(file.key, contexts)

    def free(self, number: str) -> None:
        """Nobody else has the item any more: what was refused is asked for again."""
        for file in self._files.values():
            if file.number == number:
                file.refused_until = 0

    # -- the main loop -----------------------------------------------------------------------------

    def run_pending(self, timeout: float = 0) -> None:
        """Run what was posted; wait up to ``timeout`` seconds for it."""
        with self._posting:
            self._posting.wait_for(lambda: self._posted, timeout)
            count = len(self._posted)
        for _ in range(count):
            if self._posted:
                self._posted.popleft()()

    def post(self, call: Callable[[], None]) -> None:
        """See ``Host``."""
        with self._posting:
            if self._listener:
                self._posted.append(call)
                self._posting.notify_all()

    # -- Host --------------------------------------------------------------------------------------

    def attach(self, listener: HostListener) -> None:
        """See ``Host``."""
        with self._posting:
            self._listener = listener
        for file in self._open_files():
            listener.document_opened(file.document)
            listener.context_changed(file.key, file.contexts)

    def detach(self) -> None:
        """See ``Host``."""
        with self._posting:
            self._listener = None
            self._posted.clear()

    def documents(self) -> tuple[Document, ...]:
        """See ``Host``: the files that somebody works on."""
        return tuple(file.document for file in self._open_files())

    def labels(self, document_key: str) -> dict[str, str]:
        """See ``Host``."""
        return {OBJECT: self._find(document_key).path.name}

    def uses(self, document_key: str) -> Mapping[str, tuple[str, ...]]:
        """See ``Host``."""
        return {}

    def save(self, document_key: str) -> None:
        """See ``Host``. Programs save by themselves."""
        self._find(document_key)

    def open(self, path: Path) -> object:
        """See ``Host``."""
        raise HostError(f"Open {path} with the program it belongs to; the folder is watched.")

    def reload(self, document_key: str) -> None:
        """See ``Host``."""
        file = self._find(document_key)
        if file.seen.is_locked:
            raise HostError(f"{file.path.name} is open in a program; close it there first.")
        file.settled = file.content = _sha256(file.path)

    def enter(self, document_key: str, *path: Context) -> None:
        """See ``Host``."""
        file = self._find(document_key)
        file.refused_until = 0
        self._report(file, path)

    def leave(self, document_key: str, context: Context) -> None:
        """See ``Host``. What is saved later begins anew."""
        self.post(lambda: self._leave(document_key, is_refused=False))

    def back_out(self, document_key: str, context: Context) -> None:
        """See ``Host``. No program can be kept from saving: the file waits until it is free."""
        self.post(lambda: self._leave(document_key, is_refused=True))

    def set_aside(self, document_key: str, context: Context, copy: Path) -> bool:
        """See ``Host``. What a program has open cannot be taken back: it waits, too."""
        file = self._find(document_key)
        if file.content in (None, file.settled):
            return False
        raise HostError(f"{file.path.name} stays as it was saved, and is sent once it is free.")

    def ask(self, question: Question, answer: Callable[[Reply], None]) -> Callable[[], None]:
        """See ``Host``. Shown; there is nobody at a keyboard who could answer."""
        self._show(question.title, (question.text, *question.details))
        return lambda: None

    def notify(self, entry: ActivityEntry) -> None:
        """See ``Host``."""
        self._show(entry.text, entry.details)

    # -- below -------------------------------------------------------------------------------------

    def _leave(self, document_key: str, *, is_refused: bool) -> None:
        for file in self._open_files():
            if file.key == document_key:
                if is_refused:
                    file.refused_until = self._clock() + REFUSED_S
                else:
                    file.settled = file.content = _sha256(file.path)
                self._report(file, ())

    def _open_files(self) -> list[_File]:
        return [file for file in self._files.values() if file.key]

    def _find(self, document_key: str) -> _File:
        for file in self._open_files():
            if file.key == document_key:
                return file
        raise HostError("Nobody works on that file any more.")


def _sha256(path: Path) -> str | None:
    """None where it cannot be read just now: its program may be writing it."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
