"""What differs between two files, object by object and property by property.

``compare(a, b)`` is empty exactly if ``same_content`` of their digests holds: both look at the same
``Contents``, and whatever differs in them has a change, if only an incidental one.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from silo_core.fcstd.change import Change, ChangeKind, ordered
from silo_core.fcstd.display import ALL_DIGITS, cell, linked, short, shown
from silo_core.fcstd.sketches import sketch_changes
from silo_core.fcstd.units import Units, units_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from silo_core.fcstd.contents import Contents, ObjectContents, Value

_COMES_WITH_ITS_BODY = {"App::Origin", "App::Line", "App::Plane", "App::Point"}
_GROUPS = {"Group", "OriginFeatures"}
_OF_THE_FILE = {"CreationDate", "Uid"}
"""What FreeCAD gives each new document, and nobody changes."""
_SHEET_CELLS = "Spreadsheet::PropertySheet"
_EXPRESSIONS = "App::PropertyExpressionEngine"
_PROPERTY_OF_PATH = re.compile(r"\.?(\w+)")


def compare(base: Contents, other: Contents) -> tuple[Change, ...]:
    """What has happened from ``base`` to ``other``, the most important first."""
    come = other.objects.keys() - base.objects.keys()
    gone = base.objects.keys() - other.objects.keys()
    for name in base.objects.keys() & other.objects.keys():
        if base.objects[name].type != other.objects[name].type:
            come.add(name)
            gone.add(name)
    migrated = _release(base.program_version) != _release(other.program_version)
    units = units_of(other)
    found = [_whole(entry, ChangeKind.ADDED) for n, entry in other.objects.items() if n in come]
    found += [_whole(entry, ChangeKind.REMOVED) for n, entry in base.objects.items() if n in gone]
    for name, entry in other.objects.items():
        if name not in come:
            found += _in_object(base.objects[name], entry, come | gone, units, migrated=migrated)
    found += _looks(base, other)
    found += _document(base, other)
    return ordered(found)


def _release(program_version: str) -> list[str]:
    return re.findall(r"\d+", program_version)[:2]


def _whole(entry: ObjectContents, kind: ChangeKind) -> Change:
    return Change(kind, entry.name, entry.title, is_incidental=entry.type in _COMES_WITH_ITS_BODY)


def _in_object(
    old: ObjectContents, new: ObjectContents, others: set[str], units: Units, *, migrated: bool
) -> Iterator[Change]:
    if old.label != new.label:
        yield Change(
            ChangeKind.RENAMED, new.name, new.title, "", short(old.label), short(new.label)
        )
    differing = differing_properties(old, new)
    if new.type.startswith("Sketcher::SketchObject"):
        handled, changes = sketch_changes(old, new, differing, driven_paths(old, new), units)
        yield from changes
        differing = [name for name in differing if name not in handled]
    driven = {m[1] for path in driven_paths(old, new) if (m := _PROPERTY_OF_PATH.match(path))}
    for name in differing:
        before, after = old.properties.get(name), new.properties.get(name)
        one_sided = before is None or after is None
        incidental = name in driven or (migrated and one_sided)
        yield from _in_property(new, name, before, after, others, units, incidental=incidental)


def differing_properties(old: ObjectContents, new: ObjectContents) -> list[str]:
    """Those that only one has, or that say something else in the other."""
    return [
        name
        for name in dict.fromkeys(chain(old.properties, new.properties))
        if old.properties.get(name) != new.properties.get(name)
    ]


def driven_paths(old: ObjectContents, new: ObjectContents) -> set[str]:
    """What the same formula sets on both sides: if its value differs, something else is why."""
    before, after = _formulas(old), _formulas(new)
    return {path for path, formula in before.items() if after.get(path) == formula}


def _formulas(entry: ObjectContents) -> dict[str, str]:
    engine = entry.properties.get("ExpressionEngine")
    return _expressions(engine)


def _in_property(
    entry: ObjectContents,
    name: str,
    old: Value | None,
    new: Value | None,
    others: set[str],
    units: Units,
    *,
    incidental: bool,
) -> Iterator[Change]:
    """The changes of one property that differs: at least one."""
    kinds = {value.type for value in (old, new) if value is not None}
    who = (entry.name, entry.title)
    if kinds == {_EXPRESSIONS}:
        found = _by_key(ChangeKind.EXPRESSION, who, _expressions(old), _expressions(new), short)
    elif kinds == {_SHEET_CELLS}:
        found = _by_key(ChangeKind.CELL, who, _cells(old), _cells(new), cell)
    elif name in _GROUPS and old and new:
        found = _group(who, old, new, others)
    elif kinds == {"App::PropertyPlacement"} and old and new:
        subject = name if name != "Placement" else ""
        incidental = incidental or (name == "Placement" and is_placed_by_others(entry))
        found = [Change(ChangeKind.MOVED, *who, subject, is_incidental=incidental)]
    elif all("Link" in kind for kind in kinds):
        incidental = incidental or _follows(old, new, others)
        before, after = (linked(value) if value else None for value in (old, new))
        found = [Change(ChangeKind.USES, *who, name, before, after, is_incidental=incidental)]
    else:
        before, after = _both_shown(name, old, new, units, entry.type)
        found = [Change(ChangeKind.PROPERTY, *who, name, before, after, is_incidental=incidental)]
    yield from found or [Change(ChangeKind.PROPERTY, *who, name)]


def _both_shown(
    name: str, old: Value | None, new: Value | None, units: Units, owner: str = ""
) -> tuple[str | None, str | None]:
    """Both values, or neither: half a pair would look like one that was set or removed."""
    before, after = (shown(name, value, units=units, owner=owner) for value in (old, new))
    if before == after:
        before, after = (shown(name, value, ALL_DIGITS, units, owner) for value in (old, new))
    if old is not None and new is not None and (before is None or after is None):
        return None, None
    return before, after


def is_placed_by_others(entry: ObjectContents) -> bool:
    """Features of a body stand where their sketch does, and a sketch where it is attached."""
    if entry.type.startswith("PartDesign::") and not entry.type.startswith("PartDesign::Body"):
        return True
    support = entry.properties.get("AttachmentSupport") or entry.properties.get("Support")
    return support is not None and linked(support) != "nothing"


def _names(value: Value | None) -> list[str]:
    if value is None:
        return []
    found = (e.get("value") or e.get("obj") or e.get("name") for e in value.elements
             if e.tag in ("Link", "LinkSub", "XLink"))  # fmt: skip
    return [name for name in found if name]


def _follows(old: Value | None, new: Value | None, others: set[str]) -> bool:
    """Does a link differ only because an object came or went?"""
    return bool(old and new) and bool({*_names(old), *_names(new)} & others)


def _group(who: tuple[str, str], old: Value, new: Value, others: set[str]) -> list[Change]:
    before = [name for name in _names(old) if name not in others]
    after = [name for name in _names(new) if name not in others]
    if before == after:
        return [Change(ChangeKind.ORDER, *who, is_incidental=True)]
    came = [name for name in after if name not in before]
    left = [name for name in before if name not in after]
    if not came and not left:
        return [Change(ChangeKind.ORDER, *who)]
    lists = (short(", ".join(left)) or None, short(", ".join(came)) or None)
    return [Change(ChangeKind.MEMBERS, *who, "", *lists)]


def _by_key(
    kind: ChangeKind,
    who: tuple[str, str],
    old: Mapping[str, str],
    new: Mapping[str, str],
    show: Callable[[str], str],
) -> list[Change]:
    return [
        Change(
            kind,
            *who,
            short(key),
            show(old[key]) if key in old else None,
            show(new[key]) if key in new else None,
        )
        for key in dict.fromkeys(chain(old, new))
        if old.get(key) != new.get(key)
    ]


def _expressions(value: Value | None) -> dict[str, str]:
    elements = value.elements if value else ()
    return {
        e.get("path").removeprefix("."): e.get("expression")
        for e in elements
        if e.tag == "Expression"
    }


def _cells(value: Value | None) -> dict[str, str]:
    """What stands in each cell, by its address and alias. A cell that holds only a style is none."""
    found = {}
    for element in value.elements if value else ():
        if element.tag == "Cell" and element.get("content"):
            alias = element.get("alias")
            address = element.get("address")
            found[f"{address} ({alias})" if alias else address] = element.get("content")
    return found


def _looks(base: Contents, other: Contents) -> Iterator[Change]:
    if base.looks is None or other.looks is None:
        return
    for name in dict.fromkeys(chain(base.looks, other.looks)):
        if base.looks.get(name) != other.looks.get(name):
            entry = other.objects.get(name) or base.objects.get(name)
            is_new = name not in base.objects or name not in other.objects
            title = entry.title if entry else name
            known = name if entry else ""
            yield Change(ChangeKind.LOOKS, known, title, is_incidental=is_new)


def _document(base: Contents, other: Contents) -> Iterator[Change]:
    for name in dict.fromkeys(chain(base.properties, other.properties)):
        old, new = base.properties.get(name), other.properties.get(name)
        if old != new:
            incidental = name in _OF_THE_FILE or old is None or new is None
            before, after = _both_shown(name, old, new, units_of(other))
            yield Change(ChangeKind.DOCUMENT, "", "", name, before, after, is_incidental=incidental)
    for member in dict.fromkeys(chain(base.members, other.members)):
        old_hash, new_hash = base.members.get(member), other.members.get(member)
        if old_hash != new_hash:
            yield Change(ChangeKind.FILE, "", "", short(member))
