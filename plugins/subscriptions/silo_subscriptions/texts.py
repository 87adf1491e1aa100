"""What the subscriptions plugin says. Pure."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from silo_core.model.event import Event
from silo_core.model.exchange import ActivityEntry, ActivityKind
from silo_core.model.item import Version, VersionKind


def headline(event: Event) -> str | None:
    """The line for an event about a subscribed item; None for any other event."""
    data = event.data
    if event.type == "subscription.checkpoint":
        objects = data.get("object_ids") or ()
        what = (
            f" finished editing {', '.join(map(str, objects))}" if objects else " made a checkpoint"
        )
        return f"Updated: {event.part_number} — {data.get('checkpoint_user', 'somebody')}{what}"
    if event.type == "subscription.revision":
        return (
            f"Released: {event.part_number} rev {data.get('previous_revision')} → "
            f"rev {data.get('revision_number')} by {data.get('user', 'somebody')}"
        )
    return None


def named(version: Version) -> str:
    """``revision 3 by alice``, ``the checkpoint of 2026-03-01 08:00 UTC by bob``."""
    if version.kind is VersionKind.REVISION:
        what = f"revision {version.revision_number}"
    elif version.created_at:
        what = f"the checkpoint of {version.created_at:%Y-%m-%d %H:%M} UTC"
    else:
        what = f"the checkpoint {version.id}"
    return f"{what} by {version.user or 'somebody'}"


def updated(part_number: str, head: Version, backup: Path, now: datetime) -> ActivityEntry:
    """An open document became the newest version."""
    return ActivityEntry(
        at=now,
        kind=ActivityKind.UPDATED,
        text=f"Updated: {part_number} is now {named(head)}",
        details=(*head.changes, f"What your file held is kept for 30 days as {backup}."),
        part_number=part_number,
        user=head.user,
    )


def newest_already(part_number: str, head: Version, now: datetime) -> ActivityEntry:
    """There was nothing to update."""
    text = f"Updated: {part_number} is {named(head)} already, the newest version"
    return ActivityEntry(now, ActivityKind.UPDATED, text, (), part_number, user=head.user)


def kept(part_number: str, why: str, advice: str, now: datetime) -> ActivityEntry:
    """Not updated, so that no work is overwritten."""
    text = f"Not updated: {part_number}, as {why}"
    return ActivityEntry(now, ActivityKind.CONFLICT, text, (advice,), part_number)


def not_updated(part_number: str, why: str, now: datetime) -> ActivityEntry:
    """Nothing was updated, as it could not be done."""
    text = f"Not updated: {part_number}. {why}"
    details = ("Your file stays as it was.",)
    return ActivityEntry(now, ActivityKind.PROBLEM, text, details, part_number)
