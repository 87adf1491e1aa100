"""What the checkpoint plugin says, in one place. Pure."""

from __future__ import annotations

from datetime import datetime

from silo_core.model.errors import SiloError
from silo_core.model.exchange import ActivityEntry, ActivityKind, CheckpointPushed
from silo_core.ports.store import PushJob


def pushed(result: CheckpointPushed, now: datetime) -> ActivityEntry:
    """A checkpoint that arrived, as head or beside it."""
    if result.rescue:
        text = f"Kept beside the newest version: your {result.part_number}"
        details: tuple[str, ...] = (
            "Others changed it meanwhile. Nothing is lost: your version is in the item's history.",
        )
        return ActivityEntry(now, ActivityKind.CONFLICT, text, details, result.part_number)
    count = result.subscribers_notified
    told = f"{count} subscriber{'' if count == 1 else 's'} notified"
    text = f"Checkpoint: {result.part_number} ({result.context}) — {told}"
    return ActivityEntry(now, ActivityKind.CHECKPOINT, text, (), result.part_number)


def delayed(job: PushJob, error: SiloError, now: datetime) -> ActivityEntry:
    """A checkpoint that could not be sent at its first try."""
    text = f"Checkpoint of {job.part_number} is kept here and sent later"
    return ActivityEntry(now, ActivityKind.PROBLEM, text, (error.message,), job.part_number)


def lost(job: PushJob, now: datetime) -> ActivityEntry:
    """A checkpoint whose snapshot was deleted before it could be sent."""
    text = f"A checkpoint of {job.part_number} cannot be sent: its copy here was deleted"
    details = (
        f"It was {job.spool_path}.",
        "What your file holds goes with the next checkpoint: edit an object and leave it.",
    )
    return ActivityEntry(now, ActivityKind.PROBLEM, text, details, job.part_number)
