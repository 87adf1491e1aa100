"""Items, their files, graphs and history."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from silo_core.model.dag import Dag
from silo_core.model.item import Item, Version
from silo_server.routes.bodies import DagBody, ItemBody, RevisionBody
from silo_server.routes.files import (
    bundle,
    download,
    file_part,
    multipart,
    picture,
    store,
    text_part,
)
from silo_server.routes.service import Asking, Served, answer
from silo_server.storage.ports import GroupQuery, ItemQuery, Reader
from silo_server.storage.records import DagRecord, VersionRecord
from silo_server.work import items
from silo_server.work.graphs import store_dag
from silo_server.work.names import checked_file_name
from silo_server.work.refusal import not_found

router = APIRouter(prefix="/api/items", tags=["items"])
groups = APIRouter(prefix="/api", tags=["items"])

Limit = Annotated[int, Query(ge=1, le=500)]
Number = Annotated[int, Path(ge=1, lt=1 << 62)]

_MAX_ASKED = 16 << 10
"""Characters: what fits into an address everywhere is less."""

_UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "comment": {"type": "string"},
                        "workstation_id": {"type": "string"},
                    },
                }
            }
        },
    }
}


@router.get("")
async def list_items(
    service: Served,
    search: str = "",
    project: str = "",
    category: str = "",
    limit: Limit = 100,
    cursor: str = "",
) -> Response:
    """Items by part number, a page at a time."""
    query = ItemQuery(search, project, category, cursor, limit)
    return answer(await service.read(lambda reader: items.list_items(reader, query)))


@groups.get("/bundle")
async def download_bundle(
    service: Served, versions: Annotated[str, Query(max_length=_MAX_ASKED)]
) -> Response:
    """The contents of many small versions, ``PART_NUMBER:VERSION`` each, with commas between; those that
    are not there, or do not fit, are left out."""
    pairs = (pair.partition(":") for pair in versions.split(","))
    named = [(number, version) for number, _, version in pairs]
    return bundle(service, await service.read(lambda reader: items.known_of(reader, named)))


@groups.get("/projects")
async def list_projects(
    service: Served, search: str = "", limit: Limit = 100, cursor: str = ""
) -> Response:
    """The projects that items belong to, a page at a time."""
    query = GroupQuery(search=search, after=cursor, limit=limit)
    return answer(await service.read(lambda reader: items.list_groups(reader, query)))


@groups.get("/categories")
async def list_categories(
    service: Served, search: str = "", limit: Limit = 100, cursor: str = ""
) -> Response:
    """The categories of items, a page at a time."""
    query = GroupQuery(categories=True, search=search, after=cursor, limit=limit)
    return answer(await service.read(lambda reader: items.list_groups(reader, query)))


@router.post("", status_code=201, response_model=Item)
async def create_item(service: Served, body: ItemBody) -> Response:
    """A new item, without content yet."""
    members = body.model_dump()
    made = await service.write(lambda tx: items.create_item(tx, service.desk, **members))
    return answer(made, 201)


@router.get("/{part_number}", response_model=Item)
async def get_item(service: Served, part_number: str) -> Response:
    """One item."""
    return answer(
        await service.read(lambda reader: items.shown(reader, items.item_of(reader, part_number)))
    )


@router.get(
    "/{part_number}/thumbnail",
    response_class=Response,
    responses={200: {"content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}}},
)
async def thumbnail(
    service: Served, request: Request, part_number: str, version: str = ""
) -> Response:
    """The picture that the file of a version holds; without ``version``, that of the head."""

    def find(reader: Reader) -> VersionRecord:
        item = items.item_of(reader, part_number)
        if named := version or item.head:
            return items.version_of(reader, part_number, named)
        raise not_found(f"{part_number} has no content yet.")

    return await picture(request, service, await service.read(find), lasting=bool(version))


@router.get("/{part_number}/revisions")
async def list_revisions(service: Served, part_number: str) -> Response:
    """The formal revisions of an item."""
    return answer(await service.read(lambda reader: items.list_revisions(reader, part_number)))


@router.post("/{part_number}/revisions", status_code=201, response_model=Version)
async def release(
    service: Served, caller: Asking, part_number: str, body: RevisionBody
) -> Response:
    """Make a checkpoint the next formal revision."""
    made = await service.write(
        lambda tx: items.release_version(
            tx, caller, part_number, body.version, body.comment, body.workstation_id
        )
    )
    return answer(made, 201)


@router.post("/{part_number}/file", status_code=201, response_model=Version, openapi_extra=_UPLOAD)
async def upload(service: Served, caller: Asking, request: Request, part_number: str) -> Response:
    """New content as the next formal revision."""
    await service.read(lambda reader: items.item_of(reader, part_number))
    async with multipart(request, service) as form:
        file = file_part(form)
        file_name = checked_file_name(file.filename or "", "file")
        comment = await text_part(form, "comment", "")
        workstation_id = await text_part(form, "workstation_id", "") or None
        blob = await store(service, file.file)
    made = await service.write(
        lambda tx: items.add_revision(
            tx,
            service.desk,
            caller,
            part_number,
            blob,
            comment=comment,
            file_name=file_name,
            workstation_id=workstation_id,
        )
    )
    return answer(made, 201)


@router.get("/{part_number}/file/{revision}")
async def download_revision(
    service: Served, request: Request, part_number: str, revision: Number
) -> Response:
    """The bytes of a formal revision."""

    def find(reader: Reader) -> tuple[VersionRecord, str]:
        item = items.item_of(reader, part_number)
        return items.revision_of(reader, part_number, revision), item.file_name

    version, name = await service.read(find)
    return download(request, service, version, name or part_number)


@router.get("/{part_number}/dag", response_model=Dag)
async def get_dag(service: Served, part_number: str) -> Response:
    """The feature graph of the item's latest content."""

    def find(reader: Reader) -> str:
        items.item_of(reader, part_number)
        if record := reader.get(DagRecord, part_number):
            return record.body
        raise not_found(f"No feature graph of {part_number} was sent yet.")

    return Response(await service.read(find), media_type="application/json")


@router.put("/{part_number}/dag")
async def put_dag(service: Served, part_number: str, body: DagBody) -> Response:
    """Replace the feature graph of the item's latest content."""
    dag = body.model_dump()

    def work(tx: Any) -> None:
        items.item_of(tx, part_number)
        store_dag(tx, part_number, dag)

    await service.write(work)
    counts = {"node_count": len(body.nodes), "edge_count": len(body.edges)}
    return answer({"synced": True, **counts})


@router.get("/{part_number}/versions")
async def list_versions(
    service: Served, part_number: str, limit: Limit = 100, cursor: str = ""
) -> Response:
    """The history of an item, newest first, a page at a time."""
    return answer(
        await service.read(lambda reader: items.list_versions(reader, part_number, cursor, limit))
    )


@router.get("/{part_number}/versions/{version}/content")
async def download_version(
    service: Served, request: Request, part_number: str, version: str
) -> Response:
    """The bytes of any version."""

    def find(reader: Reader) -> tuple[VersionRecord, str]:
        item = items.item_of(reader, part_number)
        return items.version_of(reader, part_number, version), item.file_name

    found, name = await service.read(find)
    return download(request, service, found, name or part_number)
