"""An item's page for a browser, and the links to it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from silo_core.ports.wire import to_wire
from silo_server.page import HEADERS, Shown, item_page, refusal_page
from silo_server.routes.files import thumbnail_of
from silo_server.routes.service import Asking, Served, Service, answer
from silo_server.storage.ports import Reader
from silo_server.storage.records import VersionRecord
from silo_server.work.graphs import stored_graph
from silo_server.work.items import item_of
from silo_server.work.leases import live_sessions
from silo_server.work.links import check_link, link_to
from silo_server.work.presence import viewers
from silo_server.work.refusal import Refusal

VERSIONS = 100
"""How many of an item's versions its page lists."""

router = APIRouter(tags=["items"])


@router.get("/api/items/{part_number}/view-link")
async def view_link(service: Served, caller: Asking, part_number: str) -> Response:
    """A link to the item's page that a browser can open for some minutes."""
    made = await service.read(lambda reader: link_to(reader, service.desk, caller, part_number))
    response = answer(to_wire(made))
    response.headers["Cache-Control"] = "no-store"
    return response


@router.get("/items/{part_number}", include_in_schema=False)
async def page(
    service: Served, part_number: str, user: str = "", expires: str = "", signature: str = ""
) -> Response:
    """The item's page, to whoever has a link that is still good."""

    def find(reader: Reader) -> tuple[Shown, VersionRecord | None]:
        now, until = service.desk.clock(), int(expires) if _is_number(expires) else 0
        check_link(reader, now, part_number, user, until, signature)
        return _shown(reader, service, part_number, user)

    try:
        shown, head = await service.read(find)
    except Refusal as refusal:
        return HTMLResponse(refusal_page(refusal.message), refusal.status, headers=dict(HEADERS))
    if head is not None:
        with suppress(OSError):  # the page is worth more than its picture
            picture = await service.compute(lambda: thumbnail_of(service, head))
            shown = replace(shown, picture=picture)
    return HTMLResponse(item_page(shown), headers=dict(HEADERS))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 12


def _shown(
    reader: Reader, service: Service, part_number: str, user: str
) -> tuple[Shown, VersionRecord | None]:
    """What the page shows, and the version whose picture it has."""
    item = item_of(reader, part_number)
    found = reader.versions(part_number, "", VERSIONS + 1)
    head = reader.get(VersionRecord, item.head) if item.head else None
    sessions = live_sessions(reader, service.desk, part_number=part_number)
    shown = Shown(
        item=item.public(head.public() if head else None),
        versions=[version.public() for version in found[:VERSIONS]],
        older=len(found) > VERSIONS,
        sessions=sorted(sessions, key=lambda one: (one.acquired_at, one.id)),
        viewers=[(one["user"], one["workstation"]) for one in viewers(reader, part_number)],
        now=service.desk.clock(),
        user=user,
        labels=stored_graph(reader, part_number).labels,
    )
    return shown, head
