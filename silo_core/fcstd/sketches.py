"""What has happened to a sketch: redrawn, or only given other dimensions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from silo_core.fcstd.change import Change, ChangeKind
from silo_core.fcstd.display import ALL_DIGITS, datum, short
from silo_core.fcstd.units import STANDARD, Units

if TYPE_CHECKING:
    from collections.abc import Sequence, Set

    from silo_core.fcstd.contents import Element, ObjectContents, Value

_DRAWING = {"Geometry", "ExternalGeometry", "ExternalTypes", "ExternalGeo", "Constraints"}
_FOLLOWS_ITS_SOURCE = {"ExternalGeo"}
_HOW_IT_IS_SHOWN = {"LabelDistance", "LabelPosition", "IsVisible", "IsInVirtualSpace"}


def sketch_changes(
    old: ObjectContents,
    new: ObjectContents,
    differing: Sequence[str],
    driven: Set[str],
    units: Units = STANDARD,
) -> tuple[set[str], list[Change]]:
    """The properties that the changes account for, and the changes.

    Dimensions that differ in value alone are told one by one, and that the solver moved the
    geometry is then no news; anything else that was drawn makes the sketch "redrawn".
    """
    handled = _DRAWING.intersection(differing)
    if not handled:
        return handled, []
    who = (new.name, new.title)
    before = _constraints(old.properties.get("Constraints"))
    after = _constraints(new.properties.get("Constraints"))
    same_rules = [_rule(one) for one in before] == [_rule(one) for one in after]
    dimensions: list[Change] = []
    if same_rules:
        for index, (one, other) in enumerate(zip(before, after, strict=True)):
            if change := _dimension(who, index, one, other, driven, units):
                dimensions.append(change)
    redrawn = handled - _FOLLOWS_ITS_SOURCE
    if "Constraints" in redrawn and same_rules:
        redrawn -= {"Constraints"}
    if dimensions:
        redrawn -= {"Geometry"}
    if redrawn:
        return handled, [Change(ChangeKind.REDRAWN, *who), *dimensions]
    return handled, dimensions or [Change(ChangeKind.REDRAWN, *who, is_incidental=True)]


def _constraints(value: Value | None) -> list[Element]:
    return [e for e in value.elements if e.tag == "Constrain"] if value else []


def _rule(constraint: Element) -> list[tuple[str, str]]:
    """What a constraint ties together, without its value."""
    return [
        (key, value)
        for key, value in constraint.attributes
        if key not in _HOW_IT_IS_SHOWN and key not in ("Value", "Name")
    ]


def _dimension(
    who: tuple[str, str], index: int, old: Element, new: Element, driven: Set[str], units: Units
) -> Change | None:
    names = [one.get("Name") or f"Constraint{index + 1}" for one in (old, new)]
    if old.get("Value") == new.get("Value") and names[0] == names[1]:
        return None
    if old.get("Value") == new.get("Value"):
        return Change(ChangeKind.CONSTRAINT, *who, f"Constraint{index + 1}",
                      short(names[0]), short(names[1]))  # fmt: skip
    paths = {f"Constraints.{names[1]}", f"Constraints[{index}]"}
    follows = new.get("IsDriving", "1") == "0" or bool(paths & driven)
    subject = short(names[1] if new.get("Name") else names[0])
    before, after = (datum(one, units=units) for one in (old, new))
    if before == after:
        before, after = (datum(one, ALL_DIGITS, units) for one in (old, new))
    return Change(ChangeKind.CONSTRAINT, *who, subject, before, after, is_incidental=follows)
