"""Workstations, and how they show that they are alive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from silo_core.model.session import EditSession, ReleaseReason
from silo_core.model.subscription import Subscription
from silo_core.ports.wire import to_wire
from silo_server.storage.ports import Reader, Transaction
from silo_server.storage.records import Ack, Reservation, Wait, WorkstationRecord
from silo_server.work.desk import Caller, Desk, new_id
from silo_server.work.leases import end_sessions, settle
from silo_server.work.presence import set_viewing
from silo_server.work.refusal import forbidden, not_found
from silo_server.work.reservations import withdraw


def own_workstation(reader: Reader, caller: Caller, workstation_id: str) -> WorkstationRecord:
    """The workstation, if it is the caller's.

    Raises:
        Refusal: 404, there is none; 403, it is somebody else's.
    """
    found = reader.get(WorkstationRecord, workstation_id)
    if found is None:
        raise not_found(f"There is no workstation {workstation_id[:80]}; register it again.")
    if found.user != caller.user:
        raise forbidden(f"The workstation {workstation_id} is not yours.")
    return found


def register(
    tx: Transaction, desk: Desk, caller: Caller, name: str, fingerprint: str
) -> WorkstationRecord:
    """The same fingerprint of the same user is the same workstation, under its new name."""
    now = desk.clock()
    known = tx.find(WorkstationRecord, user=caller.user, fingerprint=fingerprint)
    if known:
        found = replace(known[0], name=name, last_seen=now)
        tx.change(found)
        return found
    made = WorkstationRecord(new_id("ws"), caller.user, name, fingerprint, now, now)
    tx.add(made)
    return made


def remove(tx: Transaction, desk: Desk, caller: Caller, workstation_id: str) -> None:
    """Forget a workstation with all that hangs on it; its sessions end, and what was kept for it goes
    to the next one in line."""
    workstation = own_workstation(tx, caller, workstation_id)
    for kind in (Wait, Subscription, Ack):
        for record in tx.find(kind, workstation_id=workstation.id):
            tx.remove(record)
    for reservation in tx.find(Reservation, workstation_id=workstation.id):
        withdraw(tx, desk, reservation)
    held = tx.find(EditSession, workstation_id=workstation.id)
    end_sessions(tx, desk, held, ReleaseReason.RELEASED)
    set_viewing(tx, workstation, ())
    tx.remove(workstation)


def heartbeat(
    tx: Transaction,
    desk: Desk,
    caller: Caller,
    workstation_id: str,
    session_ids: Sequence[str],
    viewing: Sequence[str],
) -> dict[str, Any]:
    """Renew the sessions and waits of a workstation; says which of ``session_ids`` it holds."""
    workstation = own_workstation(tx, caller, workstation_id)
    settle(tx, desk)  # one whose lease is over is lost, however late it speaks up
    tx.renew_leases([workstation.id], desk.expiry())
    seen = replace(workstation, last_seen=desk.clock())
    tx.change(seen)
    set_viewing(tx, seen, tuple(dict.fromkeys(viewing)))
    held = {session.id for session in tx.find(EditSession, workstation_id=workstation.id)}
    return {
        "alive": [key for key in session_ids if key in held],
        "lost": [key for key in session_ids if key not in held],
        "lease_seconds": desk.lease_seconds,
    }


def shown(workstation: WorkstationRecord) -> dict[str, Any]:
    """The workstation as the protocol shows it."""
    body: dict[str, Any] = to_wire(workstation)
    return {**body, "workstation_id": workstation.id}
