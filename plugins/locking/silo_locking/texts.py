"""What the locking plugin asks and answers, in one place. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from silo_core.model.answers import HandoffAnswer
from silo_core.model.event import Event
from silo_core.model.exchange import (
    ActivityKind,
    ContextEntry,
    Question,
)
from silo_core.model.language import QT_TRANSLATE_NOOP, translate
from silo_core.model.session import EditSession
from silo_core.model.verdict import Judgement, Reason, Verdict

OK = QT_TRANSLATE_NOOP("SiloButtons", "OK")
REQUEST = QT_TRANSLATE_NOOP("SiloButtons", "Request Handoff")
NOTIFY = QT_TRANSLATE_NOOP("SiloButtons", "Notify me when free")
RELEASE = QT_TRANSLATE_NOOP("SiloButtons", "Release Now")
DEFER = QT_TRANSLATE_NOOP("SiloButtons", "Defer")
DISMISS = QT_TRANSLATE_NOOP("SiloButtons", "Dismiss")
EDIT_NOW = QT_TRANSLATE_NOOP("SiloButtons", "Edit Now")
NOT_NOW = QT_TRANSLATE_NOOP("SiloButtons", "Not Now")
UPDATE = QT_TRANSLATE_NOOP("SiloButtons", "Update First")
ANYWAY = QT_TRANSLATE_NOOP("SiloButtons", "Edit Anyway")


# -- questions --------------------------------------------------------------------------------------


def blocked(entry: ContextEntry, judgement: Judgement, now: datetime) -> Question:
    """The dialog of a refused entry."""
    title = translate("SiloLocking", "Cannot edit {title}").format(title=entry.context.title)
    return _taken(ActivityKind.BLOCKED, title, entry, judgement, (), now)


def contested(entry: ContextEntry, judgement: Judgement, now: datetime) -> Question:
    """The dialog of an entry that goes on, while somebody else has its object."""
    text, kept = since_taken(entry.context.title, judgement)
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
        label = translate("SiloLocking", "Message to {user} (optional)").format(user=holder.user)
    first, *others = (reason_text(reason, now) for reason in judgement.reasons)
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
        title=translate("SiloLocking", "There is a newer version of {part}").format(
            part=entry.document.part_number
        ),
        text=text,
        details=(edited_anyway(),),
        options=(UPDATE, ANYWAY),
        document=entry.document,
        kind=ActivityKind.WARNING,
    )


def asked_to_hand_over(entry: ContextEntry, requester: str, message: str) -> Question:
    """What the holder is asked. The first option is the harmless one: Enter, meant for a dimension,
    must not give anything away."""
    who = {"requester": requester, "where": where(entry)}
    asks = translate("SiloLocking", "{requester} would like to edit {where}.").format(**who)
    return Question(
        title=translate("SiloLocking", "{requester} requests {where}").format(**who),
        text=f"“{message}”" if message else asks,
        details=(
            translate(
                "SiloLocking", "Release Now saves, pushes a checkpoint and leaves it to them."
            ),
        ),
        options=(DEFER, RELEASE, DISMISS),
        document=entry.document,
    )


def handed_over(entry: ContextEntry, holder: str) -> Question:
    """The requester may go on."""
    title = translate("SiloLocking", "{holder} handed {title} over to you").format(
        holder=holder, title=entry.context.title
    )
    return _edit_now(
        entry, title, translate("SiloLocking", "It is kept for you for a short while.")
    )


def free(entry: ContextEntry) -> Question:
    """Who waited may go on."""
    title = translate("SiloLocking", "{title} is free").format(title=entry.context.title)
    return _edit_now(
        entry,
        title,
        translate("SiloLocking", "Nobody edits {where} now.").format(where=where(entry)),
    )


def _edit_now(entry: ContextEntry, title: str, text: str) -> Question:
    return Question(title=title, text=text, options=(EDIT_NOW, NOT_NOW), document=entry.document)


# -- answers ---------------------------------------------------------------------------------------


def requested(entry: ContextEntry, holder: str, why: str) -> str:
    """Somebody was asked; ``why`` not, where that failed."""
    if why:
        return translate(
            "SiloLocking", "Could not ask {holder} to hand over {title}: {why}"
        ).format(holder=holder, title=entry.context.title, why=why)
    return translate("SiloLocking", "Asked {holder} to hand over {where}").format(
        holder=holder, where=where(entry)
    )


def waits(entry: ContextEntry, position: int) -> str:
    """The user is told when it is free."""
    ahead = position - 1
    if not ahead:
        said = translate("SiloLocking", "You are told when {where} is free")
    elif ahead == 1:
        said = translate("SiloLocking", "You are told when {where} is free, after 1 other")
    else:
        said = translate("SiloLocking", "You are told when {where} is free, after {count} others")
    return said.format(where=where(entry), count=ahead)


def is_free(entry: ContextEntry) -> str:
    """What was waited for has come."""
    return translate("SiloLocking", "{where} is free").format(where=where(entry))


def went_elsewhere(event: Event) -> bool:
    """Whether an answer tells that somebody other than who is told of it has the object: one of two
    who asked, or neither. Servers that do not tell leave it out."""
    answer, told = event.data.get("answer"), "handed_to" in event.data
    handed_to = event.data.get("handed_to")
    if answer == HandoffAnswer.RELEASE:
        return told and not handed_to
    return answer == HandoffAnswer.DISMISS and bool(handed_to)


def chosen_defer() -> str:
    """Whoever asked goes on waiting."""
    return translate("SiloLocking", "Put off: they can ask again")


def chosen_dismiss() -> str:
    """Whoever asked does not get it."""
    return translate("SiloLocking", "Dismissed")


def chosen_anyway() -> str:
    """A copy that is not the newest is edited."""
    return translate("SiloLocking", "Edited as it is")


def chosen_notify() -> str:
    """It is waited for."""
    return translate("SiloLocking", "You are told when it is free")


def no_connection() -> str:
    """Nobody can be asked."""
    return translate("SiloLocking", "There is no connection to the server")


def chosen_request(holder: str) -> str:
    """The holder was asked."""
    return translate("SiloLocking", "Asked {holder} for it").format(holder=holder)


def chosen_release(requester: str) -> str:
    """It was handed over."""
    return translate("SiloLocking", "Released to {requester}").format(requester=requester)


def not_open(part_number: str) -> str:
    """Nothing can be done about a part that is not open."""
    return translate("SiloLocking", "{part} is not open; open it first").format(part=part_number)


def not_held(title: str) -> str:
    """What is not held cannot be given."""
    return translate("SiloLocking", "You do not edit {title} any more").format(title=title)


def held_here(title: str) -> str:
    """What is held need not be asked for."""
    return translate("SiloLocking", "You edit {title} yourself now").format(title=title)


def not_edited(holder: str, title: str) -> str:
    """Whom to ask has left."""
    return translate("SiloLocking", "{holder} does not edit {title} any more").format(
        holder=holder, title=title
    )


def edited_by(user: str, title: str) -> str:
    """Somebody else was faster."""
    return translate("SiloLocking", "{user} edits {title} now").format(user=user, title=title)


# -- below ------------------------------------------------------------------------------------------


def holder_of(judgement: Judgement) -> EditSession | None:
    """The session to ask for, where somebody's session is what blocks."""
    hard = [reason.session for reason in judgement.reasons if reason.verdict is Verdict.HARD]
    return next(filter(None, hard), None)


def since(moment: datetime, now: datetime) -> str:
    """When something began, as people in this time zone read it, and how long ago that is."""
    age = max(timedelta(), now - moment)
    minutes = int(age.total_seconds() // 60)
    time = f"{moment.astimezone():%H:%M}"
    if minutes < 1:
        return translate("SiloLocking", "since {time}").format(time=time)
    if minutes < 60:
        said = translate("SiloLocking", "since {time}, {minutes} min")
        return said.format(time=time, minutes=minutes)
    if age < timedelta(hours=24):
        said = translate("SiloLocking", "since {time}, {hours} h {minutes} min")
        return said.format(time=time, hours=minutes // 60, minutes=minutes % 60)
    time = f"{moment.astimezone():%Y-%m-%d %H:%M}"
    return translate("SiloLocking", "since {time}").format(time=time)


def since_taken(what: str, judgement: Judgement) -> tuple[str, str]:
    """What became of an object while it was edited without a session, and of the work on it."""
    if holder_of(judgement):
        return translate("SiloLocking", "Somebody else has {what} now").format(what=what), kept()
    return translate("SiloLocking", "{what} may not be edited now").format(what=what), translate(
        "SiloLocking", "Your work is kept: it is pushed when you leave."
    )


def where(entry: ContextEntry) -> str:
    return translate("SiloLocking", "{title} on {part}").format(
        title=entry.context.title, part=entry.document.part_number
    )


def reason_text(reason: Reason, now: datetime) -> str:
    session = reason.session
    if session is None or not session.id:  # what is kept for somebody is held by nobody yet
        return reason.text
    who, mark, why = reason.text.partition("; ")  # since when is about who, and not about why
    return f"{_who(who, session)} ({since(session.acquired_at, now)}){mark}{why}"


_SAID = (
    QT_TRANSLATE_NOOP("SiloLocking", "{user} is currently editing {title} on {workstation}"),
    QT_TRANSLATE_NOOP("SiloLocking", "{user} is editing {title} on {workstation}"),
    QT_TRANSLATE_NOOP("SiloLocking", "You are editing {title} on {workstation} already"),
)
"""What the built-in rules say of somebody's session."""


def _who(said: str, session: EditSession) -> str:
    """The same in the user's language: the rules say it where the server is, which knows none."""
    names = {"user": session.user, "workstation": session.workstation}
    for known in _SAID:
        before, after = (part.format(**names) for part in known.split("{title}"))
        if said.startswith(before) and said.endswith(after) and len(before + after) < len(said):
            title = said[len(before) : len(said) - len(after)]
            return translate("SiloLocking", known).format(title=title, **names)
    return said


def kept() -> str:
    return translate(
        "SiloLocking",
        "Your work is kept: it is pushed when you leave, joined with theirs where that is possible, "
        "and kept beside it on the server where it is not.",
    )


def edited_anyway() -> str:
    return translate(
        "SiloLocking",
        "Edited anyway, your changes are joined with theirs when you leave; what cannot be joined is "
        "kept beside theirs.",
    )
