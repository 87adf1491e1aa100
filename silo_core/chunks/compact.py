"""A manifest in few bytes: binary, with the small plain chunks themselves in place of their names.
Encoded with that of the base as its dictionary, hardly more than what changed is left of it.

The same manifest always gives the same bytes, so both ends can make that of the base.

    magic, SHA-256 (32 bytes), size (number), count of chunks (number), then for each chunk
    level (1 byte: 0 as it is, 1 to 9 deflated, 255 as it is and inlined), size (number),
    the bytes themselves if inlined, their SHA-256 (32 bytes) otherwise

Numbers are little-endian, 7 bits to a byte, the high bit where more follow (LEB128).
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from silo_core.chunks.errors import damaged
from silo_core.chunks.limits import INLINE, INLINE_TOTAL, MAX_CHUNK, MAX_CHUNKS, MAX_FILE
from silo_core.chunks.manifest import Chunk, Manifest, checked

_MAGIC = b"SiloCM1\n"
_INLINED = 255
_HASH = 32


@dataclass(frozen=True, slots=True)
class Compact:
    """A manifest, with the bytes of its inlined chunks by their SHA-256."""

    manifest: Manifest
    inlined: Mapping[str, bytes]


def inlined_of(manifest: Manifest) -> frozenset[int]:
    """Indexes of the chunks that stand in the compact form themselves."""
    found = set()
    left = INLINE_TOTAL
    for index, chunk in enumerate(manifest.chunks):
        if chunk.deflate is None and chunk.size <= min(INLINE, left):
            found.add(index)
            left -= chunk.size
    return frozenset(found)


def compact(manifest: Manifest, read: Callable[[int], bytes]) -> bytes:
    """The compact form; ``read`` answers the plain bytes of the chunk at an index, and is asked for
    the inlined ones only."""
    inlined = inlined_of(manifest)
    pieces = [_MAGIC, bytes.fromhex(manifest.sha256), number(manifest.size)]
    pieces.append(number(len(manifest.chunks)))
    for index, chunk in enumerate(manifest.chunks):
        level = _INLINED if index in inlined else (chunk.deflate or 0)
        body = read(index) if index in inlined else bytes.fromhex(chunk.sha256)
        pieces += (bytes((level,)), number(chunk.size), body)
    return b"".join(pieces)


def from_compact(data: bytes) -> Compact:
    """What ``compact`` made.

    Raises:
        ChunkError: it is anything else.
    """
    reader = Reader(io.BytesIO(data))
    if reader.take(len(_MAGIC)) != _MAGIC:
        raise damaged("the manifest is of another kind")
    sha256 = reader.take(_HASH).hex()
    size = reader.number(MAX_FILE)
    inlined: dict[str, bytes] = {}
    chunks = tuple(_chunk(reader, inlined) for _ in range(reader.number(MAX_CHUNKS)))
    if not reader.at_end:
        raise damaged("the manifest has bytes behind its end")
    return Compact(checked(Manifest(sha256, size, chunks)), inlined)


def number(value: int) -> bytes:
    """A whole number from 0 on as LEB128."""
    digits = bytearray()
    while value > 0x7F:
        digits.append(value & 0x7F | 0x80)
        value >>= 7
    digits.append(value)
    return bytes(digits)


class Reader:
    """Takes bytes apart from the front. Asked for more than there is it raises ChunkError."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._ahead = b""

    @property
    def at_end(self) -> bool:
        """Whether nothing is left."""
        if not self._ahead:
            self._ahead = self._source.read(1)
        return not self._ahead

    def take(self, length: int) -> bytes:
        """The next ``length`` bytes."""
        taken, self._ahead = bytearray(self._ahead[:length]), self._ahead[length:]
        while len(taken) < length:
            piece = self._source.read(length - len(taken))
            if not piece:
                raise damaged("it is cut short")
            taken += piece
        return bytes(taken)

    def number(self, limit: int) -> int:
        """The next LEB128 number, from 0 to ``limit``."""
        value = 0
        for shift in range(0, 63, 7):
            (digit,) = self.take(1)
            value |= (digit & 0x7F) << shift
            if digit < 0x80:
                break
        if value > limit or digit >= 0x80:
            raise damaged(f"a number in it is larger than {limit}")
        return value


def _chunk(reader: Reader, inlined: dict[str, bytes]) -> Chunk:
    (level,) = reader.take(1)
    if level == _INLINED:
        body = reader.take(reader.number(INLINE))
        sha256 = hashlib.sha256(body).hexdigest()
        inlined[sha256] = body
        return Chunk(sha256, len(body))
    if level > 9:
        raise damaged("a chunk in the manifest has no valid level")
    size = reader.number(MAX_CHUNK)
    return Chunk(reader.take(_HASH).hex(), size, level or None)
