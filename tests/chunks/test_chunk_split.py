"""Split and put together again, a file is what it was, whatever it was."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silo_core.chunks import Manifest, rebuilt, split
from silo_core.chunks.errors import ChunkError, DeflateDiffersError
from silo_core.chunks.limits import MAX_CHUNK, PIECE
from silo_core.fcstd import Limits
from tests.chunks.kit import SAMPLES, chunks_of, round_trip, zipped, zips

TEXT = b"<Property name='Length' value='10.0'/>\n" * 500


@given(st.binary(max_size=2000))
def test_any_bytes(data: bytes) -> None:
    assert round_trip(data) == data


@settings(max_examples=150, deadline=None)
@given(zips())
def test_any_zip(data: bytes) -> None:
    assert round_trip(data) == data
    assert round_trip(data, inflate=False) == data


@settings(max_examples=300, deadline=None)
@given(zips(), st.data())
def test_any_damaged_zip(data: bytes, draw: st.DataObject) -> None:
    damaged = bytearray(data)
    places = st.integers(0, len(data) - 1)
    for place in draw.draw(st.lists(places, max_size=6)):
        damaged[place] = draw.draw(st.integers(0, 255))
    del damaged[draw.draw(st.one_of(st.just(len(data)), places)) :]
    assert round_trip(bytes(damaged)) == damaged


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_samples_of_freecad_inflate_at_level_7(path: Path) -> None:
    data = path.read_bytes()
    assert round_trip(data) == data
    chunks = split(io.BytesIO(data)).manifest.chunks
    assert {chunk.deflate for chunk in chunks} == {None, 7}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        large = sum(info.compress_size > 32 for info in archive.infolist())
    assert sum(chunk.deflate is not None for chunk in chunks) == large


@pytest.mark.parametrize("level", range(1, 10))
def test_any_level_of_zlib_is_found(level: int) -> None:
    data = zipped({"a.brp": TEXT + random.Random(1).randbytes(3000)}, level)
    assert any(chunk.deflate for chunk in split(io.BytesIO(data)).manifest.chunks)
    assert round_trip(data) == data


def test_parts_are_named_for_the_members_they_hold() -> None:
    names = [part.name for part in split(io.BytesIO(zipped({"a": TEXT, "b": TEXT}))).parts]
    assert names == ["header a 0", "member a 0", "header b 0", "member b 0", "end 0"]


def test_what_is_no_zip_is_cut_into_equal_pieces() -> None:
    data = bytes(2 * PIECE + 5)
    parts = split(io.BytesIO(data)).parts
    assert [part.chunk.size for part in parts] == [PIECE, PIECE, 5]
    assert len({part.name for part in parts}) == 3
    assert round_trip(data) == data


def test_nothing_is_no_chunks() -> None:
    assert split(io.BytesIO()).manifest.chunks == ()
    assert round_trip(b"") == b""


def deflated_chunks(data: bytes, limits: Limits | None = None) -> int:
    parts = split(io.BytesIO(data), limits=limits or Limits())
    assert b"".join(rebuilt(parts.manifest, chunks_of(data, parts).__getitem__)) == data
    return sum(chunk.deflate is not None for chunk in parts.manifest.chunks)


def test_another_deflater_travels_as_compressed_bytes() -> None:
    deflater = zlib.compressobj(7, zlib.DEFLATED, -15, 8, zlib.Z_HUFFMAN_ONLY)
    body = deflater.compress(TEXT) + deflater.flush()
    honest = zipped({"a": TEXT})
    at = 31
    packed = struct.unpack_from("<L", honest, 18)[0]
    data = honest[:at] + body + honest[at + packed :]
    # The sizes in its headers are those of the honest one: put them right.
    patched = bytearray(data)
    struct.pack_into("<L", patched, 18, len(body))
    central = patched.rfind(b"PK\1\2")
    struct.pack_into("<L", patched, central + 20, len(body))
    struct.pack_into("<L", patched, patched.rfind(b"PK\5\6") + 16, central)
    with zipfile.ZipFile(io.BytesIO(patched)) as archive:
        assert archive.read("a") == TEXT
    assert deflated_chunks(bytes(patched)) == 0


def test_a_bomb_is_not_inflated() -> None:
    assert deflated_chunks(zipped({"bomb": bytes(8 << 20)})) == 0
    larger = zipped({"large": random.Random(2).randbytes(1000) * 70_000})
    assert MAX_CHUNK < 70_000_000
    assert deflated_chunks(larger) == 0


def test_all_members_together_inflate_to_no_more_than_the_limit() -> None:
    data = zipped({"a": TEXT, "b": TEXT, "c": TEXT})
    assert deflated_chunks(data) == 3
    assert deflated_chunks(data, Limits(total_size=2 * len(TEXT))) == 2
    assert deflated_chunks(data, Limits(members=1)) == 1
    assert deflated_chunks(data, Limits(directory_size=10)) == 0


def test_members_that_overlap_are_taken_once() -> None:
    data = bytearray(zipped({"a": TEXT, "b": TEXT}))
    second = data.find(b"PK\1\2", data.find(b"PK\1\2") + 1)
    struct.pack_into("<L", data, second + 42, 0)  # both are said to start where the first does
    assert deflated_chunks(bytes(data)) == 1


def test_an_encrypted_member_is_left_alone() -> None:
    data = bytearray(zipped({"a": TEXT}))
    data[data.find(b"PK\1\2") + 8] |= 1
    assert deflated_chunks(bytes(data)) == 0


@pytest.mark.parametrize(("before", "behind"), [(b"#!/bin/sh\n", b""), (b"", b"x" * 50)])
def test_bytes_around_a_zip_do_not_hide_its_members(before: bytes, behind: bytes) -> None:
    assert deflated_chunks(before + zipped({"a": TEXT}, comment=b"hello") + behind) == 1


def test_a_zlib_with_other_bytes_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    data = zipped({"a": TEXT})
    parts = split(io.BytesIO(data))
    chunks = chunks_of(data, parts)
    real = zlib.compressobj

    def other(_level: int, method: int, wbits: int) -> object:
        return real(1, method, wbits)

    monkeypatch.setattr(zlib, "compressobj", other)
    with pytest.raises(DeflateDiffersError, match="sent whole"):
        b"".join(rebuilt(parts.manifest, chunks.__getitem__))
    plain = split(io.BytesIO(data), inflate=False)
    again = b"".join(rebuilt(plain.manifest, chunks_of(data, plain).__getitem__))
    assert again == data


def test_a_wrong_chunk_is_noticed() -> None:
    parts = split(io.BytesIO(TEXT))
    with pytest.raises(ChunkError, match="not what its name says"):
        b"".join(rebuilt(parts.manifest, lambda _: TEXT[:-1] + b"!"))


def test_a_manifest_for_another_file_is_noticed() -> None:
    parts = split(io.BytesIO(TEXT))
    lying = Manifest("0" * 64, len(TEXT), parts.manifest.chunks)
    with pytest.raises(ChunkError, match="another file") as caught:
        b"".join(rebuilt(lying, lambda _: TEXT))
    assert not isinstance(caught.value, DeflateDiffersError)


def test_no_more_is_made_than_the_manifest_says() -> None:
    data = bytes(random.Random(3).randbytes(1000))
    parts = split(io.BytesIO(data * 2))
    short = Manifest(parts.manifest.sha256, 1000, parts.manifest.chunks)
    made: list[bytes] = []
    with pytest.raises(ChunkError):
        made.extend(rebuilt(short, lambda _: data * 2))
    assert made == []
