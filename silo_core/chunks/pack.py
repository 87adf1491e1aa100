"""Everything that one push or fetch of a version takes, in one body: a request of its own for each
would cost more in headers than most of the differences have.

    magic, then records: coding (1 byte), length (number, as in the compact form), that many bytes

The first record is the manifest's compact form, its dictionary that of the base; each further one is a
chunk. A chunk is named by what its record decodes to: its name is not sent again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from silo_core.chunks.codec import Coding, Encoded, decode, dictionary_of, encode
from silo_core.chunks.compact import Compact, Reader, from_compact, number
from silo_core.chunks.errors import damaged
from silo_core.chunks.limits import MAX_CHUNK, MAX_TOTAL
from silo_core.chunks.plan import Upload

_MAGIC = b"SiloPK1\n"
_CODINGS = tuple(Coding)


@dataclass(frozen=True, slots=True)
class Unpacked:
    """The manifest that came, and the chunks that came with it (SHA-256, plain bytes), each once and not
    those that are inlined. They are read as they are asked for, one at a time; what is wrong with
    them is raised then."""

    form: Compact
    chunks: Iterator[tuple[str, bytes]]


def packed(
    compact_form: bytes,
    base_form: bytes | None,
    uploads: Iterable[Upload],
    read: Callable[[int], bytes],
    held: Callable[[str], bytes],
) -> Iterator[bytes]:
    """The body, piece by piece. ``base_form`` is the base's compact form, None without a base; ``read``
    answers the plain bytes of an upload's index, ``held`` those of a dictionary's SHA-256."""
    yield _MAGIC
    yield _record(encode(compact_form, base_form))
    for upload in uploads:
        dictionary = held(upload.dictionary) if upload.dictionary else None
        yield _record(encode(read(upload.index), dictionary))


def unpacked(
    source: BinaryIO,
    base_form: bytes | None,
    held: Callable[[str], bytes | None],
    limit: int = MAX_TOTAL,
) -> Unpacked:
    """What :func:`packed` was given. ``held`` answers the bytes for the SHA-256 of a dictionary, or
    None: it must know no others than this item's. ``limit``: bytes of all chunks together. Memory:
    the manifest, one chunk, its body and its dictionary; so four times 64 MiB.

    Raises:
        ChunkError: the body is damaged, carries a chunk that its manifest does not name, needs a
            dictionary that is not held, or is over the limit. Also while reading the chunks.
    """
    reader = Reader(source)
    if reader.take(len(_MAGIC)) != _MAGIC:
        raise damaged("the body is of another kind")
    form = from_compact(_plain(reader, MAX_CHUNK, lambda _: base_form))
    return Unpacked(form, _chunks(reader, form, held, limit))


def _chunks(
    reader: Reader, form: Compact, held: Callable[[str], bytes | None], left: int
) -> Iterator[tuple[str, bytes]]:
    awaited = {chunk.sha256 for chunk in form.manifest.chunks} - form.inlined.keys()
    while not reader.at_end:
        plain = _plain(reader, min(MAX_CHUNK, left), held)
        left -= len(plain)
        sha256 = hashlib.sha256(plain).hexdigest()
        if sha256 not in awaited:
            raise damaged("a chunk came that its manifest does not name, or came twice")
        awaited.remove(sha256)
        yield sha256, plain


def _record(encoded: Encoded) -> bytes:
    head = bytes((_CODINGS.index(encoded.coding),)) + number(len(encoded.body))
    return head + encoded.body


def _plain(reader: Reader, limit: int, held: Callable[[str], bytes | None]) -> bytes:
    (code,) = reader.take(1)
    if code >= len(_CODINGS):
        raise damaged("a chunk's encoding is not known")
    coding = _CODINGS[code]
    # What does not shrink travels as it is, so no body is larger than what it holds.
    body = reader.take(reader.number(MAX_CHUNK))
    dictionary = held(dictionary_of(body)) if coding is Coding.DCZ else None
    return decode(coding, body, limit, dictionary)
