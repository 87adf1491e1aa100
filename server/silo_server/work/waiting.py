"""Waiting lists: who wants to be told when an object becomes free, in the order they came."""

from __future__ import annotations

from dataclasses import asdict, replace

from silo_server.storage.ports import Transaction
from silo_server.storage.records import Cause, Wait
from silo_server.work.desk import Caller, Desk, new_id
from silo_server.work.items import item_of
from silo_server.work.leases import settle
from silo_server.work.refusal import Refusal
from silo_server.work.reservations import (
    ObjectKey,
    holder_on,
    offer,
    reservation_on,
    tell_free,
    withdraw,
)
from silo_server.work.workstations import own_workstation


def wait(tx: Transaction, desk: Desk, caller: Caller, key: ObjectKey, workstation_id: str) -> int:
    """Put a workstation at the end of the line, unless it stands there already; answers its place
    (1: next). If the object is free, or kept for this workstation, it is told at once.

    Raises:
        Refusal: 409 ``already_held``, it edits the object itself; 404 for an unknown item or
            workstation, 403 for a workstation of somebody else.
    """
    item_of(tx, key.part_number)
    workstation = own_workstation(tx, caller, workstation_id)
    settle(tx, desk)
    held = holder_on(tx, key)
    if held and held.workstation_id == workstation.id:
        raise Refusal(
            409,
            "already_held",
            f"{workstation.name} edits {key.object_id} itself; there is nothing to wait for.",
        )
    kept = reservation_on(tx, desk, key)
    if kept and kept.admits(workstation.user, workstation.id):
        tell_free(tx, kept, workstation.id)
        return 1
    line = tx.find(Wait, **asdict(key))
    place = next((n for n, one in enumerate(line) if one.workstation_id == workstation.id), None)
    if place is None:
        place = len(line)
        made = Wait(
            id=new_id("wait"),
            **asdict(key),
            user=workstation.user,
            workstation_id=workstation.id,
            made_at=desk.clock(),
            expires_at=desk.expiry(),
        )
        tx.add(made)
    else:
        tx.change(replace(line[place], expires_at=desk.expiry()))
    offer(tx, desk, key)
    return place + 1


def stop(tx: Transaction, desk: Desk, caller: Caller, key: ObjectKey, workstation_id: str) -> None:
    """Take a workstation out of the line. If the object was kept for it as it had waited, the next
    one has it.

    Raises:
        Refusal: 404 for an unknown item or workstation, 403 for a workstation of somebody else.
    """
    item_of(tx, key.part_number)
    own_workstation(tx, caller, workstation_id)
    for one in tx.find(Wait, workstation_id=workstation_id, **asdict(key)):
        tx.remove(one)
    kept = reservation_on(tx, desk, key)
    if kept and kept.cause is Cause.WAITING and kept.workstation_id == workstation_id:
        withdraw(tx, desk, kept)
