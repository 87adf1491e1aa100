"""The picture of a part that FreeCAD keeps in its file, made safe to show.

A file may come from anybody, and so may its picture. What is given out is a PNG of bounded size, of a
bounded number of pixels, put together anew from the chunks that make up the picture: texts, colour
profiles and whatever else a PNG may carry (and unpack) stay behind.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, BinaryIO

from silo_core.fcstd.archive import open_archive
from silo_core.fcstd.limits import DEFAULT_LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator

MEMBER = "thumbnails/Thumbnail.png"
MAX_BYTES = 1 << 20
"""Of the PNG. FreeCAD's own are some 10 KB."""

MAX_SIDE = 1024
"""Pixels. FreeCAD makes them 128 to 512 wide."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.Struct(">IIBBBBB")
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})


def read_thumbnail(source: BinaryIO, *, name: str) -> bytes | None:
    """The picture of the FCStd in ``source`` as a safe PNG; None where it has none that is one.

    Raises:
        FileError: ``source`` is no sound zip archive; ``name`` is what the message calls it.
    """
    with open_archive(source, DEFAULT_LIMITS, name) as archive:
        size, _ = archive.fingerprint(MEMBER)
        if not 0 < size <= MAX_BYTES:
            return None
        return safe_png(b"".join(archive.chunks(MEMBER)))


def safe_png(data: bytes) -> bytes | None:
    """``data`` without what is not the picture; None if it is no whole PNG within the limits."""
    if len(data) > MAX_BYTES or not data.startswith(_SIGNATURE):
        return None
    try:
        chunks = [(kind, body) for kind, body in _chunks(data) if kind in _KEPT]
    except ValueError:
        return None
    kinds = [kind for kind, _ in chunks]
    if not kinds or kinds[0] != b"IHDR" or kinds.count(b"IHDR") > 1 or b"IDAT" not in kinds:
        return None
    if not _is_bounded(chunks[0][1]):
        return None
    return _SIGNATURE + b"".join(_packed(kind, body) for kind, body in chunks)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of each, up to and with ``IEND``.

    Raises:
        ValueError: it is cut off or damaged.
    """
    position = len(_SIGNATURE)
    while True:
        head = data[position : position + 8]
        if len(head) < 8:
            raise ValueError("cut off")
        length, kind = struct.unpack(">I4s", head)
        body = data[position + 8 : position + 8 + length]
        position += 12 + length
        if position > len(data):
            raise ValueError("cut off")
        if data[position - 4 : position] != _checksum(kind, body):
            raise ValueError("damaged")
        yield kind, body
        if kind == b"IEND":
            return


def _is_bounded(header: bytes) -> bool:
    if len(header) != _HEADER.size:
        return False
    width, height, depth, colour, packing, filtering, interlace = _HEADER.unpack(header)
    return (
        0 < width <= MAX_SIDE
        and 0 < height <= MAX_SIDE
        and depth in _DEPTHS.get(colour, ())
        and packing == filtering == 0
        and interlace in (0, 1)
    )


def _packed(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + _checksum(kind, body)


def _checksum(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", zlib.crc32(kind + body))
