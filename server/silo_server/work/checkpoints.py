"""Checkpoints: version, head, feature graph, ended sessions and events in one transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from silo_core.model.context import CheckpointContext
from silo_core.model.item import VersionKind
from silo_core.model.session import EditSession, ReleaseReason
from silo_core.ports.wire import to_wire
from silo_server.storage.ports import Blob, Reader, Transaction
from silo_server.storage.records import Answered, ItemRecord, StoredChunk, VersionRecord
from silo_server.work.desk import Caller, Desk, new_id
from silo_server.work.graphs import store_dag
from silo_server.work.handoffs import acceptable, hand_over
from silo_server.work.items import head_of, item_of
from silo_server.work.leases import end_sessions
from silo_server.work.manifests import index
from silo_server.work.names import checked_file_name
from silo_server.work.refusal import Refusal, forbidden, invalid
from silo_server.work.subscribers import tell_subscribers
from silo_server.work.workstations import own_workstation


@dataclass(frozen=True, slots=True)
class Push:
    """What a workstation sends beside the file. ``checks_base`` is false where it did not say what
    its content was made from; ``base`` None then means nothing, else: from no version at all.
    ``handoff_id`` is the request that is accepted with the push, empty for none."""

    part_number: str
    workstation_id: str
    context: CheckpointContext
    session_ids: Sequence[str]
    base: str | None
    checks_base: bool
    file_name: str
    dag: Mapping[str, Any] | None
    changes: Sequence[str]
    comment: str
    rescue: bool
    key: str | None
    handoff_id: str


def foreseen(
    reader: Reader, caller: Caller, wanted: Push, sha256: str
) -> tuple[dict[str, Any] | None, VersionRecord | None]:
    """What was answered to the same push before, and the version that it was made from: looked up before
    a file is put together, which takes long.

    Raises:
        Refusal: as ``push`` would.
    """
    answered = _answered_before(reader, caller, wanted.key, f"{wanted.part_number} {sha256}")
    if answered is not None:
        return answered, None
    item = item_of(reader, wanted.part_number)
    own_workstation(reader, caller, wanted.workstation_id)
    _check_base(reader, wanted, item)
    base = reader.get(VersionRecord, (wanted.base if wanted.checks_base else item.head) or "")
    return None, base if base and base.part_number == item.part_number else None


def push(
    tx: Transaction,
    desk: Desk,
    caller: Caller,
    wanted: Push,
    blob: Blob,
    parts: Sequence[StoredChunk] = (),
) -> dict[str, Any]:
    """Store a checkpoint, or answer again what was answered to the same push before. ``parts`` is
    what its content consists of, where that is known.

    Raises:
        Refusal: 409 ``head_moved``; 422 ``idempotency_key_reused``; 403 or 404 for a workstation or
            item that is not there for the caller. Nothing has happened then.
    """
    request = f"{wanted.part_number} {blob.sha256}"
    answered = _answered_before(tx, caller, wanted.key, request)
    if answered is not None:
        return answered
    item = item_of(tx, wanted.part_number)
    own_workstation(tx, caller, wanted.workstation_id)
    sessions = _named_sessions(tx, wanted)
    _check_base(tx, wanted, item)
    version = _version(desk, caller, wanted, item, blob)
    tx.add(version)
    if parts:
        index(tx, item.part_number, blob, parts)
    if not wanted.rescue:
        file_name = item.file_name or checked_file_name(wanted.file_name)
        item = replace(item, head=version.id, file_name=file_name)
        tx.change(item)
        if wanted.dag is not None:
            store_dag(tx, item.part_number, wanted.dag)
    handed_to = _end(tx, desk, caller, wanted, sessions)
    shown = to_wire(version.public())
    body = {
        "checkpoint": shown,
        "version": shown,
        "subscribers_notified": _notify(tx, caller, wanted, item, version, sessions),
        "handed_to": handed_to,
    }
    if wanted.key is not None:
        key = _key_id(caller, wanted.key)
        tx.add(Answered(key, request, json.dumps(body), desk.clock()))
    return body


def _check_base(reader: Reader, wanted: Push, item: ItemRecord) -> None:
    if wanted.checks_base and wanted.base != item.head and not wanted.rescue:
        raise _head_moved(reader, item)


def _answered_before(
    tx: Reader, caller: Caller, key: str | None, request: str
) -> dict[str, Any] | None:
    before = None if key is None else tx.get(Answered, _key_id(caller, key))
    if before is None:
        return None
    if before.request != request:
        raise Refusal(
            422,
            "idempotency_key_reused",
            "Idempotency-Key: it was used for another push before; make a new key for every push.",
        )
    body: dict[str, Any] = json.loads(before.body)
    return body


def _key_id(caller: Caller, key: str) -> str:
    return f"{caller.user} {key}"


def _named_sessions(tx: Transaction, wanted: Push) -> list[EditSession]:
    """Those of the named sessions that still live; one that ended before is no error."""
    found = [tx.get(EditSession, key) for key in dict.fromkeys(wanted.session_ids)]
    sessions = [session for session in found if session is not None]
    for session in sessions:
        if session.workstation_id != wanted.workstation_id:
            raise forbidden(f"The edit session on {session.object_id} is another workstation's.")
        if session.part_number != wanted.part_number:
            raise invalid("session_ids", f"{session.id} is a session on {session.part_number}.")
    return sessions


def _end(
    tx: Transaction, desk: Desk, caller: Caller, wanted: Push, sessions: Sequence[EditSession]
) -> str | None:
    """End the named sessions and accept the handoff; answers who the object is kept for now."""
    handoff = acceptable(tx, caller, wanted.part_number, wanted.handoff_id)
    reason = ReleaseReason.CHECKPOINT
    if handoff is None and wanted.context is CheckpointContext.HANDOFF:
        reason = ReleaseReason.HANDOFF
    asked_for = handoff and handoff.session_id
    others = [session for session in sessions if session.id != asked_for]
    end_sessions(tx, desk, others, reason)
    reserved = handoff and hand_over(tx, desk, handoff)
    return reserved.user if reserved else None


def _head_moved(tx: Reader, item: ItemRecord) -> Refusal:
    head = head_of(tx, item)
    newer = f"{head.user} stored a newer one" if head else "it has no version yet"
    return Refusal(
        409,
        "head_moved",
        f"{item.part_number} is not at the version this was made from: {newer}; merge and push "
        "again, or push it as a rescue.",
        head=to_wire(head),
    )


def _version(
    desk: Desk, caller: Caller, wanted: Push, item: ItemRecord, blob: Blob
) -> VersionRecord:
    return VersionRecord(
        id=new_id("v"),
        part_number=item.part_number,
        kind=VersionKind.RESCUE if wanted.rescue else VersionKind.CHECKPOINT,
        revision_number=None,
        sha256=blob.sha256,
        size=blob.size,
        user=caller.user,
        workstation_id=wanted.workstation_id,
        context=wanted.context.value,
        comment=wanted.comment,
        created_at=desk.clock(),
        parent=wanted.base if wanted.checks_base else item.head,
        changes=tuple(wanted.changes),
    )


def _notify(
    tx: Transaction,
    caller: Caller,
    wanted: Push,
    item: ItemRecord,
    version: VersionRecord,
    sessions: Sequence[EditSession],
) -> int:
    data = {
        "part_number": item.part_number,
        "version": to_wire(version.public()),
        "context": wanted.context.value,
        "checkpoint_user": caller.user,
        "workstation_id": wanted.workstation_id,
        "object_ids": [session.object_id for session in sessions],
    }
    return tell_subscribers(tx, item, version, "subscription.checkpoint", data)
