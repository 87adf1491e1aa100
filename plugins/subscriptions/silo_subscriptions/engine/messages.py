"""What is told of a sync: one line for one item, one line for many."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from silo_core.model.errors import SiloError
from silo_core.model.exchange import Action, ActivityEntry, ActivityKind
from silo_core.model.item import VersionKind
from silo_core.model.language import QT_TRANSLATE_NOOP, translate
from silo_core.model.sync import Behind, ItemStatus, Newer, SyncChoice
from silo_subscriptions.engine.download import Fetched
from silo_subscriptions.engine.plan import Survey
from silo_subscriptions.texts import named
from silo_subscriptions.wording import listing

OWNER = "silo_subscriptions"
"""In the facts of an entry: whose actions they are."""
OPEN = Action("silo_subscriptions.open", QT_TRANSLATE_NOOP("SiloButtons", "Open"))
RELOAD_PART = Action("silo_subscriptions.reload_part", QT_TRANSLATE_NOOP("SiloButtons", "Reload"))
ONE_BY_ONE = 5
"""Of more, only their number is told."""

_ADVICE = QT_TRANSLATE_NOOP(
    "SiloSubscriptions",
    "Overwrite takes the newer version and keeps what your file holds for 30 days; Skip keeps your "
    "file until there is a still newer version.",
)
_WAITING = QT_TRANSLATE_NOOP(
    "SiloSubscriptions",
    "It is fetched once you close the file. Reload reads it at once, and keeps what your file holds for "
    "30 days.",
)
CANCELLED = QT_TRANSLATE_NOOP("SiloSubscriptions", "It was stopped; retry it to fetch it.")
OFFLINE = QT_TRANSLATE_NOOP(
    "SiloSubscriptions", "The server cannot be reached; it is fetched once it is back."
)
ON_REQUEST = QT_TRANSLATE_NOOP("SiloSubscriptions", "It waits for Sync Now.")

_WORDS = {
    SyncChoice.OVERWRITE: QT_TRANSLATE_NOOP("SiloButtons", "Overwrite"),
    SyncChoice.SKIP: QT_TRANSLATE_NOOP("SiloButtons", "Skip"),
    SyncChoice.MERGE: QT_TRANSLATE_NOOP("SiloButtons", "Merge"),
    SyncChoice.RELOAD: QT_TRANSLATE_NOOP("SiloButtons", "Reload"),
}
_CHOSEN = {
    SyncChoice.OVERWRITE: QT_TRANSLATE_NOOP(
        "SiloSubscriptions", "Overwritten; what it replaced is kept for 30 days"
    ),
    SyncChoice.SKIP: QT_TRANSLATE_NOOP("SiloSubscriptions", "Skipped: your own copy stays"),
    SyncChoice.MERGE: QT_TRANSLATE_NOOP("SiloSubscriptions", "Merged with the newer version"),
    SyncChoice.RELOAD: QT_TRANSLATE_NOOP("SiloSubscriptions", "Reloaded"),
}


def _action(choice: SyncChoice) -> Action:
    return Action(choice.value, _WORDS[choice])


RELOAD = _action(SyncChoice.RELOAD)


def chosen(choice: SyncChoice) -> str:
    """What takes the place of the buttons."""
    return translate("SiloSubscriptions", _CHOSEN[choice])


def of_survey(survey: Survey, now: datetime) -> Iterator[ActivityEntry]:
    """Conflicts that are new, what newly waits for open files, and what the server said that cannot
    be."""
    if len(survey.conflicts) <= ONE_BY_ONE:
        for status in survey.conflicts:
            yield conflict(status, now)
    else:
        numbers = ", ".join(status.part_number for status in survey.conflicts[:ONE_BY_ONE])
        text = translate(
            "SiloSubscriptions", "Not updated: {count} items were changed here and on the server"
        ).format(count=len(survey.conflicts))
        details: tuple[str, ...] = (
            translate(
                "SiloSubscriptions",
                "{numbers} and more; Sync Status lists them, each with what can be done.",
            ).format(numbers=numbers),
        )
        yield ActivityEntry(now, ActivityKind.CONFLICT, text, details)
    if len(survey.waiting) <= ONE_BY_ONE:
        for status in survey.waiting:
            yield waiting(status, now)
    else:
        text = translate(
            "SiloSubscriptions", "Newer versions of {count} open files wait until you close them"
        ).format(count=len(survey.waiting))
        details = (
            translate(
                "SiloSubscriptions", "Sync Status lists them, with a button to read them at once."
            ),
        )
        yield ActivityEntry(now, ActivityKind.UPDATED, text, details)
    if survey.refused:
        text = translate("SiloSubscriptions", "Something the server lists is left out")
        more = len(survey.refused) - ONE_BY_ONE
        details = tuple(survey.refused[:ONE_BY_ONE]) + (
            (translate("SiloSubscriptions", "And {more} more.").format(more=more),)
            if more > 0
            else ()
        )
        yield ActivityEntry(now, ActivityKind.PROBLEM, text, details)


def conflict(status: ItemStatus, now: datetime) -> ActivityEntry:
    """A version that is not fetched before the user has decided."""
    text = translate(
        "SiloSubscriptions", "Not updated: {part} was changed here, and there is {wanted}"
    ).format(part=status.part_number, wanted=_wanted(status))
    return _to_decide(
        status, ActivityKind.CONFLICT, text, translate("SiloSubscriptions", _ADVICE), now
    )


def waiting(status: ItemStatus, now: datetime) -> ActivityEntry:
    """A version that is not fetched before its file is closed, or the user wants it at once."""
    text = translate(
        "SiloSubscriptions", "{part}: {wanted} waits, as the file is open here"
    ).format(part=status.part_number, wanted=_wanted(status))
    return _to_decide(
        status, ActivityKind.UPDATED, text, translate("SiloSubscriptions", _WAITING), now
    )


def joined(news: ActivityEntry, waits: ActivityEntry) -> ActivityEntry:
    """What was told of a version, which says now that it waits, and what can be done about it."""
    return replace(
        news,
        details=(waits.details[-1], *news.details),
        actions=(*waits.actions, *news.actions),
        facts={**news.facts, **waits.facts},
    )


def _wanted(status: ItemStatus) -> str:
    return (
        named(status.wanted) if status.wanted else translate("SiloSubscriptions", "a newer version")
    )


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
        actions=tuple(map(_action, status.choices)),
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
        text = translate("SiloSubscriptions", "Synced: {count} items ({size} MB)").format(
            count=len(fetched), size=f"{size / 1000000.0:.1f}"
        )
        yield ActivityEntry(now, ActivityKind.SYNCED, text)


def _synced(one: Fetched, now: datetime, also: tuple[Action, ...]) -> ActivityEntry:
    number, version = one.fetch.part_number, one.fetch.wanted.version
    kept = (
        (
            translate(
                "SiloSubscriptions", "What your file held is kept for 30 days as {path}."
            ).format(path=one.backup.path),
        )
        if one.backup
        else ()
    )
    return ActivityEntry(
        at=now,
        kind=ActivityKind.SYNCED,
        text=translate("SiloSubscriptions", "Synced: {number} {step}").format(
            number=number, step=_step(one)
        ),
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
        return translate("SiloSubscriptions", "rev {before} → rev {now}").format(
            before=before.base_revision, now=version.revision_number
        )
    return translate("SiloSubscriptions", "is {version}").format(version=named(version))


def behind(
    news: Sequence[Newer], documents: Sequence[Behind], now: datetime
) -> Iterator[ActivityEntry]:
    """Versions that the parts of open documents have, and that are not here."""
    if len(news) <= ONE_BY_ONE:
        for newer in news:
            what = translate("SiloSubscriptions", "{part} has {version}").format(
                part=newer.part_number, version=named(newer.version)
            )
            yield _behind((newer,), what, documents, now)
    else:
        what = translate("SiloSubscriptions", "{count} parts have newer versions")
        yield _behind(news, what.format(count=len(news)), documents, now)


def _behind(
    news: Sequence[Newer], what: str, documents: Sequence[Behind], now: datetime
) -> ActivityEntry:
    above = {
        one.document.part_number or "" for one in documents if not {*news}.isdisjoint(one.parts)
    }
    text = (
        translate("SiloSubscriptions", "{assemblies} is behind: {what}")
        if len(above) == 1
        else translate("SiloSubscriptions", "{assemblies} are behind: {what}")
    )
    first, *more = news
    numbers = translate("SiloSubscriptions", "{numbers} and more").format(
        numbers=", ".join(newer.part_number for newer in news[:ONE_BY_ONE])
    )
    return ActivityEntry(
        at=now,
        kind=ActivityKind.UPDATED,
        text=text.format(assemblies=listing(sorted(above)), what=what),
        details=(numbers,) if more else first.version.changes,
        part_number=min(above),
        user="" if more else first.version.user,
        actions=() if more else (RELOAD_PART,),
        facts={"plugin": OWNER, "part": first.part_number, "version": first.version.id},
    )


def failed(part_number: str, why: str, now: datetime) -> ActivityEntry:
    """It could not be fetched."""
    details = (
        translate(
            "SiloSubscriptions",
            "Your file stays as it was. Sync Status lists it, with a button to retry.",
        ),
    )
    return ActivityEntry(
        now,
        ActivityKind.PROBLEM,
        translate("SiloSubscriptions", "Not updated: {part}. {why}").format(
            part=part_number, why=why
        ),
        details,
        part_number,
    )


def not_compared(error: SiloError, now: datetime) -> ActivityEntry:
    """Nothing is known of what is new."""
    text = translate("SiloSubscriptions", "Subscriptions could not be compared with the server")
    return ActivityEntry(now, ActivityKind.PROBLEM, text, (error.message,))


def many_failed(reasons: Collection[str], count: int, now: datetime) -> ActivityEntry:
    """More than are told one by one."""
    text = translate("SiloSubscriptions", "Not updated: {count} items").format(count=count)
    details = (
        *sorted(set(reasons))[:ONE_BY_ONE],
        translate("SiloSubscriptions", "Sync Status lists them, with buttons to retry."),
    )
    return ActivityEntry(now, ActivityKind.PROBLEM, text, details)


def bug(error: BaseException) -> str:
    """For what nobody has thought of."""
    return translate(
        "SiloSubscriptions", "Something unexpected happened ({name}); the log says more."
    ).format(name=type(error).__name__)
