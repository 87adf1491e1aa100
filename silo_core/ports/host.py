"""What an editor (FreeCAD, Kindred Create, a test) must do for Silo, and what it tells Silo."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol, runtime_checkable

from silo_core.model.context import Context, ContextPath, Document
from silo_core.model.exchange import ActivityEntry, Question, Reply


class HostListener(Protocol):
    """What a host reports. All calls come on the host's main thread."""

    def document_opened(self, document: Document) -> None:
        """A document is open, or its path or part number changed."""

    def context_changed(self, document_key: str, path: ContextPath) -> None:
        """What is being edited in the document is now ``path``. Reporting the same path again is
        harmless; "entered" and "left" are never reported, they are planned."""

    def document_closing(self, document_key: str) -> None:
        """The document closes; whatever is held in it is left. The file may still be saved."""


class Host(Protocol):
    """An editor. All methods but ``post`` are called on its main thread."""

    name: str

    def attach(self, listener: HostListener) -> None:
        """Start reporting to ``listener``; report every open document and its path at once."""

    def detach(self) -> None:
        """Stop reporting; nothing of the host refers to the listener afterwards."""

    def documents(self) -> tuple[Document, ...]:
        """The open documents."""

    def labels(self, document_key: str) -> dict[str, str]:
        """Labels of the document's objects by internal name."""

    def uses(self, document_key: str) -> Mapping[str, tuple[str, ...]]:
        """What each object of the document is built from, by internal names, as it is now."""

    def save(self, document_key: str) -> None:
        """Save the document to its path if it has unsaved changes.

        Raises:
            HostError: it cannot be saved; the message says why.
        """

    def open(self, path: Path) -> object:
        """Open the file, or bring it to the front where it is open.

        Raises:
            HostError, FileError: it cannot be opened.
        """

    def reload(self, document_key: str) -> None:
        """Read the document's file again, which was replaced by another version.

        Raises:
            HostError, FileError: it has unsaved changes, or cannot be read; it stays as it is.
        """

    def enter(self, document_key: str, *path: Context) -> None:
        """Edit ``path``, outermost first, as if the user had opened it. The host reports the path that
        results; what cannot be opened any more is left out."""

    def leave(self, document_key: str, context: Context) -> None:
        """Leave ``context``, and what is edited within it, soon, as if the user had closed it: all work
        in it is kept. The host reports the path that results."""

    def back_out(self, document_key: str, context: Context) -> None:
        """Leave ``context`` soon, without keeping an edit that had only begun. The host reports the
        path that results, as for any other change."""

    def set_aside(self, document_key: str, context: Context, copy: Path) -> bool:
        """Where the document changed since ``context`` was entered: write the document as it is now to
        the new file ``copy``, then take those changes back in the document (an editor with a redo list
        keeps them there). False, and no copy, where nothing changed.

        Raises:
            HostError, FileError: the copy cannot be written; the document keeps the changes.
        """

    def ask(self, question: Question, answer: Callable[[Reply], None]) -> Callable[[], None]:
        """Show ``question`` without blocking; ``answer`` is called once, on the main thread. What comes
        back takes the question away again, unanswered; harmless once it was answered."""

    def notify(self, entry: ActivityEntry) -> None:
        """Show the user something that just happened."""

    def post(self, call: Callable[[], None]) -> None:
        """Run ``call`` on the main thread soon, in order. Any thread may post; after ``detach`` it is
        dropped."""


@runtime_checkable
class CanSelect(Protocol):
    """A host that can show an object of a document in its tree. Not every host has a tree."""

    def select(self, document_key: str, object_id: str) -> None:
        """Bring the document to the front, and select the object of that internal name. Nothing happens
        where there is no such object. Main thread."""


@runtime_checkable
class CanAlert(Protocol):
    """A host that can reach a user who looks elsewhere. Not every host has such means."""

    def alert(self, title: str, text: str) -> None:
        """Show a notification of the operating system, unless the user is looking at the editor's own
        windows, which say it already. Main thread."""


@runtime_checkable
class CanBrowse(Protocol):
    """A host that can show a page in the user's browser. Not every host has such means."""

    def browse(self, address: str) -> None:
        """Open ``address``, which begins with ``http``. It may let in whoever has it: it is neither
        logged nor kept. Main thread.

        Raises:
            HostError: there is no browser.
        """


@runtime_checkable
class CanPaint(Protocol):
    """A host whose window can be drawn while its main loop stands still. Not every host has a window."""

    def paint(self) -> None:
        """Draw what waits to be drawn. Nothing else happens: no input is taken, no timer runs, no report
        is made. Main thread."""


@runtime_checkable
class CanNumber(Protocol):
    """A host whose documents users put under part numbers. Main thread."""

    def active_document(self) -> Document | None:
        """The document in front."""

    def open_copy(self, path: Path) -> None:
        """Open a file to be looked at: a document that belongs to no item, whatever the file says.

        Raises:
            HostError: it cannot be opened.
        """

    def set_part_number(self, document_key: str, part_number: str) -> None:
        """Write ``part_number`` into the document; it is then reported as that item's.

        Raises:
            HostError: it is not open any more, or cannot be changed.
        """
