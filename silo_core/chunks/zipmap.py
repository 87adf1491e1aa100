"""Where the members of a zip lie in its bytes. Nothing it says of itself is believed: what does not
fit together is no member, and the caller treats its bytes as plain ones. So nothing raises here."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from typing import BinaryIO

from silo_core.fcstd.limits import Limits

_END = struct.Struct("<4s4H2LH")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_END_MAGIC, _ENTRY_MAGIC, LOCAL_MAGIC = b"PK\5\6", b"PK\1\2", b"PK\3\4"
_LONGEST_COMMENT = 0xFFFF
DEFLATED, _STORED = 8, 0
_ENCRYPTED = 0x1


@dataclass(frozen=True, slots=True)
class Member:
    """The packed bytes of one member: ``length`` bytes from ``offset`` on; ``method`` 0 or 8."""

    offset: int
    length: int
    method: int


def members_of(source: BinaryIO, size: int, limits: Limits) -> list[Member]:
    """The members of the zip in ``source`` (seekable, ``size`` bytes) in the order of their bytes,
    none reaching into another's; empty for anything else. A zip64, which is larger than any part,
    has those members that can be found without its larger fields. Memory: the directory, which
    ``limits`` bounds."""
    found: list[Member] = []
    end = 0
    for header, length, method, encrypted in sorted(_directory(source, size, limits)):
        if header < end or encrypted or method not in (DEFLATED, _STORED):
            continue
        start = _data_start(source, header)
        if start is not None and start + length <= size:
            found.append(Member(start, length, method))
            end = start + length
    return found


def name_at_end(data: bytes) -> bytes | None:
    """The name of the member whose local header ends ``data``, None if none does."""
    at = data.rfind(LOCAL_MAGIC)
    while at >= 0:
        if len(data) - at >= _LOCAL.size:
            *_, name, extra = _LOCAL.unpack_from(data, at)
            if at + _LOCAL.size + name + extra == len(data):
                return data[at + _LOCAL.size : at + _LOCAL.size + name]
        at = data.rfind(LOCAL_MAGIC, 0, at)
    return None


def _directory(source: BinaryIO, size: int, limits: Limits) -> list[tuple[int, int, int, bool]]:
    """Of each entry: offset of its local header, packed length, method, whether encrypted."""
    tail_from = max(0, size - _END.size - _LONGEST_COMMENT)
    tail = _read(source, tail_from, size - tail_from)
    at = tail.rfind(_END_MAGIC)
    if at < 0 or len(tail) - at < _END.size:
        return []
    *_, length, offset, _comment = _END.unpack_from(tail, at)
    start = tail_from + at - length
    if length > limits.directory_size or start < 0:
        return []
    shift = start - offset  # bytes before the zip that it does not know of
    directory = _read(source, start, length)
    entries: list[tuple[int, int, int, bool]] = []
    position = 0
    while len(directory) - position >= _ENTRY.size and len(entries) < limits.members:
        fields = _ENTRY.unpack_from(directory, position)
        if fields[0] != _ENTRY_MAGIC:
            break
        flags, method, packed, header = fields[3], fields[4], fields[8], fields[16]
        entries.append((header + shift, packed, method, bool(flags & _ENCRYPTED)))
        position += _ENTRY.size + sum(fields[10:13])
    return entries


def _data_start(source: BinaryIO, header: int) -> int | None:
    if header < 0:
        return None
    data = _read(source, header, _LOCAL.size)
    if len(data) < _LOCAL.size or data[:4] != LOCAL_MAGIC:
        return None
    *_, name, extra = _LOCAL.unpack(data)
    return header + _LOCAL.size + int(name) + int(extra)


def _read(source: BinaryIO, offset: int, length: int) -> bytes:
    source.seek(offset, io.SEEK_SET)
    return source.read(length)
