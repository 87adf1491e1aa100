"""Edit sessions, handoffs and waiting lists."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from silo_core.model.context import ContextLevel
from silo_core.ports.wire import to_wire
from silo_server.guard import require
from silo_server.routes.bodies import (
    AcquireBody,
    HandoffAnswerBody,
    HandoffBody,
    ObjectId,
    ReasonBody,
    WaitBody,
)
from silo_server.routes.service import Asking, Served, answer
from silo_server.storage.ports import Reader, Transaction
from silo_server.storage.records import Role
from silo_server.work import handoffs, judgement, sessions, waiting
from silo_server.work.items import item_of
from silo_server.work.leases import live_sessions
from silo_server.work.presence import viewers
from silo_server.work.refusal import invalid
from silo_server.work.reservations import ObjectKey

router = APIRouter(prefix="/api", tags=["edit sessions"])
_ITEM = "/items/{part_number}/edit-sessions"


@router.post(_ITEM)
async def acquire(service: Served, caller: Asking, part_number: str, body: AcquireBody) -> Response:
    """Take an edit session on one object, or renew it."""
    key = ObjectKey(part_number, body.context_level, body.object_id)
    wanted = sessions.Wanted(key, body.workstation_id, body.dependency_cone)
    return answer(
        await service.write(lambda tx: sessions.acquire(tx, service.desk, caller, wanted))
    )


@router.get(_ITEM)
async def list_of_item(service: Served, part_number: str) -> Response:
    """Who edits what of an item, and who has it open."""

    def find(reader: Reader) -> object:
        item_of(reader, part_number)
        held = live_sessions(reader, service.desk, part_number=part_number)
        return {"sessions": to_wire(held), "viewing": viewers(reader, part_number)}

    return answer(await service.read(find))


@router.get("/edit-sessions")
async def list_own(service: Served, caller: Asking, all: bool = False) -> Response:  # noqa: A002
    """The caller's edit sessions; everybody's with ``all``."""
    equals = {} if all else {"user": caller.user}
    found = await service.read(
        lambda reader: to_wire(live_sessions(reader, service.desk, **equals))
    )
    return answer({"sessions": found})


@router.delete(_ITEM + "/{session_id}", status_code=204)
async def release(service: Served, caller: Asking, part_number: str, session_id: str) -> Response:
    """Give an edit session up."""
    await service.write(
        lambda tx: sessions.release(tx, service.desk, caller, part_number, session_id)
    )
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

    def work(tx: Transaction) -> str:
        session = sessions.session_of(tx, part_number, session_id)
        return handoffs.request(
            tx, service.desk, caller, session, asked.message, asked.workstation_id
        )

    return answer({"handoff_id": await service.write(work)}, 202)


@router.post("/handoffs/{handoff_id}/answer", status_code=204)
async def answer_handoff(
    service: Served, caller: Asking, handoff_id: str, body: HandoffAnswerBody
) -> Response:
    """The holder's answer. ``release`` also ends the session if it still lives, so push first, and
    keeps the object for who asked."""
    await service.write(
        lambda tx: handoffs.answer(tx, service.desk, caller, handoff_id, body.answer)
    )
    return Response(status_code=204)


@router.post("/items/{part_number}/waiting", status_code=202)
async def wait(service: Served, caller: Asking, part_number: str, body: WaitBody) -> Response:
    """Be told when an object becomes free, in the order of asking."""
    key = ObjectKey(part_number, body.context_level, body.object_id)
    position = await service.write(
        lambda tx: waiting.wait(tx, service.desk, caller, key, body.workstation_id)
    )
    return answer({"position": position}, 202)


@router.delete("/items/{part_number}/waiting", status_code=204)
async def stop_waiting(
    service: Served,
    caller: Asking,
    part_number: str,
    body: WaitBody | None = None,
    workstation_id: str | None = None,
    context_level: ContextLevel | None = None,
    object_id: ObjectId | None = None,
) -> Response:
    """Wait no more for an object, which is named in the body or in the query."""
    if body is None:
        if workstation_id is None or context_level is None or object_id is None:
            raise invalid(
                "object_id", "name workstation_id, context_level and object_id in body or query."
            )
        body = WaitBody(
            workstation_id=workstation_id, context_level=context_level, object_id=object_id
        )
    wait = body
    key = ObjectKey(part_number, wait.context_level, wait.object_id)
    await service.write(lambda tx: waiting.stop(tx, service.desk, caller, key, wait.workstation_id))
    return Response(status_code=204)


@router.get("/items/{part_number}/explain")
async def explain(
    service: Served,
    caller: Asking,
    part_number: str,
    context_level: ContextLevel,
    object_id: ObjectId,
    workstation_id: str | None = None,
) -> Response:
    """What each conflict rule says about editing an object right now. Nothing is acquired."""
    key = ObjectKey(part_number, context_level, object_id)
    asked = await service.read(
        lambda reader: judgement.ask(reader, service.desk, caller, key, workstation_id)
    )
    # outside of the transaction: a rule may take its time
    return answer(await run_in_threadpool(judgement.explain, service.desk, asked))
