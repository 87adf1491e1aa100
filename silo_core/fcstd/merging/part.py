"""One of the three files of a merge."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, BinaryIO

from silo_core.fcstd.archive import DOCUMENT, Archive, open_archive
from silo_core.fcstd.contents import GUI_DOCUMENT, Contents, Element, Value, read_contents
from silo_core.fcstd.merging.slices import Node, in_utf8, slices
from silo_core.fcstd.reader import read_document
from silo_core.model.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from silo_core.fcstd.limits import Limits

LABEL = "Label"
_STRING = "App::PropertyString"


@dataclass
class Part:
    """What a file says, and where in it."""

    title: str
    contents: Contents
    source: BinaryIO
    limits: Limits
    archive: Archive
    document: bytes
    gui: bytes | None

    @cached_property
    def uses(self) -> dict[str, tuple[str, ...]]:
        """What each object is built from."""
        graph = read_document(self.source, name=self.title, limits=self.limits)
        return {entry.name: entry.uses for entry in graph.objects}

    @cached_property
    def tree(self) -> Node:
        """The slices of Document.xml."""
        return slices(self.document)

    @cached_property
    def gui_tree(self) -> Node | None:
        """The slices of GuiDocument.xml."""
        return slices(self.gui) if self.gui is not None else None

    @cached_property
    def objects(self) -> dict[str, Node]:
        """The data of each object."""
        return self._section("ObjectData").named("Object")

    @cached_property
    def entries(self) -> dict[str, Node]:
        """The line of each object in the list of objects."""
        return self._section("Objects").named("Object")

    @cached_property
    def deps(self) -> dict[str, Node]:
        """What FreeCAD notes that each object depends on."""
        found = self._section("Objects").children
        return {node.attributes.get("Name", ""): node for node in found if node.tag == "ObjectDeps"}

    @cached_property
    def providers(self) -> dict[str, Node]:
        """The looks of each object."""
        data = self.gui_tree.child("ViewProviderData") if self.gui_tree else None
        return data.named("ViewProvider") if data else {}

    def section(self, tag: str) -> Node:
        """A part of Document.xml."""
        return self._section(tag)

    def raw(self, node: Node) -> bytes:
        """The bytes of an element of Document.xml."""
        return self.document[node.start : node.end]

    def check(self) -> None:
        """See that it holds the objects that it lists.

        Raises:
            FileError: it does not.
        """
        if not self.contents.objects.keys() <= self.objects.keys() & self.entries.keys():
            raise FileError(
                f"{self.title} lists other objects than it holds; save it again in FreeCAD.",
                concerns=self.title,
            )

    def values(self, name: str) -> dict[str, Value]:
        """The inputs of an object, its label among them."""
        entry = self.contents.objects[name]
        label = Value(_STRING, (Element("String", (("value", entry.label),)),))
        return {**entry.properties, LABEL: label}

    def above(self, name: str) -> set[str]:
        """An object and all that it is built from."""
        found: set[str] = set()
        ahead = [name]
        while ahead:
            one = ahead.pop()
            if one not in found:
                found.add(one)
                ahead.extend(self.uses.get(one, ()))
        return found

    def _section(self, tag: str) -> Node:
        found = self.tree.child(tag)
        if found is None:
            raise FileError(
                f"{self.title} has no {tag}; save it again in FreeCAD.", concerns=self.title
            )
        return found


@contextmanager
def opened_part(source: BinaryIO, title: str, limits: Limits) -> Iterator[Part]:
    """Read a file.

    Raises:
        FileError: not a FreeCAD document, damaged, or over a limit.
    """
    contents = read_contents(source, name=title, limits=limits)
    with open_archive(source, limits, title) as archive:
        part = Part(
            title=title,
            contents=contents,
            source=source,
            limits=limits,
            archive=archive,
            document=in_utf8(b"".join(archive.chunks(DOCUMENT)), title),
            gui=in_utf8(b"".join(archive.chunks(GUI_DOCUMENT)), title)
            if GUI_DOCUMENT in archive.names
            else None,
        )
        yield part
