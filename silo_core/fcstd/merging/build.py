"""Writing the merged file: ours, with what was taken from theirs."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, BinaryIO
from xml.sax.saxutils import quoteattr

from silo_core.fcstd import inputs
from silo_core.fcstd.archive import DOCUMENT
from silo_core.fcstd.contents import GUI_DOCUMENT
from silo_core.fcstd.merging.external import COPIES, SOURCES, by_number
from silo_core.fcstd.merging.members import copy, copy_packed, deflated
from silo_core.fcstd.merging.slices import Node, Splices, all_files, properties

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from silo_core.fcstd.merging.decide import Decision
    from silo_core.fcstd.merging.part import Part

_SHADOW = re.compile(rb'\sshadow(?:ed)?="[^"]*"')
_ELEMENT_MAP = re.compile(
    rb'\s(?:HasherIndex|ElementMap)="[^"]*"|<ElementMap2?(?:\s[^>]*)?/>'
    rb"|<ElementMap2?(?:\s[^>]*)?>.*?</ElementMap2?>",
    re.DOTALL,
)
_TOUCHED = re.compile(rb'\sTouched="[^"]*"')


class Builder:
    """Makes the members of the merged file."""

    def __init__(self, decision: Decision) -> None:
        self._decision = decision
        self._plan = decision.plan
        self._ours, self._theirs = decision.ours, decision.theirs
        self._carried: dict[str, str] = {}
        self._taken_names = {*self._ours.archive.names, *self._theirs.archive.names}

    def write(self, target: BinaryIO, touched: set[str]) -> None:
        """Write the file; ``touched`` are the objects that FreeCAD has to compute again."""
        document = self._document(touched)
        gui = self._gui()
        ordered: dict[str, None] = {DOCUMENT: None}
        ordered.update(dict.fromkeys(all_files(document)))
        if gui is not None:
            ordered[GUI_DOCUMENT] = None
            ordered.update(dict.fromkeys(all_files(gui)))
        unnamed = self._unnamed()
        ordered.update(dict.fromkeys(unnamed))
        made = {DOCUMENT: document, GUI_DOCUMENT: gui}
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in ordered:
                if made.get(name) is not None:
                    archive.writestr(deflated(name), made[name] or b"")
                else:
                    self._copy(name, archive)

    def _copy(self, name: str, archive: zipfile.ZipFile) -> None:
        """Ours as it is packed; what comes from the others is unpacked, and so verified."""
        source, original = self._source(name)
        if original not in source.archive.names:
            return
        if source is self._ours:
            copy_packed(source.archive, name, archive)
        else:
            copy(source.archive, original, archive, name)

    def _source(self, name: str) -> tuple[Part, str]:
        if name in self._carried:
            return self._theirs, self._carried[name]
        if self._plan.members.get(name):
            return self._theirs, name
        return self._ours, name

    def _unnamed(self) -> list[str]:
        """Members that no property names: those of ours and the others' unknown ones."""
        named: set[str] = {DOCUMENT, GUI_DOCUMENT}
        for layout in (self._ours.document, self._ours.gui):
            named.update(all_files(layout.data) if layout else ())
        kept = [
            n
            for n in self._ours.archive.names
            if n not in named and self._plan.members.get(n, True)
        ]
        return [*kept, *(name for name, has in self._plan.members.items() if has)]

    def _document(self, touched: set[str]) -> bytes:
        ours, theirs, plan = self._ours, self._theirs, self._plan
        splices = Splices(ours.document.data)
        self._properties(splices, "", ours.document.tree, theirs.document.tree)
        for name in {name for name, _ in [*plan.take, *plan.made] if name}:
            self._properties(splices, name, ours.objects[name], theirs.objects[name])
        for name in plan.extended:
            self._extensions(splices, name)
        for name in plan.removed:
            for node in (ours.objects[name], ours.entries[name]):
                splices.replace(node, b"")
        data, entries = ours.section("ObjectData"), ours.section("Objects")
        count = len(ours.objects) - len(plan.removed) + len(plan.added)
        if plan.added or plan.removed:
            splices.count(data, count)
            splices.count(entries, count)
        for name in plan.added:
            splices.insert(splices.inner_end(data), b"\n" + self._added(theirs.objects[name]))
            line = _with_id(theirs.raw(theirs.entries[name]), plan.numbers[name])
            splices.insert(splices.inner_end(entries), b"\n" + _touched(line))
        for name in touched & ours.entries.keys() - plan.removed:
            splices.replace(ours.entries[name], _touched(ours.raw(ours.entries[name])))
        self._deps(splices)
        return splices.done()

    def _extensions(self, splices: Splices, name: str) -> None:
        """What theirs says an object can do: on its start tag, and in a list of its own."""
        mine, other = self._ours.objects[name], self._theirs.objects[name]
        head = self._theirs.document.data[other.start : other.head]
        old, new = mine.child("Extensions"), other.child("Extensions")
        raw = self._theirs.raw(new) if new else b""
        if old:
            splices.replace(old, raw)
        splices.replace_head(mine, head if old else head + raw)

    def _deps(self, splices: Splices) -> None:
        ours, theirs, plan = self._ours, self._theirs, self._plan
        changed = {name for name, _ in [*plan.take, *plan.made]}
        for name, node in ours.deps.items():
            if name in plan.removed:
                splices.replace(node, b"")
                continue
            mine = [dep.attributes.get("Name", "") for dep in node.children]
            wanted = [dep for dep in mine if dep not in plan.removed]
            if name in changed and name in theirs.deps:
                others = (dep.attributes.get("Name", "") for dep in theirs.deps[name].children)
                known = {*ours.objects, *plan.added} - plan.removed
                wanted += [dep for dep in others if dep in known and dep not in wanted]
            if wanted != mine:
                splices.replace(node, _deps_line(node, wanted))
        if not ours.deps:
            return
        place = list(ours.deps.values())[-1].end
        for name in plan.added:
            if name in theirs.deps:
                splices.insert(place, b"\n" + theirs.raw(theirs.deps[name]))

    def _properties(self, splices: Splices, name: str, ours: Node, theirs: Node) -> None:
        """Take the properties of one owner."""
        plan = self._plan
        have, get = properties(ours), properties(theirs)
        holder = ours.child("Properties")
        if holder is None:
            return
        more = 0
        for (owner, key), has in plan.take.items():
            if owner != name:
                continue
            mine = have.get(key)
            if has and key in get:
                raw = self._carry(self._theirs.document.data, get[key], mine, get)
                if mine:
                    splices.replace(mine, raw)
                else:
                    splices.insert(splices.inner_end(holder), b"\n" + raw)
                    more += 1
            elif not has and mine:
                splices.replace(mine, b"")
                more -= 1
        for (owner, key), raw in plan.made.items():
            if owner == name:
                splices.replace(have[key], raw)
        if more:
            splices.count(holder, len(have) + more)

    def _added(self, node: Node) -> bytes:
        """A new object without what FreeCAD computes."""
        theirs = self._theirs
        splices = Splices(theirs.document.data)
        kind = theirs.contents.objects[node.name].type
        stored = properties(node)
        kept = len(stored)
        for key, one in stored.items():
            type_, status = one.attributes.get("type", ""), inputs.status_of(one.attributes)
            if inputs.is_result(type_) and not inputs.is_input(kind, key, type_, status):
                splices.replace(one, b"")
                kept -= 1
            else:
                splices.replace(one, self._carry(theirs.document.data, one, None, stored))
        holder = node.child("Properties")
        if holder is not None:
            splices.count(holder, kept)
        return splices.done(node)

    def _carry(
        self, data: bytes, node: Node, mine: Node | None, stored: Mapping[str, Node] | None = None
    ) -> bytes:
        """A property of theirs as it stands in ours: with the files inside that it names. ``stored`` are
        all of its owner."""
        raw = data[node.start : node.end]
        if stored and node.name == COPIES and SOURCES in stored:
            sources = self._theirs.raw(stored[SOURCES])
            if not self._decision.keeps_shadows(sources):
                return by_number(raw, sources)
        if inputs.is_result(node.attributes.get("type", "")):
            raw = _ELEMENT_MAP.sub(b"", raw)
        elif not self._decision.keeps_shadows(raw):
            raw = _SHADOW.sub(b"", raw)
        for file in dict.fromkeys(node.files):
            quoted = quoteattr(file).encode()
            if b"file=" + quoted not in raw:
                continue
            new = self._name_for(file, mine)
            self._carried[new] = file
            raw = raw.replace(b"file=" + quoted, b"file=" + quoteattr(new).encode())
        return raw

    def _name_for(self, file: str, mine: Node | None) -> str:
        is_free = file not in self._ours.archive.names or (mine is not None and file in mine.files)
        if is_free and file not in self._carried:
            return file
        number = 1
        while f"Merged{number}.{file}" in self._taken_names:
            number += 1
        new = f"Merged{number}.{file}"
        self._taken_names.add(new)
        return new

    def _gui(self) -> bytes | None:
        ours, theirs, plan = self._ours, self._theirs, self._plan
        if ours.gui is None:
            return None
        if not (plan.looks or plan.added or plan.removed):
            return ours.gui.data
        splices = Splices(ours.gui.data)
        data = ours.gui.section
        if not data.end:
            return splices.done()
        for name in {name for name, _ in plan.looks}:
            self._looks(splices, name)
        gone = [node for name, node in ours.providers.items() if name in plan.removed]
        for node in gone:
            splices.replace(node, b"")
        come = [theirs.providers[name] for name in plan.added if name in theirs.providers]
        for node in come:
            splices.insert(splices.inner_end(data), b"\n" + self._added_looks(node))
        if gone or come:
            splices.count(data, len(ours.providers) - len(gone) + len(come))
        return splices.done()

    def _looks(self, splices: Splices, name: str) -> None:
        """Take the view properties of one object."""
        sides = (self._ours, self._theirs)
        mine, other = (properties(part.providers.get(name)) for part in sides)
        owner_node = self._ours.providers.get(name)
        holder = owner_node.child("Properties") if owner_node else None
        if holder is None:
            return
        gui, more = self._theirs.gui, 0
        for (owner, key), has in self._plan.looks.items():
            if owner != name:
                continue
            node = mine.get(key)
            if has and key in other and gui is not None:
                raw = self._carry(gui.data, other[key], node)
                if node:
                    splices.replace(node, raw)
                else:
                    splices.insert(splices.inner_end(holder), b"\n" + raw)
                    more += 1
            elif not has and node:
                splices.replace(node, b"")
                more -= 1
        if more:
            splices.count(holder, len(mine) + more)

    def _added_looks(self, node: Node) -> bytes:
        gui = self._theirs.gui.data if self._theirs.gui else b""
        splices = Splices(gui)
        for one in properties(node).values():
            splices.replace(one, self._carry(gui, one, None))
        return splices.done(node)


def _touched(line: bytes) -> bytes:
    plain = _TOUCHED.sub(b"", line)
    head, slash, rest = plain.rpartition(b"/>")
    if slash:
        return head.rstrip() + b' Touched="1" />' + rest
    return plain.replace(b">", b' Touched="1">', 1)


def _with_id(line: bytes, number: int) -> bytes:
    return re.sub(rb'\sid="[^"]*"', b' id="%d"' % number, line, count=1)


def _deps_line(node: Node, wanted: Iterable[str]) -> bytes:
    lines: Iterator[bytes] = (b"<Dep Name=%s/>" % quoteattr(dep).encode() for dep in wanted)
    body = b"\n".join(lines)
    name = quoteattr(node.attributes.get("Name", "")).encode()
    count = body.count(b"<Dep ")
    return b'<ObjectDeps Name=%s Count="%d">\n%s\n</ObjectDeps>' % (name, count, body)
