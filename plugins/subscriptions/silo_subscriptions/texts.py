"""What the subscriptions plugin says. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from silo_core.model.event import Event
from silo_core.model.exchange import ActivityEntry, ActivityKind
from silo_core.model.item import Version, VersionKind
from silo_core.model.sync import SyncState
from silo_core.ports.store import WantedItem
from silo_core.rules.sync import SyncAction


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


WORKING = "Working checkpoint (not a formal revision)"
CHANGES_AT_MOST = 20


def details(event: Event) -> tuple[str, ...]:
    """What there is to know of it: that it is no revision, and what changed; or its comment."""
    data = event.data
    version = data.get("version")
    changes = version.get("changes") if isinstance(version, Mapping) else None
    said = [str(change) for change in changes] if isinstance(changes, list) else []
    if len(said) > CHANGES_AT_MOST:
        said[CHANGES_AT_MOST:] = [f"and {len(said) - CHANGES_AT_MOST} more"]
    comment = str(data.get("comment") or "")
    first = WORKING if event.type == "subscription.checkpoint" else comment
    return tuple(filter(None, (first, *said)))


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


CHANGED_HERE = "It was changed here since; that is not on the server yet."
LET_GO_LATER = "No subscription reaches it any more; it is let go once it is closed."

_OF_ACTION = {
    SyncAction.DOWNLOAD: (SyncState.PENDING, "It is fetched soon."),
    SyncAction.REPLACE: (SyncState.PENDING, "It is fetched soon; what your file holds is kept."),
    SyncAction.MERGE: (SyncState.PENDING, "It is joined with what your file holds soon."),
    SyncAction.WAIT: (SyncState.DEFERRED, "Your own checkpoint of it is on its way first."),
    SyncAction.PAUSE: (SyncState.PAUSED, ""),
    SyncAction.RELOAD: (SyncState.DEFERRED, "It is read again now."),
    SyncAction.DEFER: (SyncState.DEFERRED, "It is open; it is updated once it is closed."),
    SyncAction.ASK: (
        SyncState.CONFLICT,
        "It was changed here, and there is a newer version on the server.",
    ),
    SyncAction.SKIP: (SyncState.SKIPPED, "Your own copy is kept in place of the newer version."),
}


def of_action(action: SyncAction, item: WantedItem) -> tuple[SyncState, str]:
    """State and reason of an item that this is to be done about."""
    state, reason = _OF_ACTION[action]
    if action is SyncAction.ASK and item.version.user:
        reason = f"It was changed here, and there is {named(item.version)}."
    return state, reason
