"""Taking an edit session, giving it up, and having it taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from silo_core.model.answers import AuditEntry
from silo_core.model.session import EditSession, Holder, ReleaseReason
from silo_core.model.verdict import Judgement, Reason, Verdict
from silo_core.ports.wire import to_wire
from silo_server.storage.ports import Reader, Transaction
from silo_server.storage.records import Reservation, WorkstationRecord
from silo_server.work.desk import Caller, Desk, new_id
from silo_server.work.graphs import stored_graph
from silo_server.work.items import head_of, item_of
from silo_server.work.judgement import conflict, query
from silo_server.work.leases import end_sessions, settle
from silo_server.work.refusal import Refusal, forbidden, not_found
from silo_server.work.reservations import (
    ObjectKey,
    consume,
    reason_against,
    reservation_on,
    shown_as_holder,
)
from silo_server.work.workstations import own_workstation


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks to edit; ``cone`` None: take it from the stored feature graph."""

    key: ObjectKey
    workstation_id: str
    cone: Sequence[str] | None


def acquire(tx: Transaction, desk: Desk, caller: Caller, wanted: Wanted) -> dict[str, Any]:
    """Grant an edit session, or renew the one that this workstation holds on the object.

    Raises:
        Refusal: 409 ``hard_interference``, also for what is kept for somebody else; 404 for an
            unknown item or workstation, 403 for a workstation of somebody else.
    """
    key = wanted.key
    item = item_of(tx, key.part_number)
    workstation = own_workstation(tx, caller, wanted.workstation_id)
    settle(tx, desk)
    graph = stored_graph(tx, key.part_number)
    cone = frozenset(wanted.cone or ()) | {key.object_id}
    if wanted.cone is None:
        cone = graph.dependencies.cone(key.object_id)
    sessions = tx.find(EditSession, part_number=key.part_number)
    mine = next((held for held in sessions if _is_same(held, key, workstation.id)), None)
    judgement = desk.judge(query(key, caller.user, workstation.id, cone, sessions, graph))
    reserved = reservation_on(tx, desk, key)
    kept = reason_against(tx, reserved, caller.user, workstation.id, graph.labels)
    judgement = Judgement.combine([Judgement(kept), judgement])
    if mine is None and judgement.verdict is Verdict.HARD:
        raise _refused(judgement, tx, reserved if kept else None)
    session = _granted(tx, desk, key, workstation, cone, mine)
    consume(tx, session)
    return {
        **to_wire(session),
        "interference": min(judgement.verdict, Verdict.SOFT).wire_name,
        "conflicts": [conflict(reason) for reason in judgement.reasons],
        "lease_seconds": desk.lease_seconds,
        "head": to_wire(head_of(tx, item)),
    }


def release(tx: Transaction, desk: Desk, caller: Caller, part_number: str, session_id: str) -> None:
    """The holder gives a session up.

    Raises:
        Refusal: 404, it is gone; 403, somebody else holds it.
    """
    session = session_of(tx, part_number, session_id)
    if session.user != caller.user:
        raise forbidden(f"The edit session on {session.object_id} is {session.user}'s.")
    end_sessions(tx, desk, [session], ReleaseReason.RELEASED)


def force_release(
    tx: Transaction, desk: Desk, caller: Caller, part_number: str, session_id: str, reason: str
) -> None:
    """An admin ends somebody's session; kept in the audit record, and the holder is told."""
    session = session_of(tx, part_number, session_id)
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
    end_sessions(tx, desk, [session], ReleaseReason.FORCED)
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


def session_of(reader: Reader, part_number: str, session_id: str) -> EditSession:
    """The edit session, if it is one on that item.

    Raises:
        Refusal: 404, it is gone.
    """
    session = reader.get(EditSession, session_id)
    if session is None or session.part_number != part_number:
        raise not_found(f"The edit session on {part_number} is gone.")
    return session


def _is_same(session: EditSession, key: ObjectKey, workstation_id: str) -> bool:
    asked = (workstation_id, key.context_level, key.object_id)
    return (session.workstation_id, session.context_level, session.object_id) == asked


def _granted(
    tx: Transaction,
    desk: Desk,
    key: ObjectKey,
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
        **asdict(key),
        user=workstation.user,
        workstation_id=workstation.id,
        workstation=workstation.name,
        dependency_cone=names,
        acquired_at=desk.clock(),
        expires_at=desk.expiry(),
        fence=tx.next_fence(),
    )
    tx.add(session)
    tx.append("edit.session_acquired", to_wire(session))
    return session


def _refused(judgement: Judgement, reader: Reader, reserved: Reservation | None) -> Refusal:
    hard = [reason for reason in judgement.reasons if reason.verdict is Verdict.HARD]
    message = "; ".join(reason.text for reason in hard)
    kept = reserved and to_wire(shown_as_holder(reader, reserved))
    holder = kept or _shown_holder(hard)
    return Refusal(409, "hard_interference", message, holder=holder)


def _shown_holder(reasons: Sequence[Reason]) -> dict[str, Any] | None:
    held = next((reason.session for reason in reasons if reason.session), None)
    if held is None:
        return None
    holder = Holder(
        session_id=held.id,
        user=held.user,
        workstation=held.workstation,
        context_level=held.context_level,
        object_id=held.object_id,
        acquired_at=held.acquired_at,
    )
    shown: dict[str, Any] = to_wire(holder)
    del shown["reserved_until"]  # only of what is kept for somebody
    return shown
