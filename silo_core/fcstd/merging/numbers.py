"""The numbers that FreeCAD gives to objects. They stand in the names behind edges and faces, so that
such a name means something else where an object has another number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from silo_core.fcstd.merging.part import Part

_TAG = re.compile(rb":H-?([0-9a-f]+)")
_LONGEST = 20


def numbers_of(part: Part) -> dict[str, int]:
    """The number of each object; those without one, as in old files, are left out."""
    texts = {name: entry.attributes.get("id", "") for name, entry in part.entries.items()}
    return {n: int(text) for n, text in texts.items() if text.isdecimal() and len(text) < _LONGEST}


def given(ours: Part, theirs: Part, added: Iterable[str]) -> dict[str, int]:
    """The numbers of new objects of theirs in a file of both: their own, where ours has not used it."""
    wanted = numbers_of(theirs)
    used = {*numbers_of(ours).values()}
    highest = max(used | {*wanted.values()}, default=0)
    found = {}
    for name in added:
        number = wanted.get(name)
        if number is None or number in used:
            number = highest = highest + 1
        used.add(number)
        found[name] = number
    return found


def changed(ours: Part, theirs: Part, numbers: Mapping[str, int]) -> set[int]:
    """The numbers in theirs of objects that have others, or none, in a file of both."""
    now = {**numbers_of(ours), **numbers}
    return {number for name, number in numbers_of(theirs).items() if now.get(name) != number}


def spoken_of(shadow: bytes) -> set[int]:
    """The numbers of objects in the name behind an edge or a face."""
    return {int(text, 16) for text in _TAG.findall(shadow)}
