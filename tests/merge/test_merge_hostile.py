"""Each of the three files may come from anybody: each kind of damage and malice gives one sentence."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from silo_core.model.errors import FileError
from silo_core.model.exchange import MergeRequest
from silo_core.surfaces.cli import main
from silo_merge import Merge
from tests.merge.kit import added, edited, length, merged, put, sample

BRACKET = sample("bracket")


def packed(*members: tuple[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return target.getvalue()


def document() -> bytes:
    with zipfile.ZipFile(io.BytesIO(BRACKET)) as archive:
        return archive.read("Document.xml")


def without_document() -> bytes:
    with zipfile.ZipFile(io.BytesIO(BRACKET)) as archive:
        return packed(*((n, archive.read(n)) for n in archive.namelist() if n != "Document.xml"))


def with_lying_member() -> bytes:
    """Its size is not what the directory says, and its name is not listed by any property."""
    data = bytearray(edited(BRACKET, more={"silo/note.bin": b"x" * 5000}))
    at = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 10)
    return bytes(data)


def twins() -> bytes:
    data = edited(BRACKET, more={"silo/one": b"1", "silo/two": b"2"})
    return data.replace(b"silo/two", b"silo/one")


def with_cycle() -> bytes:
    made = [added("One", used="Two"), added("Two", used="One")]
    return edited(BRACKET, *made)


def with_itself() -> bytes:
    return edited(BRACKET, added("One"), put("One", "Base", '<Link value="One"/>'))


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
XML_BOMB = f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]><Document>&l9;</Document>'
HOSTILE = {
    "a bomb": (packed(("Document.xml", document()), ("a.brp", bytes(8 << 20))), "300 times"),
    "a bomb for a document": (
        packed(("Document.xml", b"<Document>" + b" " * (8 << 20) + b"</Document>")),
        "300 times",
    ),
    "a bomb for looks": (
        packed(("Document.xml", document()), ("GuiDocument.xml", b" " * (8 << 20))),
        "300 times",
    ),
    "an XML bomb": (packed(("Document.xml", XML_BOMB.encode())), "declares entities"),
    "an XML bomb for looks": (
        packed(("Document.xml", document()), ("GuiDocument.xml", XML_BOMB.encode())),
        "declares entities",
    ),
    "bottomless nesting": (
        packed(("Document.xml", b"<Document>" + b"<a>" * 999 + b"</a>" * 999 + b"</Document>")),
        "deeper than 64",
    ),
    "a member larger than it says": (with_lying_member(), "not a complete FCStd file"),
    "two members of one name": (twins(), "two members named 'silo/one'"),
    "a member that leads out": (edited(BRACKET, more={"../../x": b""}), "leads out of its folder"),
    "an absolute member": (edited(BRACKET, more={"/etc/x": b""}), "leads out of its folder"),
    "no document": (without_document(), "no Document.xml"),
    "a document of another kind": (packed(("Document.xml", b"<html/>")), "holds something else"),
    "half a document": (packed(("Document.xml", document()[:-99])), "not well-formed"),
    "an empty document": (packed(("Document.xml", b"<Document/>")), "has no ObjectData"),
    "cyclic links": (with_cycle(), "built from themselves (One, Two)"),
    "a link to itself": (with_itself(), "built from themselves (One)"),
}


@pytest.mark.parametrize("place", range(3), ids=["base", "ours", "theirs"])
@pytest.mark.parametrize(("bad", "said"), HOSTILE.values(), ids=HOSTILE)
def test_each_gives_one_clear_error(
    bad: bytes, said: str, place: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [BRACKET, edited(BRACKET, length("Pad", 3)), edited(BRACKET, length("Pocket", 3))]
    files[place] = bad
    paths = [tmp_path / name for name in ("base.FCStd", "ours.FCStd", "theirs.FCStd")]
    for path, data in zip(paths, files, strict=True):
        path.write_bytes(data)
    out = tmp_path / "out.FCStd"
    for options in ((), ("--json",)):
        assert main(["merge", *map(str, paths), "-o", str(out), *options]) == 2
        told = capsys.readouterr()
        assert told.out == ""
        assert told.err.count("\n") == 1
        assert said in told.err
        assert paths[place].name in told.err
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(p.name for p in paths)


def test_a_bomb_is_not_inflated() -> None:
    bomb = packed(("Document.xml", b"<Document>" + b" " * (64 << 20) + b"</Document>"))
    tracemalloc.start()
    try:
        for place in range(3):
            files = [BRACKET] * 3
            files[place] = bomb
            with pytest.raises(FileError, match="300 times"):
                merged(files[0], files[1], files[2])
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()


def test_the_plugin_passes_the_error_on(tmp_path: Path) -> None:
    """The workbench then asks the next plugin, and keeps the push beside the newest version."""
    paths = [tmp_path / name for name in ("base", "ours.FCStd", "theirs")]
    for path, data in zip(paths, (BRACKET, BRACKET, twins()), strict=True):
        path.write_bytes(data)
    base, ours, theirs = paths
    request = MergeRequest("PRT-1", base, ours, theirs, tmp_path / "target")
    with pytest.raises(FileError, match="two members"):
        Merge().silo_merge(request)
    assert not (tmp_path / "target").exists()
