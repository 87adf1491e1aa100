"""A file as chunks: the inflated members of a zip and its own bytes between them, or pieces of equal
size. Whatever the bytes are, they split; what a zip says wrongly only makes the split a worse one."""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from silo_core.chunks.limits import MAX_CHUNK, PIECE, SLICE, TINY
from silo_core.chunks.manifest import Chunk, Manifest
from silo_core.chunks.naming import names_of
from silo_core.chunks.zipmap import DEFLATED, Member, members_of
from silo_core.fcstd.limits import DEFAULT_LIMITS, Limits

_RAW = -zlib.MAX_WBITS
# FreeCAD's own (7 now, 3 before 1.1), zlib's default, then the rest: its preferences let a user choose.
_LEVELS = (7, 3, 6, 9, 1, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class Part:
    """A chunk with where it stands in its file (``length`` bytes from ``offset`` on) and the name by
    which the same part of another version is found."""

    chunk: Chunk
    offset: int
    length: int
    name: str


@dataclass(frozen=True, slots=True)
class Split:
    """A file's manifest, and its parts in the same order as the manifest's chunks."""

    manifest: Manifest
    parts: tuple[Part, ...]


def split(source: BinaryIO, *, inflate: bool = True, limits: Limits = DEFAULT_LIMITS) -> Split:
    """Split what ``source`` (seekable, unchanged meanwhile) holds into chunks.

    A member is inflated only where deflating it again gives the same bytes; others, encrypted and
    hostile ones, and all with ``inflate=False``, stay the bytes they are. Memory: at most one chunk,
    inflated and deflated, and the zip's directory (each 64 MiB), and some 1 KB a chunk. A file of
    more than ``MAX_FILE`` bytes splits, too, but nobody takes its manifest.

    Raises:
        OSError: what ``source`` raises.
    """
    size = source.seek(0, io.SEEK_END)
    source.seek(0)
    whole = hashlib.file_digest(source, "sha256").hexdigest()  # type: ignore[arg-type]
    splitter = _Splitter(source, limits, inflate)
    spans = list(splitter.spans(members_of(source, size, limits), size))
    names = names_of([span[0] for span in spans], lambda i: _read(source, *spans[i][1:]))
    parts = tuple(Part(*span, name) for span, name in zip(spans, names, strict=True))
    return Split(Manifest(whole, size, tuple(part.chunk for part in parts)), parts)


def read_part(source: BinaryIO, part: Part) -> bytes:
    """The plain bytes of a part of ``source``: those that its chunk is named by, if the file is
    still the one that was split."""
    data = _read(source, part.offset, part.length)
    return data if part.chunk.deflate is None else _inflated(data, part.chunk.size) or b""


_Span = tuple[Chunk, int, int]


class _Splitter:
    def __init__(self, source: BinaryIO, limits: Limits, inflate: bool) -> None:
        self._source = source
        self._limits = limits
        self._inflate = inflate
        self._total_left = limits.total_size
        self._levels = list(_LEVELS)

    def spans(self, members: list[Member], size: int) -> Iterator[_Span]:
        """The chunks of the whole file with offset and length in it."""
        done = 0
        for member in members:
            if member.length <= TINY:
                continue
            yield from self._plain(done, member.offset)
            done = member.offset + member.length
            chunk = self._inflated(member)
            if chunk:
                yield chunk, member.offset, member.length
            else:
                yield from self._plain(member.offset, done)
        yield from self._plain(done, size)

    def _plain(self, start: int, end: int) -> Iterator[_Span]:
        for offset in range(start, end, PIECE):
            data = _read(self._source, offset, min(PIECE, end - offset))
            yield Chunk(_sha256(data), len(data)), offset, len(data)

    def _inflated(self, member: Member) -> Chunk | None:
        if not self._inflate or member.method != DEFLATED or member.length > MAX_CHUNK:
            return None
        most = max(self._limits.ratio_from, member.length * self._limits.ratio)
        packed = _read(self._source, member.offset, member.length)
        plain = _inflated(packed, min(MAX_CHUNK, most, self._total_left))
        if plain is None:
            return None
        self._total_left -= len(plain)
        level = self._level(plain, packed)
        return Chunk(_sha256(plain), len(plain), level) if level else None

    def _level(self, plain: bytes, packed: bytes) -> int | None:
        for level in self._levels:
            if _deflates_to(plain, level, packed):
                # Most likely that of the next member, too.
                self._levels.remove(level)
                self._levels.insert(0, level)
                return level
        return None


def deflated(plain: bytes, level: int) -> Iterator[bytes]:
    """``plain`` raw-deflated at a level, in slices."""
    deflater = zlib.compressobj(level, zlib.DEFLATED, _RAW)
    view = memoryview(plain)
    for start in range(0, len(view), SLICE):
        yield deflater.compress(view[start : start + SLICE])
    yield deflater.flush()


def _deflates_to(plain: bytes, level: int, packed: bytes) -> bool:
    position = 0
    for piece in deflated(plain, level):
        if not packed.startswith(piece, position):
            return False
        position += len(piece)
    return position == len(packed)


def _inflated(packed: bytes, limit: int) -> bytes | None:
    """What ``packed`` inflates to; None if it is damaged, has bytes behind its end or inflates to
    more than ``limit`` bytes."""
    inflater = zlib.decompressobj(_RAW)
    try:
        plain = inflater.decompress(packed, limit + 1)
    except zlib.error:
        return None
    if not inflater.eof or inflater.unused_data or len(plain) > limit:
        return None
    return plain


def _read(source: BinaryIO, offset: int, length: int) -> bytes:
    source.seek(offset)
    return source.read(length)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
