"""Extension [chunks]: the parts of an item's files, so that only what changed travels."""

from __future__ import annotations

import base64
import binascii
import hashlib
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from silo_core.chunks import ChunkError, Coding, Encoded, decode, encode, manifest_to_wire
from silo_core.chunks.limits import MAX_CHUNK, MAX_CHUNKS
from silo_server.chunking import ItemChunks, mismatch, pack_for
from silo_server.routes.bodies import Sha256
from silo_server.routes.files import CACHING, asked_range
from silo_server.routes.service import Served, Service, answer
from silo_server.storage.ports import Blob, Reader
from silo_server.storage.records import VersionRecord
from silo_server.work.items import item_of, version_of
from silo_server.work.manifests import add_loose, manifest_of
from silo_server.work.refusal import invalid, not_found

router = APIRouter(prefix="/api/items", tags=["chunks"])

Name = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]
Dictionary = Annotated[str | None, Header()]
PACK = "application/vnd.silo.pack"


class HashesBody(BaseModel):
    """Chunks by their SHA-256."""

    sha256: Annotated[list[Sha256], Field(max_length=MAX_CHUNKS)]


@router.get("/{part_number}/versions/{version}/manifest")
async def manifest(service: Served, part_number: str, version: str) -> Response:
    """What a version consists of."""
    found = await service.read(partial(_version, part_number, version))
    parts = await service.compute(lambda: ItemChunks(service, part_number).parts(found))
    return answer(manifest_to_wire(manifest_of(Blob(found.sha256, found.size), parts)))


@router.get("/{part_number}/versions/{version}/pack")
async def pack(
    service: Served,
    request: Request,
    part_number: str,
    version: str,
    base: Annotated[Sha256 | None, Query()] = None,
) -> Response:
    """All that who holds the content ``base`` (its SHA-256) lacks of a version, in one body; or the
    range of it that was asked for."""

    def find(reader: Reader) -> tuple[VersionRecord, VersionRecord | None]:
        found = _version(part_number, version, reader)
        known = reader.find(VersionRecord, part_number=part_number, sha256=base) if base else []
        if base and not known:
            raise not_found(f"{part_number} has no version with the content {base}.")
        return found, known[0] if known else None

    found, known = await service.read(find)
    chunks = ItemChunks(service, part_number)
    body = await service.compute(lambda: pack_for(chunks, service, found, known))
    headers = {**CACHING, "ETag": f'"{"-".join(filter(None, (found.sha256, base)))}"'}
    part, status = asked_range(request, headers, len(body))
    return Response(body[part.start : part.stop], status, headers, media_type=PACK)


@router.post("/{part_number}/chunks/missing")
async def missing(service: Served, part_number: str, body: HashesBody) -> Response:
    """Which of these chunks have to be sent."""
    head = await service.read(partial(_head, part_number))
    chunks = ItemChunks(service, part_number)

    def work() -> set[str]:
        if head is not None:
            chunks.parts(head)
        return chunks.lacking(body.sha256)

    lacking = await service.compute(work)
    return answer({"missing": [name for name in dict.fromkeys(body.sha256) if name in lacking]})


@router.put("/{part_number}/chunks/{sha256}", status_code=204)
async def put_chunk(
    service: Served,
    request: Request,
    part_number: str,
    sha256: Name,
    content_encoding: Annotated[str, Header()] = Coding.IDENTITY,
    available_dictionary: Dictionary = None,
) -> Response:
    """Send a chunk ahead of the checkpoint that it is part of."""
    await service.read(partial(item_of, part_number=part_number))
    body = await request.body()
    dictionary = _hash_in(available_dictionary)
    chunks = ItemChunks(service, part_number)

    def receive() -> tuple[str, int] | None:
        known = chunks.dictionary(dictionary) if dictionary else None
        try:
            plain = decode(content_encoding.strip().lower(), body, MAX_CHUNK, known)
        except ChunkError as error:
            raise mismatch(error.message) from None
        if hashlib.sha256(plain).hexdigest() != sha256:
            raise mismatch(f"The bytes that came are not {sha256}; send them again.")
        return service.loose.put(plain) if chunks.lacking([sha256]) else None

    file = await service.compute(receive)
    if file is not None:
        await _keep(service, part_number, sha256, file)
    return Response(status_code=204)


@router.get("/{part_number}/chunks/{sha256}")
async def get_chunk(
    service: Served,
    part_number: str,
    sha256: Name,
    accept_encoding: Annotated[str, Header()] = "",
    available_dictionary: Dictionary = None,
) -> Response:
    """The plain bytes of a chunk, encoded as the caller can read it."""
    await service.read(partial(item_of, part_number=part_number))
    accepted = {one.partition(";")[0].strip().lower() for one in accept_encoding.split(",")}
    named = _hash_in(available_dictionary) if Coding.DCZ in accepted else None
    chunks = ItemChunks(service, part_number)

    def work() -> Encoded:
        plain = chunks.held(sha256)
        if plain is None:
            raise not_found(f"{part_number} has no such chunk.")
        dictionary = chunks.held(named) if named else None
        if not accepted & {Coding.DCZ, Coding.ZSTD}:
            return Encoded(Coding.IDENTITY, plain)
        encoded = encode(plain, dictionary)
        return encoded if encoded.coding in accepted else Encoded(Coding.IDENTITY, plain)

    found = await service.compute(work)
    headers = {**CACHING, "Vary": "Accept-Encoding, Available-Dictionary"}
    if found.coding is not Coding.IDENTITY:
        headers["Content-Encoding"] = found.coding
    return Response(found.body, media_type="application/octet-stream", headers=headers)


async def _keep(service: Service, part_number: str, sha256: str, file: tuple[str, int]) -> None:
    """Record a stored file; without a record, it goes again."""
    superfluous: str | None = file[0]
    try:
        superfluous = await service.write(
            lambda tx: add_loose(tx, service.desk, part_number, sha256, file, service.max_file)
        )
    finally:
        if superfluous:
            await service.compute(partial(service.loose.remove_all, [superfluous]))


def _version(part_number: str, version: str, reader: Reader) -> VersionRecord:
    item_of(reader, part_number)
    return version_of(reader, part_number, version)


def _head(part_number: str, reader: Reader) -> VersionRecord | None:
    head = item_of(reader, part_number).head
    return reader.get(VersionRecord, head) if head else None


def _hash_in(header: str | None) -> str | None:
    """The SHA-256 that ``Available-Dictionary: :BASE64:`` names (RFC 9842)."""
    if header is None:
        return None
    text = header.strip()
    try:
        named = base64.b64decode(text.removeprefix(":").removesuffix(":"), validate=True)
    except (binascii.Error, ValueError):
        named = b""
    if len(named) != 32:
        raise invalid("Available-Dictionary", "it should be a SHA-256 as :BASE64:.")
    return named.hex()
