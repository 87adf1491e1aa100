"""The picture in a file is shown only if it is one, and without what else it carries."""

from __future__ import annotations

import io
import random
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silo_core.fcstd import MAX_THUMBNAIL, read_thumbnail, safe_png
from silo_core.model.errors import FileError
from tests.fcstd.png import SIGNATURE, chunk, header, pixels, png

Pack = Callable[..., bytes]
DATA = Path(__file__).parents[1] / "data"
PIECES = [header(8, 8), pixels(8, 8), chunk(b"IEND")]


def build(*chunks: bytes) -> bytes:
    return SIGNATURE + b"".join(chunks)


@pytest.mark.parametrize("size", [(1, 1), (256, 256), (1024, 1024)])
def test_a_picture_stays_as_it_is(size: tuple[int, int]) -> None:
    assert safe_png(png(*size)) == png(*size)


@pytest.mark.parametrize("name", ["bracket", "motor", "plate"])
def test_a_picture_that_freecad_made_stays_a_picture(name: str, pack_zip: Pack) -> None:
    picture = (DATA / "thumbnails" / f"{name}.png").read_bytes()
    file = pack_zip(("Document.xml", b"<Document/>"), ("thumbnails/Thumbnail.png", picture))
    found = read_thumbnail(io.BytesIO(file), name="part.FCStd")
    assert found is not None
    assert found.startswith(SIGNATURE)
    assert len(found) > 1000


def test_what_is_not_the_picture_is_left_behind() -> None:
    bomb = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(100_000)))
    profile = chunk(b"iCCP", b"x\0\0" + zlib.compress(b"y"))
    loaded = build(PIECES[0], bomb, profile, *PIECES[1:]) + b"<script>after the end</script>"
    assert safe_png(loaded) == build(*PIECES)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a" + bytes(50),
        SIGNATURE,
        build(*PIECES[:2]),
        build(*PIECES)[:-1],
        build(PIECES[1], PIECES[0], PIECES[2]),
        build(PIECES[0], PIECES[2]),
        build(PIECES[0], *PIECES),
        build(header(0, 8), *PIECES[1:]),
        build(header(1025, 8), *PIECES[1:]),
        build(header(8, 1 << 31), *PIECES[1:]),
        build(header(8, 8, 3), *PIECES[1:]),
        build(header(8, 8, 8, 5), *PIECES[1:]),
        build(header(8, 8, 8, 2, 1, 0, 0), *PIECES[1:]),
        build(chunk(b"IHDR", b"short"), *PIECES[1:]),
        build(*PIECES).replace(b"IDAT", b"IDAX"),
        build(PIECES[0], b"\xff\xff\xff\xffIDAT", PIECES[2]),
        build(PIECES[0], chunk(b"IDAT", bytes(MAX_THUMBNAIL)), PIECES[2]),
    ],
)
def test_what_is_no_picture_within_the_limits_is_none(data: bytes) -> None:
    assert safe_png(data) is None


@given(st.integers(0, len(png(8, 8)) - 1), st.integers(1, 255))
def test_a_changed_byte_never_gets_through_unseen(position: int, mask: int) -> None:
    data = bytearray(png(8, 8))
    data[position] ^= mask
    assert safe_png(bytes(data)) is None


@given(st.binary(max_size=200))
def test_any_bytes_are_a_picture_or_none(data: bytes) -> None:
    assert safe_png(SIGNATURE + data) is None


def test_a_picture_that_inflates_to_too_much_is_not_inflated(pack_zip: Pack) -> None:
    noise = random.Random(1).randbytes(MAX_THUMBNAIL)
    file = pack_zip(("thumbnails/Thumbnail.png", png(8, 8) + noise))
    assert read_thumbnail(io.BytesIO(file), name="part.FCStd") is None


def test_a_file_without_a_picture_has_none(pack_zip: Pack) -> None:
    file = pack_zip(("Document.xml", b"<Document/>"))
    assert read_thumbnail(io.BytesIO(file), name="part.FCStd") is None


def test_what_is_no_file_of_freecad_is_refused() -> None:
    with pytest.raises(FileError, match="not a complete FCStd file"):
        read_thumbnail(io.BytesIO(b"nonsense"), name="part.FCStd")
