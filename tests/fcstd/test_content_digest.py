"""What a file says, apart from how it was written."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from silo_core.fcstd import Limits, content_digest, read_contents, same_content
from silo_core.model.errors import FileError

DATA = Path(__file__).parents[1] / "data"
PackZip = Callable[..., bytes]


def digest(data: bytes) -> str:
    return content_digest(io.BytesIO(data))


def rewritten(name: str, edit: Callable[[str, bytes], bytes], method: int = 8) -> bytes:
    """A sample with its members changed, in reverse order, at another time."""
    target = io.BytesIO()
    with zipfile.ZipFile(DATA / name) as old, zipfile.ZipFile(target, "w", method) as new:
        for info in reversed(old.infolist()):
            content = edit(info.filename, old.read(info))
            new.writestr(zipfile.ZipInfo(info.filename, (2031, 1, 2, 3, 4, 6)), content)
    return target.getvalue()


def replaced(pattern: str, text: str) -> Callable[[str, bytes], bytes]:
    """An edit of Document.xml, which it must find."""

    def edit(name: str, content: bytes) -> bytes:
        if name != "Document.xml":
            return content
        new, count = re.subn(pattern, text, content.decode(), count=1, flags=re.DOTALL)
        assert count == 1
        return new.encode()

    return edit


BRACKET = (DATA / "bracket.FCStd").read_bytes()


@pytest.mark.parametrize(
    "edit",
    [
        lambda _, content: content,
        replaced(r'(LastModifiedDate".*?value=")[^"]*', r"\g<1>2031-01-01T00:00:00Z"),
        replaced(r'name="Pad" id="(\d+)"', r'name="Pad" id="\1" Touched="1"'),
        replaced(r'(name="Visibility" [^>]*>\s*<Bool value=")true', r"\1false"),
        replaced(r'ProgramVersion="[^"]*"', 'ProgramVersion="1.1R99999"'),
        replaced(r'(name="Label" [^>]*>\s*<String value=")bracket"', r'\1copy"'),
        lambda name, content: content + b"\n9" if name == "Pad.Shape.brp" else content,
        lambda name, content: b"" if name.endswith(".Map.txt") else content,
    ],
)
def test_what_a_save_does_by_itself_is_no_change(edit: Callable[[str, bytes], bytes]) -> None:
    assert digest(rewritten("bracket.FCStd", edit)) == digest(BRACKET)


@pytest.mark.parametrize(
    "edit",
    [
        replaced(r'<Float value="5\.0000000000000000"', '<Float value="7.0"'),
        replaced(r'(<String value=")Sketch001"', r'\1Holes"'),
        replaced(r'(StartX=")0\.0+"', r'\g<1>1.5"'),
        replaced(r'<Link value="Fillet"/>', '<Link value="Pad"/>'),
        replaced(r'(name="Company" [^>]*>\s*<String value=")"', r'\1We"'),
    ],
)
def test_what_a_user_does_is_a_change(edit: Callable[[str, bytes], bytes]) -> None:
    assert digest(rewritten("bracket.FCStd", edit)) != digest(BRACKET)


def imported(pack_zip: PackZip, shape: bytes) -> str:
    xml = (
        b'<Document><Objects><Object type="Part::Feature" name="P"/></Objects><ObjectData>'
        b'<Object name="P"><Properties><Property name="Shape" type="Part::PropertyPartShape">'
        b'<Part file="P.brp"/></Property></Properties></Object></ObjectData></Document>'
    )
    return digest(pack_zip(("Document.xml", xml), ("P.brp", shape)))


def test_an_imported_shape_counts_but_for_its_last_digits(pack_zip: PackZip) -> None:
    shape = imported(pack_zip, b"4 0.12656746192679288 -0.1\n")
    assert imported(pack_zip, b"4 0.12656746192679291 -0.1\n") == shape
    assert imported(pack_zip, b"4 0.12656846192679288 -0.1\n") != shape


def test_a_number_of_a_shape_is_rounded_wherever_reading_cuts_it(pack_zip: PackZip) -> None:
    lines = [b"1 %d.12656746192679288 2\n" % n for n in range(40_000)]
    other = [line.replace(b"79288", b"79291") for line in lines]
    assert imported(pack_zip, b"".join(lines)) == imported(pack_zip, b"".join(other))


def looked_at(pack_zip: PackZip, *providers: str, camera: str = "a") -> str:
    data = f"<ViewProviderData>{''.join(providers)}</ViewProviderData>"
    gui = f'<Document>{data}<Camera settings="{camera}"/></Document>'
    xml = b"<Document><Objects/><ObjectData/></Document>"
    return digest(pack_zip(("Document.xml", xml), ("GuiDocument.xml", gui.encode())))


def provider(name: str, property_name: str, value: str) -> str:
    return (
        f'<ViewProvider name="{name}" expanded="{value}"><Properties>'
        f'<Property name="{property_name}" type="App::PropertyColor">'
        f'<PropertyColor value="{value}"/></Property></Properties></ViewProvider>'
    )


def test_colours_count_and_cameras_do_not(pack_zip: PackZip) -> None:
    red, blue = provider("A", "ShapeColor", "1"), provider("B", "ShapeColor", "2")
    looks = looked_at(pack_zip, red, blue)
    assert same_content(looked_at(pack_zip, blue, red, camera="b"), looks)
    assert not same_content(looked_at(pack_zip, red, provider("B", "ShapeColor", "3")), looks)
    shown, hidden = (looked_at(pack_zip, provider("A", "Visibility", v)) for v in "12")
    assert same_content(shown, hidden)


def test_the_first_save_from_a_window_is_no_change(pack_zip: PackZip) -> None:
    bare = digest(pack_zip(("Document.xml", b"<Document><Objects/><ObjectData/></Document>")))
    assert same_content(bare, looked_at(pack_zip, provider("A", "ShapeColor", "1")))
    assert not same_content(bare, digest(BRACKET))


@pytest.mark.parametrize("data", [b"", b"no zip", BRACKET[:-30]])
def test_what_is_no_document_is_its_bytes(data: bytes) -> None:
    assert digest(data) == hashlib.sha256(data).hexdigest()


def test_a_file_over_a_limit_is_its_bytes() -> None:
    found = content_digest(io.BytesIO(BRACKET), limits=Limits(members=3))
    assert found == hashlib.sha256(BRACKET).hexdigest()


@pytest.mark.parametrize(
    "gui", [b"<Document", b'<!DOCTYPE a [<!ENTITY b "c">]><Document/>', b"<a>" * 100]
)
def test_a_hostile_gui_document_is_one_clear_error(pack_zip: PackZip, gui: bytes) -> None:
    xml = b"<Document><Objects/><ObjectData/></Document>"
    packed = pack_zip(("Document.xml", xml), ("GuiDocument.xml", gui))
    with pytest.raises(FileError):
        read_contents(io.BytesIO(packed))
    assert digest(packed) == hashlib.sha256(packed).hexdigest()
