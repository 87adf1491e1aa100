"""Chunks of an item, read, indexed and made into files again. Worker threads: it takes long, and neither
the event loop nor the writer thread waits for it."""

from __future__ import annotations

import hashlib
import io
import tempfile
import zlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from silo_core.chunks import (
    Chunk,
    ChunkError,
    Compact,
    Manifest,
    compact,
    dictionary_of,
    names_of,
    packed,
    plan_uploads,
    rebuilt,
    split,
    unpacked,
)
from silo_core.chunks.codec import Coding
from silo_core.chunks.compact import Reader as PackReader
from silo_core.chunks.compact import inlined_of
from silo_core.chunks.limits import MAX_CHUNK
from silo_core.ports.spooled import SpooledChunks
from silo_server.routes.service import Service
from silo_server.storage.ports import Blob, Reader
from silo_server.storage.records import LooseChunk, StoredChunk, VersionRecord
from silo_server.work.manifests import index, loose_id, manifest_of, parts_of
from silo_server.work.refusal import Refusal

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_PLAIN = 8 << 30
"""Bytes of all chunks of one file together: what putting it together may cost."""
MAX_PARTS = 250_000
"""Chunks of one file: what the writer thread records in a second or so."""
MAX_PACK = 512 << 20
"""Plain bytes of the chunks that travel in one pack."""
MAX_ANSWER = 64 << 20
"""Bytes of the chunks, as they stand in the file, that are sent in one pack; who lacks more than that
is better off with the file itself."""


def missing(hashes: Collection[str]) -> Refusal:
    """The refusal of what builds on chunks that the item does not have."""
    return Refusal(
        409,
        "chunks_missing",
        f"The server does not hold {len(hashes)} of the chunks; send them, or the whole file.",
        missing=sorted(hashes),
    )


def mismatch(message: str) -> Refusal:
    """The refusal of bytes that are not what they say."""
    return Refusal(422, "content_mismatch", message)


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that was put together, verified and stored, and what it consists of."""

    blob: Blob
    parts: list[StoredChunk]


class ItemChunks:
    """The chunks of one item, for one request: no other item's are ever seen through it."""

    def __init__(self, service: Service, part_number: str) -> None:
        self._service = service
        self._part_number = part_number

    def lacking(self, hashes: Collection[str]) -> set[str]:
        """Those that are neither in the item's history, as far as it is indexed, nor sent ahead."""
        stored, loose = self._found(hashes)
        return set(hashes) - stored.keys() - loose.keys()

    def held(self, sha256: str) -> bytes | None:
        """The plain bytes of a chunk, None if the item does not have it. Raises OSError."""
        stored, loose = self._found([sha256])
        if sha256 in stored:
            with self._service.blobs.open(stored[sha256].content) as file:
                return _plain(file, stored[sha256])
        return self._service.loose.read(loose[sha256].name) if loose else None

    def dictionary(self, sha256: str) -> bytes:
        """As ``held``; a Refusal where the item does not have it."""
        plain = self.held(sha256)
        if plain is None:
            raise missing([sha256])
        return plain

    def parts(self, version: VersionRecord) -> list[StoredChunk]:
        """What a version consists of. One that was sent whole is split the first time that this is
        asked. Raises OSError."""
        content = version.sha256
        known = self._service.store.read(lambda r: parts_of(r, self._part_number, content))
        if known is not None:
            return known
        with self._service.blobs.open(content) as file:
            found = [
                StoredChunk(*_named(part.chunk), content, part.offset, part.length)
                for part in split(file).parts
            ]
        if len(found) > MAX_PARTS:
            raise _too_many()
        blob = Blob(content, version.size)
        self._service.store.write(lambda tx: index(tx, self._part_number, blob, found)).result()
        return found

    def form(self, version: VersionRecord) -> bytes:
        """The compact form of a version's manifest. Raises OSError."""
        parts = self.parts(version)
        with self._service.blobs.open(version.sha256) as file:
            manifest = manifest_of(Blob(version.sha256, version.size), parts)
            return compact(manifest, lambda at: _plain(file, parts[at]))

    def _found(
        self, hashes: Collection[str]
    ) -> tuple[dict[str, StoredChunk], dict[str, LooseChunk]]:
        return self._service.store.read(partial(_lookup, self._part_number, hashes))


def _lookup(
    part_number: str, hashes: Collection[str], reader: Reader
) -> tuple[dict[str, StoredChunk], dict[str, LooseChunk]]:
    stored = reader.chunks(part_number, hashes)
    others = (
        reader.get(LooseChunk, loose_id(part_number, key)) for key in set(hashes) - stored.keys()
    )
    return stored, {chunk.sha256: chunk for chunk in others if chunk}


class Assembly:
    """Puts a pushed file together: its manifest, and the chunks that came with it."""

    def __init__(self, service: Service, part_number: str) -> None:
        self._service = service
        self._chunks = ItemChunks(service, part_number)

    def of_manifest(self, manifest: Manifest, base: VersionRecord | None) -> Stored:
        """From chunks that are all held already.

        Raises:
            Refusal: 409 ``chunks_missing``, 413, 422 ``content_mismatch``; nothing is stored then.
        """
        return self._of(Compact(manifest, {}), base)

    def of_pack(self, pack: BinaryIO, base: VersionRecord | None) -> Stored:
        """From a pack; its manifest may be a difference from that of ``base``. Raises as above."""
        base_form = None
        wanted = _manifest_dictionary(pack)
        if wanted is not None:
            base_form = self._chunks.form(base) if base else b""
            if hashlib.sha256(base_form).hexdigest() != wanted:
                raise missing([wanted])
        elif base is not None:
            self._chunks.parts(base)
        try:
            came = unpacked(pack, base_form, self._chunks.dictionary, MAX_PACK)
            with tempfile.TemporaryFile() as spool:
                return self._of(came.form, base, SpooledChunks(spool, came.chunks))
        except ChunkError as error:
            raise mismatch(error.message) from None

    def _of(
        self,
        form: Compact,
        base: VersionRecord | None,
        brought: SpooledChunks | None = None,
    ) -> Stored:
        manifest = form.manifest
        self._check_size(manifest)
        names = {chunk.sha256 for chunk in manifest.chunks} - form.inlined.keys()
        names -= brought.names if brought else frozenset()
        lacking = self._chunks.lacking(names)
        if lacking and base is not None:
            self._chunks.parts(base)
            lacking = self._chunks.lacking(lacking)
        if lacking:
            raise missing(lacking)

        def fetch(sha256: str) -> bytes:
            if sha256 in form.inlined:
                return form.inlined[sha256]
            came = brought.get(sha256) if brought else None
            return self._chunks.dictionary(sha256) if came is None else came

        rebuilding = _Rebuilding(manifest, fetch)
        try:
            blob = self._service.blobs.put(io.BufferedReader(rebuilding, 1 << 18))
        except ChunkError as error:
            raise mismatch(error.message) from None
        return Stored(blob, rebuilding.parts())

    def _check_size(self, manifest: Manifest) -> None:
        limit = self._service.max_file
        if len(manifest.chunks) > MAX_PARTS:
            raise _too_many()
        if manifest.size > limit or sum(chunk.size for chunk in manifest.chunks) > MAX_PLAIN:
            raise Refusal(
                413,
                "too_large",
                f"The file is larger than the {limit} bytes that this server takes.",
                limit=limit,
            )


class _Rebuilding(io.RawIOBase):
    """A file being put together, to be read from; notes where each chunk begins."""

    def __init__(self, manifest: Manifest, fetch: Callable[[str], bytes]) -> None:
        super().__init__()
        self._manifest = manifest
        self._fetch = fetch
        self._begins: list[int] = []
        self._written = 0
        self._pieces = rebuilt(manifest, self._noting)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, target: WriteableBuffer) -> int:
        """Raises ChunkError at the end where it became another file."""
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._written += len(piece)
            self._rest = memoryview(piece)
        view = memoryview(target)
        count = min(len(view), len(self._rest))
        view[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count

    def parts(self) -> list[StoredChunk]:
        """What was put together, once it is."""
        ends = [*self._begins[1:], self._written]
        return [
            StoredChunk(*_named(chunk), self._manifest.sha256, begin, end - begin)
            for chunk, begin, end in zip(self._manifest.chunks, self._begins, ends, strict=True)
        ]

    def _noting(self, sha256: str) -> bytes:
        self._begins.append(self._written)
        return self._fetch(sha256)


def pack_for(
    chunks: ItemChunks, service: Service, version: VersionRecord, base: VersionRecord | None
) -> bytes:
    """What somebody who holds ``base`` lacks of ``version``.

    Raises:
        Refusal: 409 ``not_smaller``: the file itself is as small.
    """
    new, old = chunks.parts(version), chunks.parts(base) if base else []
    chosen = manifest_of(Blob(version.sha256, version.size), new).chunks
    with service.blobs.open(version.sha256) as file:
        lacking = {part.sha256 for part in new} - {part.sha256 for part in old}
        inlined = inlined_of(Manifest(version.sha256, version.size, chosen))
        lacking -= {chosen[at].sha256 for at in inlined}
        lengths = {part.sha256: part.length for part in new}
        if sum(lengths[sha256] for sha256 in lacking) > min(MAX_ANSWER, version.size):
            raise _not_smaller()

        def read(at: int) -> bytes:
            return _plain(file, new[at])

        uploads = plan_uploads(
            chosen, names_of(chosen, read), lacking, _named_parts(service, base, old)
        )
        base_form = chunks.form(base) if base else None
        body = b"".join(packed(chunks.form(version), base_form, uploads, read, chunks.dictionary))
    if len(body) >= version.size:
        raise _not_smaller()
    return body


def _named_parts(
    service: Service, base: VersionRecord | None, parts: list[StoredChunk]
) -> dict[str, Chunk]:
    if base is None:
        return {}
    chosen = manifest_of(Blob(base.sha256, base.size), parts).chunks
    with service.blobs.open(base.sha256) as file:
        names = names_of(chosen, lambda at: _plain(file, parts[at]))
    return dict(zip(names, chosen, strict=True))


def _too_many() -> Refusal:
    return Refusal(
        413,
        "too_large",
        f"The file has more than {MAX_PARTS} chunks; it travels whole.",
        limit=MAX_PARTS,
    )


def _not_smaller() -> Refusal:
    return Refusal(409, "not_smaller", "The file itself is as small; fetch that.")


def _manifest_dictionary(pack: BinaryIO) -> str | None:
    """What the manifest of a pack is a difference from, None if from nothing."""
    try:
        reader = PackReader(pack)
        reader.take(8)
        coding = reader.take(1)[0]
        body = reader.take(reader.number(MAX_CHUNK))
        is_difference = coding == list(Coding).index(Coding.DCZ)
        return dictionary_of(body) if is_difference else None
    except ChunkError as error:
        raise mismatch(error.message) from None
    finally:
        pack.seek(0)


def _named(chunk: Chunk) -> tuple[str, int, int | None]:
    return chunk.sha256, chunk.size, chunk.deflate


def _plain(file: BinaryIO, part: StoredChunk) -> bytes:
    file.seek(part.offset)
    data = file.read(part.length)
    if part.deflate is None:
        return data
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, part.size + 1)
