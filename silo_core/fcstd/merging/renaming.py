"""Giving objects of a document other names: FreeCAD numbers new objects by itself, so that two people
who add one each give it the same name."""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, unescape

from silo_core.fcstd import expressions
from silo_core.fcstd.merging.slices import HEAD

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from silo_core.fcstd.merging.layout import Layout

_TAG = re.compile(r"<([^\s/>]+)")
_ATTRIBUTE = re.compile(r"(\s)([^\s=]+)(\s*=\s*)(\"[^\"]*\"|'[^']*')")
_NAMES = {
    ("Object", "name"), ("ViewProvider", "name"), ("ObjectDeps", "Name"), ("Dep", "Name"),
    ("Link", "value"), ("Link", "obj"), ("LinkSub", "value"), ("XLink", "name"),
}  # fmt: skip
"""Where a whole value is the name of an object."""
_PATHS = {"sub", "shadow", "shadowed", "ref", "Ref"}
"""Where objects are named on the way to an edge or a face."""
_WORDS_ONLY = {
    ("Property", "name"), ("Property", "doc"), ("Property", "group"), ("_Property", "name"),
    ("Extension", "name"), ("Object", "Error"), ("Python", "class"), ("Python", "module"),
}  # fmt: skip
"""What may look like a name and is none, as are files and types: ``Part::Box`` is no ``Box``."""


_ROLE = re.compile(rb'(<Property name="Role"[^>]*>\s*<String value="[^"]*"\s*/>)')
"""What a plane or an axis of an origin is: ``XY_Plane``, which is also what the first one is called."""

_QUOTED = {'"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}


class CannotRename(Exception):
    """A name stands where it is not known what it means."""


def fresh(name: str, taken: Collection[str]) -> str:
    """A name like it that is not taken, as FreeCAD makes them: ``Sketch003`` becomes ``Sketch004``."""
    stem = name.rstrip("0123456789")
    first = int(name[len(stem) :] or 0) + 1
    return next(new for number in count(first) if (new := f"{stem}{number:03}") not in taken)


def renamed(
    layout: Layout, names: Mapping[str, str], labels: Mapping[str, tuple[str, str]]
) -> bytes:
    """The document with other names for objects, given by their old ones, wherever they are spoken of.
    ``labels`` are the old and the new label of such objects, by their old name.

    Raises:
        CannotRename: one stands where it is not known what it means.
    """
    renaming = _Renaming(names, labels)
    changed = {
        name: renaming.of_object(name, layout.piece(name))
        for name in layout
        if renaming.speaks_of(layout.piece(name))
    }
    return layout.replaced(changed, renaming.of_text)


class _Renaming:
    def __init__(self, names: Mapping[str, str], labels: Mapping[str, tuple[str, str]]) -> None:
        self._names = names
        self._labels = dict(labels)
        self._label_of = dict(labels.values())
        self._any = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)")

    def speaks_of(self, data: bytes) -> bool:
        """Whether a name or a label stands in it."""
        words = {*self._names, *self._label_of}
        return any(escape(word).encode() in data for word in words)

    def of_object(self, name: str, data: bytes) -> bytes:
        """An object, with its label."""
        if name in self._labels:
            old, new = (escape(one, _QUOTED).encode() for one in self._labels[name])
            label = rb'(<Property name="Label"[^>]*>\s*<String value=")%s(")' % re.escape(old)
            data = re.sub(label, lambda found: found[1] + new + found[2], data, count=1)
        pieces = _ROLE.split(data)
        pieces[::2] = map(self.of_text, pieces[::2])
        return b"".join(pieces)

    def of_text(self, data: bytes) -> bytes:
        """Any part of a document."""
        if not self.speaks_of(data):
            return data
        if self._any.search(HEAD.sub(b"", data).decode()):
            raise CannotRename
        return HEAD.sub(self._head, data)

    def _head(self, match: re.Match[bytes]) -> bytes:
        head = match[0].decode()
        found = _TAG.match(head)
        if not found or not self.speaks_of(match[0]):
            return match[0]
        is_elsewhere = found[1] == "XLink" and re.search(r"\sfile=\"[^\"]", head)

        def change(one: re.Match[str]) -> str:
            value = unescape(one[4][1:-1], {"&quot;": '"', "&apos;": "'"})
            new = value if is_elsewhere else self._value(found[1], one[2], value)
            if new == value:
                return one[0]
            text = escape(new, _QUOTED)
            return f'{one[1]}{one[2]}{one[3]}"{text}"'

        return _ATTRIBUTE.sub(change, head).encode()

    def _value(self, tag: str, key: str, value: str) -> str:
        if (tag, key) in _NAMES:
            return self._names.get(value, value)
        if key in _PATHS or (tag == "Sub" and key == "value"):
            *way, last = value.split(".")
            return ".".join([*(self._names.get(step, step) for step in way), last])
        if (tag, key) == ("Expression", "expression"):
            return self._formula(value)
        if (tag, key) == ("Cell", "content"):
            return f"={self._formula(value[1:])}" if value.startswith("=") else value
        is_free_text = tag == "String" and not self._any.fullmatch(value)
        is_word = key in ("file", "type") or (tag, key) in _WORDS_ONLY
        if is_word or is_free_text or not self._any.search(value):
            return value
        if tag == "String" and value in {*self._names.values(), *self._label_of.values()}:
            return value
        raise CannotRename

    def _formula(self, text: str) -> str:
        new = expressions.renamed(text, self._names, self._label_of)
        if any(one.object in self._names for one in expressions.references(new)) and not (
            self._names.keys() & set(self._names.values())
        ):
            raise CannotRename  # a path of another document, by the same name
        return new
