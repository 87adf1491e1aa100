"""Edit sessions and handoffs."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from silo_core.ports.wire import to_wire
from silo_server.guard import require
from silo_server.routes.bodies import AcquireBody, HandoffAnswerBody, HandoffBody, ReasonBody
from silo_server.routes.service import Asking, Served, answer
from silo_server.storage.ports import Reader
from silo_server.storage.records import Role
from silo_server.work import sessions
from silo_server.work.items import item_of

router = APIRouter(prefix="/api", tags=["edit sessions"])
_ITEM = "/items/{part_number}/edit-sessions"


@router.post(_ITEM)
async def acquire(service: Served, caller: Asking, part_number: str, body: AcquireBody) -> Response:
    """Take an edit session on one object, or renew it."""
    wanted = sessions.Wanted(
        part_number, body.workstation_id, body.context_level, body.object_id, body.dependency_cone
    )
    return answer(
        await service.write(lambda tx: sessions.acquire(tx, service.desk, caller, wanted))
    )


@router.get(_ITEM)
async def list_of_item(service: Served, part_number: str) -> Response:
    """Who edits what of an item."""

    def find(reader: Reader) -> object:
        item_of(reader, part_number)
        return to_wire(sessions.live_sessions(reader, service.desk, part_number=part_number))

    return answer({"sessions": await service.read(find)})


@router.get("/edit-sessions")
async def list_own(service: Served, caller: Asking, all: bool = False) -> Response:  # noqa: A002
    """The caller's edit sessions; everybody's with ``all``."""
    equals = {} if all else {"user": caller.user}
    found = await service.read(
        lambda reader: to_wire(sessions.live_sessions(reader, service.desk, **equals))
    )
    return answer({"sessions": found})


@router.delete(_ITEM + "/{session_id}", status_code=204)
async def release(service: Served, caller: Asking, part_number: str, session_id: str) -> Response:
    """Give an edit session up."""
    await service.write(lambda tx: sessions.release(tx, caller, part_number, session_id))
    return Response(status_code=204)


@router.delete(_ITEM + "/{session_id}/force-release", status_code=204)
async def force_release(
    service: Served,
    caller: Asking,
    part_number: str,
    session_id: str,
    body: ReasonBody | None = None,
) -> Response:
    """An admin ends somebody's session."""
    require(caller, Role.ADMIN)
    reason = body.reason if body else ""
    await service.write(
        lambda tx: sessions.force_release(tx, service.desk, caller, part_number, session_id, reason)
    )
    return Response(status_code=204)


@router.post(_ITEM + "/{session_id}/request-handoff", status_code=202)
async def request_handoff(
    service: Served,
    caller: Asking,
    part_number: str,
    session_id: str,
    body: HandoffBody | None = None,
) -> Response:
    """Ask whoever holds a session to hand it over."""
    asked = body or HandoffBody()
    handoff_id = await service.write(
        lambda tx: sessions.request_handoff(
            tx, service.desk, caller, part_number, session_id, asked.message, asked.workstation_id
        )
    )
    return answer({"handoff_id": handoff_id}, 202)


@router.post("/handoffs/{handoff_id}/answer", status_code=204)
async def answer_handoff(
    service: Served, caller: Asking, handoff_id: str, body: HandoffAnswerBody
) -> Response:
    """The holder's answer. ``release`` also ends the session if it still lives, so push first."""
    await service.write(
        lambda tx: sessions.answer_handoff(tx, caller, handoff_id, body.answer.value)
    )
    return Response(status_code=204)
