"""One of the files of a merge."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import PurePath
from typing import TYPE_CHECKING, BinaryIO

from silo_core.fcstd.archive import DOCUMENT, Archive, open_archive
from silo_core.fcstd.contents import GUI_DOCUMENT, Contents, Element, Value, contents_of
from silo_core.fcstd.merging.graph import on_cycles, reached
from silo_core.fcstd.merging.layout import Layout
from silo_core.fcstd.merging.renaming import fresh, renamed
from silo_core.fcstd.merging.slices import Node, in_utf8
from silo_core.fcstd.reader import Collected, collect, uses_of
from silo_core.fcstd.safexml import check_whole
from silo_core.model.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from silo_core.fcstd.limits import Limits

LABEL = "Label"
_STRING = "App::PropertyString"
_NAMED = 5


@dataclass
class Part:
    """What a file says, and where in it. ``like`` is another version of it: what is the same there, to
    the byte, is not read again."""

    title: str
    limits: Limits
    archive: Archive
    document: Layout
    gui: Layout | None
    like: Part | None
    shared: set[str] = field(default_factory=set)
    """The objects that ``like`` has, too, byte by byte."""
    shared_looks: set[str] = field(default_factory=set)
    contents: Contents = field(default_factory=Contents)

    @cached_property
    def collected(self) -> Collected:
        """What the reader takes out of Document.xml."""
        document = self.document.without(self.shared)
        found = collect([document], None, self.limits, self.title)
        for name in self.shared if self.like else ():
            found.objects[name] = self.like.collected.objects[name]  # type: ignore[union-attr]
        return found

    @cached_property
    def uses(self) -> dict[str, set[str]]:
        """What each object is built from."""
        return uses_of(self.collected, PurePath(self.title).stem)

    @property
    def objects(self) -> Mapping[str, Node]:
        """The data of each object."""
        return self.document

    @cached_property
    def entries(self) -> dict[str, Node]:
        """The line of each object in the list of objects."""
        return self.section("Objects").named("Object")

    @cached_property
    def deps(self) -> dict[str, Node]:
        """What FreeCAD notes that each object depends on."""
        found = self.section("Objects").children
        return {node.attributes.get("Name", ""): node for node in found if node.tag == "ObjectDeps"}

    @property
    def providers(self) -> Mapping[str, Node]:
        """The looks of each object."""
        return self.gui if self.gui is not None else {}

    @cached_property
    def labelled(self) -> dict[str, str]:
        """The object of each label that only one has."""
        found: dict[str, str] = {}
        twice: set[str] = set()
        for name, entry in self.contents.objects.items():
            (twice.add if entry.label in found else twice.discard)(entry.label)
            found[entry.label] = name
        return {label: name for label, name in found.items() if label not in twice}

    def resolved(self, word: str, *, is_label: bool) -> str | None:
        """The object that a formula means by a word."""
        if not is_label and word in self.contents.objects:
            return word
        return self.labelled.get(word)

    def section(self, tag: str) -> Node:
        """A part of Document.xml.

        Raises:
            FileError: it has no such part.
        """
        found = self.document.tree.child(tag)
        if found is None:
            raise FileError(
                f"{self.title} has no {tag}; save it again in FreeCAD.", concerns=self.title
            )
        return found

    def raw(self, node: Node) -> bytes:
        """The bytes of an element of Document.xml."""
        return self.document.data[node.start : node.end]

    def check(self) -> None:
        """See that it holds the objects that it lists, and that none is built from itself.

        Raises:
            FileError: it is not so.
        """
        self.section("ObjectData")
        if not self.contents.objects.keys() <= self.objects.keys() & self.entries.keys():
            raise FileError(
                f"{self.title} lists other objects than it holds; save it again in FreeCAD.",
                concerns=self.title,
            )
        if circle := sorted(on_cycles(self.uses)):
            raise FileError(
                f"{self.title} is not merged because some of its objects are built from themselves "
                f"({', '.join(circle[:_NAMED])}); take one of these links out in FreeCAD.",
                concerns=self.title,
            )

    def values(self, name: str) -> dict[str, Value]:
        """The inputs of an object, its label among them."""
        entry = self.contents.objects[name]
        label = Value(_STRING, (Element("String", (("value", entry.label),)),))
        return {**entry.properties, LABEL: label}

    def renamed(self, names: Mapping[str, str], taken: Collection[str] = ()) -> Part:
        """The same with other names for objects, given by their old ones. A label that is an object's
        name follows it; any other one that is ``taken`` gets another number, as FreeCAD does it.

        Raises:
            CannotRename: one stands where it is not known what it means.
        """
        labels = self._relabelled(names, taken)
        document = _document(renamed(self.document, names, labels))
        gui = _gui(renamed(self.gui, names, labels)) if self.gui is not None else None
        instead = {DOCUMENT: document.data, GUI_DOCUMENT: gui.data if gui is not None else b""}
        return replace(
            self,
            document=document,
            gui=gui,
            like=None,
            shared=set(),
            shared_looks=set(),
            contents=contents_of(self.archive, self.limits, self.title, instead=instead),
        )

    def _relabelled(
        self, names: Mapping[str, str], taken: Collection[str]
    ) -> dict[str, tuple[str, str]]:
        found: dict[str, tuple[str, str]] = {}
        used = {*taken, *(entry.label for entry in self.contents.objects.values())}
        own = {name: self.contents.objects[name].label for name in names if name in self.objects}
        for name, label in sorted(own.items(), key=lambda item: item[0] != item[1]):
            if label == name or label in taken:
                new = names[name] if label == name else label
                found[name] = (label, fresh(new, used) if new in used else new)
                used.add(found[name][1])
        return found

    def above(self, name: str) -> set[str]:
        """An object and all that it is built from."""
        return reached([name], self.uses)


@contextmanager
def opened_part(
    source: BinaryIO, title: str, limits: Limits, like: Part | None = None
) -> Iterator[Part]:
    """Read a file; ``like`` is another version of it, which stays open as long.

    Raises:
        FileError: not a FreeCAD document, damaged, or over a limit.
    """
    with open_archive(source, limits, title) as archive:
        contents = contents_of(archive, limits, title) if like is None else Contents()
        document = in_utf8(b"".join(archive.document_chunks()), title)
        gui = None
        if GUI_DOCUMENT in archive.names:
            gui = in_utf8(b"".join(archive.chunks(GUI_DOCUMENT)), title)
        if like is not None:
            for data in (document, gui or b"<Document/>"):
                check_whole(data, title)
        part = Part(
            title=title,
            limits=limits,
            archive=archive,
            document=_document(document),
            gui=_gui(gui) if gui is not None else None,
            contents=contents,
            like=like,
        )
        if like is not None:
            _read_like(part, like)
        yield part


def _document(data: bytes) -> Layout:
    return Layout(data, "ObjectData", "Object")


def _gui(data: bytes) -> Layout:
    return Layout(data, "ViewProviderData", "ViewProvider")


def _read_like(part: Part, like: Part) -> None:
    """Read what is not the same, to the byte, in ``like``."""
    same = _same(part, like, DOCUMENT)
    part.shared = {name for name in same if _type(part, name) == _type(like, name) is not None}
    part.shared_looks = _same(part, like, GUI_DOCUMENT)
    cut = {DOCUMENT: part.document.without(part.shared)}
    named = set(chain.from_iterable(map(like.document.files, part.shared)))
    if part.gui is not None and like.gui is not None:
        cut[GUI_DOCUMENT] = part.gui.without(part.shared_looks)
        named.update(chain.from_iterable(map(like.gui.files, part.shared_looks)))
    part.contents = contents_of(part.archive, part.limits, part.title, instead=cut, named=named)
    for name in part.shared:
        known, entry = like.contents.objects[name], part.contents.objects[name]
        entry.label, entry.properties = known.label, known.properties
    theirs, looks = like.contents.looks, part.contents.looks
    if looks is not None and theirs is not None:
        looks.update({name: theirs[name] for name in part.shared_looks if name in theirs})


def _type(part: Part, name: str) -> str | None:
    entry = part.entries.get(name)
    return entry.attributes.get("type", "") if entry else None


def _same(part: Part, like: Part, member: str) -> set[str]:
    """What is the same in a member of both, with the members that it names."""
    mine, others = (p.document if member == DOCUMENT else p.gui for p in (part, like))
    if mine is None or others is None or not (mine.is_plain and others.is_plain):
        return set()
    pieces = {name: mine.piece(name) for name in mine if name in others}
    has_same = lru_cache(None)(lambda file: part.archive.has_same(file, like.archive))
    return {
        name
        for name, piece in pieces.items()
        if piece == others.piece(name)
        and b"file='" not in piece
        and all(map(has_same, others.files(name)))
    }
