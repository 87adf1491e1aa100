"""Presence in a model tree: who has a document open, who edits what of it, and what of theirs is not
here yet.

Made for FreeCAD's tree, a ``QTreeWidget`` with a row for each document, below it the objects, and in a
hidden column their internal names. It is looked at through model indexes only: whose items these are
deletes them at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QSignalBlocker, Qt, SignalInstance
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QTreeView
from shiboken6 import isValid

from silo_core.hookspecs import hookimpl
from silo_core.model.exchange import ConnectionState
from silo_core.model.sync import Behind, Newer
from silo_core.ports.services import Services
from silo_core.rules.marks import DOCUMENT, Mark, marks_of
from silo_core.surfaces.qt import mark_text
from silo_core.surfaces.qt.coalesce import Coalescer
from silo_core.surfaces.qt.mark_delegate import Index, MarkDelegate
from silo_core.surfaces.qt.moments import ago

NAME_COLUMN = 2
_EXACT = Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchCaseSensitive
_ANYWHERE = _EXACT | Qt.MatchFlag.MatchRecursive
_DESCRIPTION = Qt.ItemDataRole.AccessibleDescriptionRole

Marks = dict[str, dict[str, Mark]]
"""By part number, then by internal name; the document's own row goes by ``DOCUMENT``."""


class TreeMarks:
    """A plugin object: register it with a workbench's plugin manager before that starts. The marks come
    with the start and go with the end. ``part_of`` answers a document row's part number, None where
    it has none.
    """

    def __init__(self, tree: QTreeView, part_of: Callable[[QModelIndex], str | None]) -> None:
        self._tree = tree
        self._part_of = part_of
        self._services: Services | None = None
        self._delegate: MarkDelegate | None = None
        self._marks: Marks = {}
        self._newer: dict[str, tuple[Newer, ...]] = {}
        """By the part number of a document."""
        self._faded = False
        self._rows_are_new = False
        self._look = Coalescer(tree)  # goes with the tree, and not on whatever thread collects us
        self._look.due.connect(self._refresh)

    # -- hooks -------------------------------------------------------------------------------------

    @hookimpl
    def silo_startup(self, services: Services) -> None:
        """Begin to draw."""
        self._services = services
        self._install()
        self.silo_presence_changed()

    @hookimpl
    def silo_shutdown(self) -> None:
        """Leave the tree as it was found."""
        if isValid(self._tree):
            self._look.stop()
            self._apply({}, faded=False)
            self._remove()
        self._services = self._delegate = None
        self._newer = {}

    @hookimpl
    def silo_presence_changed(self) -> None:
        """Look again soon."""
        if isValid(self._tree):
            self._look.soon()

    @hookimpl
    def silo_connection_changed(self) -> None:
        """Look again soon: without a connection nobody knows whether it is still so."""
        self.silo_presence_changed()

    @hookimpl
    def silo_behind_changed(self, behind: tuple[Behind, ...]) -> None:
        """Look again soon."""
        self._newer = {one.document.part_number or "": one.newer for one in behind}
        self.silo_presence_changed()

    @hookimpl
    def silo_document_opened(self) -> None:
        """Look again soon: a document may belong to an item now."""
        self.silo_presence_changed()

    # -- what the delegate asks --------------------------------------------------------------------

    def mark(self, index: Index) -> Mark | None:
        """The mark of a row."""
        name = _name(index)
        if not any(name in marks for marks in self._marks.values()):
            return None  # as almost always: this is asked at every repaint
        return self._marks.get(self._part_of(_top(index)) or "", {}).get(name)

    def text(self, index: Index, mark: Mark) -> tuple[str, ...]:
        """What the mark of a row says, a line each."""
        services, top = self._services, _top(index)
        if services is None:
            return ()
        now, heard = services.now(), services.last_contact
        as_of = mark_text.stale(ago(heard, now) if heard else "") if self._faded else ""
        number = self._part_of(top) or ""
        return mark_text.lines(mark, lambda name: self._title(top, name), now, as_of, number)

    # -- the tree ----------------------------------------------------------------------------------

    def _install(self) -> None:
        tree = self._tree
        if not isValid(tree) or self._delegate:
            return
        old = tree.itemDelegate()
        self._delegate = MarkDelegate(tree, old, self.mark, self.text, lambda: self._faded)
        tree.setItemDelegate(self._delegate)
        for signal in self._signals(tree.model()):
            signal.connect(self._rows_changed)

    def _remove(self) -> None:
        delegate = self._delegate
        if delegate is None or not isValid(delegate):
            return
        for signal in self._signals(self._tree.model()):
            signal.disconnect(self._rows_changed)
        delegate.release()
        if self._tree.itemDelegate() is delegate and isValid(delegate.old):
            self._tree.setItemDelegate(delegate.old)
        delegate.deleteLater()

    @staticmethod
    def _signals(model: QAbstractItemModel) -> tuple[SignalInstance, ...]:
        return (model.rowsInserted, model.rowsRemoved, model.modelReset)

    def _rows_changed(self, *_: object) -> None:
        if self._services and (self._newer or self._services.presence.parts()):
            self._rows_are_new = True
            self._look.soon()

    def _refresh(self) -> None:
        services = self._services
        if services is None or not isValid(self._tree):
            return
        marks: Marks = {}
        for part_number, tops in self._documents().items():
            marks[part_number] = marks_of(
                services.presence,
                part_number,
                services.workstation_id or "",
                lambda name, tops=tuple(tops): self._above(tops, name),  # type: ignore[misc]
                self._newer.get(part_number, ()),
            )
        if any(marks.values()) and self._delegate and self._delegate.sample():
            self._tree.viewport().update()
        self._apply(marks, faded=services.connection.state is not ConnectionState.ONLINE)

    def _apply(self, marks: Marks, *, faded: bool) -> None:
        if (marks, faded) == (self._marks, self._faded) and not self._rows_are_new:
            return
        before, self._marks, self._faded = self._marks, marks, faded
        self._rows_are_new = False
        self._describe(before)
        self._tree.viewport().update()

    def _documents(self) -> dict[str, list[QModelIndex]]:
        """The rows of documents, by part number: two may be copies of one item."""
        model = self._tree.model()
        found: dict[str, list[QModelIndex]] = {}
        for row in range(model.rowCount()):
            top = model.index(row, 0)
            if part_number := self._part_of(top):
                found.setdefault(part_number, []).append(top)
        return found

    def _above(self, tops: Iterable[QModelIndex], name: str) -> set[str]:
        """The objects in which an object stands, wherever the tree shows it."""
        above: set[str] = set()
        for top in tops:
            for index in _rows(top, name):
                parent = index.parent()
                while parent.isValid():
                    above.add(_name(parent))
                    parent = parent.parent()
        return above

    def _title(self, top: QModelIndex, name: str) -> str:
        """The label that the tree shows beside the internal name."""
        for index in _rows(top, name):
            label = str(index.siblingAtColumn(0).data() or "")
            return f"{label} ({name})" if label and label != name else name
        return name

    # -- for those who hear the tree -----------------------------------------------------------------

    def _describe(self, before: Marks) -> None:
        """Give each marked row a description, and take it from those that have no mark any more."""
        for part_number, tops in self._documents().items():
            was, now = before.get(part_number, {}), self._marks.get(part_number, {})
            for top in tops:
                for name in {*was, *now}:
                    for index in [top] if name == DOCUMENT else _rows(top, name):
                        self._describe_row(index.siblingAtColumn(0), now.get(name))

    def _describe_row(self, index: QModelIndex, mark: Mark | None) -> None:
        text = "\n".join(self.text(index, mark)) if mark else None
        model = self._tree.model()
        if model.data(index, _DESCRIPTION) == text:
            return
        with QSignalBlocker(model):  # whose tree it is takes a change for a rename by the user
            model.setData(index, text, _DESCRIPTION)
        QAccessible.updateAccessibility(
            QAccessibleEvent(self._tree, QAccessible.Event.DescriptionChanged)
        )


def _rows(top: QModelIndex, name: str) -> Iterator[QModelIndex]:
    """All rows of an object below a document's row, in the column of names."""
    model = top.model()
    first = model.index(0, NAME_COLUMN, top)
    if name and first.isValid():
        yield from model.match(first, Qt.ItemDataRole.DisplayRole, name, -1, _ANYWHERE)


def _name(index: Index) -> str:
    """The internal name of a row's object, ``DOCUMENT`` for a document's row."""
    if not index.parent().isValid():
        return DOCUMENT
    return str(index.sibling(index.row(), NAME_COLUMN).data() or "\0")


def _top(index: Index) -> QModelIndex:
    """The row of the document that a row belongs to."""
    top = index.sibling(index.row(), 0)
    while (parent := top.parent()).isValid():
        top = parent
    return top
