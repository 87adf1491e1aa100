"""Which chunks an item's contents consist of, and those that were sent ahead of their version."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from datetime import timedelta

from silo_core.chunks import Chunk, Manifest
from silo_server.storage.ports import Blob, Reader, Transaction
from silo_server.storage.records import LooseChunk, ManifestRecord, StoredChunk, manifest_id
from silo_server.work.desk import Desk
from silo_server.work.refusal import Refusal

LOOSE_FOR = timedelta(days=1)
"""How long a chunk waits for the checkpoint that it is part of."""

_ENTRY = struct.Struct("<32sIIB")
"""Name, plain size, length in the file, level."""


def index(tx: Transaction, part_number: str, blob: Blob, parts: Sequence[StoredChunk]) -> None:
    """Keep what a content consists of, unless that is known."""
    key = manifest_id(part_number, blob.sha256)
    if tx.get(ManifestRecord, key) is None:
        tx.add(ManifestRecord(key, _written(parts)))
        tx.add_chunks(part_number, parts)


def parts_of(reader: Reader, part_number: str, content: str) -> list[StoredChunk] | None:
    """The chunks of a content in order, None if that was never found out."""
    record = reader.get(ManifestRecord, manifest_id(part_number, content))
    if record is None:
        return None
    parts, offset = [], 0
    for sha256, size, length, level in _ENTRY.iter_unpack(record.body):
        parts.append(StoredChunk(sha256.hex(), size, level or None, content, offset, length))
        offset += length
    return parts


def manifest_of(blob: Blob, parts: Iterable[StoredChunk]) -> Manifest:
    """The same as a manifest."""
    chunks = tuple(Chunk(part.sha256, part.size, part.deflate) for part in parts)
    return Manifest(blob.sha256, blob.size, chunks)


def loose_id(part_number: str, sha256: str) -> str:
    """The id of a loose chunk."""
    return f"{part_number} {sha256}"


def add_loose(
    tx: Transaction, desk: Desk, part_number: str, sha256: str, file: tuple[str, int], limit: int
) -> str | None:
    """Keep a chunk for the checkpoint to come. Answers the name of the file that is superfluous by
    that, if one is.

    Raises:
        Refusal: 413, the item has more than ``limit`` bytes of them.
    """
    name, stored = file
    key, until = loose_id(part_number, sha256), desk.clock() + LOOSE_FOR
    before = tx.get(LooseChunk, key)
    if before:
        tx.change(LooseChunk(key, part_number, sha256, name, stored, until))
        return before.name
    if tx.loose_size(part_number) + stored > limit:
        raise Refusal(
            413,
            "too_large",
            f"More than {limit} bytes were sent for {part_number} that are part of no version yet; "
            "push what they are for, or wait a day.",
            limit=limit,
        )
    tx.add(LooseChunk(key, part_number, sha256, name, stored, until))
    return None


def expire_loose(tx: Transaction, desk: Desk) -> list[str]:
    """Forget the loose chunks whose time is over; answers the names of their files."""
    due = tx.due(LooseChunk, desk.clock())
    for chunk in due:
        tx.remove(chunk)
    return [chunk.name for chunk in due]


def _written(parts: Iterable[StoredChunk]) -> bytes:
    return b"".join(
        _ENTRY.pack(bytes.fromhex(part.sha256), part.size, part.length, part.deflate or 0)
        for part in parts
    )
