"""What is read from an FCStd file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PartObject:
    """One object of a document.

    ``name`` is its internal name, ``type`` its FreeCAD type (``PartDesign::Pad``). ``uses`` are the
    internal names of the objects of the same document that it is built from, sorted and without
    duplicates: what FreeCAD's ``OutList`` holds. ``properties_hash`` is the SHA-256 (lower-case
    hex) of its parametric inputs, see ``silo_core.fcstd.inputs``.
    """

    name: str
    type: str
    label: str
    uses: tuple[str, ...]
    properties_hash: str


@dataclass(frozen=True, slots=True)
class PartDocument:
    """``part_number`` is None where the file names none, or one that no item can have.
    ``program_version`` is what wrote the file, as it says itself (``1.1R20260725 (Git shallow)``);
    ``objects`` are in the file's order."""

    part_number: str | None
    program_version: str
    label: str
    objects: tuple[PartObject, ...]
