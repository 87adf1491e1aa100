"""How far a document has come since something in it was entered, told by FreeCAD's own notices.

FreeCAD's undo list alone does not say: it forgets its oldest steps, holds steps in which nothing was
changed (a dialog that was opened and closed), and does not hold what a macro changed without a
transaction. FreeCAD calls the slots in the middle of its work: they only count.

How objects look is not watched: an observer that FreeCAD tells of a view provider which it is still
making leaves that one with the wrong Python type, and crashes if it asks for the object. What a user
does to colours is a transaction, and so is counted.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import FreeCAD

from freecad.silo import reading
from silo_core.model.context import Context

# Names and numbers by which FreeCAD marks what no user changes: it is computed, shown, or not saved.
# The numbers, which have no names, are what its type says: not saved, read-only, transient, output.
NOT_INPUT = frozenset({"Output", "Transient", "ReadOnly", "NoModify", 22, 24, 25, 27})
LABEL = "Label"
"""Marked as output, but a user's."""


@dataclass(slots=True)
class _Mark:
    """Where a document stood when a context was entered. ``lowest`` is the furthest that it was undone
    to since then; ``is_new``: the step before made what was entered, in the same go."""

    step: int
    edits: int
    loose: int
    lowest: int
    is_new: bool = False


@dataclass(slots=True)
class _Course:
    """What happened to one document: ``step`` transactions are in force of all that were counted;
    ``edits`` inputs were changed in a transaction and ``loose`` ones outside, which cannot be undone.
    ``others`` counts changes of the document's own properties. ``made`` are the objects that were made
    since the host looked last, and in which step.
    """

    step: int = 0
    edits: int = 0
    loose: int = 0
    others: int = 0
    loose_before_undo: int | None = None
    saved: tuple[int, ...] | None = None
    made: dict[str, int] = field(default_factory=dict)
    marks: dict[Context, _Mark] = field(default_factory=dict)

    @property
    def now(self) -> tuple[int, ...]:
        return self.step, self.edits, self.loose, self.others


class History:
    """Watches all documents from :meth:`watch` to :meth:`stop`."""

    def __init__(self) -> None:
        self._courses: dict[str, _Course] = {}

    def watch(self) -> None:
        """Have FreeCAD tell what happens."""
        FreeCAD.addDocumentObserver(self)

    def stop(self) -> None:
        """FreeCAD forgets this, and this what it knows."""
        FreeCAD.removeDocumentObserver(self)
        self._courses.clear()

    # -- what it knows -----------------------------------------------------------------------------

    def mark(self, key: str, contexts: Collection[Context]) -> None:
        """``contexts`` are what is edited in the document now; those that are new begin here."""
        course = self._course(key)
        course.marks = {
            context: course.marks.get(context)
            or _Mark(
                course.step,
                course.edits,
                course.loose,
                course.step,
                course.made.get(context.object_id) == course.step,
            )
            for context in contexts
        }

    def looked(self) -> None:
        """The host has looked: what is entered from now on was not made in the same go."""
        for course in self._courses.values():
            course.made.clear()

    def is_changed_since(self, key: str, context: Context) -> bool:
        """Whether the document differs from what it was when ``context`` was entered."""
        course, mark, document = self._at(key, context)
        if mark is None or document is None:
            return False
        undone_further = mark.lowest < mark.step
        in_force = course.step != mark.step or document.HasPendingTransaction
        edited = course.edits != mark.edits and in_force
        return undone_further or edited or course.loose != mark.loose

    def steps_since(self, key: str, context: Context) -> int | None:
        """How often to undo to be where ``context`` was entered; None where that leads elsewhere."""
        course, mark, document = self._at(key, context)
        if mark is None or document is None:
            return 0
        steps = course.step - mark.step
        is_recorded = course.loose == mark.loose and mark.lowest == mark.step
        return steps if is_recorded and steps <= document.UndoCount else None

    def is_new(self, key: str, context: Context) -> bool:
        """Whether what was entered was made in the same go, and nothing else was done since."""
        course, mark, document = self._at(key, context)
        if mark is None or document is None or not mark.is_new:
            return False
        return (course.step, course.loose) == (mark.step, mark.loose) and mark.lowest == mark.step

    def note_unmodified(self, key: str) -> None:
        """FreeCAD says that the document has no unsaved changes."""
        course = self._course(key)
        course.saved = course.now

    def is_as_saved(self, key: str) -> bool:
        """Whether nothing was changed since the document had no unsaved changes. To show and hide is
        no change here: opening a sketch does, and FreeCAD calls the document modified for it."""
        course = self._course(key)
        document = reading.find_document(key)
        pending = document is not None and document.HasPendingTransaction
        return course.saved == course.now and not pending

    def _at(self, key: str, context: Context) -> tuple[_Course, _Mark | None, Any | None]:
        course = self._course(key)
        return course, course.marks.get(context), reading.find_document(key)

    def _course(self, key: str) -> _Course:
        return self._courses.setdefault(key, _Course())

    # -- what FreeCAD tells ------------------------------------------------------------------------

    def slotDeletedDocument(self, document: Any) -> None:  # noqa: N802 - FreeCAD's name
        self._courses.pop(document.Name, None)

    def slotCommitTransaction(self, document: Any) -> None:  # noqa: N802 - FreeCAD's name
        self._course(document.Name).step += 1

    def slotUndoDocument(self, document: Any) -> None:  # noqa: N802 - FreeCAD's name
        course = self._course(document.Name)
        course.step -= 1
        for mark in course.marks.values():
            mark.lowest = min(mark.lowest, course.step)
        self._after_undo(course)

    def slotRedoDocument(self, document: Any) -> None:  # noqa: N802 - FreeCAD's name
        course = self._course(document.Name)
        course.step += 1
        course.edits += 1
        self._after_undo(course)

    def slotCreatedObject(self, entry: Any) -> None:  # noqa: N802 - FreeCAD's name
        document = entry.Document
        self._count(document)
        if document is not None and document.HasPendingTransaction and not document.Transacting:
            course = self._course(document.Name)
            course.made[entry.Name] = course.step + 1

    def slotDeletedObject(self, entry: Any) -> None:  # noqa: N802 - FreeCAD's name
        self._count(entry.Document)

    def slotChangedObject(self, entry: Any, name: str) -> None:  # noqa: N802 - FreeCAD's name
        document = entry.Document
        if document is None or document.Recomputing:  # the most by far, and no user's
            return
        if name == LABEL or NOT_INPUT.isdisjoint(entry.getPropertyStatus(name)):
            self._count(document)

    def slotChangedDocument(self, document: Any, _name: str) -> None:  # noqa: N802 - FreeCAD's name
        if not document.Restoring:
            self._course(document.Name).others += 1

    def _count(self, document: Any | None) -> None:
        if document is None or document.Restoring:
            return
        course = self._course(document.Name)
        if document.Transacting:
            if course.loose_before_undo is None:
                course.loose_before_undo = course.loose
        elif document.HasPendingTransaction:
            course.edits += 1
        else:
            course.loose += 1

    @staticmethod
    def _after_undo(course: _Course) -> None:
        """A sketch in edit solves itself after an undo, which looks like changes outside it."""
        if course.loose_before_undo is not None:
            course.loose = course.loose_before_undo
            course.loose_before_undo = None
