"""``POST /api/items/{part_number}/checkpoints``."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from silo_core.chunks import ChunkError, dictionary_of, manifest_from_wire
from silo_core.ports.graphs import graph_bytes, graph_decoded
from silo_server.chunking import Assembly, Stored, mismatch, missing
from silo_server.guard import drain
from silo_server.routes.bodies import CheckpointBody, DagBody
from silo_server.routes.files import file_part, multipart, store, text_part
from silo_server.routes.service import Asking, Served, Service, answer
from silo_server.storage.ports import Blob
from silo_server.storage.records import DagRecord, VersionRecord
from silo_server.work import checkpoints
from silo_server.work.desk import Caller
from silo_server.work.names import checked_file_name, checked_part_number
from silo_server.work.refusal import Refusal, invalid

router = APIRouter(prefix="/api/items", tags=["checkpoints"])

_PUSH: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["metadata", "file"],
                    "properties": {
                        "metadata": {
                            "type": "string",
                            "description": "JSON: workstation_id, context, session_ids, base, "
                            "file_name, sha256, size, dag, changes, comment, rescue, handoff_id",
                        },
                        "file": {"type": "string", "format": "binary"},
                    },
                }
            }
        },
    }
}

_JSON = "application/json"

Key = Annotated[str | None, Header(min_length=1, max_length=200)]


@router.post("/{part_number}/checkpoints", status_code=201, openapi_extra=_PUSH)
async def push(
    service: Served,
    caller: Asking,
    request: Request,
    part_number: str,
    idempotency_key: Key = None,
) -> Response:
    """Store a checkpoint, make it head and end the named edit sessions, all in one step."""
    checked_part_number(part_number)
    pushing = Pushing(service, caller, part_number, idempotency_key)
    if service.has_chunks and request.headers.get("content-type", "").startswith(_JSON):
        return await pushing.manifest(await _described(request, service))
    async with multipart(request, service) as form:
        metadata = await _metadata(form)
        if service.has_chunks and isinstance(form.get("pack"), UploadFile):
            return await pushing.pack(metadata, file_part(form, "pack"), form.get("graph"))
        file = file_part(form)
        file_name = checked_file_name(metadata.file_name or "")
        if metadata.file_name is None:
            file_name = checked_file_name(file.filename or "", "file")
        blob = await store(service, file.file)
    _check_content(metadata, blob)
    return await pushing.commit(pushing.wanted(metadata, file_name), Stored(blob, []))


class Pushing:
    """One push, in whichever form it came."""

    def __init__(self, service: Service, caller: Caller, part_number: str, key: str | None) -> None:
        self._service = service
        self._caller = caller
        self._part_number = part_number
        self._key = key

    async def manifest(self, metadata: CheckpointBody) -> Response:
        """JSON alone: all chunks are held already."""
        sha256, size = _announced(metadata)
        members = {"sha256": sha256, "size": size, "chunks": metadata.chunks}
        try:
            described = await run_in_threadpool(manifest_from_wire, members)
        except ChunkError as error:
            raise mismatch(error.message) from None
        return await self._assembled(
            metadata, lambda assembly, base: assembly.of_manifest(described, base)
        )

    async def pack(
        self, metadata: CheckpointBody, pack: UploadFile, graph: UploadFile | str | None
    ) -> Response:
        """The manifest and what else is needed, as differences from what is held."""
        _announced(metadata)
        body = await graph.read() if isinstance(graph, UploadFile) else None
        return await self._assembled(
            metadata, lambda assembly, base: assembly.of_pack(pack.file, base), body
        )

    async def _assembled(
        self,
        metadata: CheckpointBody,
        assemble: Callable[[Assembly, VersionRecord | None], Stored],
        graph: bytes | None = None,
    ) -> Response:
        service = self._service
        wanted = self.wanted(metadata, checked_file_name(metadata.file_name or ""))
        answered, base = await service.read(
            lambda reader: checkpoints.foreseen(reader, self._caller, wanted, metadata.sha256 or "")
        )
        if answered is not None:
            return answer(answered, 201)

        def work() -> tuple[Stored, dict[str, Any] | None]:
            dag = None if graph is None else self._graph(graph)
            stored = assemble(Assembly(service, self._part_number), base)
            _check_content(metadata, stored.blob)
            return stored, dag

        stored, dag = await service.compute(work)
        return await self.commit(replace(wanted, dag=dag or wanted.dag), stored)

    def _graph(self, body: bytes) -> dict[str, Any]:
        """A feature graph as it came: plain, or as its difference from the item's latest."""
        record = self._service.store.read(lambda reader: reader.get(DagRecord, self._part_number))
        held = graph_bytes(json.loads(record.body)) if record else b""
        try:
            plain = graph_decoded(body, held, self._service.max_metadata)
        except ChunkError as error:
            raise mismatch(error.message) from None
        if plain is None:
            raise missing([dictionary_of(body)])
        try:
            return DagBody.model_validate_json(plain).model_dump()
        except ValidationError as error:
            raise _invalid(error, "graph") from None

    def wanted(self, metadata: CheckpointBody, file_name: str) -> checkpoints.Push:
        """What is asked for, beside the content."""
        return checkpoints.Push(
            part_number=self._part_number,
            workstation_id=metadata.workstation_id,
            context=metadata.context,
            session_ids=[
                *([metadata.session_id] if metadata.session_id else []),
                *metadata.session_ids,
            ],
            base=metadata.base,
            checks_base="base" in metadata.model_fields_set,
            file_name=file_name,
            dag=None if metadata.dag is None else metadata.dag.model_dump(),
            changes=metadata.changes,
            comment=metadata.comment,
            rescue=metadata.rescue,
            key=self._key,
            handoff_id=metadata.handoff_id or "",
        )

    async def commit(self, wanted: checkpoints.Push, stored: Stored) -> Response:
        """The one transaction."""
        desk = self._service.desk
        made = await self._service.write(
            lambda tx: checkpoints.push(tx, desk, self._caller, wanted, stored.blob, stored.parts)
        )
        return answer(made, 201)


async def _described(request: Request, service: Service) -> CheckpointBody:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > service.max_metadata:
            await drain(request.receive)
            raise Refusal(
                413,
                "too_large",
                f"The description is larger than {service.max_metadata} bytes; send the file.",
                limit=service.max_metadata,
            )
    try:
        return await run_in_threadpool(CheckpointBody.model_validate_json, bytes(body))
    except ValidationError as error:
        raise _invalid(error, "body") from None


def _announced(metadata: CheckpointBody) -> tuple[str, int]:
    """SHA-256 and size, which nothing else tells of a push in chunks."""
    if metadata.sha256 is None or metadata.size is None:
        raise invalid("sha256", "a push in chunks says the file's sha256 and size.")
    return metadata.sha256, metadata.size


def _invalid(error: ValidationError, where: str) -> RequestValidationError:
    problems = [{**problem, "loc": (where, *problem["loc"])} for problem in error.errors()]
    return RequestValidationError(problems)


async def _metadata(form: FormData) -> CheckpointBody:
    try:
        return CheckpointBody.model_validate_json(await text_part(form, "metadata"))
    except ValidationError as error:
        raise _invalid(error, "metadata") from None


def _check_content(metadata: CheckpointBody, blob: Blob) -> None:
    if (metadata.sha256 or blob.sha256, metadata.size) in (
        (blob.sha256, blob.size),
        (blob.sha256, None),
    ):
        return
    raise Refusal(
        422,
        "content_mismatch",
        f"The bytes that came have sha256 {blob.sha256} and size {blob.size}, not what was "
        "announced; send them again.",
        sha256=blob.sha256,
        size=blob.size,
    )
