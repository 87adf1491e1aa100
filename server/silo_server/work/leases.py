"""How edit sessions last and end, whoever or whatever ends them, and how reservations lapse."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from silo_core.model.session import EditSession, ReleaseReason
from silo_server.storage.ports import Reader, Transaction
from silo_server.storage.records import Reservation, Wait, WorkstationRecord
from silo_server.work.desk import Desk
from silo_server.work.presence import set_viewing
from silo_server.work.reservations import key_of, offer, withdraw


def settle(tx: Transaction, desk: Desk) -> None:
    """Bring everything that lasts for a time up to now: who listens keeps their sessions and their
    place in line; sessions past their lease end, and reservations that were not used go to the next.

    Runs before every decision that depends on who holds what, so that nothing blocks anybody only
    because no sweep has come by yet.
    """
    now = desk.clock()  # read once: were it to jump in between, it would end what was just renewed
    tx.renew_leases(desk.connected(), now + timedelta(seconds=desk.lease_seconds))
    for wait in tx.due(Wait, now):
        tx.remove(wait)
    end_sessions(tx, desk, tx.due(EditSession, now), ReleaseReason.EXPIRED)
    for reservation in tx.due(Reservation, now):
        withdraw(tx, desk, reservation)


def is_anything_due(reader: Reader, desk: Desk) -> bool:
    """Whether ``settle`` has something to do that others wait for."""
    now = desk.clock()
    return bool(reader.due(EditSession, now) or reader.due(Reservation, now))


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
    """Nobody could renew or take anything while the server was down: sessions, waits and
    reservations start their time anew."""
    holders = {session.workstation_id for session in tx.find(EditSession)}
    waiters = {wait.workstation_id for wait in tx.find(Wait)}
    tx.renew_leases(holders | waiters, desk.expiry())
    for reservation in tx.find(Reservation):
        tx.change(replace(reservation, expires_at=desk.kept_until(reservation.cause)))


def end_sessions(
    tx: Transaction, desk: Desk, sessions: Iterable[EditSession], reason: ReleaseReason
) -> None:
    """End sessions, say so, tell those whose only conflict that was, and offer each object to who
    waits for it, unless it was reserved before."""
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
        offer(tx, desk, key_of(session))


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
