"""What the subscriptions plugin says. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from silo_core.model.event import Event
from silo_core.model.exchange import ActivityEntry, ActivityKind
from silo_core.model.item import Version, VersionKind
from silo_core.model.language import QT_TRANSLATE_NOOP, translate
from silo_core.model.sync import Newer, SyncState
from silo_core.ports.store import WantedItem
from silo_core.rules.sync import SyncAction


def headline(event: Event) -> str | None:
    """The line for an event about a subscribed item; None for any other event."""
    data = event.data
    if event.type == "subscription.checkpoint":
        objects = ", ".join(map(str, data.get("object_ids") or ()))
        if objects:
            said = translate(
                "SiloSubscriptions", "Updated: {part} — {user} finished editing {objects}"
            )
        else:
            said = translate("SiloSubscriptions", "Updated: {part} — {user} made a checkpoint")
        user = data.get("checkpoint_user") or somebody()
        return said.format(part=event.part_number, user=user, objects=objects)
    if event.type == "subscription.revision":
        said = translate("SiloSubscriptions", "Released: {part} rev {before} → rev {now} by {user}")
        return said.format(
            part=event.part_number,
            before=data.get("previous_revision"),
            now=data.get("revision_number"),
            user=data.get("user") or somebody(),
        )
    return None


CHANGES_AT_MOST = 20


def details(event: Event) -> tuple[str, ...]:
    """What there is to know of it: that it is no revision, and what changed; or its comment."""
    data = event.data
    version = data.get("version")
    changes = version.get("changes") if isinstance(version, Mapping) else None
    said = [str(change) for change in changes] if isinstance(changes, tuple) else []
    if len(said) > CHANGES_AT_MOST:
        said[CHANGES_AT_MOST:] = [
            translate("SiloSubscriptions", "and {count} more").format(
                count=len(said) - CHANGES_AT_MOST
            )
        ]
    comment = str(data.get("comment") or "")
    working = translate("SiloSubscriptions", "Working checkpoint (not a formal revision)")
    first = working if event.type == "subscription.checkpoint" else comment
    return tuple(filter(None, (first, *said)))


def somebody() -> str:
    """Who a server does not name."""
    return translate("SiloSubscriptions", "somebody")


def named(version: Version) -> str:
    """``revision 3 by alice``, ``the checkpoint of 2026-03-01 08:00 UTC by bob``."""
    if version.kind is VersionKind.REVISION:
        what = translate("SiloSubscriptions", "revision {number}").format(
            number=version.revision_number
        )
    elif version.created_at:
        what = translate("SiloSubscriptions", "the checkpoint of {time} UTC").format(
            time=f"{version.created_at:%Y-%m-%d %H:%M}"
        )
    else:
        what = translate("SiloSubscriptions", "the checkpoint {id}").format(id=version.id)
    return translate("SiloSubscriptions", "{what} by {user}").format(
        what=what, user=version.user or somebody()
    )


def uses_older(part_number: str, parts: Sequence[Newer]) -> str:
    """Why an assembly is behind, in a sentence."""
    first, more = parts[0], len(parts) - 1
    text = (
        translate(
            "SiloSubscriptions",
            "{assembly} uses {part}; you do not have {version} yet, nor newer versions of {more} more.",
        )
        if more
        else translate(
            "SiloSubscriptions", "{assembly} uses {part}; you do not have {version} yet."
        )
    )
    return text.format(
        assembly=part_number, part=first.part_number, version=named(first.version), more=more
    )


def updated(part_number: str, head: Version, backup: Path, now: datetime) -> ActivityEntry:
    """An open document became the newest version."""
    return ActivityEntry(
        at=now,
        kind=ActivityKind.UPDATED,
        text=translate("SiloSubscriptions", "Updated: {part} is now {version}").format(
            part=part_number, version=named(head)
        ),
        details=(
            *head.changes,
            translate(
                "SiloSubscriptions", "What your file held is kept for 30 days as {backup}."
            ).format(backup=backup),
        ),
        part_number=part_number,
        user=head.user,
    )


def newest_already(part_number: str, head: Version, now: datetime) -> ActivityEntry:
    """There was nothing to update."""
    text = translate(
        "SiloSubscriptions", "Updated: {part} is {version} already, the newest version"
    ).format(part=part_number, version=named(head))
    return ActivityEntry(now, ActivityKind.UPDATED, text, (), part_number, user=head.user)


def kept(part_number: str, why: str, advice: str, now: datetime) -> ActivityEntry:
    """Not updated, so that no work is overwritten."""
    text = translate("SiloSubscriptions", "Not updated: {part}, as {why}").format(
        part=part_number, why=why
    )
    return ActivityEntry(now, ActivityKind.CONFLICT, text, (advice,), part_number)


def not_updated(part_number: str, why: str, now: datetime) -> ActivityEntry:
    """Nothing was updated, as it could not be done."""
    text = translate("SiloSubscriptions", "Not updated: {part}. {why}").format(
        part=part_number, why=why
    )
    details = (translate("SiloSubscriptions", "Your file stays as it was."),)
    return ActivityEntry(now, ActivityKind.PROBLEM, text, details, part_number)


CHANGED_HERE = QT_TRANSLATE_NOOP(
    "SiloSubscriptions", "It was changed here since; that is not on the server yet."
)
LET_GO_LATER = QT_TRANSLATE_NOOP(
    "SiloSubscriptions", "No subscription reaches it any more; it is let go once it is closed."
)

_OF_ACTION = {
    SyncAction.DOWNLOAD: (
        SyncState.PENDING,
        QT_TRANSLATE_NOOP("SiloSubscriptions", "It is fetched soon."),
    ),
    SyncAction.REPLACE: (
        SyncState.PENDING,
        QT_TRANSLATE_NOOP("SiloSubscriptions", "It is fetched soon; what your file holds is kept."),
    ),
    SyncAction.MERGE: (
        SyncState.PENDING,
        QT_TRANSLATE_NOOP("SiloSubscriptions", "It is joined with what your file holds soon."),
    ),
    SyncAction.WAIT: (
        SyncState.DEFERRED,
        QT_TRANSLATE_NOOP("SiloSubscriptions", "Your own checkpoint of it is on its way first."),
    ),
    SyncAction.PAUSE: (SyncState.PAUSED, ""),
    SyncAction.RELOAD: (
        SyncState.DEFERRED,
        QT_TRANSLATE_NOOP("SiloSubscriptions", "It is read again now."),
    ),
    SyncAction.DEFER: (
        SyncState.DEFERRED,
        QT_TRANSLATE_NOOP("SiloSubscriptions", "It is open; it is updated once it is closed."),
    ),
    SyncAction.ASK: (
        SyncState.CONFLICT,
        QT_TRANSLATE_NOOP(
            "SiloSubscriptions", "It was changed here, and there is a newer version on the server."
        ),
    ),
    SyncAction.SKIP: (
        SyncState.SKIPPED,
        QT_TRANSLATE_NOOP(
            "SiloSubscriptions", "Your own copy is kept in place of the newer version."
        ),
    ),
}


def of_action(action: SyncAction, item: WantedItem) -> tuple[SyncState, str]:
    """State and reason of an item that this is to be done about."""
    state, reason = _OF_ACTION[action]
    if action is SyncAction.ASK and item.version.user:
        reason = translate(
            "SiloSubscriptions", "It was changed here, and there is {version}."
        ).format(version=named(item.version))
    return state, reason
