"""What formulas read of sheets and sketches, by names and addresses that the other side may have given
to something else, or to nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from silo_core.fcstd.expressions import paths
from silo_core.fcstd.merging.conflict import Clash, Conflict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from silo_core.fcstd.contents import Element, ObjectContents
    from silo_core.fcstd.merging.decide import Decision
    from silo_core.fcstd.merging.part import Part

_ADDRESS = re.compile(r"[A-Z]{1,2}[1-9]\d*")

Place = tuple[str, str]
"""An object, and the name of a cell or a constraint of it."""


def misread(result: Part, decision: Decision) -> Iterator[Conflict]:
    """Formulas that read nothing in the merged file, or another cell than who wrote them meant."""
    after, base, *sides = map(_Side, (result, decision.base, decision.ours, decision.theirs))
    for name, entry in result.contents.objects.items():
        formulas = formulas_of(entry)
        known = [side.formulas(name) for side in sides] if formulas else []
        for key, formula in formulas.items():
            having = [s for s, of in zip(sides, known, strict=True) if of.get(key) == formula]
            others = [side for side in sides if side not in having]
            for place in _read(name, formula, having):
                if _is_lost(name, formula, place, after):
                    clash = Clash.DANGLING
                elif any(place in other.moved(base, place[0]) for other in others):
                    clash = Clash.MOVED
                else:
                    continue
                what = "a formula" if key[0] == "Cell" else f"the formula of {key[1]}"
                yield Conflict(clash, name, entry.title, what, theirs=".".join(place))


def formulas_of(entry: ObjectContents) -> dict[tuple[str, str], str]:
    """Those of an object, by what they are of: a property's path, or a cell."""
    found = {}
    for value in entry.properties.values():
        for element in value.elements:
            if element.tag == "Expression":
                found["Expression", element.get("path")] = element.get("expression")
            elif element.tag == "Cell" and element.get("content").startswith("="):
                found["Cell", element.get("address")] = element.get("content")[1:]
    return found


class _Side:
    """A file, and what has been looked up in it."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._cells: dict[str, dict[str, tuple[Place, Place]]] = {}
        self._names: dict[str, set[str]] = {}
        self._moved: dict[str, set[Place]] = {}

    def formulas(self, name: str) -> dict[tuple[str, str], str]:
        """Those of an object, none if there is no such object."""
        entry = self._part.contents.objects.get(name)
        return formulas_of(entry) if entry else {}

    def place(self, owner: str, path: Sequence[tuple[str, bool]]) -> Place | None:
        """What a path speaks of, if it is a cell or a constraint that there is."""
        (head, is_label), *rest = path
        target = self._part.resolved(head, is_label=is_label) if rest else None
        if target is None:
            target, rest = owner, list(path)
        words = [word.replace("$", "") for word, _ in rest]
        if words[0] == "Constraints" and len(words) > 1:
            return (target, words[1]) if words[1] in self.names(target) else None
        is_there = words[0] in self.cells(target) or words[0] in self.names(target)
        return (target, words[0]) if is_there else None

    def cells(self, name: str) -> dict[str, tuple[Place, Place]]:
        """What each cell of a sheet holds, and what it is called."""
        if name not in self._cells:
            self._cells[name] = {
                element.get("address"): (
                    ("content", element.get("content")),
                    ("alias", element.get("alias")),
                )
                for element in self._elements(name)
                if element.tag == "Cell"
            }
        return self._cells[name]

    def names(self, name: str) -> set[str]:
        """The aliases of a sheet, or the names of a sketch's constraints."""
        if name not in self._names:
            found = {
                element.get("alias" if element.tag == "Cell" else "Name")
                for element in self._elements(name)
                if element.tag in ("Cell", "Constrain")
            }
            self._names[name] = found - {""}
        return self._names[name]

    def moved(self, base: _Side, sheet: str) -> set[Place]:
        """The cells of a sheet that are not what they were, if some of them were moved: with rows and
        columns that come or go, an address means another cell."""
        if sheet not in self._moved:
            old, new = base.cells(sheet), self.cells(sheet)
            changed = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
            come = {mark for name in changed & new.keys() for mark in new[name] if mark[1]}
            gone = {mark for name in changed & old.keys() for mark in old[name] if mark[1]}
            self._moved[sheet] = {(sheet, name) for name in changed} if come & gone else set()
        return self._moved[sheet]

    def _elements(self, name: str) -> Iterator[Element]:
        entry = self._part.contents.objects.get(name)
        for value in entry.properties.values() if entry else ():
            yield from value.elements


def _read(owner: str, formula: str, having: Sequence[_Side]) -> set[Place]:
    """What a formula reads in every file that has it."""
    ways = tuple(paths(formula))
    found = [{place for way in ways if (place := side.place(owner, way))} for side in having]
    return set.intersection(*found) if found else set()


def _is_lost(owner: str, formula: str, place: Place, after: _Side) -> bool:
    """Does no path of the formula lead there any more? An empty cell can be read, a name cannot."""
    return not _ADDRESS.fullmatch(place[1]) and place not in _read(owner, formula, [after])
