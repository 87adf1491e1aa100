"""The rows of the pane: groups, what they unfold to, and below an entry its details.

A standard item holds nothing but the key of its line, so that building, laying out and removing rows is
Qt's own work; what is shown is computed for the few rows that are in sight. Rows are added as they are
scrolled to, and entries are looked through in slices, so that no frame waits for ten thousand.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
)
from PySide6.QtGui import QStandardItem, QStandardItemModel

from silo_activity.feed import Feed
from silo_core.model.exchange import ActivityEntry
from silo_core.model.language import translate
from silo_core.rules.activity import BULK_AT_LEAST, MARKS, Filter, Group, grouped
from silo_core.surfaces.qt.moments import ago
from silo_core.surfaces.qt.text import tip

PAGE = 40
"""Groups that are added at once."""
SLICE_S = 0.008
"""How long entries are looked through before the window gets its turn."""
_LOOK_AT = 64
"""Entries between two looks at the clock."""

JUST_NOW = timedelta(minutes=1)
"""Seconds that are counted would have to be drawn every second."""

KEY = Qt.ItemDataRole.UserRole + 1

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Line:
    """What a row shows: a group (of one or more entries), one entry of a group, or a detail of one."""

    entry: ActivityEntry
    group: Group | None = None
    detail: str = ""

    @property
    def text(self) -> str:
        """The headline, or the detail."""
        return self.detail or (self.group.text if self.group else self.entry.text)

    @property
    def first_detail(self) -> str:
        """What stands below the headline without unfolding anything."""
        shows = not self.detail and not self.is_bulk and self.entry.details
        return self.entry.details[0] if shows else ""

    @property
    def entries(self) -> tuple[ActivityEntry, ...]:
        """What was read once this row was."""
        return self.group.entries if self.group else (self.entry,)

    @property
    def has_buttons(self) -> bool:
        """Whether something can be chosen."""
        entry = self.entry
        return bool(entry.actions) and not entry.chosen and not self.detail and not self.is_bulk

    @property
    def is_bulk(self) -> bool:
        """Whether its entries say different things, and each has buttons of its own."""
        return self.group is not None and len({entry.text for entry in self.group.entries}) > 1


class ActivityModel(QStandardItemModel):
    """Newest first. Main thread."""

    def __init__(self, feed: Feed, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._feed = feed
        self.wanted = Filter()
        self._lines: dict[int, Line] = {}
        self._keys = itertools.count(1)
        self._items: dict[str, list[QStandardItem]] = {}
        """The items that show an entry, by its id."""
        self._groups: list[Group] = []
        """Those that have rows."""
        self._source: Iterator[ActivityEntry] = iter(())
        self._read: list[ActivityEntry] = []
        """What was found, but has no row yet."""
        self._is_whole = True
        self._to_add = 0
        roles = Qt.ItemDataRole
        self._tellers: dict[int, Callable[[Line], str]] = {
            roles.DisplayRole: lambda line: line.text,
            roles.AccessibleTextRole: self._spoken,
            roles.AccessibleDescriptionRole: self._described,
            roles.ToolTipRole: self._tip,
        }
        self._slice = QTimer(self)
        self._slice.setSingleShot(True)
        self._slice.setInterval(0)
        self._slice.timeout.connect(self._add_slice)

    @property
    def is_searching(self) -> bool:
        """Whether entries are still being looked through."""
        return self._slice.isActive()

    # -- what is in it ---------------------------------------------------------------------------

    def begin(self, wanted: Filter) -> None:
        """Show what ``wanted`` lets through, from the newest on."""
        self._slice.stop()
        self.wanted = wanted
        self.clear()
        self._lines.clear()
        self._items.clear()
        self._groups.clear()
        self._read.clear()
        self._source = iter(tuple(self._feed))
        self._is_whole = False
        self._to_add = PAGE
        self._add_slice()

    @property
    def has_more(self) -> bool:
        """Whether there are older ones without a row."""
        return not self._is_whole

    def more(self) -> None:
        """Add the next older ones. Not by way of ``fetchMore``, which a tree asks for whenever it lays
        its rows out, and so until there is no more."""
        if not self._is_whole and not self._slice.isActive():
            self._to_add = PAGE
            self._add_slice()

    def canFetchMore(self, parent: Index) -> bool:  # noqa: N802 - Qt's name
        """Whether a group has entries without a row: until it is unfolded for the first time."""
        line = self.line(parent) if parent.isValid() else None
        group = line.group if line else None
        return group is not None and 1 < len(group.entries) > self.rowCount(parent)

    def fetchMore(self, parent: Index) -> None:  # noqa: N802 - Qt's name
        """Add them."""
        line = self.line(parent)
        if line and line.group and self.canFetchMore(parent):
            item = self.itemFromIndex(self.plain(parent))
            rest = line.group.entries[item.rowCount() :]
            item.appendRows([self._entry_item(entry) for entry in rest])

    def _add_slice(self) -> None:
        """Look through the next entries, for a moment, and add rows for what is found."""
        until = time.perf_counter() + SLICE_S
        while True:
            part = tuple(itertools.islice(self._source, _LOOK_AT))
            now = (self._feed.get(entry.id) or entry for entry in part)
            self._read += filter(self.wanted.lets_through, now)
            self._is_whole = len(part) < _LOOK_AT
            if self._is_whole or len(self._read) > self._to_add or time.perf_counter() > until:
                break
        found = list(grouped(self._read))
        if not self._is_whole:  # what comes next may join the last ones
            found = found[:-BULK_AT_LEAST]
        self._read = self._read[sum(len(group.entries) for group in found) :]
        self._to_add -= len(found)
        self._groups += found
        if found:
            self.invisibleRootItem().appendRows([self._item(group) for group in found])
        if self._to_add > 0 and not self._is_whole:
            self._slice.start()

    def add(self, newer: Sequence[ActivityEntry]) -> None:
        """What is new, newest first; only the rows at the front that it joins are made anew."""
        newer = [entry for entry in newer if self.wanted.lets_through(entry)]
        if not newer:
            return
        front = self._groups[:BULK_AT_LEAST]
        after = list(grouped((*newer, *(entry for group in front for entry in group.entries))))
        same = 0
        while same < min(len(front), len(after)) and _is_same(front[-1 - same], after[-1 - same]):
            same += 1
        gone, come = len(front) - same, after[: len(after) - same]
        self._groups[:gone] = come
        if gone:
            for row in range(gone):
                self._forget(self.item(row))
            self.removeRows(0, gone)
        for row, group in enumerate(come):
            self.insertRow(row, self._item(group))

    def change(self, entry: ActivityEntry, *, tell: bool = True) -> bool:
        """An entry is another now; False if it has no row. ``tell``: say so to whoever shows it."""
        items = self._items.get(entry.id, [])
        for item in items:
            key = item.data(KEY)
            line = self._lines[key]
            group = line.group
            if group:
                changed = tuple(entry if e.id == entry.id else e for e in group.entries)
                group = replace(group, entries=changed)
                self._groups[item.row()] = group
            self._lines[key] = Line(group.newest if group else entry, group, line.detail)
            if tell:
                index = item.index()
                self.dataChanged.emit(index, index)
        return bool(items)

    def row_of(self, entry_id: str) -> QModelIndex:
        """The row that shows the entry, where there is one."""
        items = self._items.get(entry_id)
        return items[-1].index() if items else QModelIndex()

    # -- items -----------------------------------------------------------------------------------

    def _item(self, group: Group) -> QStandardItem:
        item = self._new(Line(group.newest, group))
        for entry in group.entries:
            self._items.setdefault(entry.id, []).append(item)
        if len(group.entries) == 1:
            item.appendRows(self._details(group.newest))
        else:
            item.appendRow(self._entry_item(group.newest))  # the rest when it is unfolded
        return item

    def _entry_item(self, entry: ActivityEntry) -> QStandardItem:
        item = self._new(Line(entry))
        self._items[entry.id].append(item)
        item.appendRows(self._details(entry))
        return item

    def _details(self, entry: ActivityEntry) -> list[QStandardItem]:
        """All but the first, which the row itself shows."""
        return [self._new(Line(entry, detail=detail)) for detail in entry.details[1:] if detail]

    def _new(self, line: Line) -> QStandardItem:
        key = next(self._keys)
        self._lines[key] = line
        item = QStandardItem()
        item.setData(key, KEY)
        item.setEditable(False)
        return item

    def _forget(self, item: QStandardItem) -> None:
        line = self._lines.pop(item.data(KEY))
        for entry in line.entries:
            if not line.detail:
                self._items.pop(entry.id, None)
        for row in range(item.rowCount()):
            self._forget(item.child(row))

    def age(self, line: Line) -> str:
        """How long ago it happened."""
        now = self._feed.services.now()
        is_new = now - line.entry.at < JUST_NOW
        return translate("SiloActivity", "just now") if is_new else ago(line.entry.at, now)

    # -- what is shown ---------------------------------------------------------------------------

    def plain(self, index: Index) -> QModelIndex:
        """A persistent index as one for now."""
        return self.index(index.row(), index.column(), index.parent())

    def line(self, index: Index) -> Line | None:
        """What a row shows."""
        key = super().data(index, KEY)
        return self._lines.get(key) if isinstance(key, int) else None

    def is_unread(self, line: Line) -> bool:
        """Whether something of it was not read yet."""
        return not line.detail and any(entry.id in self._feed.unread for entry in line.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """See Qt. The accessible text says in words all that the row shows in pictures."""
        if role == KEY:
            return super().data(index, role)
        line, tell = self.line(index), self._tellers.get(int(role))
        return tell(line) if line and tell else None

    def _described(self, line: Line) -> str:
        return "" if line.detail else "\n".join(line.entry.details)

    def _tip(self, line: Line) -> str:
        when = f"{line.entry.at.astimezone():%Y-%m-%d %H:%M:%S}"
        lines = () if line.detail else (*line.entry.details, when)
        return tip("\n".join((line.text, *lines)))

    def _spoken(self, line: Line) -> str:
        if line.detail:
            return line.detail
        entry, word = line.entry, translate("SiloKinds", MARKS[line.entry.kind].word)
        text = line.text if line.text.startswith(f"{word}:") else f"{word}: {line.text}"
        parts = [text, line.first_detail, entry.user, entry.part_number, self.age(line)]
        if self.is_unread(line):
            parts.insert(0, translate("SiloActivity", "Unread"))
        if entry.chosen:
            parts.append(translate("SiloActivity", "Chosen: {what}").format(what=entry.chosen))
        elif line.has_buttons:
            parts += [
                self._button_spoken(entry, action.name, translate("SiloButtons", action.text))
                for action in entry.actions
            ]
        return ", ".join(filter(None, parts))

    def _button_spoken(self, entry: ActivityEntry, name: str, text: str) -> str:
        problem = self._feed.services.hooks.action_problem(entry, name)
        if problem:
            return translate("SiloActivity", "{button} is not possible: {why}").format(
                button=text, why=problem
            )
        return translate("SiloActivity", "{button}, button").format(button=text)


def _is_same(one: Group, other: Group) -> bool:
    return [entry.id for entry in one.entries] == [entry.id for entry in other.entries]
