"""The rows of the pane: groups, what they unfold to, and below an entry its details.

Rows are items that Qt makes, so that laying them out and removing them is its work, and none is an
object of Python, whose collector would look through all of them in one frame. A row at the top knows a
number, which says what it shows; those below it are told by their place. Rows are added as they are
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
    QSignalBlocker,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QStandardItemModel

from silo_activity.feed import Feed
from silo_core.model.exchange import ActivityEntry
from silo_core.model.language import translate
from silo_core.rules.activity import BULK_AT_LEAST, MARKS, Filter, Group, grouped, regrouped
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

NUMBER = Qt.ItemDataRole.UserRole + 1

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

    filled = Signal()
    """Rows were added, and it is known by now what they show: a view that has buttons in it measures new
    rows as soon as they are there."""

    def __init__(self, feed: Feed, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._feed = feed
        self.wanted = Filter()
        self._shown: dict[int, str | Group] = {}
        """What the rows at the top show, by their numbers: one entry's id, or a group of several."""
        self._numbers: dict[str, int] = {}
        """The number of the row at the top that shows an entry, by its id."""
        self._top = 0
        """The number of the first row; downwards they fall by one."""
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

    # -- what is in it ---------------------------------------------------------------------------

    def begin(self, wanted: Filter) -> None:
        """Show what ``wanted`` lets through, from the newest on."""
        self._slice.stop()
        self.wanted = wanted
        self.clear()
        self.setColumnCount(1)
        self._shown.clear()
        self._numbers.clear()
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
        group = self._group_at(parent)
        return group is not None and 1 < len(group.entries) > self.rowCount(parent)

    def fetchMore(self, parent: Index) -> None:  # noqa: N802 - Qt's name
        """Add them."""
        group = self._group_at(parent)
        if group and self.canFetchMore(parent):
            had = self.rowCount(parent)
            self.insertRows(had, len(group.entries) - had, parent)
            with QSignalBlocker(self):
                for row in range(had, len(group.entries)):
                    self._fit(self.index(row, 0, parent), len(_further(group.entries[row])))
            self.filled.emit()

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
        self._insert(self.rowCount(), found)
        if self._to_add > 0 and not self._is_whole:
            self._slice.start()

    def add(self, newer: Sequence[ActivityEntry]) -> None:
        """What is new, newest first; only the rows at the front that it joins are made anew."""
        newer = [entry for entry in newer if self.wanted.lets_through(entry)]
        if not newer:
            return
        rows = range(min(BULK_AT_LEAST, self.rowCount()))
        front = [group for row in rows if (group := self._group_at(self.index(row, 0)))]
        after = regrouped(front, newer)
        same = 0
        while same < min(len(front), len(after)) and _is_same(front[-1 - same], after[-1 - same]):
            same += 1
        self._remove(len(rows) - same)
        self._insert(0, after[: len(after) - same])

    def change(self, entry: ActivityEntry, *, tell: bool = True) -> bool:
        """An entry is another now; False if it has no row. ``tell``: say so to whoever shows it."""
        number = self._numbers.get(entry.id)
        if number is None:
            return False
        shown = self._shown[number]
        if isinstance(shown, Group):
            changed = tuple(entry if e.id == entry.id else e for e in shown.entries)
            self._shown[number] = replace(shown, entries=changed)
        own = self.row_of(entry.id)
        if own.parent().isValid() or not isinstance(shown, Group):  # not merely that of its group
            self._fit(own, len(_further(entry)))
        for index in {own, self.index(self._top - number, 0)} if tell else ():
            self.dataChanged.emit(index, index)
        return True

    def row_of(self, entry_id: str) -> QModelIndex:
        """The row that shows the entry, where there is one: its own, else that of its group."""
        number = self._numbers.get(entry_id)
        if number is None:
            return QModelIndex()
        top, shown = self.index(self._top - number, 0), self._shown[number]
        if isinstance(shown, str):
            return top
        place = [entry.id for entry in shown.entries].index(entry_id)
        return self.index(place, 0, top) if place < self.rowCount(top) else top

    # -- rows ------------------------------------------------------------------------------------

    def _insert(self, row: int, groups: Sequence[Group]) -> None:
        """Add rows at the front or at the end."""
        if not groups:
            return
        if row == 0:
            self._top += len(groups)
        self.insertRows(row, len(groups))
        with QSignalBlocker(self):  # who shows them looks only after this
            for place, group in enumerate(groups, row):
                index, number = self.index(place, 0), self._top - place
                self.setData(index, number, NUMBER)
                several = len(group.entries) > 1
                self._shown[number] = group if several else group.newest.id
                self._numbers.update((entry.id, number) for entry in group.entries)
                self._fit(index, 1 if several else len(_further(group.newest)))
                if several:  # the rest when it is unfolded
                    self._fit(self.index(0, 0, index), len(_further(group.newest)))
        self.filled.emit()

    def _remove(self, count: int) -> None:
        """Take the first rows away."""
        for number in range(self._top - count + 1, self._top + 1):
            shown = self._shown.pop(number)
            for entry_id in (shown,) if isinstance(shown, str) else (e.id for e in shown.entries):
                self._numbers.pop(entry_id, None)
        self._top -= count
        self.removeRows(0, count)

    def _fit(self, index: Index, count: int) -> None:
        """Have as many rows below one."""
        had = self.rowCount(index)
        if had < count:
            if not self.columnCount(index):
                self.insertColumns(0, 1, index)
            self.insertRows(had, count - had, index)
        elif had > count:
            self.removeRows(count, had - count, index)

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
        if not index.isValid():
            return None
        if not index.parent().isValid():
            group = self._group_at(index)
            return Line(group.newest, group) if group else None
        above, row = self.line(index.parent()), index.row()
        if above is None:
            return None
        if above.group and len(above.group.entries) > 1:
            entries = above.group.entries
            return Line(entries[row]) if row < len(entries) else None
        further = _further(above.entry)
        return Line(above.entry, detail=further[row]) if row < len(further) else None

    def _group_at(self, index: Index) -> Group | None:
        """What a row at the top shows."""
        number = super().data(index, NUMBER) if index.isValid() else None
        shown = self._shown.get(number) if isinstance(number, int) else None
        if not isinstance(shown, str):
            return shown
        entry = self._feed.get(shown)
        return Group((entry,)) if entry else None

    def is_unread(self, line: Line) -> bool:
        """Whether something of it was not read yet."""
        return not line.detail and any(entry.id in self._feed.unread for entry in line.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """See Qt. The accessible text says in words all that the row shows in pictures."""
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


def _further(entry: ActivityEntry) -> list[str]:
    """All details but the first, which the row itself shows."""
    return [detail for detail in entry.details[1:] if detail]


def _is_same(one: Group, other: Group) -> bool:
    return [entry.id for entry in one.entries] == [entry.id for entry in other.entries]
