"""The unit systems that a document can be in, and what lengths and the like are shown in there.

FreeCAD stores quantities in millimetres, kilograms, seconds and degrees, whatever the system. It also
picks a unit by a value's size ("50 µm", "1.2 m"); here a kind has one unit in a system, so that an old
and a new value stand in the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from silo_core.fcstd.contents import Contents

Units = dict[str, tuple[str, float]]
"""By the type of a property (without ``App::Property``): the unit, and how many of FreeCAD's internal
units are one of it."""

_INCH, _FOOT, _POUND, _PSI = 25.4, 304.8, 0.45359237, 6.894757293168361

STANDARD: Units = {
    "Length": ("mm", 1.0),
    "Distance": ("mm", 1.0),
    "Angle": ("°", 1.0),
    "Area": ("mm²", 1.0),
    "Volume": ("mm³", 1.0),
    "Percent": ("%", 1.0),
    "Speed": ("mm/s", 1.0),
    "Acceleration": ("mm/s²", 1.0),
    "Mass": ("kg", 1.0),
    "Time": ("s", 1.0),
    "Temperature": ("K", 1.0),
    "Frequency": ("Hz", 1.0),
    "Force": ("N", 1000.0),
    "Pressure": ("MPa", 1000.0),
    "Density": ("kg/m³", 1e-9),
}


def _system(length: tuple[str, float], **others: tuple[str, float]) -> Units:
    return {**STANDARD, "Length": length, "Distance": length, **others}


_INCHES = _system(
    ("in", _INCH),
    Area=("in²", _INCH**2),
    Volume=("in³", _INCH**3),
    Speed=("in/min", _INCH / 60),
    Mass=("lb", _POUND),
    Pressure=("psi", _PSI),
)
_PER_MINUTE = ("mm/min", 1 / 60)
# In the order of the document's property UnitSystem; seen in FreeCAD 1.1.3.
_SYSTEMS = (
    STANDARD,
    {**STANDARD, "Speed": ("m/s", 1000.0), "Acceleration": ("m/s²", 1000.0)},
    _INCHES,
    _INCHES,
    _system(("cm", 10.0), Area=("m²", 1e6), Volume=("m³", 1e9), Speed=_PER_MINUTE),
    _system(
        ("in", _INCH),
        Area=("ft²", _FOOT**2),
        Volume=("ft³", _FOOT**3),
        Speed=("in/min", _INCH / 60),
    ),
    {**STANDARD, "Speed": _PER_MINUTE},
    _system(
        ("ft", _FOOT),
        Area=("ft²", _FOOT**2),
        Volume=("ft³", _FOOT**3),
        Speed=("mph", 447.04),
        Mass=("lb", _POUND),
        Pressure=("psi", _PSI),
    ),
    {**STANDARD, "Mass": ("t", 1000.0)},
    _system(("m", 1000.0), Area=("m²", 1e6), Volume=("m³", 1e9), Speed=("m/s", 1000.0)),
)


def units_of(contents: Contents) -> Units:
    """Those that a document is in; FreeCAD's standard ones where it does not say."""
    value = contents.properties.get("UnitSystem")
    index = value.elements[0].get("value") if value and value.elements else ""
    is_known = index.isascii() and index.isdecimal() and len(index) < 3
    return _SYSTEMS[int(index)] if is_known and int(index) < len(_SYSTEMS) else STANDARD
