"""What a file says, apart from how it was written: its objects with their inputs, in canonical form.

Left out is what FreeCAD changes by itself, found by saving, editing without a change, recomputing
and reopening the samples and FreeCAD's own examples (docs/user.md tells users):

- of the document: ``LastModifiedDate`` and ``LastModifiedBy``, ``Label`` (it follows the file's
  name), and which FreeCAD wrote it;
- of an object: everything that ``silo_core.fcstd.inputs`` calls derived but for what people write,
  label and description; whether it is touched,
  the order in which the file lists objects, and visibility, which entering a sketch switches;
- of its looks (GuiDocument.xml): the camera, what is unfolded in the tree, visibility, the state of
  Python proxies, the order of view providers and the names of the members they use;
- the thumbnail, the string hasher, element maps and the members that only derived properties name.

What no property names is content: a member that FreeCAD does not know counts byte for byte.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from silo_core.fcstd import inputs
from silo_core.fcstd.archive import DOCUMENT, Archive, open_archive
from silo_core.fcstd.limits import DEFAULT_LIMITS, Limits
from silo_core.fcstd.safexml import parse
from silo_core.model.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

GUI_DOCUMENT = "GuiDocument.xml"
_NOISE_OF_DOCUMENT = {"LastModifiedDate", "LastModifiedBy"}
_DESCRIPTION = "Label2"
_WRITTEN_BY_PEOPLE = {"Label", _DESCRIPTION}
"""Nothing is computed from it, and yet it is somebody's work."""
_SHAPE_NUMBER = re.compile(rb"-?\d+\.\d+(?:[eE][+-]?\d+)?")
_LONGEST_LINE = 1 << 20
_WRITTEN_BY_FREECAD = re.compile(
    r"Document\.xml|GuiDocument\.xml|thumbnails/.*|StringHasher\.Table\.txt|Persistence\d*"
)


class Element(NamedTuple):
    """One element of a property's value with the attributes that count; a run of text is an
    element without a tag, whose attribute ``text`` holds it."""

    tag: str
    attributes: tuple[tuple[str, str], ...]

    def get(self, key: str, default: str = "") -> str:
        """The value of an attribute."""
        return next((value for name, value in self.attributes if name == key), default)


class Value(NamedTuple):
    """Type and value of a property; equal if they say the same."""

    type: str
    elements: tuple[Element, ...]


@dataclass(slots=True)
class ObjectContents:
    """One object. ``properties`` are its inputs, by name."""

    name: str
    type: str
    label: str = ""
    properties: dict[str, Value] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Label beside internal name, as messages show it."""
        if self.label and self.label != self.name:
            return f"{self.label} ({self.name})"
        return self.name


@dataclass(slots=True)
class Contents:
    """What a file says. ``properties`` are the document's, ``looks`` an object's view properties
    by its name (None where no window has saved the file), ``members`` the SHA-256 of what no
    property names."""

    program_version: str = ""
    properties: dict[str, Value] = field(default_factory=dict)
    objects: dict[str, ObjectContents] = field(default_factory=dict)
    looks: dict[str, dict[str, Value]] | None = None
    members: dict[str, str] = field(default_factory=dict)


def read_contents(source: BinaryIO, *, name: str = "", limits: Limits = DEFAULT_LIMITS) -> Contents:
    """Read an FCStd or ``.kc`` file from a seekable binary file object; ``name`` stands in messages.

    Raises:
        FileError: not a FreeCAD document, damaged, or over a limit.
    """
    title = PurePath(name).name or "The file"
    with open_archive(source, limits, title) as archive:
        return contents_of(archive, limits, title)


def contents_of(
    archive: Archive,
    limits: Limits,
    title: str,
    *,
    instead: Mapping[str, bytes] | None = None,
    named: Iterable[str] = (),
) -> Contents:
    """As ``read_contents``. ``instead`` are bytes that are read in the place of members, ``named`` the
    members that what is left out there names.

    Raises:
        FileError: as ``read_contents``.
    """
    found, instead = Contents(), instead or {}
    named = set(named)
    document = _Collector(found, archive, named, is_gui=False)
    chunks = [instead[DOCUMENT]] if DOCUMENT in instead else archive.document_chunks()
    parse(chunks, document, limits, title)
    if not document.is_document:
        raise FileError(
            f"{title} is not a FreeCAD document: its Document.xml holds something else; "
            "choose a file saved by FreeCAD.",
            concerns=title,
        )
    if GUI_DOCUMENT in archive.names:
        found.looks = {}
        gui = _Collector(found, archive, named, is_gui=True)
        pieces = archive.chunks(GUI_DOCUMENT)
        parse([instead[GUI_DOCUMENT]] if GUI_DOCUMENT in instead else pieces, gui, limits, title)
    for member in archive.names:
        if member not in named and not _WRITTEN_BY_FREECAD.fullmatch(member):
            found.members[member] = _sha256(archive.chunks(member))
    return found


class _Collector:
    """Takes what counts out of one XML member; ``safexml.Handler``."""

    def __init__(self, found: Contents, archive: Archive, named: set[str], *, is_gui: bool) -> None:
        self.is_document = False
        self._found = found
        self._archive = archive
        self._named = named
        self._is_gui = is_gui
        self._path: list[str] = []
        self._owner: str | None = None
        self._property: tuple[str, str, bool] | None = None
        self._depth = 0
        self._elements: list[Element] = []
        self._text: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if not self._path:
            self.is_document = tag == "Document"
            if not self._is_gui:
                self._found.program_version = attributes.get("ProgramVersion", "")
        if file := attributes.get("file"):
            self._named.add(file)
        if self._property is not None:
            self._end_text()
            self._add(self._property, tag, attributes)
        elif tag == "Property":
            self._begin_property(attributes)
        elif self._path == ["Document", "Objects"] and tag == "Object":
            name = attributes.get("name", "")
            if name and not self._is_gui:
                known = ObjectContents(name, attributes.get("type", ""))
                self._found.objects.setdefault(name, known)
        elif len(self._path) == 2 and tag in ("Object", "ViewProvider"):
            self._owner = attributes.get("name", "")
        self._path.append(tag)

    def text(self, data: str) -> None:
        if self._property and self._property[2] and not inputs.is_derived_tag(self._path[-1]):
            self._text.append(data)

    def end(self, tag: str) -> None:
        self._path.pop()
        if self._property is not None:
            self._end_text()
            if len(self._path) == self._depth:
                self._end_property(*self._property)
                self._property = None
                self._elements = []
        elif len(self._path) == 2:
            self._owner = None

    def _begin_property(self, attributes: Mapping[str, str]) -> None:
        if self._path != ["Document", "Properties"] and (
            self._owner is None or self._path[3:] != ["Properties"]
        ):
            return
        name, kind = attributes.get("name", ""), attributes.get("type", "")
        entry = self._found.objects.get(self._owner or "")
        counts = name in _WRITTEN_BY_PEOPLE or inputs.is_input(
            entry.type if entry and not self._is_gui else "",
            name, kind, inputs.status_of(attributes),
        )  # fmt: skip
        self._depth = len(self._path)
        self._property = (name, kind, counts)

    def _add(self, owner: tuple[str, str, bool], tag: str, attributes: Mapping[str, str]) -> None:
        _, kind, counts = owner
        if not counts or inputs.is_derived_tag(tag) or (self._is_gui and tag == "Python"):
            return
        identify = partial(_identify, self._archive, inputs.is_result(kind))
        kept = tuple(inputs.canonical_attributes(tag, attributes, identify))
        self._elements.append(Element(tag, kept))

    def _end_text(self) -> None:
        if text := "".join(self._text).strip():
            self._elements.append(Element("", (("text", text),)))
        self._text.clear()

    def _end_property(self, name: str, kind: str, counts: bool) -> None:
        if not counts:
            return
        value = Value(kind, tuple(self._elements))
        if self._owner is None:
            if name not in _NOISE_OF_DOCUMENT and name != "Label" and not self._is_gui:
                self._found.properties[name] = value
        elif self._is_gui and self._found.looks is not None:
            self._found.looks.setdefault(self._owner, {})[name] = value
        elif entry := self._found.objects.get(self._owner):
            if name == "Label":
                entry.label = value.elements[0].get("value") if value.elements else ""
            elif name != _DESCRIPTION or _says_something(value):  # older files have no empty one
                entry.properties[name] = value


def _says_something(value: Value) -> bool:
    return any(element.get("value") for element in value.elements)


def _identify(archive: Archive, is_shape: bool, member: str) -> str:
    """What stands for a member's content; of a shape, without the last digits of its numbers:
    saving it again may change them."""
    chunks = archive.chunks(member)
    return _sha256(_rounded(chunks) if is_shape else chunks)


def _sha256(chunks: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def _rounded(chunks: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        whole, newline, rest = (rest + chunk).rpartition(b"\n")
        yield _SHAPE_NUMBER.sub(_round, whole + newline)
        if len(rest) > _LONGEST_LINE:  # no text, so no number of it is cut
            yield rest
            rest = b""
    yield _SHAPE_NUMBER.sub(_round, rest)


def _round(number: re.Match[bytes]) -> bytes:
    value = float(number[0])
    return b"0" if abs(value) < 1e-10 else b"%.9g" % value
