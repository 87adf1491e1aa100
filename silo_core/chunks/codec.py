"""A chunk's bytes as they travel: as they are, as ``zstd``, or as ``dcz`` (RFC 9842: Zstandard with
bytes that both ends hold as its dictionary)."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from silo_core.chunks.errors import damaged
from silo_core.chunks.limits import MAX_CHUNK

if TYPE_CHECKING:
    from types import ModuleType

_DCZ_MAGIC = bytes.fromhex("5e2a4d1820000000")
_DCZ_HEADER = len(_DCZ_MAGIC) + 32
_ZSTD_MAGIC = bytes.fromhex("28b52ffd")
_WINDOW_LOG_MAX = 27
"""128 MiB: what RFC 9842 lets a decoder be asked for."""
# A difference travels at every leave, and is small: level 19 pays there, up to this many bytes; above
# them it takes seconds for less than 1 % fewer. What has no dictionary travels once: 19 would take
# 20 times as long as 9, for 2 to 11 % fewer bytes.
_THOROUGH = 4 << 20
_THOROUGH_LEVEL, _QUICK_LEVEL, _PLAIN_LEVEL = 19, 12, 9
_LONG_RANGE_FROM = 1 << 20


class Coding(StrEnum):
    """The values are those of the header Content-Encoding."""

    IDENTITY = "identity"
    ZSTD = "zstd"
    DCZ = "dcz"


@dataclass(frozen=True, slots=True)
class Encoded:
    """Bytes ready to travel."""

    coding: Coding
    body: bytes


def encode(plain: bytes, dictionary: bytes | None = None) -> Encoded:
    """``plain`` in the coding that takes the fewest bytes; as ``dcz`` only if there is a
    ``dictionary``. Both have at most ``MAX_CHUNK`` bytes. Memory: some 3 times both together."""
    if dictionary and len(dictionary) <= MAX_CHUNK:
        header = _DCZ_MAGIC + hashlib.sha256(dictionary).digest()
        encoded = Encoded(Coding.DCZ, header + _compressed(plain, dictionary))
        if len(encoded.body) < len(plain) // 16:
            return encoded  # nothing without the dictionary would be as small
    else:
        encoded = Encoded(Coding.IDENTITY, plain)
    candidates = [
        Encoded(Coding.IDENTITY, plain),
        Encoded(Coding.ZSTD, _compressed(plain)),
        encoded,
    ]
    return min(candidates, key=lambda candidate: len(candidate.body))


def decode(coding: str, body: bytes, limit: int, dictionary: bytes | None = None) -> bytes:
    """What ``encode`` was given. Never makes more than ``limit`` bytes, nor a window above 128 MiB.

    Raises:
        ChunkError: the coding is not known, the body is damaged, cut short, has bytes behind its end
            or holds more than ``limit`` bytes, or was made with another dictionary.
    """
    if coding == Coding.IDENTITY:
        if len(body) > limit:
            raise damaged("a chunk is larger than it says")
        return body
    if coding == Coding.ZSTD:
        return _decompressed(body, limit)
    if coding != Coding.DCZ:
        raise damaged("a chunk's encoding is not known")
    wanted = dictionary_of(body)
    if dictionary is None or hashlib.sha256(dictionary).hexdigest() != wanted:
        raise damaged("a chunk builds on another one than is held here")
    return _decompressed(body[_DCZ_HEADER:], limit, dictionary)


def dictionary_of(body: bytes) -> str:
    """The SHA-256, as lower-case hex, of the dictionary that a ``dcz`` body needs.

    Raises:
        ChunkError: it is none.
    """
    if len(body) < _DCZ_HEADER or not body.startswith(_DCZ_MAGIC):
        raise damaged("a chunk's encoding has no valid header")
    return body[len(_DCZ_MAGIC) : _DCZ_HEADER].hex()


def available() -> bool:
    """Whether this Python has Zstandard. Where it has not, files travel whole: nothing else of this
    module can be used but :class:`Coding`."""
    try:
        _zstd()
    except ImportError:
        return False
    return True


def _zstd() -> ModuleType:
    """Imported on first use: this package is reached while a CAD program starts."""
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    module: ModuleType = zstd
    return module


def _compressed(plain: bytes, dictionary: bytes = b"") -> bytes:
    zstd = _zstd()
    reach = len(plain) + len(dictionary)
    parameter = zstd.CompressionParameter
    level = _THOROUGH_LEVEL if reach <= _THOROUGH else _QUICK_LEVEL
    options = {
        parameter.compression_level: level if dictionary else _PLAIN_LEVEL,
        # The dictionary stays in reach to the last byte, which no preset's window would see to.
        parameter.window_log: min(max(reach.bit_length(), 10), _WINDOW_LOG_MAX),
        parameter.enable_long_distance_matching: int(reach > _LONG_RANGE_FROM),
    }
    prefix = zstd.ZstdDict(dictionary, is_raw=True).as_prefix if len(dictionary) >= 8 else None
    compressor = zstd.ZstdCompressor(options=options, zstd_dict=prefix)
    body: bytes = compressor.compress(plain, zstd.ZstdCompressor.FLUSH_FRAME)
    return body


def _decompressed(body: bytes, limit: int, dictionary: bytes = b"") -> bytes:
    zstd = _zstd()
    if not body.startswith(_ZSTD_MAGIC):
        raise damaged("a chunk is not encoded as it says")
    prefix = zstd.ZstdDict(dictionary, is_raw=True).as_prefix if len(dictionary) >= 8 else None
    options = {zstd.DecompressionParameter.window_log_max: _WINDOW_LOG_MAX}
    decompressor = zstd.ZstdDecompressor(zstd_dict=prefix, options=options)
    try:
        plain: bytes = decompressor.decompress(body, limit + 1)
    except zstd.ZstdError:
        raise damaged("a chunk's encoding is broken") from None
    if len(plain) > limit:
        raise damaged("a chunk is larger than it says")
    if not decompressor.eof or decompressor.unused_data:
        raise damaged("a chunk is cut short or has bytes behind its end")
    return plain
