"""What a merge takes from the other side, and what it cannot decide."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from silo_core.fcstd.compare import differing_properties, driven_paths, is_placed_by_others
from silo_core.fcstd.merging.clashes import same_object
from silo_core.fcstd.merging.conflict import Clash, Conflict
from silo_core.fcstd.merging.dimensions import misplaced
from silo_core.fcstd.merging.hasher import HASHER, last_id
from silo_core.fcstd.merging.lists import (
    GROUP_TYPES,
    KEYS,
    Undecided,
    merged_entries,
    merged_group,
    names_of,
    shared_alias,
)
from silo_core.fcstd.merging.noise import say_the_same
from silo_core.fcstd.merging.numbers import changed, given, spoken_of
from silo_core.fcstd.merging.plan import Plan
from silo_core.fcstd.merging.slices import properties
from silo_core.fcstd.merging.told import entry_of, told_of
from silo_core.fcstd.sketches import sketch_changes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from silo_core.fcstd.change import Change
    from silo_core.fcstd.contents import Value
    from silo_core.fcstd.merging.part import Part

MEMBERSHIP = {"Group", "OriginFeatures", "Tip"}
DRAWING = ("Geometry", "ExternalGeometry", "ExternalTypes", "ExternalGeo", "Constraints")
_PROPERTY_OF_PATH = re.compile(r"\.?(\w+)")
_EXTENSION = re.compile(rb'<Extension\s[^>]*type="([^"]*)"')
_SHADOW = re.compile(rb'\sshadow(?:ed)?="([^"]*)"')
_PICKED = re.compile(rb'(?:value|sub)="(?:[^"]*\.)?(?:Edge|Face|Vertex)\d+"')


@dataclass
class Decision:
    """Three files, compared object by object and property by property."""

    base: Part
    ours: Part
    theirs: Part
    plan: Plan = field(default_factory=Plan)

    def decide(self) -> Plan:
        """Everything."""
        self._document()
        names = [
            self.base.contents.objects,
            self.ours.contents.objects,
            self.theirs.contents.objects,
        ]
        for name in dict.fromkeys(chain.from_iterable(names)):
            self._object(name, *(name in side for side in names))
        self._lost_ground()
        self._looks()
        self._members()
        self.plan.numbers = given(self.ours, self.theirs, self.plan.added)
        self._picked_elements()
        return self.plan

    def _document(self) -> None:
        sides = [part.contents.properties for part in (self.base, self.ours, self.theirs)]
        for name in dict.fromkeys(chain.from_iterable(sides)):
            base, ours, theirs = (side.get(name) for side in sides)
            self._value("", "", name, base, ours, theirs)

    def _object(self, name: str, in_base: bool, in_ours: bool, in_theirs: bool) -> None:
        if in_base and in_ours and in_theirs:
            types = {
                part.contents.objects[name].type for part in (self.base, self.ours, self.theirs)
            }
            if len(types) > 1:
                self._clash(Clash.NAME, name)
            else:
                self._both(name)
        elif in_ours and in_theirs:
            if not same_object(name, self.ours, self.theirs):
                self._clash(Clash.NAME, name)
        elif in_base and in_ours:
            if same_object(name, self.base, self.ours):
                self.plan.removed.add(name)
            else:
                self._clash(Clash.REMOVED, name, "edited", "removed")
        elif in_base and in_theirs:
            if not same_object(name, self.base, self.theirs):
                self._clash(Clash.REMOVED, name, "removed", "edited")
        elif in_theirs:
            self.plan.added.append(name)

    def _clash(self, clash: Clash, name: str, ours: str = "", theirs: str = "") -> None:
        part = self.ours if name in self.ours.contents.objects else self.theirs
        title = part.contents.objects[name].title
        self.plan.conflicts.append(Conflict(clash, name, title, ours=ours, theirs=theirs))

    def _both(self, name: str) -> None:
        """An object that all three have."""
        if name in self.theirs.shared and self.theirs.like is self.base:
            return
        self._extensions(name)
        old, new = (part.contents.objects[name] for part in (self.base, self.theirs))
        if (old.label, old.properties) == (new.label, new.properties):
            return
        sides = [part.values(name) for part in (self.base, self.ours, self.theirs)]
        entry = self.ours.contents.objects[name]
        handled: set[str] = set()
        if entry.type.startswith("Sketcher::SketchObject"):
            handled = self._sketch(name, *sides)
        for key in dict.fromkeys(chain.from_iterable(sides)):
            if key not in handled:
                self._value(name, entry.title, key, *(side.get(key) for side in sides))

    def _extensions(self, name: str) -> None:
        """What an object can do beyond its type: its properties mean nothing without that."""
        sides = (self.base, self.ours, self.theirs)
        base, ours, theirs = (_extensions(part.document.piece(name)) for part in sides)
        if ours == base != theirs:
            self.plan.extended.add(name)
            self.plan.recompute.add(name)
        elif theirs not in (base, ours):
            title = self.ours.contents.objects[name].title
            told = [", ".join(sorted(found)) or "none" for found in (base, ours, theirs)]
            self.plan.conflicts.append(Conflict(Clash.VALUES, name, title, "its extensions", *told))

    def _lost_ground(self) -> None:
        """What one side edited stood on what the other side removed."""
        for side, other in ((self.ours, self.theirs), (self.theirs, self.ours)):
            gone = self.base.objects.keys() - side.objects.keys()
            for name in self.base.objects.keys() & side.objects.keys() & other.objects.keys():
                for key, lost in self._stood_on(name, gone):
                    if self._edited(name, other) - {key}:
                        title = other.contents.objects[name].title
                        self.plan.conflicts.append(
                            Conflict(Clash.DANGLING, name, title, key, theirs=lost)
                        )

    def _stood_on(self, name: str, gone: Collection[str]) -> Iterator[tuple[str, str]]:
        """The properties of an object that named what is gone; a group does not stand on its members."""
        piece = self.base.document.piece(name)
        if not any(lost.encode() in piece for lost in gone):
            return
        for key, node in properties(self.base.objects[name]).items():
            if key not in MEMBERSHIP:
                yield from ((key, lost) for lost in gone if lost in node.links)

    def _edited(self, name: str, side: Part) -> set[str]:
        old, new = self.base.values(name), side.values(name)
        differing = {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
        return {key for key in differing - MEMBERSHIP if not self._follows(name, key, side)}

    def _sketch(
        self,
        name: str,
        base: Mapping[str, Value],
        ours: Mapping[str, Value],
        theirs: Mapping[str, Value],
    ) -> set[str]:
        """Geometry and constraints are one: points of a constraint are numbers of the geometry."""
        entry = self.ours.contents.objects[name]
        said = ("another dimension", "given a formula")
        for sides, which in (((ours, theirs), said), ((theirs, ours), said[::-1])):
            for path in misplaced(base, *sides):
                self.plan.conflicts.append(
                    Conflict(Clash.VALUES, name, entry.title, path, None, *which)
                )
        units = [[side.get(key) for key in DRAWING] for side in (base, ours, theirs)]
        if units[2] in (units[0], units[1]):
            return set(DRAWING)
        is_real = [self._is_drawn(name, side) for side in (self.ours, self.theirs)]
        if units[1] == units[0] or (is_real[1] and not is_real[0]):
            for key in DRAWING:
                if ours.get(key) != theirs.get(key):
                    self.plan.take[name, key] = key in theirs
        elif all(is_real):
            told = [self._drawn(name, side) for side in (self.ours, self.theirs)]
            self.plan.conflicts.append(
                Conflict(Clash.VALUES, name, entry.title, "the sketch", None, *told)
            )
        self.plan.recompute.add(name)
        return set(DRAWING)

    def _is_drawn(self, name: str, side: Part) -> bool:
        """Did somebody draw, or did the sketch follow what it is built from?"""
        return any(not change.is_incidental for change in self._drawing(name, side))

    def _drawn(self, name: str, side: Part) -> str:
        changes = self._drawing(name, side)
        return "; ".join(str(change).partition(": ")[2] or "redrawn" for change in changes)

    def _drawing(self, name: str, side: Part) -> list[Change]:
        old, new = self.base.contents.objects[name], side.contents.objects[name]
        return sketch_changes(old, new, differing_properties(old, new), driven_paths(old, new))[1]

    def _value(
        self,
        name: str,
        title: str,
        key: str,
        base: Value | None,
        ours: Value | None,
        theirs: Value | None,
    ) -> None:
        if say_the_same(theirs, base) or say_the_same(theirs, ours):
            return
        if say_the_same(ours, base):
            self.plan.take[name, key] = theirs is not None
            self.plan.recompute.add(name)
        elif name and (
            self._follows(name, key, self.ours) or self._follows(name, key, self.theirs)
        ):
            if not self._follows(name, key, self.theirs):
                self.plan.take[name, key] = theirs is not None
            self.plan.recompute.add(name)
        elif not self._entries(name, title, key, base, ours, theirs):
            told = told_of(key, base, ours, theirs)
            self.plan.conflicts.append(Conflict(Clash.VALUES, name, title, key, *told))

    def _follows(self, name: str, key: str, side: Part) -> bool:
        """Did a formula, or what the object stands on, set the value on this side?"""
        old, new = self.base.contents.objects[name], side.contents.objects[name]
        paths = driven_paths(old, new)
        driven = {found[1] for path in paths if (found := _PROPERTY_OF_PATH.match(path))}
        return key in driven or (
            key == "Placement" and is_placed_by_others(old) and is_placed_by_others(new)
        )

    def _entries(
        self,
        name: str,
        title: str,
        key: str,
        base: Value | None,
        ours: Value | None,
        theirs: Value | None,
    ) -> bool:
        """Merge what consists of entries; False where the value is one."""
        if not name or ours is None or theirs is None or ours.type != theirs.type:
            return False
        if ours.type in GROUP_TYPES and key in ("Group", "OriginFeatures"):
            members = merged_group(names_of(base), names_of(ours), names_of(theirs))
            if members is None:
                return False
            self._make_group(name, key, ours.type, members)
            return True
        return ours.type in KEYS and self._keyed(name, title, key, base, ours, theirs)

    def _keyed(
        self, name: str, title: str, key: str, base: Value | None, ours: Value, theirs: Value
    ) -> bool:
        """Merge formulas or cells."""
        sides = (self.base, self.ours, self.theirs)
        old, mine, other = (properties(part.objects.get(name)).get(key) for part in sides)
        if mine is None or other is None:
            return False
        before = self.base.raw(old) if old else None
        try:
            made = merged_entries(ours.type, before, self.ours.raw(mine), self.theirs.raw(other))
        except Undecided as undecided:
            tag, _ = KEYS[ours.type]
            kind = "formula of" if tag == "Expression" else "cell"
            was, here, there = (entry_of(value, undecided.key) for value in (base, ours, theirs))
            told = (was, here or "removed", there or "removed")
            subject = f"{kind} {undecided.key}"
            self.plan.conflicts.append(Conflict(Clash.VALUES, name, title, subject, *told))
            return True
        if shared := shared_alias(made):
            alias, cells = shared
            here = next(e.get("address") for e in ours.elements if e.get("alias") == alias)
            told = (None, here, next(cell for cell in cells if cell != here))
            subject = f"the alias {alias}"
            self.plan.conflicts.append(Conflict(Clash.VALUES, name, title, subject, *told))
            return True
        self.plan.made[name, key] = made
        self.plan.recompute.add(name)
        return True

    def _make_group(self, name: str, key: str, kind: str, members: Iterable[str]) -> None:
        node = properties(self.ours.objects[name])[key]
        members = list(members)
        links = b"".join(b'\n<Link value="%s"/>' % member.encode() for member in members)
        head = self.ours.document.data[node.start : node.head]
        body = b'\n<LinkList count="%d">%s\n</LinkList>\n</Property>' % (len(members), links)
        self.plan.made[name, key] = head + body
        self.plan.recompute.add(name)

    def _looks(self) -> None:
        base, ours, theirs = (part.contents.looks for part in (self.base, self.ours, self.theirs))
        if ours is None or theirs is None:
            return
        for name in ours.keys() & theirs.keys() & self.ours.contents.objects.keys():
            entry = self.ours.contents.objects[name]
            old = (base or {}).get(name, {})
            for key in dict.fromkeys(chain(old, ours[name], theirs[name])):
                before, mine, other = old.get(key), ours[name].get(key), theirs[name].get(key)
                if other in (before, mine):
                    continue
                # Where the base had no looks, both got them from their users' defaults.
                if mine == before:
                    self.plan.looks[name, key] = other is not None
                elif base is not None:
                    told = told_of(key, before, mine, other)
                    self.plan.conflicts.append(
                        Conflict(Clash.VALUES, name, entry.title, f"{key} of its looks", *told)
                    )

    def _members(self) -> None:
        sides = [part.contents.members for part in (self.base, self.ours, self.theirs)]
        for name in dict.fromkeys(chain.from_iterable(sides)):
            base, ours, theirs = (side.get(name) for side in sides)
            if theirs in (base, ours):
                continue
            if ours == base:
                self.plan.members[name] = theirs is not None
            else:
                what = f"the file {name} inside it"
                self.plan.conflicts.append(Conflict(Clash.VALUES, "", "", what))

    def _picked_elements(self) -> None:
        """Edges and faces are numbered by FreeCAD, and a number that theirs picked means something
        else once ours changed the shape, unless the name behind it is one that both files know."""
        edited = self._changed_by_ours()
        taken = [(n, k) for (n, k), has in self.plan.take.items() if has and n]
        added = [(n, k) for n in self.plan.added for k in properties(self.theirs.objects[n])]
        for name, key in [*taken, *added]:
            node = properties(self.theirs.objects[name]).get(key)
            if node is None or not node.links:
                continue
            raw = self.theirs.raw(node)
            if not _PICKED.search(raw) or self.keeps_shadows(raw):
                continue
            moved = [link for link in node.links if self.theirs.above(link) & edited]
            if moved:
                title = self.theirs.contents.objects[name].title
                self.plan.conflicts.append(
                    Conflict(
                        Clash.ELEMENTS, name, title, key, theirs=", ".join(dict.fromkeys(moved))
                    )
                )

    def keeps_shadows(self, raw: bytes) -> bool:
        """Do the names behind the picked elements mean the same in ours?"""
        shadows = _SHADOW.findall(raw)
        picked = len(_PICKED.findall(raw))
        return 0 < picked <= len(shadows) and all(self._is_known(name) for name in shadows)

    @cached_property
    def _renumbered(self) -> set[int]:
        return changed(self.ours, self.theirs, self.plan.numbers)

    def _is_known(self, shadow: bytes) -> bool:
        if spoken_of(shadow) & self._renumbered:
            return False
        ids = re.findall(rb"#([0-9a-f]+)", shadow)
        known = self.base.archive.fingerprint(HASHER)[0] > 0 or not ids
        return known and all(int(text, 16) <= self._last_string for text in ids)

    @cached_property
    def _last_string(self) -> int:
        return min(last_id(part.archive.chunks(HASHER)) for part in (self.base, self.ours))

    def _changed_by_ours(self) -> set[str]:
        base, ours = self.base.contents.objects, self.ours.contents.objects
        same = {n for n in base.keys() & ours.keys() if base[n].properties == ours[n].properties}
        return (base.keys() | ours.keys()) - same


def _extensions(raw: bytes) -> set[str]:
    return {kind.decode() for kind in _EXTENSION.findall(raw)}
