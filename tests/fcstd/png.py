"""PNG files, made by hand: sound ones, and ones that no program would write."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, body: bytes = b"") -> bytes:
    checksum = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", checksum)


def header(width: int, height: int, depth: int = 8, colour: int = 2, *rest: int) -> bytes:
    packed = struct.pack(">IIBBBBB", width, height, depth, colour, *(rest or (0, 0, 0)))
    return chunk(b"IHDR", packed)


def pixels(width: int, height: int) -> bytes:
    row = b"\0" + b"\x40\x80\xc0" * width
    return chunk(b"IDAT", zlib.compress(row * height))


def png(width: int, height: int) -> bytes:
    """A whole picture in one colour."""
    return SIGNATURE + header(width, height) + pixels(width, height) + chunk(b"IEND")


def with_picture(part: bytes, picture: bytes) -> bytes:
    """A part file with a picture, as FreeCAD's window saves one."""
    file = io.BytesIO(part)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("thumbnails/Thumbnail.png", picture)
    return file.getvalue()
