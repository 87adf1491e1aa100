"""The server about itself, and the event stream."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from starlette.responses import Response

from silo_core.model.answers import AuditEntry, Me
from silo_core.ports.wire import to_wire
from silo_server import __version__
from silo_server.guard import require
from silo_server.routes.service import Asking, Served, answer
from silo_server.storage.records import Role
from silo_server.stream import EventStream
from silo_server.work.users import bearer_token, token_hash
from silo_server.work.workstations import own_workstation

router = APIRouter(tags=["server"])

EXTENSIONS = (
    "acks",
    "audit",
    "base",
    "bundles",
    "catalogue",
    "explain",
    "handoff",
    "history",
    "idempotency",
    "lease",
    "pages",
    "preview",
    "thumbnails",
    "waiting",
)


@router.get("/health")
async def health() -> Response:
    """The process runs."""
    return answer({"status": "ok"})


@router.get("/ready")
async def ready(service: Served) -> Response:
    """The database answers."""
    await service.read(lambda reader: reader.event_range())
    return answer({"status": "ok"})


@router.get("/api/server")
async def describe(service: Served) -> Response:
    """What this server is, and which extensions of the protocol it has."""
    extensions = sorted([*EXTENSIONS, *(["chunks", "packs"] if service.has_chunks else [])])
    return answer({"name": "silo-server", "version": __version__, "extensions": extensions})


@router.get("/api/me", response_model=Me)
async def me(caller: Asking) -> Response:
    """Whose token it is."""
    return answer({"user": caller.user, "role": caller.role.value})


@router.get("/api/audit")
async def audit(
    service: Served, caller: Asking, limit: Annotated[int, Query(ge=1, le=1000)] = 100
) -> Response:
    """Where admins used their power, newest first. Admins only."""
    require(caller, Role.ADMIN)
    entries = await service.read(lambda reader: reader.newest(AuditEntry, limit))
    return answer({"entries": to_wire(entries)})


@router.get(
    "/api/events",
    response_class=Response,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def events(
    service: Served,
    caller: Asking,
    request: Request,
    workstation_id: str | None = None,
    last_event_id: Annotated[str | None, Header()] = None,
) -> Response:
    """Server-sent events, as they happen; ``Last-Event-ID`` asks for those that were missed."""
    if workstation_id is not None:
        known = workstation_id
        await service.read(lambda reader: own_workstation(reader, caller, known))
    return EventStream(
        service.hub,
        workstation_id,
        token_hash(bearer_token(request.headers.get("authorization", ""))),
        None if last_event_id is None else _position(last_event_id),
        on_end=lambda: service.keep_alive(workstation_id),
    )


def _position(text: str) -> int:
    """An id that cannot be one of ours is older than anything held: the answer begins with a gap."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else -1
