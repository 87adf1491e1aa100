"""Where the objects lie in the bytes of a document. Each is looked into only when it is asked for: of a
large file a merge changes little, and two versions of it are the same bytes for the most part."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

from silo_core.fcstd.merging.slices import HEAD, Node, all_files, slices

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

_NAME = re.compile(rb"\sname=\"([^\"&]+)\"")
_NOT_PLAIN = re.compile(rb"<[!?]")
_DEPTH_IN_OBJECT = 3
"""Object, Properties, Property."""


class Layout(Mapping[str, Node]):
    """The elements ``tag`` of the element ``section``, by name, and what is around them."""

    def __init__(self, data: bytes, section: str, tag: str) -> None:
        self.data = data
        self._section = section
        self._known: dict[str, Node] = {}
        self._files: dict[str, tuple[str, ...]] = {}
        found = _places(data, section.encode(), tag.encode())
        self.is_plain = found is not None
        if found is None:
            self.tree = slices(data)
            nodes = self.section.named(tag) if self.tree.child(section) else {}
            self._places = {name: (node.start, node.end) for name, node in nodes.items()}
            self._known = nodes
        else:
            self._places = found
            self.tree = self._around(tag)

    def __getitem__(self, name: str) -> Node:
        if name not in self._known:
            start, end = self._places[name]
            node = slices(self.data[start:end], _DEPTH_IN_OBJECT)
            _shift(node, start)
            self._known[name] = node
        return self._known[name]

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    @property
    def section(self) -> Node:
        """The element that holds them."""
        return self.tree.child(self._section) or Node(self._section, {}, 0)

    def piece(self, name: str) -> bytes:
        """The bytes of one of them."""
        start, end = self._places[name]
        return self.data[start:end]

    def files(self, name: str) -> tuple[str, ...]:
        """The members that one of them names."""
        if name not in self._files:
            self._files[name] = tuple(all_files(self.piece(name)))
        return self._files[name]

    def without(self, names: Collection[str]) -> bytes:
        """The document, cut short by some of them."""
        pieces = []
        at = 0
        for start, end in sorted(self._places[name] for name in names):
            pieces.append(self.data[at:start])
            at = end
        return b"".join([*pieces, self.data[at:]])

    def replaced(self, pieces: Mapping[str, bytes], around: Callable[[bytes], bytes]) -> bytes:
        """The document with other bytes for some of them, and for what is around them all."""
        found, at = [], 0
        for name, (start, end) in sorted(self._places.items(), key=lambda item: item[1]):
            found += [around(self.data[at:start]), pieces.get(name, self.data[start:end])]
            at = end
        return b"".join([*found, around(self.data[at:])])

    def _around(self, tag: str) -> Node:
        """The tree of the document; of those in the section it knows nothing but their place."""
        if not self._places:
            return slices(self.data)
        start = min(start for start, _ in self._places.values())
        end = max(end for _, end in self._places.values())
        tree = slices(self.data[:start] + self.data[end:])
        _shift(tree, end - start, start)
        section = tree.child(self._section)
        if section is not None:
            for name, (begin, until) in self._places.items():
                section.children.append(Node(tag, {"name": name}, begin, begin, until))
        return tree


def _shift(node: Node, by: int, behind: int = 0) -> None:
    """Move what lies at ``behind`` or later."""
    # What ends where the cut was ends behind it; what begins there was cut out.
    node.start += by if node.start >= behind else 0
    node.head += by if node.head > behind else 0
    node.end += by if node.end > behind else 0
    for child in node.children:
        _shift(child, by, behind)


def _places(data: bytes, section: bytes, tag: bytes) -> dict[str, tuple[int, int]] | None:
    """From where to where each element lies, which is told by its tags alone: in what is well-formed,
    every ``<`` begins a tag. None where it cannot be told so, because of comments and the like."""
    opening = re.search(rb"<%s(?=[\s/>])" % section, data)
    head = HEAD.match(data, opening.start()) if opening else None
    if head is None or _NOT_PLAIN.search(data, head.end()):
        return None
    found: dict[str, tuple[int, int]] = {}
    depth, start, last = 0, head.end(), data.find(b"</%s" % section, head.end())
    for match in re.compile(rb"<(/?)%s(?=[\s/>])" % tag).finditer(data, start, max(last, 0)):
        if match[1]:
            depth -= 1
            if depth == 0:
                name, end = _name(data, start), data.index(b">", match.start()) + 1
                if name is None or name in found:
                    return None
                found[name] = (start, end)
        else:
            inner = HEAD.match(data, match.start())
            if inner is None or inner[0].endswith(b"/>"):
                return None
            start = match.start() if depth == 0 else start
            depth += 1
    return found if _are_next_to_each_other(data, found) else None


def _name(data: bytes, start: int) -> str | None:
    """What an element is called; None where quotes or entities make that hard to tell."""
    head = HEAD.match(data, start)
    if head is None or b"'" in head[0]:
        return None
    name = _NAME.search(head[0])
    return name[1].decode() if name else None


def _are_next_to_each_other(data: bytes, places: Mapping[str, tuple[int, int]]) -> bool:
    """Does nothing else lie between them?"""
    ends = sorted(places.values())
    return all(not data[a[1] : b[0]].strip() for a, b in pairwise(ends))
