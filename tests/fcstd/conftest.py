"""Small FCStd files, written member by member."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from silo_core.fcstd import PartDocument, read_document

DATA = Path(__file__).parents[1] / "data"
PackZip = Callable[..., bytes]
ReadXml = Callable[..., PartDocument]
ReadSample = Callable[[str], PartDocument]


@pytest.fixture
def pack_zip() -> PackZip:
    """Make a zip of (name, content) pairs."""

    def pack(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", method) as archive:
            for name, content in members:
                archive.writestr(name, content)
        return target.getvalue()

    return pack


@pytest.fixture
def read_xml(pack_zip: PackZip) -> ReadXml:
    """Read a document made of objects given as ``(type, name, label, properties XML)``."""

    def read(
        *objects: tuple[str, str, str, str],
        document: str = "",
        members: tuple[tuple[str, bytes], ...] = (),
        name: str = "part.FCStd",
    ) -> PartDocument:
        listed = "".join(f'<Object type="{t}" name="{n}"/>' for t, n, _, _ in objects)
        data = "".join(
            f'<Object name="{n}"><Properties>{string("Label", label)}{xml}</Properties></Object>'
            for _, n, label, xml in objects
        )
        source = (
            f'<Document SchemaVersion="4" ProgramVersion="0.18R16146"><Properties>{document}'
            f"</Properties><Objects>{listed}</Objects><ObjectData>{data}</ObjectData></Document>"
        )
        packed = pack_zip(("Document.xml", source.encode()), *members)
        return read_document(io.BytesIO(packed), name=name)

    return read


def string(name: str, value: str) -> str:
    """A string property."""
    return (
        f'<Property name="{name}" type="App::PropertyString"><String value="{value}"/></Property>'
    )


@pytest.fixture
def string_property() -> Callable[[str, str], str]:
    """Make a string property's XML."""
    return string


@pytest.fixture
def read_sample() -> ReadSample:
    """Read a sample part by its file name."""

    def read(name: str) -> PartDocument:
        with (DATA / name).open("rb") as source:
            return read_document(source, name=name)

    return read
