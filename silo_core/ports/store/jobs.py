"""A push as it stands in the outbox."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from silo_core.model.context import CheckpointContext
from silo_core.ports.store.database import Database, Row, SqlValue
from silo_core.ports.store.paths import path_of, path_text
from silo_core.ports.wire import format_time, parse_time


@dataclass(frozen=True, slots=True)
class PushJob:
    """A checkpoint to be pushed.

    ``id`` is its idempotency key, ``spool_path`` the snapshot to send, ``source_path`` the file it
    was taken of and ``file_name`` that file's name for the server. ``base`` is the id of the
    version it was made from; ``sha256`` (lower-case hex) and ``size`` (bytes) are of the snapshot.
    Times are aware UTC; ``tried_at`` is the last try that failed, if one did, and ``next_try_at``
    None: at once. ``rescue``: to be kept beside the head. ``handoff_id``: the request that the end of
    its sessions accepts. ``set_aside``: the item's later pushes do not wait for it.
    ``held``: its user cancelled it; it waits until it is resumed.
    """

    id: str
    part_number: str
    spool_path: Path
    file_name: str
    source_path: Path
    context: CheckpointContext
    session_ids: tuple[str, ...]
    object_ids: tuple[str, ...]
    base: str | None
    sha256: str
    size: int
    created_at: datetime
    attempts: int = 0
    next_try_at: datetime | None = None
    last_error: str = ""
    rescue: bool = False
    handoff_id: str = ""
    tried_at: datetime | None = None
    set_aside: bool = False
    held: bool = False


def insert(database: Database, job: PushJob) -> None:
    """Add the row of ``job``."""
    row = to_row(job)
    database.execute(f"INSERT INTO outbox VALUES (NULL{', ?' * len(row)})", row)  # noqa: S608


def to_row(job: PushJob) -> Row:
    """The values of ``job`` in the order of the table's columns after its position."""
    return (
        job.id,
        job.part_number,
        path_text(job.spool_path),
        job.file_name,
        path_text(job.source_path),
        job.context.value,
        json.dumps(job.session_ids),
        json.dumps(job.object_ids),
        job.base,
        job.sha256,
        job.size,
        format_time(job.created_at),
        job.attempts,
        format_time(job.next_try_at or job.created_at),
        job.last_error,
        int(job.rescue),
        job.handoff_id,
        format_time(job.tried_at) if job.tried_at else "",
        int(job.set_aside),
        int(job.held),
    )


def from_row(row: Row) -> PushJob:
    """The job of a whole row of the table."""
    _, key, part_number, spool, name, source, context, sessions, objects, base, *rest = row
    sha256, size, created_at, attempts, next_try_at, last_error, rescue, *newer = rest
    handoff_id, tried_at, set_aside, held = newer
    return PushJob(
        id=str(key),
        part_number=str(part_number),
        spool_path=path_of(str(spool)),
        file_name=str(name),
        source_path=path_of(str(source)),
        context=CheckpointContext(str(context)),
        session_ids=tuple(json.loads(str(sessions))),
        object_ids=tuple(json.loads(str(objects))),
        base=text(base),
        sha256=str(sha256),
        size=int(size or 0),
        created_at=parse_time(str(created_at)),
        attempts=int(attempts or 0),
        next_try_at=parse_time(str(next_try_at)),
        last_error=str(last_error),
        rescue=bool(rescue),
        handoff_id=str(handoff_id),
        tried_at=parse_time(str(tried_at)) if tried_at else None,
        set_aside=bool(set_aside),
        held=bool(held),
    )


def text(value: SqlValue) -> str | None:
    """A column that may be null."""
    return None if value is None else str(value)
