"""Objects that both sides added under one name: those of one side give way."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from silo_core.fcstd.merging.graph import reached, users_of
from silo_core.fcstd.merging.renaming import CannotRename, fresh

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from silo_core.fcstd.merging.part import Part

Sides = tuple["Part", "Part", "Part"]
"""Base, ours and theirs."""


class Yields(Enum):
    """Whose new objects get other names where both sides chose the same."""

    OURS = 1
    THEIRS = 2


def follow(sides: Sides, known: Mapping[str, str]) -> tuple[Sides, dict[str, str]]:
    """Base and ours with the names that ours got in theirs by an earlier merge, and these names. What
    has got such a name in ours since moves on.

    Raises:
        CannotRename: a name stands where it is not known what it means.
    """
    base, ours, theirs = sides
    here = {*base.objects, *ours.objects}
    names = {name: new for name, new in known.items() if name in here}
    moving = [new for new in names.values() if new in here and new not in names]
    names |= _free(moving, {*here, *theirs.objects, *names.values()})
    if not names:
        return sides, {}
    return (base.renamed(names), ours.renamed(names), theirs), names


def apart(sides: Sides, yields: Yields) -> tuple[Sides, dict[str, str]]:
    """The three with no name for two new objects, where that can be done, and the names that it took."""
    base, ours, theirs = sides
    clashing = _clashing(*sides)
    taken = {*base.objects, *ours.objects, *theirs.objects}
    names = _free((name for name in sides[yields.value].objects if name in clashing), taken)
    if not names:
        return sides, {}
    try:
        other = ours if yields is Yields.THEIRS else theirs
        labels = {entry.label for entry in other.contents.objects.values()}
        changed = sides[yields.value].renamed(names, labels)
    except CannotRename:  # then it is a conflict
        return sides, {}
    return ((base, changed, theirs) if yields is Yields.OURS else (base, ours, changed)), names


def composed(first: Mapping[str, str], then: Mapping[str, str]) -> dict[str, str]:
    """One renaming after the other."""
    names = {name: then.get(new, new) for name, new in first.items()}
    return names | {name: new for name, new in then.items() if name not in first.values()}


def same_object(name: str, one: Part, other: Part) -> bool:
    """Is it the same object in both, with the same inputs?"""
    types = {part.contents.objects[name].type for part in (one, other)}
    return len(types) == 1 and one.values(name) == other.values(name)


def _clashing(base: Part, ours: Part, theirs: Part) -> set[str]:
    """New on both sides and not the same, and what belongs to such ones: of two new bodies that differ,
    the origins are two as well, though they look the same; so are those of a new body and a new part,
    which nothing else has in common."""
    objects = (part.contents.objects.keys() for part in (ours, theirs, base))
    both = next(objects) & next(objects) - next(objects)
    users = [users_of(part.uses) for part in (ours, theirs)]
    differing = {
        name
        for name in both
        if not same_object(name, ours, theirs)
        or _are_others(*(found.get(name, set()) for found in users))
    }
    related: dict[str, set[str]] = {}
    for ways in (ours.uses, theirs.uses, *users):
        for name in both & ways.keys():
            related.setdefault(name, set()).update(both.intersection(ways[name]))
    return reached(differing, related)


def _are_others(mine: set[str], theirs: set[str]) -> bool:
    """Do the users show that what looks the same is two objects?"""
    return bool(mine and theirs) and not mine & theirs


def _free(names: Iterable[str], taken: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in names:
        found[name] = fresh(name, {*taken, *found.values()})
    return found
