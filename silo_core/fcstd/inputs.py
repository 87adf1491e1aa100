"""Which properties of an object are its parametric inputs, and their canonical form.

The hash of an object's inputs changes when somebody changes the design, and not when FreeCAD opens,
recomputes or saves it. It covers name, type and value of every property the file stores, but not

- what FreeCAD itself marks as output or transient in the property's status (label, visibility);
- computed results: shapes, shape histories, tool paths, simulation results. An object that has no
  other content (an imported ``Part::Feature``) is the exception: there the shape is the input;
- the flags of a property (touched, read-only, hidden), its group and its documentation;
- what FreeCAD derives on opening or recomputing: ``AttacherEngine``, a ``Direction`` it has locked,
  element maps and the shadow names made from them, the time stamps of linked files, the inner state
  of Python proxies;
- the names of the members that hold large values; their content counts, by size and CRC-32, a
  shape's by size alone, since a save may change its last digits;
- the last digits of decimal numbers: 12 significant digits count, and 1e-14 is zero.

The status bits are those of ``App::Property::Status`` in FreeCAD's ``src/App/Property.h``.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_READ_ONLY = 1 << 2
_DERIVED_BITS = (1 << 4) | (1 << 7) | (1 << 25) | (1 << 27)  # transient, output; also by type
_DERIVED_NAMES = {"AttacherEngine", "Label", "Label2", "Visibility"}  # 0.18 stores no status
_COMPUTED_WHEN_LOCKED = {"Direction"}
_RESULT_TYPES = {
    "Part::PropertyPartShape",
    "Part::PropertyShapeHistory",
    "Path::PropertyPath",
    "Fem::PropertyPostDataObject",
}
_DERIVED_ATTRIBUTES = {
    *("shadow", "shadowed", "stamp"),
    *("HasherIndex", "ElementMap"),
}
_DECIMAL = re.compile(r"-?\d+\.\d+(?:[eE][+-]?\d+)?")


def is_input(object_type: str, name: str, property_type: str, status: int) -> bool:
    """Does this property count?"""
    if status & _DERIVED_BITS or name in _DERIVED_NAMES:
        return False
    if name in _COMPUTED_WHEN_LOCKED and status & _READ_ONLY:
        return False
    return property_type not in _RESULT_TYPES or object_type.endswith("::Feature")


def status_of(attributes: Mapping[str, str]) -> int:
    """The status bits of a property; 0 where it states none."""
    value = attributes.get("status", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 20 else 0


def is_derived_tag(tag: str) -> bool:
    """Is this element, with its text, something FreeCAD derives?"""
    return tag.startswith("ElementMap")


def canonical_element(
    tag: str,
    attributes: Mapping[str, str],
    property_type: str,
    fingerprint: Callable[[str], tuple[int, int]],
) -> str:
    """One element of a property's value in canonical form; empty where it does not count.

    ``fingerprint`` tells size and CRC-32 of a member's content by the member's name.
    """
    if is_derived_tag(tag):
        return ""

    def identify(member: str) -> str:
        size, crc = fingerprint(member)
        return str(size) if is_result(property_type) else f"{size}-{crc}"

    return repr((tag, canonical_attributes(tag, attributes, identify)))


def canonical_attributes(
    tag: str, attributes: Mapping[str, str], identify: Callable[[str], str]
) -> list[tuple[str, str]]:
    """The attributes of an element that count, in order, in canonical form. ``identify`` tells what
    stands for the content of a member, by the member's name."""
    kept = []
    for key, value in sorted(attributes.items()):
        if key in _DERIVED_ATTRIBUTES or (tag == "Python" and key == "value"):
            continue
        is_member = key == "file" and "XLink" not in tag
        kept.append((key, identify(value) if is_member else canonical_value(value)))
    return kept


def is_result(property_type: str) -> bool:
    """Does FreeCAD compute properties of this type, such as shapes?"""
    return property_type in _RESULT_TYPES


def canonical_value(value: str) -> str:
    """A decimal number without its noise, anything else as it is."""
    if not _DECIMAL.fullmatch(value):
        return value
    number = float(value)
    return "0" if abs(number) < 1e-14 else f"{number:.12g}"


def hash_of(properties: Iterable[tuple[str, str, list[str]]]) -> str:
    """SHA-256 in lower-case hex of ``(name, type, canonical pieces)``, in any order."""
    digest = hashlib.sha256()
    for name, property_type, pieces in sorted(properties):
        digest.update(repr((name, property_type, pieces)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
