"""Objects that are free and kept for somebody: who a handoff was given to, or who waited longest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from silo_core.model.context import Context, ContextLevel
from silo_core.model.session import EditSession, Holder
from silo_core.model.verdict import Reason, Verdict
from silo_core.ports.wire import format_time
from silo_server.storage.ports import Reader, Transaction
from silo_server.storage.records import Cause, Reservation, Wait, WorkstationRecord
from silo_server.work.desk import Desk, new_id

RULE = "reservation"
"""What a refusal on behalf of a reservation is filed under."""


@dataclass(frozen=True, slots=True)
class ObjectKey:
    """What edit sessions, reservations and waits are about; its members are named as theirs."""

    part_number: str
    context_level: ContextLevel
    object_id: str


def key_of(record: EditSession | Reservation) -> ObjectKey:
    """The object that a record is about."""
    return ObjectKey(record.part_number, record.context_level, record.object_id)


def holder_on(reader: Reader, key: ObjectKey) -> EditSession | None:
    """The edit session on an object, be its lease over or not."""
    return next(iter(reader.find(EditSession, **asdict(key))), None)


def reservation_on(reader: Reader, desk: Desk, key: ObjectKey) -> Reservation | None:
    """Who an object is kept for right now."""
    found = next(iter(reader.find(Reservation, **asdict(key))), None)
    return found if found and found.expires_at > desk.clock() else None


def reserve(
    tx: Transaction,
    desk: Desk,
    key: ObjectKey,
    user: str,
    workstation_id: str | None,
    cause: Cause,
) -> Reservation:
    """Keep an object that is free, or about to become so, for somebody, in place of anybody else.
    Who it is kept for does not wait for it any more."""
    for before in tx.find(Reservation, **asdict(key)):
        tx.remove(before)
    made = Reservation(
        id=new_id("rsv"),
        **asdict(key),
        user=user,
        workstation_id=workstation_id,
        cause=cause,
        made_at=desk.clock(),
        expires_at=desk.kept_until(cause),
    )
    tx.add(made)
    for wait in tx.find(Wait, user=user, **asdict(key)):
        if made.admits(wait.user, wait.workstation_id):
            tx.remove(wait)
    return made


def offer(tx: Transaction, desk: Desk, key: ObjectKey) -> None:
    """If an object is free and kept for nobody, keep it for who waits longest, and say so."""
    if holder_on(tx, key) or reservation_on(tx, desk, key):
        return
    waits = [wait for wait in tx.find(Wait, **asdict(key)) if _is_heard_of(wait, desk)]
    if waits:
        first = waits[0]
        made = reserve(tx, desk, key, first.user, first.workstation_id, Cause.WAITING)
        tell_free(tx, made, first.workstation_id)


def tell_free(tx: Transaction, made: Reservation, workstation_id: str) -> None:
    """Tell a workstation that waited that the object is kept for it now."""
    until = format_time(made.expires_at)
    tx.append(
        "edit.object_free", {**asdict(key_of(made)), "reserved_until": until}, [workstation_id]
    )


def withdraw(tx: Transaction, desk: Desk, reservation: Reservation) -> None:
    """A reservation is over and was not used: the next one in line is told, or everybody, for it may
    have kept somebody out who edits the object without a session."""
    tx.remove(reservation)
    key = key_of(reservation)
    offer(tx, desk, key)
    if not (holder_on(tx, key) or reservation_on(tx, desk, key)):
        tx.append("edit.reservation_ended", asdict(key))


def consume(tx: Transaction, session: EditSession) -> None:
    """A session was granted: what kept the object for its holder, and its wait, have done their work."""
    for reservation in tx.find(Reservation, **asdict(key_of(session))):
        tx.remove(reservation)
    for wait in tx.find(Wait, workstation_id=session.workstation_id, **asdict(key_of(session))):
        tx.remove(wait)


def reason_against(
    reader: Reader,
    reservation: Reservation | None,
    user: str,
    workstation_id: str,
    labels: Mapping[str, str],
) -> tuple[Reason, ...]:
    """Why somebody may not have what is kept for somebody else; nothing if there is no reason."""
    if reservation is None or reservation.admits(user, workstation_id):
        return ()
    name = reservation.object_id
    title = Context(reservation.context_level, name, labels.get(name, "")).title
    until = f"{reservation.expires_at:%H:%M:%S} (UTC)"
    if reservation.user == user:
        there = _workstation_name(reader, reservation)
        text = f"{title} is kept for you on {there} until {until}"
    else:
        why = "to whom it was handed over"
        if reservation.cause is Cause.WAITING:
            why = "who waited for it"
        text = f"{title} is kept for {reservation.user} until {until}, {why}"
    return (Reason(Verdict.HARD, RULE, text),)


def shown_as_holder(reader: Reader, reservation: Reservation) -> Holder:
    """Who it is kept for, in the place of a holder: there is no session yet."""
    return Holder(
        session_id="",
        user=reservation.user,
        workstation=_workstation_name(reader, reservation),
        context_level=reservation.context_level,
        object_id=reservation.object_id,
        acquired_at=None,
        reserved_until=reservation.expires_at,
    )


def _workstation_name(reader: Reader, reservation: Reservation) -> str:
    """Empty where it is kept for all workstations of its user."""
    key = reservation.workstation_id
    found = reader.get(WorkstationRecord, key) if key else None
    return found.name if found else ""


def _is_heard_of(wait: Wait, desk: Desk) -> bool:
    return wait.expires_at > desk.clock() or wait.workstation_id in desk.connected()
