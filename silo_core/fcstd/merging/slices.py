"""Where in a document's bytes its objects and properties lie, so that they can be taken as they are."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat
from xml.sax.saxutils import unescape

from silo_core.fcstd.reader import linked
from silo_core.model.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Iterator

DEPTH = 5
"""Document, ObjectData, Object, Properties, Property."""
HEAD = re.compile(rb"<[^\s/>]+(?:\s+[^\s=]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*/?>")
_FILE = re.compile(rb'file="([^"]+)"')
_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"'](?!utf-?8[\"'])", re.IGNORECASE)


@dataclass(slots=True)
class Node:
    """An element from byte ``start`` to ``end``; its start tag ends at ``head``. ``files`` are the
    members and ``links`` the objects of this document that it names, at any depth."""

    tag: str
    attributes: dict[str, str]
    start: int
    head: int = 0
    end: int = 0
    children: list[Node] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What it is called, empty where it has no name."""
        return self.attributes.get("name", "")

    def child(self, tag: str) -> Node | None:
        """The first child of this kind."""
        return next((child for child in self.children if child.tag == tag), None)

    def named(self, tag: str) -> dict[str, Node]:
        """The children of this kind by name."""
        return {child.name: child for child in self.children if child.tag == tag}


def in_utf8(data: bytes, title: str) -> bytes:
    """The bytes of a document, if they are in UTF-8, which FreeCAD always writes.

    Raises:
        FileError: they are not.
    """
    if _ENCODING.match(data) or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise FileError(
            f"{title} is not written in UTF-8; save it again in FreeCAD.", concerns=title
        )
    return data


def slices(data: bytes, depth: int = DEPTH) -> Node:
    """The elements of ``data`` down to ``depth``. It was read with ``safexml`` before."""
    root = Node("", {}, 0)
    stack = [root]
    level = 0
    parser = expat.ParserCreate()

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal level
        level += 1
        if level <= depth:
            node = Node(tag, attributes, parser.CurrentByteIndex)
            match = HEAD.match(data, node.start)
            node.head = match.end() if match else node.start
            stack[-1].children.append(node)
            stack.append(node)
        if (file := attributes.get("file")) and "XLink" not in tag:
            stack[-1].files.append(file)
        if link := linked(tag, attributes):
            stack[-1].links.append(link)

    def end(_: str) -> None:
        nonlocal level
        if level <= depth:
            node = stack.pop()
            is_empty = data[node.head - 2 : node.head] == b"/>"
            node.end = node.head if is_empty else data.index(b">", parser.CurrentByteIndex) + 1
        level -= 1

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.Parse(data, True)
    return root.children[0]


@dataclass(slots=True)
class Splices:
    """Changes to ``data`` by place, made all at once."""

    data: bytes
    _edits: list[tuple[int, int, int, bytes]] = field(default_factory=list)

    def replace(self, node: Node, by: bytes) -> None:
        """Put ``by`` in the place of an element."""
        self._edits.append((node.start, node.end, len(self._edits), by))

    def replace_head(self, node: Node, by: bytes) -> None:
        """Put ``by`` in the place of its start tag."""
        self._edits.append((node.start, node.head, len(self._edits), by))

    def insert(self, at: int, what: bytes) -> None:
        """Put ``what`` before the byte ``at``."""
        self._edits.append((at, at, len(self._edits), what))

    def count(self, node: Node, count: int) -> None:
        """Set the count that its start tag states."""
        head = self.data[node.start : node.head]
        self.replace_head(node, re.sub(rb'(\s[Cc]ount=")\d+', b"\\g<1>%d" % count, head, count=1))

    def inner_end(self, node: Node) -> int:
        """Where a new last child goes: after the last child, or after the start tag."""
        return node.children[-1].end if node.children else node.head

    def done(self, within: Node | None = None) -> bytes:
        """The changed bytes, or those of one element, if nothing outside of it was changed."""
        if within is None:
            return b"".join(self._pieces(0, len(self.data)))
        return b"".join(self._pieces(within.start, within.end))

    def _pieces(self, at: int, until: int) -> Iterator[bytes]:
        for start, end, _, by in sorted(self._edits):
            yield self.data[at:start]
            yield by
            at = max(at, end)
        yield self.data[at:until]


def properties(owner: Node | None) -> dict[str, Node]:
    """The stored properties of an object, a view provider or the document."""
    holder = owner.child("Properties") if owner else None
    return holder.named("Property") if holder else {}


def all_files(data: bytes) -> Iterator[str]:
    """The members that a document names, in the order in which FreeCAD will look for them."""
    for found in _FILE.finditer(data):
        if data[found.start() - 1 : found.start()].isspace():
            yield unescape(found[1].decode(), {"&quot;": '"', "&apos;": "'"})
