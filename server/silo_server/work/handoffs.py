"""Handing an edit session over: asking for it, answering, and giving it to nobody else."""

from __future__ import annotations

from dataclasses import replace

from silo_core.model.answers import HandoffAnswer
from silo_core.model.session import EditSession, ReleaseReason
from silo_core.ports.wire import format_time
from silo_server.storage.ports import Reader, Transaction
from silo_server.storage.records import Cause, Handoff, Reservation, User, WorkstationRecord
from silo_server.work.desk import Caller, Desk, new_id
from silo_server.work.leases import end_sessions, settle
from silo_server.work.refusal import forbidden, not_found
from silo_server.work.reservations import ObjectKey, holder_on, reservation_on, reserve
from silo_server.work.workstations import own_workstation


def request(
    tx: Transaction,
    desk: Desk,
    caller: Caller,
    session: EditSession,
    message: str,
    workstation_id: str | None,
) -> str:
    """Ask the holder for a session; answers the id of the request. Who asks again before there is an
    answer has one request, with the newest message, of which the holder is told again.

    Raises:
        Refusal: 404 or 403, ``workstation_id`` is none of the caller's.
    """
    if workstation_id is not None:
        own_workstation(tx, caller, workstation_id)
    asked = _unanswered(tx, session, caller, workstation_id)
    handoff = Handoff(
        id=asked.id if asked else new_id("ho"),
        session_id=session.id,
        part_number=session.part_number,
        context_level=session.context_level,
        object_id=session.object_id,
        holder=session.user,
        requester=caller.user,
        workstation_id=workstation_id,
        message=message,
        created_at=desk.clock(),
    )
    if asked:
        tx.change(handoff)
    else:
        tx.add(handoff)
    tx.append(
        "edit.handoff_requested",
        {
            "part_number": session.part_number,
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


def _unanswered(
    reader: Reader, session: EditSession, caller: Caller, workstation_id: str | None
) -> Handoff | None:
    asker = (caller.user, workstation_id)
    for asked in reader.find(Handoff, session_id=session.id):
        if asked.answer is None and (asked.requester, asked.workstation_id) == asker:
            return asked
    return None


def answer(
    tx: Transaction, desk: Desk, caller: Caller, handoff_id: str, said: HandoffAnswer
) -> None:
    """The holder answers. ``release`` is final, anything else can be followed by another answer;
    the same answer again changes nothing and tells nobody.

    Raises:
        Refusal: 404, there is no such request; 403, it is another user's to answer.
    """
    handoff = tx.get(Handoff, handoff_id)
    if handoff is None:
        raise not_found(f"There is no handoff request {handoff_id[:80]}.")
    if handoff.holder != caller.user:
        raise forbidden(f"The handoff request is for {handoff.holder} to answer.")
    if handoff.answer in (said, HandoffAnswer.RELEASE):
        return
    if said is HandoffAnswer.RELEASE:
        hand_over(tx, desk, handoff)
    else:
        _record(tx, handoff, said)


def acceptable(reader: Reader, caller: Caller, part_number: str, key: str) -> Handoff | None:
    """The request that a push accepts. One that is not there, is not the caller's to answer, is about
    another item or was granted before is None and never an error: no file is lost for a handoff."""
    handoff = reader.get(Handoff, key) if key else None
    if handoff is None or handoff.answer is HandoffAnswer.RELEASE:
        return None
    is_theirs = (handoff.holder, handoff.part_number) == (caller.user, part_number)
    return handoff if is_theirs else None


def hand_over(tx: Transaction, desk: Desk, handoff: Handoff) -> Reservation | None:
    """Grant a request: its session ends if it still lives, the object is kept for the requester, and
    everybody who asked for that session is told. None if somebody else has the object meanwhile."""
    session = tx.get(EditSession, handoff.session_id)
    if session is None:
        settle(tx, desk)  # whether it is free depends on who holds what right now
        session = _had_again(tx, handoff)
    reserved = _reserve(tx, desk, handoff, free=session is not None)
    if session is not None:
        end_sessions(tx, desk, [session], ReleaseReason.HANDOFF)
    _record(tx, handoff, HandoffAnswer.RELEASE, reserved)
    for other in tx.find(Handoff, session_id=handoff.session_id):
        if other.id == handoff.id or other.answer not in (None, HandoffAnswer.DEFER):
            continue
        asker = (other.requester, other.workstation_id)
        same = asker == (handoff.requester, handoff.workstation_id)
        _record(tx, other, HandoffAnswer.RELEASE if same else HandoffAnswer.DISMISS, reserved)
    return reserved


def _had_again(reader: Reader, handoff: Handoff) -> EditSession | None:
    """What the holder has of the object, where the session that was asked for was lost, and another one
    taken, before the answer."""
    if handoff.context_level is None:
        return None
    key = ObjectKey(handoff.part_number, handoff.context_level, handoff.object_id)
    held = holder_on(reader, key)
    if held is None or held.user != handoff.holder:
        return None
    # who asked themselves on another workstation may have it by now
    is_askers = handoff.workstation_id in (None, held.workstation_id)
    return None if held.user == handoff.requester and is_askers else held


def _reserve(tx: Transaction, desk: Desk, handoff: Handoff, *, free: bool) -> Reservation | None:
    """``free`` tells that it is, or will be once the session has ended; else that is looked up."""
    if handoff.context_level is None or not _requester_is_known(tx, handoff):
        return None
    key = ObjectKey(handoff.part_number, handoff.context_level, handoff.object_id)
    if free or not (holder_on(tx, key) or reservation_on(tx, desk, key)):
        return reserve(tx, desk, key, handoff.requester, handoff.workstation_id, Cause.HANDOFF)
    return None


def _requester_is_known(reader: Reader, handoff: Handoff) -> bool:
    """Whether there is anybody who could take it."""
    named = handoff.workstation_id
    if named is not None and reader.get(WorkstationRecord, named) is None:
        return False
    return reader.get(User, handoff.requester) is not None


def _record(
    tx: Transaction,
    handoff: Handoff,
    said: HandoffAnswer,
    reserved: Reservation | None = None,
) -> None:
    """Keep the answer and tell the requester: on all workstations, where none was named."""
    tx.change(replace(handoff, answer=said))
    told = (
        [handoff.workstation_id]
        if handoff.workstation_id is not None
        else [found.id for found in tx.find(WorkstationRecord, user=handoff.requester)]
    )
    granted = said is HandoffAnswer.RELEASE
    tx.append(
        "edit.handoff_answered",
        {
            "part_number": handoff.part_number,
            "handoff_id": handoff.id,
            "session_id": handoff.session_id,
            "object_id": handoff.object_id,
            "context_level": handoff.context_level,
            "answer": said.value,
            "holder": handoff.holder,
            "handed_to": reserved.user if reserved else None,
            "reserved_until": format_time(reserved.expires_at) if reserved and granted else None,
        },
        told,
    )
