"""Edits of part files as a user would make them, in their XML."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from silo_core.fcstd import content_digest, same_content
from silo_core.fcstd.merging import Merged, Yields, merge

DATA = Path(__file__).parents[1] / "data"
Change = Callable[[str], str]


def sample(name: str) -> bytes:
    """A sample part."""
    return (DATA / f"{name}.FCStd").read_bytes()


def edited(
    file: bytes, *changes: Change, gui: str | None = None, more: Mapping[str, bytes] | None = None
) -> bytes:
    """The file with another Document.xml, and perhaps further members."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "Document.xml":
                text = data.decode()
                for change in changes:
                    text = change(text)
                data = text.encode()
            new.writestr(name, data)
        if gui is not None:
            new.writestr("GuiDocument.xml", gui)
        for name, data in (more or {}).items():
            new.writestr(name, data)
    return target.getvalue()


def put(owner: str, key: str, inner: str) -> Change:
    """Give a property another value."""

    def change(text: str) -> str:
        start = text.index(f'<Object name="{owner}"', text.index("<ObjectData"))
        place = re.compile(rf'(<Property name="{key}"[^>]*>).*?(</Property>)', re.DOTALL)
        found = place.search(text, start)
        assert found
        return text[: found.start()] + found[1] + inner + found[2] + text[found.end() :]

    return change


def length(owner: str, value: float, key: str = "Length") -> Change:
    """Another length."""
    return put(owner, key, f'<Float value="{value:.16f}"/>')


def label(owner: str, text: str) -> Change:
    """Another label."""
    return put(owner, "Label", f'<String value="{text}"/>')


def formulas(owner: str, **by_path: str) -> Change:
    """Other formulas."""
    rows = "".join(f'<Expression path="{p}" expression="{e}"/>' for p, e in by_path.items())
    inner = f'<ExpressionEngine count="{len(by_path)}">{rows}</ExpressionEngine>'
    return put(owner, "ExpressionEngine", inner)


def cells(**by_address: str) -> Change:
    """Other cells."""
    return sheet(*((address, content, "") for address, content in by_address.items()))


def sheet(*rows: tuple[str, str, str]) -> Change:
    """Other cells: address, content and alias of each."""
    inner = ""
    for address, content, alias in rows:
        called = f' alias="{alias}"' if alias else ""
        inner += f'<Cell address="{address}" content="{content}"{called}/>'
    return put("Spreadsheet", "cells", f'<Cells Count="{len(rows)}">{inner}</Cells>')


def added(name: str, value: float = 1, used: str = "") -> Change:
    """A new object."""

    def change(text: str) -> str:
        number = 100 + text.count('<Object type="Part::Box"')
        line = f'<Object type="Part::Box" name="{name}" id="{number}" />'
        text = text.replace("</Objects>", f"{line}</Objects>")
        properties = (
            f'<Property name="Label" type="App::PropertyString"><String value="{name}"/></Property>'
            f'<Property name="Size" type="App::PropertyLength"><Float value="{value}.0"/></Property>'
            f'<Property name="Base" type="App::PropertyLink"><Link value="{used}"/></Property>'
        )
        data = f'<Object name="{name}"><Properties Count="3">{properties}</Properties></Object>'
        return text.replace("</ObjectData>", f"{data}</ObjectData>")

    return change


def removed(name: str) -> Change:
    """Without an object, and without the links to it."""

    def change(text: str) -> str:
        text = re.sub(rf'<ObjectDeps Name="{name}".*?</ObjectDeps>', "", text, flags=re.DOTALL)
        text = re.sub(rf'<Object type="[^"]*" name="{name}" [^>]*/>', "", text)
        whole = rf'<Object name="{name}"[ >](?:(?!<Object ).)*?</Object>'
        text = re.sub(whole, "", text, flags=re.DOTALL)
        count = re.compile(
            r'(<LinkList count=")(\d+)(">(?:(?!</LinkList>).)*?)\s*<Link value="' + name + '"/>',
            re.DOTALL,
        )
        return count.sub(lambda m: f"{m[1]}{int(m[2]) - 1}{m[3]}", text)

    return change


def merged(
    base: bytes,
    ours: bytes,
    theirs: bytes,
    yields: Yields = Yields.THEIRS,
    known: Mapping[str, str] | None = None,
) -> tuple[Merged, bytes]:
    """The answer, and the file."""
    target = io.BytesIO()
    b, o, t = map(io.BytesIO, (base, ours, theirs))
    answer = merge(b, o, t, target, yields=yields, known=known)
    return answer, target.getvalue()


def joined(base: bytes, ours: bytes, theirs: bytes) -> bytes:
    """The file of a merge without conflicts."""
    answer, file = merged(base, ours, theirs)
    assert not answer.conflicts, [str(one) for one in answer.conflicts]
    return file


def same(one: bytes, other: bytes) -> bool:
    """Do two files say the same?"""
    return same_content(content_digest(io.BytesIO(one)), content_digest(io.BytesIO(other)))
