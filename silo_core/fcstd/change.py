"""One difference between two files, as people read it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

ONLY_DERIVED = "only what FreeCAD sets by itself changed"


class ChangeKind(StrEnum):
    """What happened, the most important first."""

    ADDED = "added"
    REMOVED = "removed"
    REDRAWN = "redrawn"
    CONSTRAINT = "constraint"
    PROPERTY = "property"
    CELL = "cell"
    EXPRESSION = "expression"
    USES = "uses"
    MEMBERS = "members"
    ORDER = "order"
    MOVED = "moved"
    RENAMED = "renamed"
    LOOKS = "looks"
    DOCUMENT = "document"
    FILE = "file"


_ORDER = {kind: place for place, kind in enumerate(ChangeKind)}


@dataclass(frozen=True, slots=True)
class Change:
    """``object`` is an internal name, empty for the document itself, and ``title`` its label beside
    that name; ``subject`` says which property, constraint or cell. ``old`` and ``new`` are values as
    people read them, None where there is none to show. An incidental change follows from another
    one, or is FreeCAD's own doing, and is not listed."""

    kind: ChangeKind
    object: str
    title: str
    subject: str = ""
    old: str | None = None
    new: str | None = None
    is_incidental: bool = False

    def __str__(self) -> str:
        return _SENTENCES[self.kind](self)


def _property(change: Change) -> str:
    owner = change.title
    name = f"{owner}: {change.subject}" if owner.endswith(")") else f"{owner}.{change.subject}"
    return _change_of(name if owner else change.subject, change)


def _change_of(name: str, change: Change, colon: str = "") -> str:
    old, new = change.old, change.new
    if old is not None and new is not None:
        return f"{name}{colon} {old} → {new}" if old != new else f"{name} changed"
    if new is not None:
        return f"{name} set to {new}"
    return f"{name} removed (was {old})" if old is not None else f"{name} changed"


def _uses(change: Change) -> str:
    if change.new is not None and change.subject in ("Profile", "Tip", "LinkedObject"):
        verb = "ends with" if change.subject == "Tip" else "uses"
        return f"{change.title} now {verb} {change.new}"
    return _property(change)


def _constraint(change: Change) -> str:
    is_unnamed = change.subject.removeprefix("Constraint").isdecimal()
    name = change.subject if is_unnamed else f'Constraint "{change.subject}"'
    return _change_of(f"{change.title}: {name}", change)


def _renamed(change: Change) -> str:
    was_labelled = change.old and change.old != change.object
    old = f"{change.old} ({change.object})" if was_labelled else change.object
    return f"{old} renamed to {change.new or 'nothing'}"


def _members(change: Change) -> str:
    parts = [f"now holds {change.new}"] if change.new else []
    parts += [f"no longer holds {change.old}"] if change.old else []
    return f"{change.title} {' and '.join(parts)}"


_SENTENCES: dict[ChangeKind, Callable[[Change], str]] = {
    ChangeKind.ADDED: lambda c: f"{c.title} added",
    ChangeKind.REMOVED: lambda c: f"{c.title} removed",
    ChangeKind.REDRAWN: lambda c: f"{c.title} redrawn",
    ChangeKind.CONSTRAINT: _constraint,
    ChangeKind.PROPERTY: _property,
    ChangeKind.CELL: lambda c: _change_of(f"{c.title} {c.subject}", c, ":"),
    ChangeKind.EXPRESSION: lambda c: _change_of(f"{c.title}: formula of {c.subject}", c, ":"),
    ChangeKind.USES: _uses,
    ChangeKind.MEMBERS: _members,
    ChangeKind.ORDER: lambda c: f"{c.title}: order changed",
    ChangeKind.MOVED: lambda c: f"{c.title} moved",
    ChangeKind.RENAMED: _renamed,
    ChangeKind.LOOKS: lambda c: f"{c.title} looks different",
    ChangeKind.DOCUMENT: lambda c: _change_of(f"Document: {c.subject}", c),
    ChangeKind.FILE: lambda c: f"{c.subject} in the file changed",
}


def ordered(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The most important first; among equals as they came."""
    return tuple(sorted(changes, key=lambda change: (change.is_incidental, _ORDER[change.kind])))


def significant(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Without the incidental ones."""
    return tuple(change for change in changes if not change.is_incidental)


def summarise(changes: Sequence[Change], limit: int) -> tuple[str, ...]:
    """At most ``limit`` (1 or more) short lines, the last of which says how many it leaves out."""
    lines = list(dict.fromkeys(map(str, significant(changes))))
    if changes and not lines:
        return (ONLY_DERIVED,)
    if len(lines) <= limit:
        return tuple(lines)
    kept = lines[: limit - 1]
    return (*kept, f"and {len(lines) - len(kept)} more" if kept else f"{len(lines)} changes")
