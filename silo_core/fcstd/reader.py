"""From the bytes of an FCStd file to its objects and their graph.

The graph is FreeCAD's own ``OutList``. ``<ObjectDeps>`` is not used: it also lists hidden links,
such as the one from a feature back to its body, and old files have none. What an object uses is
read from its properties instead: every link whose scope is not hidden, and every reference of an
expression or a spreadsheet cell.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, BinaryIO

from silo_core.fcstd import inputs
from silo_core.fcstd.archive import open_archive
from silo_core.fcstd.expressions import Reference, references
from silo_core.fcstd.limits import DEFAULT_LIMITS, Limits
from silo_core.fcstd.part import PartDocument, PartObject
from silo_core.fcstd.safexml import parse
from silo_core.model.errors import FileError
from silo_core.model.item import PART_NUMBER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_PART_NUMBER = "SiloPartNumber"
_EXPRESSION_TYPES = {"App::PropertyExpressionEngine", "Spreadsheet::PropertySheet"}
# Link properties of a type that is not hidden, whose scope FreeCAD's code hides nevertheless
# (docs/measurements.md).
_HIDDEN_BY_CODE = {
    (owner, name)
    for owner in ("PartDesign::SubShapeBinder", "PartDesign::SubShapeBinderPython")
    for name in ("Context", "_CopiedLink")
}
_JOINED = ("Reference1", "Reference2")
_ASSEMBLY = "Assembly::AssemblyObject"
_DOCUMENT_PROPERTIES = ["Document", "Properties"]
_OBJECTS = ["Document", "Objects"]
_OBJECT_DATA = ["Document", "ObjectData"]
_OBJECT_PROPERTIES = ["Document", "ObjectData", "Object", "Properties"]


def read_document(
    source: BinaryIO, *, name: str = "", limits: Limits = DEFAULT_LIMITS
) -> PartDocument:
    """Read an FCStd or ``.kc`` file from a seekable binary file object.

    ``name`` is the file's name: it stands in messages, and an expression may call its own
    document by it.

    Raises:
        FileError: not a FreeCAD document, damaged, or over a limit.
    """
    title = PurePath(name).name or "The file"
    with open_archive(source, limits, title) as archive:
        found = collect(archive.document_chunks(), archive.fingerprint, limits, title)
    return _assemble(found, PurePath(name).stem)


def collect(
    chunks: Iterable[bytes],
    fingerprint: Callable[[str], tuple[int, int]] | None,
    limits: Limits,
    title: str,
) -> Collected:
    """What ``chunks`` of a Document.xml say; ``fingerprint`` tells size and CRC-32 of a member. Without
    it, the hashes of the properties are left out.

    Raises:
        FileError: as ``read_document``.
    """
    found = Collected(fingerprint)
    parse(chunks, found, limits, title)
    if not found.is_document:
        raise FileError(
            f"{title} is not a FreeCAD document: its Document.xml holds something else; "
            "choose a file saved by FreeCAD.",
            concerns=title,
        )
    return found


@dataclass(slots=True)
class _Property:
    name: str
    type: str
    is_input: bool
    is_hidden: bool
    value: str | None = None
    pieces: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def end_text(self) -> None:
        """The run of text ends. Where the parser cut it says nothing of the design."""
        if text := "".join(self.text).strip():
            self.pieces.append(text)
        self.text.clear()


@dataclass(slots=True)
class _Object:
    name: str
    type: str
    label: str = ""
    part_number: str = ""
    links: set[str] = field(default_factory=set)
    references: set[Reference] = field(default_factory=set)
    property_names: list[str] = field(default_factory=list)
    inputs: list[tuple[str, str, list[str]]] = field(default_factory=list)
    properties_hash: str = ""


class Collected:
    """Takes what counts out of the stream; ``safexml.Handler``."""

    def __init__(self, fingerprint: Callable[[str], tuple[int, int]] | None) -> None:
        self.is_document = False
        self.program_version = ""
        self.properties: dict[str, str] = {}
        self.objects: dict[str, _Object] = {}
        self._fingerprint = fingerprint
        self._path: list[str] = []
        self._object: _Object | None = None
        self._property: _Property | None = None
        self._property_depth = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._property is not None:
            self._value(self._property, tag, attributes)
        elif tag in ("Property", "_Property"):
            self._begin_property(tag, attributes)
        elif tag == "Object":
            self._begin_object(attributes)
        elif tag == "Document" and not self._path:
            self.is_document = True
            self.program_version = attributes.get("ProgramVersion", "")
        self._path.append(tag)

    def text(self, data: str) -> None:
        owner = self._property
        if owner is not None and owner.is_input and not inputs.is_derived_tag(self._path[-1]):
            owner.text.append(data)

    def end(self, tag: str) -> None:
        self._path.pop()
        if self._property is not None:
            self._property.end_text()
        if self._property is not None and len(self._path) == self._property_depth:
            self._end_property(self._property)
            self._property = None
        elif self._object is not None and self._path == _OBJECT_DATA:
            self._object.properties_hash = inputs.hash_of(self._object.inputs)
            self._object.inputs.clear()
            self._object = None

    def _begin_object(self, attributes: Mapping[str, str]) -> None:
        name = attributes.get("name", "")
        if self._path == _OBJECTS and name:
            self.objects.setdefault(name, _Object(name, attributes.get("type", "")))
        elif self._path == _OBJECT_DATA:
            self._object = self.objects.get(name)

    def _begin_property(self, tag: str, attributes: Mapping[str, str]) -> None:
        owner = self._object if self._path == _OBJECT_PROPERTIES else None
        if owner is None and self._path != _DOCUMENT_PROPERTIES:
            return
        name, kind = attributes.get("name", ""), attributes.get("type", "")
        owner_type = owner.type if owner else ""
        if owner:
            # The same few names over and over, and a list takes a seventh of a set's memory.
            owner.property_names.append(sys.intern(name))
        self._property_depth = len(self._path)
        self._property = _Property(
            name,
            kind,
            is_input=bool(owner)
            and self._fingerprint is not None
            and tag == "Property"
            and inputs.is_input(owner_type, name, kind, inputs.status_of(attributes)),
            is_hidden=kind.endswith("Hidden") or (owner_type, name) in _HIDDEN_BY_CODE,
        )

    def _value(self, owner: _Property, tag: str, attributes: Mapping[str, str]) -> None:
        owner.end_text()
        if owner.value is None:
            owner.value = attributes.get("value", "")
        if owner.is_input and self._fingerprint is not None:
            piece = inputs.canonical_element(tag, attributes, owner.type, self._fingerprint)
            if piece:
                owner.pieces.append(piece)
        if self._object is None or owner.is_hidden:
            return
        if owner.type in _EXPRESSION_TYPES:
            self._object.references.update(references(_expression(tag, attributes)))
        elif (link := linked(tag, attributes)) and not self._is_way(self._object, owner, link):
            self._object.links.add(link)

    def _is_way(self, joint: _Object, owner: _Property, link: str) -> bool:
        """Whether a joint only names its assembly, on the way to what it joins: the assembly is built
        from the joint."""
        target = self.objects.get(link)
        is_reference = joint.type == "App::FeaturePython" and owner.name in _JOINED
        return is_reference and target is not None and target.type == _ASSEMBLY

    def _end_property(self, ended: _Property) -> None:
        value = ended.value or ""
        if self._object is None:
            self.properties[ended.name] = value
            return
        if ended.name == "Label":
            self._object.label = value
        elif ended.name == _PART_NUMBER:
            self._object.part_number = value
        if ended.is_input:
            self._object.inputs.append((ended.name, ended.type, ended.pieces))


def _expression(tag: str, attributes: Mapping[str, str]) -> str:
    """The formula of an element, empty where it is none."""
    if tag == "Expression":
        return attributes.get("expression", "")
    content = attributes.get("content", "") if tag == "Cell" else ""
    return content[1:] if content.startswith("=") else ""


def linked(tag: str, attributes: Mapping[str, str]) -> str:
    """The object that an element of a link property names; empty where it is none of this file."""
    if tag == "Link":
        return attributes.get("value") or attributes.get("obj", "")
    if tag == "LinkSub":
        return attributes.get("value", "")
    if tag == "XLink" and not attributes.get("file"):
        return attributes.get("name", "")
    return ""


def uses_of(collector: Collected, stem: str) -> dict[str, set[str]]:
    """What each object is built from, as FreeCAD's ``OutList``; ``stem`` of the file's name."""
    objects = collector.objects
    label = collector.properties.get("Label", "")
    labels = Counter(entry.label for entry in objects.values())
    by_label = {e.label: e.name for e in objects.values() if labels[e.label] == 1}
    uses: dict[str, set[str]] = {}
    for entry in objects.values():
        found = {link for link in entry.links if link in objects}
        for reference in entry.references:
            if reference.document in (None, label, stem):
                target = _resolve(reference, entry, objects, by_label)
                # FreeCAD drops the owner itself from what its expressions refer to.
                if target and target != entry.name:
                    found.add(target)
        uses[entry.name] = found
    return uses


def _assemble(collector: Collected, stem: str) -> PartDocument:
    uses = uses_of(collector, stem)
    return PartDocument(
        part_number=_part_number(collector, uses),
        program_version=collector.program_version,
        label=collector.properties.get("Label", ""),
        objects=tuple(
            PartObject(e.name, e.type, e.label, tuple(sorted(uses[e.name])), e.properties_hash)
            for e in collector.objects.values()
        ),
    )


def _resolve(
    reference: Reference, owner: _Object, objects: Mapping[str, _Object], by_label: dict[str, str]
) -> str | None:
    """As ``ObjectIdentifier::resolve`` of FreeCAD: by name, then by a label that is unique; a head
    that is also a property of the owner is that property, if the object has no such member."""
    target = by_label.get(reference.object)
    if not reference.is_label and reference.object in objects:
        target = reference.object
    if target is None or reference.object not in owner.property_names:
        return target
    entry = objects[target]
    has_member = (
        reference.member in entry.property_names
        or reference.member.startswith("_")
        or entry.type.startswith("Spreadsheet::")
    )
    return target if has_member else None


def _part_number(collector: Collected, uses: Mapping[str, set[str]]) -> str | None:
    """The document's own, else the first root object's, else the only one that any object has."""
    used = {name for names in uses.values() for name in names}
    marked = [entry for entry in collector.objects.values() if entry.part_number]
    roots = [entry.part_number for entry in marked if entry.name not in used]
    every = {entry.part_number for entry in marked}
    candidates = [collector.properties.get(_PART_NUMBER, ""), *roots]
    if len(every) == 1:
        candidates += every
    found = next((candidate for candidate in candidates if candidate), "")
    return found if PART_NUMBER.fullmatch(found) else None
