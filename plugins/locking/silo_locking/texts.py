"""What the locking plugin says, in one place. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from silo_core.model.answers import HandoffAnswer
from silo_core.model.context import Context, ContextLevel, Document
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
REQUEST, NOTIFY = "Request Handoff", "Notify me when free"
RELEASE, DEFER, DISMISS = "Release Now", "Defer", "Dismiss"
EDIT_NOW, NOT_NOW = "Edit Now", "Not Now"
UPDATE, ANYWAY = "Update First", "Edit Anyway"

SHARED_AT_MOST = 8
"""How many shared objects an entry names before it says "N more"."""

KEPT = (
    "Your work is kept: it is pushed when you leave, joined with theirs where that is possible, and "
    "kept beside it on the server where it is not."
)

EDITED_ANYWAY = (
    "Edited anyway, your changes are joined with theirs when you leave; what cannot be joined is kept "
    "beside theirs."
)


# -- questions --------------------------------------------------------------------------------------


def blocked(entry: ContextEntry, judgement: Judgement, now: datetime) -> Question:
    """The dialog of a refused entry."""
    title = f"Cannot edit {entry.context.title}"
    return _taken(ActivityKind.BLOCKED, title, entry, judgement, (), now)


def contested(entry: ContextEntry, judgement: Judgement, now: datetime) -> Question:
    """The dialog of an entry that goes on, while somebody else has its object."""
    text, kept = _since_taken(entry.context.title, judgement)
    return _taken(ActivityKind.CONFLICT, text, entry, judgement, (kept,), now)


def _taken(
    kind: ActivityKind,
    title: str,
    entry: ContextEntry,
    judgement: Judgement,
    more: tuple[str, ...],
    now: datetime,
) -> Question:
    holder = holder_of(judgement)
    options: tuple[str, ...] = (OK,)
    label = ""
    if holder:
        options = (OK, NOTIFY)
    if holder and holder.id:  # what is kept for somebody is not theirs to hand over yet
        options = (OK, REQUEST, NOTIFY)
        label = f"Message to {holder.user} (optional)"
    first, *others = (_reason(reason, now) for reason in judgement.reasons)
    return Question(
        title=title,
        text=first,
        options=options,
        details=(*more, *others),
        document=entry.document,
        message_label=label,
        kind=kind,
    )


def stale(entry: ContextEntry, text: str) -> Question:
    """Whether to update a copy before it is edited."""
    return Question(
        title=f"There is a newer version of {entry.document.part_number}",
        text=text,
        details=(EDITED_ANYWAY,),
        options=(UPDATE, ANYWAY),
        document=entry.document,
        kind=ActivityKind.WARNING,
    )


def asked_to_hand_over(entry: ContextEntry, requester: str, message: str) -> Question:
    """What the holder is asked. The first option is the harmless one: Enter, meant for a dimension,
    must not give anything away."""
    where = _where(entry)
    return Question(
        title=f"{requester} requests {where}",
        text=f"“{message}”" if message else f"{requester} would like to edit {where}.",
        details=("Release Now saves, pushes a checkpoint and leaves it to them.",),
        options=(DEFER, RELEASE, DISMISS),
        document=entry.document,
    )


def handed_over(entry: ContextEntry, holder: str) -> Question:
    """The requester may go on."""
    title = f"{holder} handed {entry.context.title} over to you"
    return _edit_now(entry, title, "It is kept for you for a short while.")


def free(entry: ContextEntry) -> Question:
    """Who waited may go on."""
    title = f"{entry.context.title} is free"
    return _edit_now(entry, title, f"Nobody edits {_where(entry)} now.")


def _edit_now(entry: ContextEntry, title: str, text: str) -> Question:
    return Question(title=title, text=text, options=(EDIT_NOW, NOT_NOW), document=entry.document)


# -- activity ---------------------------------------------------------------------------------------


def offline(entry: ContextEntry, connection: Connection) -> Judgement:
    """The warning of an entry without a server."""
    text = f"You edit {entry.context.title} offline: nobody sees it until the server is back."
    if connection.reason:
        text = f"{text} {connection.reason}"
    return Judgement((Reason(Verdict.SOFT, "offline", text),))


def judged(
    entry: ContextEntry,
    kind: ActivityKind,
    judgement: Judgement,
    now: datetime,
    labels: Mapping[str, str] = MappingProxyType({}),
) -> ActivityEntry:
    """A blocked or a warned entry, with every reason below the headline, and what both edits go into.
    ``labels`` of the document's objects, by internal name."""
    if kind is ActivityKind.BLOCKED:
        text = f"Blocked: cannot edit {_where(entry)}"
    else:
        text = _warning(entry, judgement, labels)
    details = _shared(judgement, labels)
    details += [_reason(reason, now) for reason in judgement.reasons]
    user = next((r.session.user for r in judgement.reasons if r.session), "")
    return _entry(entry, kind, text, now, tuple(details), user)


def _warning(entry: ContextEntry, judgement: Judgement, labels: Mapping[str, str]) -> str:
    """Who edits what, where somebody's editing is all there is to warn of."""
    sessions = {r.session.id: r.session for r in judgement.reasons if r.session}
    if len(sessions) != 1 or len(judgement.reasons) != 1:
        return f"Warning: {_where(entry)}"
    (session,), (reason,) = sessions.values(), judgement.reasons
    who = "You are" if reason.text.startswith("You are") else f"{session.user} is"
    title = Context(
        session.context_level, session.object_id, labels.get(session.object_id, "")
    ).title
    return f"{who} editing {title} on {entry.document.part_number}"


def _shared(judgement: Judgement, labels: Mapping[str, str]) -> list[str]:
    """What both edits go into."""
    shared = sorted({node for reason in judgement.reasons for node in reason.shared_nodes})
    names = [Context(ContextLevel.SKETCH, node, labels.get(node, "")).title for node in shared]
    more = [f"{len(names) - SHARED_AT_MOST} more"] if len(names) > SHARED_AT_MOST else []
    return [f"Shares downstream: {', '.join(names[:SHARED_AT_MOST] + more)}"] if shared else []


def behind(entry: ContextEntry, text: str, now: datetime) -> ActivityEntry:
    """The copy that is edited is not the newest."""
    title = f"A newer version of {entry.document.part_number} is on the server"
    return _entry(entry, ActivityKind.WARNING, title, now, (text, EDITED_ANYWAY))


def taken(entry: ContextEntry, judgement: Judgement, now: datetime) -> ActivityEntry:
    """What was edited on without a session is somebody else's now."""
    text, kept = _since_taken(_where(entry), judgement)
    details = (*(_reason(reason, now) for reason in judgement.reasons), kept)
    return _entry(entry, ActivityKind.CONFLICT, text, now, details)


def lost(entry: ContextEntry, now: datetime) -> ActivityEntry:
    """An edit session that ended without its holder's doing."""
    details = ("Your work is kept and pushed when you leave; the session is asked for again.",)
    text = f"Edit session lost: {_where(entry)}"
    return _entry(entry, ActivityKind.SESSION, text, now, details)


def forced(entry: ContextEntry, event: Event, now: datetime) -> ActivityEntry:
    """An edit session that an admin ended; ``event`` says who and why."""
    admin, reason = event.data.get("admin") or "an admin", event.data.get("reason")
    work = "Your work is kept and pushed when you leave; enter it again to ask for a session."
    details = (str(reason), work) if reason else (work,)
    text = f"Released by {admin}: {_where(entry)}"
    return _entry(entry, ActivityKind.SESSION, text, now, details)


def set_aside(entry: ContextEntry, copy: Path, now: datetime) -> ActivityEntry:
    """What was changed before a late refusal."""
    text = f"What you changed in {_where(entry)} before it was refused is kept in a copy"
    return _entry(entry, ActivityKind.CONFLICT, text, now, (str(copy),))


def not_set_aside(entry: ContextEntry, why: str, now: datetime) -> ActivityEntry:
    """The changes stay where they are."""
    text = f"What you changed in {_where(entry)} before it was refused stays in the document"
    return _entry(entry, ActivityKind.PROBLEM, text, now, (why,))


def free_after_all(entry: ContextEntry, now: datetime) -> ActivityEntry:
    """A block that was old news."""
    text = f"{_where(entry)} is free after all"
    return _entry(entry, ActivityKind.HANDOFF, text, now)


def no_update(document: Document, now: datetime) -> ActivityEntry:
    """No plugin brings files up to date."""
    text = f"{document.part_number} cannot be updated from here: no installed plugin does that."
    return ActivityEntry(now, ActivityKind.PROBLEM, text, part_number=document.part_number or "")


def request_came(entry: ContextEntry, requester: str, message: str, now: datetime) -> ActivityEntry:
    """Somebody asks for what is held here."""
    details = (message,) if message else ()
    text = f"{requester} requests {_where(entry)}"
    return _entry(entry, ActivityKind.HANDOFF, text, now, details, requester)


def requested(entry: ContextEntry, holder: str, why: str) -> str:
    """Somebody was asked; ``why`` not, where that failed."""
    if why:
        return f"Could not ask {holder} to hand over {entry.context.title}: {why}"
    return f"Asked {holder} to hand over {_where(entry)}"


def waits(entry: ContextEntry, position: int) -> str:
    """The user is told when it is free."""
    ahead = position - 1
    others = f", after {ahead} other{'s' * (ahead > 1)}" if ahead else ""
    return f"You are told when {_where(entry)} is free{others}"


def is_free(entry: ContextEntry) -> str:
    """What was waited for has come."""
    return f"{_where(entry)} is free"


def handoff(entry: ContextEntry, text: str, now: datetime, user: str = "") -> ActivityEntry:
    """A step of a handoff."""
    return _entry(entry, ActivityKind.HANDOFF, text, now, (), user)


def handoff_answered(
    event: Event, title: str, holder: str, answer: str, now: datetime
) -> ActivityEntry:
    """What the holder said, and where that is known, to whom the object went."""
    handed_to = event.data.get("handed_to")
    elsewhere = (
        f"handed it to {handed_to}" if handed_to else "has left it, and somebody else has it"
    )
    said = (
        elsewhere
        if went_elsewhere(event)
        else {
            HandoffAnswer.RELEASE.value: "released it to you",
            HandoffAnswer.DEFER.value: "will release it later",
            HandoffAnswer.DISMISS.value: "keeps it for now",
        }.get(answer, f"answered: {answer}")
    )
    return ActivityEntry(
        at=now,
        kind=ActivityKind.HANDOFF,
        text=f"{holder} {said}: {title} on {event.part_number}",
        part_number=event.part_number or "",
        object_id=str(event.data.get("object_id", "")),
        user=holder,
    )


def went_elsewhere(event: Event) -> bool:
    """Whether an answer tells that somebody other than who is told of it has the object: one of two
    who asked, or neither. Servers that do not tell leave it out."""
    answer, told = event.data.get("answer"), "handed_to" in event.data
    handed_to = event.data.get("handed_to")
    if answer == HandoffAnswer.RELEASE:
        return told and not handed_to
    return answer == HandoffAnswer.DISMISS and bool(handed_to)


# -- what was chosen, and what cannot be any more ---------------------------------------------------

CHOSEN_DEFER, CHOSEN_DISMISS = "Put off: they can ask again", "Dismissed"
CHOSEN_ANYWAY = "Edited as it is"
CHOSEN_NOTIFY = "You are told when it is free"
NO_CONNECTION = "There is no connection to the server"


def chosen_request(holder: str) -> str:
    """The holder was asked."""
    return f"Asked {holder} for it"


def chosen_release(requester: str) -> str:
    """It was handed over."""
    return f"Released to {requester}"


def not_open(part_number: str) -> str:
    """Nothing can be done about a part that is not open."""
    return f"{part_number} is not open; open it first"


def not_held(title: str) -> str:
    """What is not held cannot be given."""
    return f"You do not edit {title} any more"


def held_here(title: str) -> str:
    """What is held need not be asked for."""
    return f"You edit {title} yourself now"


def not_edited(holder: str, title: str) -> str:
    """Whom to ask has left."""
    return f"{holder} does not edit {title} any more"


def edited_by(user: str, title: str) -> str:
    """Somebody else was faster."""
    return f"{user} edits {title} now"


# -- below ------------------------------------------------------------------------------------------


def holder_of(judgement: Judgement) -> EditSession | None:
    """The session to ask for, where somebody's session is what blocks."""
    hard = [reason.session for reason in judgement.reasons if reason.verdict is Verdict.HARD]
    return next(filter(None, hard), None)


def since(moment: datetime, now: datetime) -> str:
    """When something began, as people in this time zone read it, and how long ago that is."""
    age = max(timedelta(), now - moment)
    minutes = int(age.total_seconds() // 60)
    if minutes < 1:
        return f"since {moment.astimezone():%H:%M}"
    if minutes < 60:
        return f"since {moment.astimezone():%H:%M}, {minutes} min"
    if age < timedelta(hours=24):
        return f"since {moment.astimezone():%H:%M}, {minutes // 60} h {minutes % 60} min"
    return f"since {moment.astimezone():%Y-%m-%d %H:%M}"


def _since_taken(what: str, judgement: Judgement) -> tuple[str, str]:
    """What became of an object while it was edited without a session, and of the work on it."""
    if holder_of(judgement):
        return f"Somebody else has {what} now", KEPT
    return f"{what} may not be edited now", "Your work is kept: it is pushed when you leave."


def _where(entry: ContextEntry) -> str:
    return f"{entry.context.title} on {entry.document.part_number}"


def _reason(reason: Reason, now: datetime) -> str:
    session = reason.session
    if session is None or not session.id:  # what is kept for somebody is held by nobody yet
        return reason.text
    who, mark, why = reason.text.partition("; ")  # since when is about who, and not about why
    return f"{who} ({since(session.acquired_at, now)}){mark}{why}"


def _entry(
    entry: ContextEntry,
    kind: ActivityKind,
    text: str,
    now: datetime,
    details: tuple[str, ...] = (),
    user: str = "",
) -> ActivityEntry:
    return ActivityEntry(
        at=now,
        kind=kind,
        text=text,
        details=details,
        part_number=entry.document.part_number or "",
        object_id=entry.context.object_id,
        user=user,
    )
