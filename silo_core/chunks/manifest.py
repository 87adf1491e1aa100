"""What a file consists of: its chunks in order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from silo_core.chunks.errors import damaged
from silo_core.chunks.limits import MAX_CHUNK, MAX_CHUNKS, MAX_FILE, MAX_TOTAL

_HEX = re.compile(r"[0-9a-f]{64}")
_DEFLATE_RATIO = 1032  # zlib's format shrinks no further than this


@dataclass(frozen=True, slots=True)
class Chunk:
    """``size`` plain bytes whose SHA-256 (lower-case hex) is their name. In the file they stand as
    they are where ``deflate`` is None, raw-deflated with zlib at that level (1 to 9) otherwise."""

    sha256: str
    size: int
    deflate: int | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """A file of ``size`` bytes with the SHA-256 ``sha256`` (lower-case hex) is its chunks in order."""

    sha256: str
    size: int
    chunks: tuple[Chunk, ...]


def manifest_to_wire(manifest: Manifest) -> dict[str, Any]:
    """The manifest as the JSON object of the protocol."""
    return {
        "sha256": manifest.sha256,
        "size": manifest.size,
        "chunks": [
            {"sha256": chunk.sha256, "size": chunk.size, "deflate": chunk.deflate}
            for chunk in manifest.chunks
        ],
    }


def manifest_from_wire(data: object) -> Manifest:
    """The manifest that a JSON object describes; members that are not known are ignored.

    Raises:
        ChunkError: a member is missing or not what it should be, or the sizes contradict.
    """
    members = _object(data, "the manifest")
    chunks = members.get("chunks")
    if not isinstance(chunks, list) or len(chunks) > MAX_CHUNKS:
        raise damaged(f"chunks should be a list of at most {MAX_CHUNKS}")
    return checked(
        Manifest(
            _sha256(members),
            _size(members, MAX_FILE),
            tuple(_chunk(_object(chunk, "a chunk")) for chunk in chunks),
        )
    )


def checked(manifest: Manifest) -> Manifest:
    """``manifest``, whose chunks can make up a file of its size.

    Raises:
        ChunkError: they cannot.
    """
    deflated = [chunk.size for chunk in manifest.chunks if chunk.deflate is not None]
    plain = sum(chunk.size for chunk in manifest.chunks) - sum(deflated)
    least = plain + sum(size // _DEFLATE_RATIO + 2 for size in deflated)
    # Data that cannot be deflated is stored, in blocks with a few bytes of header each.
    most = plain + sum(size + (size >> 8) + 64 for size in deflated)
    if plain + sum(deflated) > MAX_TOTAL or not least <= manifest.size <= most:
        raise damaged(f"its chunks cannot make up {manifest.size} bytes")
    return manifest


def _chunk(data: Mapping[str, Any]) -> Chunk:
    deflate = data.get("deflate")
    if deflate is not None and (type(deflate) is not int or not 1 <= deflate <= 9):
        raise damaged("deflate should be null or a level from 1 to 9")
    return Chunk(_sha256(data), _size(data, MAX_CHUNK), deflate)


def _object(data: object, what: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise damaged(f"{what} should be an object")
    return data


def _sha256(data: Mapping[str, Any]) -> str:
    value = data.get("sha256")
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        raise damaged("sha256 should be 64 lower-case hexadecimal digits")
    return value


def _size(data: Mapping[str, Any], limit: int) -> int:
    value = data.get("size")
    if type(value) is not int or not 0 <= value <= limit:  # type: true is no number
        raise damaged(f"size should be a whole number from 0 to {limit}")
    return value
