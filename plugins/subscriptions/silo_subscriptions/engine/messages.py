"""What is told of a sync: one line for one item, one line for many."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from silo_core.model.errors import SiloError
from silo_core.model.exchange import Action, ActivityEntry, ActivityKind
from silo_core.model.item import VersionKind
from silo_core.model.sync import ItemStatus, SyncChoice
from silo_subscriptions.engine.download import Fetched
from silo_subscriptions.engine.plan import Survey
from silo_subscriptions.texts import named

OWNER = "silo_subscriptions"
"""In the facts of an entry: whose actions they are."""
OPEN = Action("silo_subscriptions.open", "Open")
ONE_BY_ONE = 5
"""Of more, only their number is told."""

_ADVICE = (
    "Overwrite takes the newer version and keeps what your file holds for 30 days; Skip keeps your "
    "file until there is a still newer version."
)
_WAITING = (
    "It is fetched once you close the file. Reload reads it at once, and keeps what your file holds for "
    "30 days."
)
CANCELLED = "It was stopped; retry it to fetch it."
OFFLINE = "The server cannot be reached; it is fetched once it is back."
ON_REQUEST = "It waits for Sync Now."

_WORDS = {
    SyncChoice.OVERWRITE: "Overwrite",
    SyncChoice.SKIP: "Skip",
    SyncChoice.MERGE: "Merge",
    SyncChoice.RELOAD: "Reload",
}
CHOSEN = {
    SyncChoice.OVERWRITE: "Overwritten; what it replaced is kept for 30 days",
    SyncChoice.SKIP: "Skipped: your own copy stays",
    SyncChoice.MERGE: "Merged with the newer version",
    SyncChoice.RELOAD: "Reloaded",
}
"""What takes the place of the buttons."""


def of_survey(survey: Survey, now: datetime) -> Iterator[ActivityEntry]:
    """Conflicts that are new, what newly waits for open files, and what the server said that cannot
    be."""
    if len(survey.conflicts) <= ONE_BY_ONE:
        for status in survey.conflicts:
            yield conflict(status, now)
    else:
        numbers = ", ".join(status.part_number for status in survey.conflicts[:ONE_BY_ONE])
        text = f"Not updated: {len(survey.conflicts)} items were changed here and on the server"
        details: tuple[str, ...] = (
            f"{numbers} and more; Sync Status lists them, each with what can be done.",
        )
        yield ActivityEntry(now, ActivityKind.CONFLICT, text, details)
    if len(survey.waiting) <= ONE_BY_ONE:
        for status in survey.waiting:
            yield waiting(status, now)
    else:
        text = f"Newer versions of {len(survey.waiting)} open files wait until you close them"
        details = ("Sync Status lists them, with a button to read them at once.",)
        yield ActivityEntry(now, ActivityKind.UPDATED, text, details)
    if survey.refused:
        text = "Something the server lists is left out"
        more = len(survey.refused) - ONE_BY_ONE
        details = tuple(survey.refused[:ONE_BY_ONE]) + ((f"And {more} more.",) if more > 0 else ())
        yield ActivityEntry(now, ActivityKind.PROBLEM, text, details)


def conflict(status: ItemStatus, now: datetime) -> ActivityEntry:
    """A version that is not fetched before the user has decided."""
    text = f"Not updated: {status.part_number} was changed here, and there is {_wanted(status)}"
    return _to_decide(status, ActivityKind.CONFLICT, text, _ADVICE, now)


def waiting(status: ItemStatus, now: datetime) -> ActivityEntry:
    """A version that is not fetched before its file is closed, or the user wants it at once."""
    text = f"{status.part_number}: {_wanted(status)} waits, as the file is open here"
    return _to_decide(status, ActivityKind.UPDATED, text, _WAITING, now)


def _wanted(status: ItemStatus) -> str:
    return named(status.wanted) if status.wanted else "a newer version"


def _to_decide(
    status: ItemStatus, kind: ActivityKind, text: str, advice: str, now: datetime
) -> ActivityEntry:
    wanted = status.wanted
    return ActivityEntry(
        at=now,
        kind=kind,
        text=text,
        details=(*(wanted.changes if wanted else ()), advice),
        part_number=status.part_number,
        user=wanted.user if wanted else "",
        actions=tuple(Action(choice.value, _WORDS[choice]) for choice in status.choices),
        facts={"plugin": OWNER, "version": wanted.id if wanted else ""},
    )


def synced(
    fetched: Sequence[Fetched], now: datetime, also: tuple[Action, ...] = ()
) -> Iterator[ActivityEntry]:
    """Files that are in step now; ``also`` are buttons beside [Open]."""
    if len(fetched) <= ONE_BY_ONE:
        for one in fetched:
            yield _synced(one, now, also)
    elif fetched:
        size = sum(one.fetch.wanted.version.size for one in fetched)
        text = f"Synced: {len(fetched)} items ({size / 1e6:.1f} MB)"
        yield ActivityEntry(now, ActivityKind.SYNCED, text)


def _synced(one: Fetched, now: datetime, also: tuple[Action, ...]) -> ActivityEntry:
    number, version = one.fetch.part_number, one.fetch.wanted.version
    kept = (f"What your file held is kept for 30 days as {one.backup.path}.",) if one.backup else ()
    return ActivityEntry(
        at=now,
        kind=ActivityKind.SYNCED,
        text=f"Synced: {number} {_step(one)}",
        details=(*version.changes, *kept),
        part_number=number,
        user=version.user,
        actions=(OPEN, *also),
        facts={"plugin": OWNER, "path": str(one.fetch.path)},
    )


def _step(one: Fetched) -> str:
    """``rev 3 → rev 5`` from one revision to another, else what the file is now."""
    version, before = one.fetch.wanted.version, one.fetch.tracked
    if version.kind is VersionKind.REVISION and before and before.base_revision:
        return f"rev {before.base_revision} → rev {version.revision_number}"
    return f"is {named(version)}"


def failed(part_number: str, why: str, now: datetime) -> ActivityEntry:
    """It could not be fetched."""
    details = ("Your file stays as it was. Sync Status lists it, with a button to retry.",)
    return ActivityEntry(
        now, ActivityKind.PROBLEM, f"Not updated: {part_number}. {why}", details, part_number
    )


def not_compared(error: SiloError, now: datetime) -> ActivityEntry:
    """Nothing is known of what is new."""
    text = "Subscriptions could not be compared with the server"
    return ActivityEntry(now, ActivityKind.PROBLEM, text, (error.message,))


def many_failed(reasons: Collection[str], count: int, now: datetime) -> ActivityEntry:
    """More than are told one by one."""
    text = f"Not updated: {count} items"
    details = (*sorted(set(reasons))[:ONE_BY_ONE], "Sync Status lists them, with buttons to retry.")
    return ActivityEntry(now, ActivityKind.PROBLEM, text, details)


def bug(error: BaseException) -> str:
    """For what nobody has thought of."""
    return f"Something unexpected happened ({type(error).__name__}); the log says more."
