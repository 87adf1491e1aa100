"""What is shown of activity: a mark for each kind, groups, and what a filter lets through. Pure.

Entries come newest first, as they are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from silo_core.model.exchange import ActivityEntry, ActivityKind
from silo_core.model.language import QT_TRANSLATE_NOOP

BULK_AT_LEAST = 3
"""So many files that were fetched in one go are one line."""

BULK_GAP = timedelta(minutes=2)
"""Two files were fetched in one go if not more than this lies between them."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How a kind is told from the others: a sign, and the word that a screen reader says for it."""

    icon: str
    word: str


_KIND = ActivityKind
MARKS: Mapping[ActivityKind, Mark] = MappingProxyType(
    {
        _KIND.CHECKPOINT: Mark("⬆", QT_TRANSLATE_NOOP("SiloKinds", "Checkpoint")),
        _KIND.BLOCKED: Mark("🔒", QT_TRANSLATE_NOOP("SiloKinds", "Blocked")),
        _KIND.WARNING: Mark("⚠", QT_TRANSLATE_NOOP("SiloKinds", "Warning")),
        _KIND.HANDOFF: Mark("🔔", QT_TRANSLATE_NOOP("SiloKinds", "Handoff")),
        _KIND.SESSION: Mark("⚠", QT_TRANSLATE_NOOP("SiloKinds", "Edit session")),
        _KIND.UPDATED: Mark("⬇", QT_TRANSLATE_NOOP("SiloKinds", "Updated")),
        _KIND.SYNCED: Mark("⬇", QT_TRANSLATE_NOOP("SiloKinds", "Synced")),
        _KIND.CONFLICT: Mark("⚠", QT_TRANSLATE_NOOP("SiloKinds", "Conflict")),
        _KIND.CONNECTION: Mark("•", QT_TRANSLATE_NOOP("SiloKinds", "Connection")),
        _KIND.PROBLEM: Mark("✘", QT_TRANSLATE_NOOP("SiloKinds", "Problem")),
    }
)
"""The mark of every kind; texts are stored without it, so that each surface can show it its way."""


class Grouping(StrEnum):
    """Why entries are one line."""

    ONE = "one"
    REPEATED = "repeated"
    """They say the same."""
    BULK = "bulk"
    """Files that were fetched in one go."""


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbouring entries, newest first, that are one line until it is unfolded. It has the buttons of
    the newest one."""

    entries: tuple[ActivityEntry, ...]
    how: Grouping = Grouping.ONE

    @property
    def newest(self) -> ActivityEntry:
        """Its first entry."""
        return self.entries[0]

    @property
    def text(self) -> str:
        """Its headline: ``Synced: 12 items``, or that of the newest one and how many say it."""
        count = len(self.entries)
        if self.how is Grouping.BULK:
            items = len({entry.part_number for entry in self.entries})
            return f"Synced: {items} item{'s' * (items != 1)}"
        return f"{self.newest.text} ×{count}" if count > 1 else self.newest.text


def grouped(entries: Iterable[ActivityEntry]) -> tuple[Group, ...]:
    """``entries`` in their order, each in exactly one group."""
    runs: list[list[ActivityEntry]] = []
    for entry in entries:
        if runs and _in_one_go(runs[-1][-1], entry):
            runs[-1].append(entry)
        else:
            runs.append([entry])
    return tuple(group for run in runs for group in _groups_of(run))


def regrouped(groups: Sequence[Group], newer: Sequence[ActivityEntry]) -> tuple[Group, ...]:
    """``grouped`` of ``newer`` and then all that is in ``groups``, without looking at all of it again:
    only the first ``BULK_AT_LEAST`` can be joined by something newer, and only as many of the last by
    something older."""
    front = [entry for group in groups[:BULK_AT_LEAST] for entry in group.entries]
    return (*grouped((*newer, *front)), *groups[BULK_AT_LEAST:])


def _groups_of(run: list[ActivityEntry]) -> list[Group]:
    if _is_one_sync(run[0]) and len(run) >= BULK_AT_LEAST:
        return [Group(tuple(run), Grouping.BULK)]
    groups: list[list[ActivityEntry]] = []
    for entry in run:
        if groups and _says_the_same(groups[-1][-1], entry):
            groups[-1].append(entry)
        else:
            groups.append([entry])
    how = (Grouping.ONE, Grouping.REPEATED)
    return [Group(tuple(group), how[len(group) > 1]) for group in groups]


def _in_one_go(newer: ActivityEntry, older: ActivityEntry) -> bool:
    """Whether the two may become one line."""
    both = _is_one_sync(newer) and _is_one_sync(older)
    return _says_the_same(newer, older) or (both and abs(newer.at - older.at) <= BULK_GAP)


def _is_one_sync(entry: ActivityEntry) -> bool:
    """Whether it tells of one file; what tells of many already is not counted once more."""
    return entry.kind is ActivityKind.SYNCED and bool(entry.part_number)


def _says_the_same(one: ActivityEntry, other: ActivityEntry) -> bool:
    """Whether a user would read the same headline twice."""
    return _said(one) == _said(other)


def _said(entry: ActivityEntry) -> tuple[str, ...]:
    return entry.kind.value, entry.text, entry.part_number, entry.object_id, entry.user


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entries are wanted; what is empty does not matter. ``text``: each of its words is in the
    headline, the details, the part number or the user, in capitals or not."""

    person: str = ""
    part_number: str = ""
    kind: ActivityKind | None = None
    text: str = ""
    unread: frozenset[str] | None = None
    """Ids: only these."""

    def lets_through(self, entry: ActivityEntry) -> bool:
        """Whether ``entry`` is wanted."""
        if self.kind is not None and entry.kind is not self.kind:
            return False
        if self.person and entry.user != self.person:
            return False
        if self.part_number and entry.part_number != self.part_number:
            return False
        if self.unread is not None and entry.id not in self.unread:
            return False
        if not self.text:
            return True
        said = (entry.text, entry.part_number, entry.user, entry.chosen, *entry.details)
        whole = "\n".join(said).casefold()
        return all(word in whole for word in self.text.casefold().split())
