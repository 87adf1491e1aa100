"""Taking an edit session, giving it up, and having it taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from silo_core.model.context import ContextLevel
from silo_core.model.interference import InterferenceQuery
from silo_core.model.session import EditSession, Holder, ReleaseReason
from silo_core.model.verdict import Judgement, Reason, Verdict
from silo_core.ports.wire import format_time, to_wire
from silo_server.storage.ports import Reader, Transaction
from silo_server.storage.records import AuditEntry, Handoff, WorkstationRecord
from silo_server.work.desk import Caller, Desk, new_id
from silo_server.work.graphs import Graph, stored_graph
from silo_server.work.items import head_of, item_of
from silo_server.work.leases import end_sessions, settle
from silo_server.work.refusal import Refusal, forbidden, not_found
from silo_server.work.workstations import own_workstation


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks to edit; ``cone`` None: take it from the stored feature graph."""

    part_number: str
    workstation_id: str
    level: ContextLevel
    object_id: str
    cone: Sequence[str] | None


def acquire(tx: Transaction, desk: Desk, caller: Caller, wanted: Wanted) -> dict[str, Any]:
    """Grant an edit session, or renew the one that this workstation holds on the object.

    Raises:
        Refusal: 409 ``hard_interference``; 404 for an unknown item or workstation, 403 for a
            workstation of somebody else.
    """
    item = item_of(tx, wanted.part_number)
    workstation = own_workstation(tx, caller, wanted.workstation_id)
    settle(tx, desk)
    graph = stored_graph(tx, wanted.part_number)
    cone = frozenset(wanted.cone or ()) | {wanted.object_id}
    if wanted.cone is None:
        cone = graph.dependencies.cone(wanted.object_id)
    sessions = tx.find(EditSession, part_number=wanted.part_number)
    mine = next((held for held in sessions if _is_same(held, wanted, workstation.id)), None)
    judgement = desk.judge(_query(wanted, workstation, cone, sessions, graph))
    if mine is None and judgement.verdict is Verdict.HARD:
        raise _refused(judgement)
    session = _granted(tx, desk, wanted, workstation, cone, mine)
    return {
        **to_wire(session),
        "interference": min(judgement.verdict, Verdict.SOFT).wire_name,
        "conflicts": [_conflict(reason) for reason in judgement.reasons],
        "lease_seconds": desk.lease_seconds,
        "head": to_wire(head_of(tx, item)),
    }


def release(tx: Transaction, caller: Caller, part_number: str, session_id: str) -> None:
    """The holder gives a session up.

    Raises:
        Refusal: 404, it is gone; 403, somebody else holds it.
    """
    session = _session_of(tx, part_number, session_id)
    if session.user != caller.user:
        raise forbidden(f"The edit session on {session.object_id} is {session.user}'s.")
    end_sessions(tx, [session], ReleaseReason.RELEASED)


def force_release(
    tx: Transaction, desk: Desk, caller: Caller, part_number: str, session_id: str, reason: str
) -> None:
    """An admin ends somebody's session; kept in the audit record, and the holder is told."""
    session = _session_of(tx, part_number, session_id)
    subject = f"{session.object_id} held by {session.user} on {session.workstation}"
    tx.add(
        AuditEntry(
            new_id("audit"),
            desk.clock(),
            caller.user,
            "force_release",
            part_number,
            subject,
            reason,
        )
    )
    end_sessions(tx, [session], ReleaseReason.FORCED)
    tx.append(
        "edit.force_released",
        {
            "part_number": part_number,
            "session_id": session.id,
            "object_id": session.object_id,
            "admin": caller.user,
            "reason": reason,
        },
        [session.workstation_id],
    )


def request_handoff(
    tx: Transaction,
    desk: Desk,
    caller: Caller,
    part_number: str,
    session_id: str,
    message: str,
    workstation_id: str | None,
) -> str:
    """Ask the holder for a session; answers the id of the request."""
    session = _session_of(tx, part_number, session_id)
    if workstation_id is not None:
        own_workstation(tx, caller, workstation_id)
    handoff = Handoff(
        new_id("ho"),
        session.id,
        part_number,
        session.object_id,
        session.user,
        caller.user,
        workstation_id,
        message,
        desk.clock(),
    )
    tx.add(handoff)
    tx.append(
        "edit.handoff_requested",
        {
            "part_number": part_number,
            "session_id": session.id,
            "object_id": session.object_id,
            "requester": caller.user,
            "message": message,
            "handoff_id": handoff.id,
            "workstation_id": workstation_id,
        },
        [session.workstation_id],
    )
    return handoff.id


def answer_handoff(tx: Transaction, caller: Caller, handoff_id: str, answer: str) -> None:
    """The holder answers; ``release`` also ends the session, if it still lives."""
    handoff = tx.get(Handoff, handoff_id)
    if handoff is None:
        raise not_found(f"There is no handoff request {handoff_id[:80]}.")
    if handoff.holder != caller.user:
        raise forbidden(f"The handoff request is for {handoff.holder} to answer.")
    tx.change(replace(handoff, answer=answer))
    session = tx.get(EditSession, handoff.session_id)
    if answer == "release" and session:
        end_sessions(tx, [session], ReleaseReason.HANDOFF)
    tx.append(
        "edit.handoff_answered",
        {
            "part_number": handoff.part_number,
            "handoff_id": handoff.id,
            "session_id": handoff.session_id,
            "object_id": handoff.object_id,
            "answer": answer,
            "holder": caller.user,
        },
        _requester_workstations(tx, handoff),
    )


def _requester_workstations(tx: Transaction, handoff: Handoff) -> list[str]:
    """One that did not name its workstation is told on all of them."""
    if handoff.workstation_id is not None:
        return [handoff.workstation_id]
    return [found.id for found in tx.find(WorkstationRecord, user=handoff.requester)]


def live_sessions(reader: Reader, desk: Desk, **equals: object) -> list[EditSession]:
    """Sessions with these values; not those past their lease that no sweep has ended yet."""
    now = desk.clock()
    connected = desk.connected()
    return [
        session
        for session in reader.find(EditSession, **equals)
        if session.workstation_id in connected
        or session.expires_at is None
        or session.expires_at > now
    ]


def _session_of(reader: Reader, part_number: str, session_id: str) -> EditSession:
    session = reader.get(EditSession, session_id)
    if session is None or session.part_number != part_number:
        raise not_found(f"The edit session on {part_number} is gone.")
    return session


def _is_same(session: EditSession, wanted: Wanted, workstation_id: str) -> bool:
    asked = (workstation_id, wanted.level, wanted.object_id)
    return (session.workstation_id, session.context_level, session.object_id) == asked


def _query(
    wanted: Wanted,
    workstation: WorkstationRecord,
    cone: frozenset[str],
    sessions: Sequence[EditSession],
    graph: Graph,
) -> InterferenceQuery:
    return InterferenceQuery(
        part_number=wanted.part_number,
        level=wanted.level,
        object_id=wanted.object_id,
        user=workstation.user,
        workstation_id=workstation.id,
        cone=cone,
        sessions=tuple(held for held in sessions if held.workstation_id != workstation.id),
        labels=graph.labels,
    )


def _granted(
    tx: Transaction,
    desk: Desk,
    wanted: Wanted,
    workstation: WorkstationRecord,
    cone: frozenset[str],
    held: EditSession | None,
) -> EditSession:
    names = tuple(sorted(cone))
    if held is not None:
        renewed = replace(held, dependency_cone=names, expires_at=desk.expiry())
        tx.change(renewed)
        return renewed
    session = EditSession(
        id=new_id("es"),
        part_number=wanted.part_number,
        user=workstation.user,
        workstation_id=workstation.id,
        workstation=workstation.name,
        context_level=wanted.level,
        object_id=wanted.object_id,
        dependency_cone=names,
        acquired_at=desk.clock(),
        expires_at=desk.expiry(),
        fence=tx.next_fence(),
    )
    tx.add(session)
    tx.append("edit.session_acquired", to_wire(session))
    return session


def _refused(judgement: Judgement) -> Refusal:
    hard = [reason for reason in judgement.reasons if reason.verdict is Verdict.HARD]
    held = next((reason.session for reason in hard if reason.session), None)
    holder = held and Holder(
        session_id=held.id,
        user=held.user,
        workstation=held.workstation,
        context_level=held.context_level,
        object_id=held.object_id,
        acquired_at=held.acquired_at,
    )
    message = "; ".join(reason.text for reason in hard)
    return Refusal(409, "hard_interference", message, holder=to_wire(holder))


def _conflict(reason: Reason) -> dict[str, Any]:
    session = reason.session
    return {
        "user": session and session.user,
        "workstation": session and session.workstation,
        "workstation_id": session and session.workstation_id,
        "session_id": session and session.id,
        "object_id": session and session.object_id,
        "context_level": session and session.context_level.value,
        "acquired_at": session and format_time(session.acquired_at),
        "rule": reason.rule,
        "shared_nodes": list(reason.shared_nodes),
        "reason": reason.text,
    }
