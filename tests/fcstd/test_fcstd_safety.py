"""A file may come from anybody: each kind of damage and malice gives one clear sentence."""

from __future__ import annotations

import contextlib
import io
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silo_core.fcstd import DEFAULT_LIMITS, Limits, read_document
from silo_core.model.errors import FileError
from silo_core.ports.files import read_file

Pack = Callable[..., bytes]
BRACKET = (Path(__file__).parents[1] / "data" / "bracket.FCStd").read_bytes()
EMPTY = b"<Document/>"


def refusal(data: bytes, limits: Limits = DEFAULT_LIMITS) -> str:
    with pytest.raises(FileError) as caught:
        read_document(io.BytesIO(data), name="/somewhere/part.FCStd", limits=limits)
    message = caught.value.message
    assert message.startswith("part.FCStd ")
    assert message.endswith(".")
    assert "\n" not in message
    assert ". " not in message.removesuffix("."), "one sentence"
    assert caught.value.concerns == "part.FCStd"
    return message


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", BRACKET[:-100], BRACKET[: len(BRACKET) // 2], BRACKET[100:], b"\x89PNG" * 99],
)
def test_what_is_no_whole_zip_is_refused(data: bytes) -> None:
    assert "not a complete FCStd file" in refusal(data)


def test_a_zip_without_a_document_is_refused(pack_zip: Pack) -> None:
    assert "no Document.xml" in refusal(pack_zip(("a.txt", b"x")))


@pytest.mark.parametrize(
    "xml",
    [b"", b"<Document>", b"<Document></Objects>", b"\xff\xfe\x00", b"<?xml encoding='x'?><a/>"],
)
def test_broken_xml_is_refused(xml: bytes, pack_zip: Pack) -> None:
    assert "not well-formed" in refusal(pack_zip(("Document.xml", xml)))


def test_xml_of_another_kind_is_refused(pack_zip: Pack) -> None:
    assert "holds something else" in refusal(pack_zip(("Document.xml", b"<html/>")))


def test_a_zip_bomb_is_refused_before_it_is_inflated(pack_zip: Pack) -> None:
    bomb = pack_zip(("Document.xml", b"<Document>" + b" " * (64 << 20) + b"</Document>"))
    tracemalloc.start()
    try:
        assert "300 times" in refusal(bomb)
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()


def test_a_bomb_in_another_member_is_refused(pack_zip: Pack) -> None:
    assert "300 times" in refusal(pack_zip(("Document.xml", EMPTY), ("a.brp", bytes(8 << 20))))


def test_a_member_that_is_larger_than_it_says_is_not_inflated_further(pack_zip: Pack) -> None:
    data = bytearray(pack_zip(("Document.xml", b"<Document>" + b" " * 100_000 + b"</Document>")))
    central = data.index(b"PK\x01\x02")
    for position in (22, central + 24):  # file size in the local and the central header
        struct.pack_into("<I", data, position, 10)
    assert "not a complete" in refusal(bytes(data))


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(file_size=1000), "more than 1000 bytes"),
        (Limits(directory_size=1000), "table of contents"),
        (Limits(members=31), "more than 31 members"),
        (Limits(member_size=50_000), "inflate to more than 50000 bytes"),
        (Limits(total_size=150_000), "inflate to more than 150000 bytes"),
        (Limits(document_size=79_000), "larger than 79000 bytes"),
        (Limits(ratio=10, ratio_from=1000), "more than 10 times"),
        (Limits(xml_depth=5), "deeper than 5 elements"),
    ],
)
def test_each_limit_holds(limits: Limits, said: str) -> None:
    assert said in refusal(BRACKET, limits)


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMBS = {
    "billion laughs": f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]><Document>&l9;</Document>',
    "quadratic": f'<!DOCTYPE a [<!ENTITY q "{"q" * 50_000}">]><Document>{"&q;" * 50_000}</Document>',
    "file": '<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]><Document>&f;</Document>',
    "outside definition": '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><Document/>',
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_an_xml_bomb_is_refused(bomb: str, pack_zip: Pack) -> None:
    assert "declares entities" in refusal(
        pack_zip(("Document.xml", bomb.encode()), method=zipfile.ZIP_STORED)
    )


def test_bottomless_nesting_is_refused(pack_zip: Pack) -> None:
    deep = b"<Document>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</Document>"
    assert "deeper than 64" in refusal(pack_zip(("Document.xml", deep)))


def test_an_endless_token_is_refused(pack_zip: Pack) -> None:
    long = b'<Document a="' + b"x" * (2 << 20) + b'"/>'
    packed = pack_zip(("Document.xml", long), method=zipfile.ZIP_STORED)
    assert "value of more than" in refusal(packed, Limits(xml_token=1 << 20))


@pytest.mark.parametrize("name", ["../a", "a/../../b", "/etc/passwd", "C:\\a", "..\\a", "\\a"])
def test_a_member_that_leads_out_of_its_folder_is_refused(name: str, pack_zip: Pack) -> None:
    assert "leads out" in refusal(pack_zip(("Document.xml", EMPTY), (name, b"")))


def test_a_member_name_with_a_nul_is_refused(pack_zip: Pack) -> None:
    data = pack_zip(("Document.xml", EMPTY), ("abcdef", b"")).replace(b"abcdef", b"abc\0ef")
    assert "leads out" in refusal(data)


def test_two_members_of_one_name_are_refused(pack_zip: Pack) -> None:
    data = pack_zip(("Document.xml", EMPTY), ("Other.xml", b"")).replace(b"Other.xml", b"Twins.xml")
    twins = pack_zip(("Twins.xml", b"1"), ("Twink.xml", b"2")).replace(b"Twink", b"Twins")
    assert "two members" in refusal(twins)
    assert read_document(io.BytesIO(data)).objects == ()


def test_an_encrypted_member_is_refused(pack_zip: Pack) -> None:
    data = bytearray(pack_zip(("Document.xml", EMPTY)))
    central = data.index(b"PK\x01\x02")
    data[6] |= 1
    data[central + 8] |= 1
    assert "encrypted" in refusal(bytes(data))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packing_that_freecad_does_not_use_is_refused(method: int, pack_zip: Pack) -> None:
    assert "packed in a way" in refusal(pack_zip(("Document.xml", EMPTY), method=method))


def test_a_wrong_checksum_is_noticed() -> None:
    data = bytearray(BRACKET)
    with zipfile.ZipFile(io.BytesIO(BRACKET)) as archive:
        crc = archive.getinfo("Document.xml").CRC
    central = data.index(struct.pack("<I", crc), data.index(b"PK\x01\x02"))
    struct.pack_into("<I", data, central, zlib.crc32(b"other"))
    assert "not a complete" in refusal(bytes(data))


def attempt(data: bytes) -> None:
    """Reads or raises FileError; anything else fails the test."""
    with contextlib.suppress(FileError):
        read_document(io.BytesIO(data))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(BRACKET) - len("FreeCAD Document") - 1))  # the comment that ends it
def test_a_file_cut_anywhere_is_refused(length: int) -> None:
    refusal(BRACKET[:length])


@settings(max_examples=120, deadline=None)
@given(st.lists(st.integers(0, len(BRACKET) * 8 - 1), min_size=1, max_size=8))
def test_flipped_bits_raise_nothing_else(bits: list[int]) -> None:
    data = bytearray(BRACKET)
    for bit in bits:
        data[bit // 8] ^= 1 << bit % 8
    attempt(bytes(data))


@settings(max_examples=120, deadline=None)
@given(st.lists(st.integers(0, 3000 * 8), min_size=1, max_size=4))
def test_flipped_bits_of_the_directory_raise_nothing_else(bits: list[int]) -> None:
    data = bytearray(BRACKET)
    for bit in bits:
        data[-1 - min(bit // 8, len(data) - 1)] ^= 1 << bit % 8
    attempt(bytes(data))


def test_paths_that_are_no_readable_file_are_refused(tmp_path: Path) -> None:
    for path, said in (
        (tmp_path / "missing.FCStd", "No such file"),
        (tmp_path, "is not a file"),
        (tmp_path / ("a" * 300), "cannot be read"),
        (Path("a\0b"), "cannot be read"),
        (Path("/dev/null"), "is not a file"),
    ):
        with pytest.raises(FileError, match=said):
            read_file(path)


def test_a_file_on_disk_reads(tmp_path: Path) -> None:
    path = tmp_path / "bracket.FCStd"
    path.write_bytes(BRACKET)
    assert read_file(path).part_number == "PRT-100"
