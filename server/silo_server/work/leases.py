"""How edit sessions last and end, whoever or whatever ends them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from silo_core.model.session import EditSession, ReleaseReason
from silo_server.storage.ports import Transaction
from silo_server.storage.records import WorkstationRecord
from silo_server.work.desk import Desk
from silo_server.work.presence import set_viewing


def settle(tx: Transaction, desk: Desk) -> None:
    """Bring the sessions up to now: who listens keeps theirs, those past their lease end.

    Runs before every decision that depends on who holds what, so that no session blocks anybody
    only because no sweep has come by yet.
    """
    now = desk.clock()  # read once: were it to jump in between, it would end what was just renewed
    tx.renew_sessions(desk.connected(), now + timedelta(seconds=desk.lease_seconds))
    end_sessions(tx, tx.sessions_due(now), ReleaseReason.EXPIRED)


def forget_absent(tx: Transaction, desk: Desk) -> None:
    """Workstations not heard of for the time of a lease look at nothing any more."""
    connected = set(desk.connected())
    limit = desk.clock() - timedelta(seconds=desk.lease_seconds)
    for workstation in tx.find(WorkstationRecord):
        if workstation.viewing and workstation.last_seen <= limit:
            if workstation.id in connected:
                tx.change(replace(workstation, last_seen=desk.clock()))
            else:
                set_viewing(tx, workstation, ())


def extend_all(tx: Transaction, desk: Desk) -> None:
    """Nobody could renew anything while the server was down: every session starts a lease anew."""
    tx.renew_sessions({session.workstation_id for session in tx.find(EditSession)}, desk.expiry())


def end_sessions(tx: Transaction, sessions: Iterable[EditSession], reason: ReleaseReason) -> None:
    """End sessions, say so, and tell those whose only conflict that was."""
    for session in sessions:
        tx.remove(session)
        tx.append(
            "edit.session_released",
            {
                "part_number": session.part_number,
                "session_id": session.id,
                "user": session.user,
                "workstation_id": session.workstation_id,
                "object_id": session.object_id,
                "context_level": session.context_level.value,
                "reason": reason.value,
            },
        )
        _tell_who_is_left(tx, session)


def _tell_who_is_left(tx: Transaction, ended: EditSession) -> None:
    cone = {ended.object_id, *ended.dependency_cone}
    for other in tx.find(EditSession, part_number=ended.part_number):
        if other.workstation_id == ended.workstation_id:
            continue
        if cone.isdisjoint((other.object_id, *other.dependency_cone)):
            continue
        tx.append(
            "edit.interference_resolved",
            {
                "part_number": other.part_number,
                "session_id": other.id,
                "object_id": other.object_id,
                "resolved_session_id": ended.id,
            },
            [other.workstation_id],
        )
