"""What the locking plugin says, in one place. Pure."""

from __future__ import annotations

from datetime import datetime

from silo_core.model.event import Event
from silo_core.model.exchange import (
    ActivityEntry,
    ActivityKind,
    Connection,
    ContextEntry,
    Question,
)
from silo_core.model.session import EditSession
from silo_core.model.verdict import Judgement, Reason, Verdict

OK = "OK"
REQUEST = "Request Handoff"
RELEASE, DEFER, DISMISS = "Release Now", "Defer", "Dismiss"


def offline(entry: ContextEntry, connection: Connection) -> Judgement:
    """The warning of an entry without a server."""
    text = f"You edit {entry.context.title} offline: nobody sees it until the server is back."
    if connection.reason:
        text = f"{text} {connection.reason}"
    return Judgement((Reason(Verdict.SOFT, "offline", text),))


def judged(
    entry: ContextEntry, kind: ActivityKind, judgement: Judgement, now: datetime
) -> ActivityEntry:
    """A blocked or a warned entry, with every reason below the headline."""
    where = f"{entry.context.title} on {entry.document.part_number}"
    refused = kind is ActivityKind.BLOCKED
    text = f"Blocked: cannot edit {where}" if refused else f"Careful: {where}"
    return _entry(entry, kind, text, now, tuple(_reason(reason) for reason in judgement.reasons))


def lost(entry: ContextEntry, now: datetime) -> ActivityEntry:
    """An edit session that ended without its holder's doing."""
    text = f"Edit session lost: {entry.context.title} on {entry.document.part_number}"
    details = ("Your work is kept and pushed when you leave; the session is asked for again.",)
    return _entry(entry, ActivityKind.SESSION, text, now, details)


def forced(entry: ContextEntry, event: Event, now: datetime) -> ActivityEntry:
    """An edit session that an admin ended; ``event`` says who and why."""
    where = f"{entry.context.title} on {entry.document.part_number}"
    admin, reason = event.data.get("admin") or "an admin", event.data.get("reason")
    work = "Your work is kept and pushed when you leave; enter it again to ask for a session."
    details = (str(reason), work) if reason else (work,)
    return _entry(entry, ActivityKind.SESSION, f"Released by {admin}: {where}", now, details)


def blocked(entry: ContextEntry, judgement: Judgement) -> Question:
    """The dialog of a refused entry."""
    holder = holder_of(judgement)
    first, *others = (_reason(reason) for reason in judgement.reasons)
    return Question(
        title=f"Cannot edit {entry.context.title}",
        text=first,
        options=(OK, REQUEST) if holder else (OK,),
        details=tuple(others),
        document=entry.document,
    )


def holder_of(judgement: Judgement) -> EditSession | None:
    """The session to ask for, where somebody's session is what blocks."""
    hard = [reason.session for reason in judgement.reasons if reason.verdict is Verdict.HARD]
    return next(filter(None, hard), None)


def since(moment: datetime) -> str:
    """A time of day as people in this time zone read it."""
    return moment.astimezone().strftime("%H:%M")


def _reason(reason: Reason) -> str:
    session = reason.session
    if session is None:
        return reason.text
    return f"{reason.text} (since {since(session.acquired_at)})"


def _entry(
    entry: ContextEntry,
    kind: ActivityKind,
    text: str,
    now: datetime,
    details: tuple[str, ...] = (),
) -> ActivityEntry:
    return ActivityEntry(
        at=now,
        kind=kind,
        text=text,
        details=details,
        part_number=entry.document.part_number or "",
        object_id=entry.context.object_id,
    )
