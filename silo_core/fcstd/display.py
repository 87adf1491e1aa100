"""Values of properties as people read them, in the units of their document."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from silo_core.fcstd.choices import choices_of
from silo_core.fcstd.units import STANDARD, Units

if TYPE_CHECKING:
    from collections.abc import Sequence

    from silo_core.fcstd.contents import Element, Value

DIGITS = 6
ALL_DIGITS = 12
"""As many as count as an input."""
_LONGEST = 40
# A quantity that is only bounded does not say of what it is: those of fillets and chamfers.
_BY_NAME = {"Radius": "Length", "Size": "Length", "Size2": "Length", "Angle": "Angle"}
_PLACES = {"VectorDistance", "Position"}
_RADIANS = {"9"}
_PLAIN = {"6", "7", "8", "11", "18"}
_UNITLESS = {"16", "19"}


def shown(
    name: str,
    value: Value | None,
    digits: int = DIGITS,
    units: Units = STANDARD,
    owner: str = "",
) -> str | None:
    """The value of the property ``name`` of an object of the type ``owner`` in a few words, None where
    there is no short way to say it."""
    if value is None or not value.elements:
        return None
    first = value.elements[0]
    if first.tag == "Integer" and value.type.endswith("Enumeration"):
        return _choice(value, choices_of(owner, name))
    if len(value.elements) == 1:
        kind = value.type.removeprefix("App::Property")
        if kind == "QuantityConstraint":
            kind = _BY_NAME.get(name, kind)
        return _single(first, kind, digits, units)
    return linked(value) if "Link" in value.type else None


def _single(element: Element, kind: str, digits: int, units: Units) -> str | None:
    text = element.get("value")
    if element.tag == "Float":
        return quantity(text, kind, digits, units)
    if element.tag == "Integer":
        unit = units.get(kind, ("", 1.0))[0]
        return f"{text} {unit}".strip()
    if element.tag == "Bool":
        return {"true": "yes", "false": "no"}.get(text, text)
    if element.tag in ("String", "Uuid", "Path", "Link", "LinkSub", "XLink"):
        return short(text or element.get("name")) or "nothing"
    if element.tag in ("PropertyVector", "Vector"):
        unit, factor = units["Length"] if kind in _PLACES else ("", 1.0)
        parts = [number(element.get(f"value{axis}"), factor, digits) for axis in "XYZ"]
        return f"({', '.join(parts)}) {unit}".strip()
    return "nothing" if "Link" in kind else None


def _choice(value: Value, known: Sequence[str]) -> str | None:
    names = [element.get("value") for element in value.elements if element.tag == "Enum"] or known
    index = value.elements[0].get("value")
    if index.isascii() and index.isdigit() and len(index) < 6 and int(index) < len(names):
        return short(names[int(index)])
    return None


def linked(value: Value) -> str:
    """The objects that a link names, and how much of them: ``Pocket001 (4 edges)``."""
    parts: dict[str, list[str]] = {}
    current = ""
    for element in value.elements:
        if element.tag in ("Link", "LinkSub", "XLink"):
            current = element.get("value") or element.get("obj") or element.get("name")
            if current:
                subs = parts.setdefault(current, [])
                subs += [element.get("sub")] if element.get("sub") else []
        elif element.tag == "Sub" and current:
            parts[current].append(element.get("value"))
    return ", ".join(_with_subs(name, subs) for name, subs in parts.items()) or "nothing"


def _with_subs(name: str, subs: list[str]) -> str:
    named = [sub.rpartition(".")[2] for sub in subs if sub]
    if not named:
        return name
    return f"{name} ({', '.join(named) if len(named) < 4 else f'{len(named)} elements'})"


def quantity(text: str, kind: str, digits: int = DIGITS, units: Units = STANDARD) -> str:
    """A number in internal units with the unit of a type such as ``Length``."""
    unit, factor = units.get(kind, ("", 1.0))
    value = number(text, factor, digits)
    return f"{value}°" if unit == "°" else f"{value} {unit}".strip()


def datum(constraint: Element, digits: int = DIGITS, units: Units = STANDARD) -> str | None:
    """The value of a dimensional constraint of a sketch, None for a geometric one."""
    kind, text = constraint.get("Type"), constraint.get("Value")
    if kind in _RADIANS:
        return f"{number(text, math.pi / 180, digits)}°"
    if kind in _PLAIN:
        return quantity(text, "Length", digits, units)
    return number(text, 1.0, digits) if kind in _UNITLESS else None


def number(text: str, factor: float, digits: int) -> str:
    """So many significant digits, without trailing zeros."""
    try:
        value = float(text) / factor
    except ValueError:
        return short(text)
    if not math.isfinite(value):
        return text
    return f"{value:.{digits}g}" if abs(value) >= 1e-9 else "0"


def cell(content: str) -> str:
    """What a user has typed into a cell."""
    if content.startswith("'"):
        return short(content[1:])
    plain = content.removeprefix("=")
    is_quantity = plain[:1].isdigit() or plain[:1] in "-+."
    return short(plain if is_quantity and not set(plain) & set("()") else content)


def short(text: str) -> str:
    """One line of bounded length."""
    line = " ".join(text[: _LONGEST * 4].split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
