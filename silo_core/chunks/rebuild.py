"""A file from its chunks, bit for bit."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from silo_core.chunks.errors import DeflateDiffersError, damaged
from silo_core.chunks.manifest import Chunk, Manifest
from silo_core.chunks.split import deflated


def rebuilt(manifest: Manifest, fetch: Callable[[str], bytes]) -> Iterator[bytes]:
    """The bytes of the file, piece by piece. They are the file only when the last has come without an
    error: write them to a temporary file, and use it after that. ``fetch`` answers the plain
    bytes for a SHA-256; one chunk is in memory at a time.

    Raises:
        ChunkError: a chunk is not what its name says, or the manifest contradicts itself.
        DeflateDiffersError: all chunks are right, but this end's zlib deflates them to other bytes.
    """
    digest = hashlib.sha256()
    left = manifest.size
    differs = _difference(manifest)
    for chunk in manifest.chunks:
        for piece in _standing(chunk, _right(chunk, fetch(chunk.sha256))):
            left -= len(piece)
            if left < 0:
                raise differs
            digest.update(piece)
            yield piece
    if left or digest.hexdigest() != manifest.sha256:
        raise differs


def _difference(manifest: Manifest) -> Exception:
    if all(chunk.deflate is None for chunk in manifest.chunks):
        return damaged("its chunks make up another file than it says")
    return DeflateDiffersError(
        "The file cannot be put together from its parts on this machine, which compresses to other "
        "bytes; nothing was changed. It has to be sent whole."
    )


def _right(chunk: Chunk, plain: bytes) -> bytes:
    if len(plain) != chunk.size or hashlib.sha256(plain).hexdigest() != chunk.sha256:
        raise damaged("a chunk is not what its name says")
    return plain


def _standing(chunk: Chunk, plain: bytes) -> Iterator[bytes]:
    if chunk.deflate is None:
        return iter((plain,))
    return deflated(plain, chunk.deflate)
