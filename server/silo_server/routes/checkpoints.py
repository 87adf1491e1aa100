"""``POST /api/items/{part_number}/checkpoints``."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.responses import Response

from silo_server.routes.bodies import CheckpointBody
from silo_server.routes.files import file_part, multipart, store, text_part
from silo_server.routes.service import Asking, Served, answer
from silo_server.storage.ports import Blob
from silo_server.work import checkpoints
from silo_server.work.names import checked_file_name, checked_part_number
from silo_server.work.refusal import Refusal

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
    async with multipart(request, service) as form:
        metadata = await _metadata(form)
        file = file_part(form)
        file_name = checked_file_name(metadata.file_name or "")
        if metadata.file_name is None:
            file_name = checked_file_name(file.filename or "", "file")
        blob = await store(service, file.file)
    _check_content(metadata, blob)
    wanted = checkpoints.Push(
        part_number=part_number,
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
        key=idempotency_key,
        handoff_id=metadata.handoff_id or "",
    )
    made = await service.write(lambda tx: checkpoints.push(tx, service.desk, caller, wanted, blob))
    return answer(made, 201)


async def _metadata(form: FormData) -> CheckpointBody:
    try:
        return CheckpointBody.model_validate_json(await text_part(form, "metadata"))
    except ValidationError as error:
        problems = [{**problem, "loc": ("metadata", *problem["loc"])} for problem in error.errors()]
        raise RequestValidationError(problems) from None


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
