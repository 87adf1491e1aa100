"""What the locking plugin has to tell: its lines in the activity. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
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
)
from silo_core.model.language import translate
from silo_core.model.verdict import Judgement, Reason, Verdict
from silo_locking import texts

SHARED_AT_MOST = 8
"""How many shared objects an entry names before it says "N more"."""


def offline(entry: ContextEntry, connection: Connection) -> Judgement:
    """The warning of an entry without a server."""
    text = translate(
        "SiloLocking", "You edit {title} offline: nobody sees it until the server is back."
    ).format(title=entry.context.title)
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
        text = translate("SiloLocking", "Blocked: cannot edit {where}").format(
            where=texts.where(entry)
        )
    else:
        text = _warning(entry, judgement, labels)
    details = _shared(judgement, labels)
    details += [texts.reason_text(reason, now) for reason in judgement.reasons]
    user = next((r.session.user for r in judgement.reasons if r.session), "")
    return _entry(entry, kind, text, now, tuple(details), user)


def _warning(entry: ContextEntry, judgement: Judgement, labels: Mapping[str, str]) -> str:
    """Who edits what, where somebody's editing is all there is to warn of."""
    sessions = {r.session.id: r.session for r in judgement.reasons if r.session}
    if len(sessions) != 1 or len(judgement.reasons) != 1:
        return translate("SiloLocking", "Warning: {where}").format(where=texts.where(entry))
    (session,), (reason,) = sessions.values(), judgement.reasons
    who = "" if reason.text.startswith("You are") else session.user  # an own desk elsewhere
    title = Context(
        session.context_level, session.object_id, labels.get(session.object_id, "")
    ).title
    said = (
        translate("SiloLocking", "{user} is editing {title} on {part}")
        if who
        else translate("SiloLocking", "You are editing {title} on {part}")
    )
    return said.format(user=who, title=title, part=entry.document.part_number)


def _shared(judgement: Judgement, labels: Mapping[str, str]) -> list[str]:
    """What both edits go into."""
    shared = sorted({node for reason in judgement.reasons for node in reason.shared_nodes})
    names = [Context(ContextLevel.SKETCH, node, labels.get(node, "")).title for node in shared]
    if len(names) > SHARED_AT_MOST:
        more = translate("SiloLocking", "{count} more").format(count=len(names) - SHARED_AT_MOST)
        names[SHARED_AT_MOST:] = [more]
    said = translate("SiloLocking", "Shares downstream: {objects}")
    return [said.format(objects=", ".join(names))] if shared else []


def behind(entry: ContextEntry, text: str, now: datetime) -> ActivityEntry:
    """The copy that is edited is not the newest."""
    title = translate("SiloLocking", "A newer version of {part} is on the server").format(
        part=entry.document.part_number
    )
    return _entry(entry, ActivityKind.WARNING, title, now, (text, texts.edited_anyway()))


def taken(entry: ContextEntry, judgement: Judgement, now: datetime) -> ActivityEntry:
    """What was edited on without a session is somebody else's now."""
    text, kept = texts.since_taken(texts.where(entry), judgement)
    details = (*(texts.reason_text(reason, now) for reason in judgement.reasons), kept)
    return _entry(entry, ActivityKind.CONFLICT, text, now, details)


def lost(entry: ContextEntry, now: datetime) -> ActivityEntry:
    """An edit session that ended without its holder's doing."""
    details = (
        translate(
            "SiloLocking",
            "Your work is kept and pushed when you leave; the session is asked for again.",
        ),
    )
    text = translate("SiloLocking", "Edit session lost: {where}").format(where=texts.where(entry))
    return _entry(entry, ActivityKind.SESSION, text, now, details)


def forced(entry: ContextEntry, event: Event, now: datetime) -> ActivityEntry:
    """An edit session that an admin ended; ``event`` says who and why."""
    admin, reason = (
        event.data.get("admin") or translate("SiloLocking", "an admin"),
        event.data.get("reason"),
    )
    work = translate(
        "SiloLocking",
        "Your work is kept and pushed when you leave; enter it again to ask for a session.",
    )
    details = (str(reason), work) if reason else (work,)
    text = translate("SiloLocking", "Released by {admin}: {where}").format(
        admin=admin, where=texts.where(entry)
    )
    return _entry(entry, ActivityKind.SESSION, text, now, details)


def set_aside(entry: ContextEntry, copy: Path, now: datetime) -> ActivityEntry:
    """What was changed before a late refusal."""
    text = translate(
        "SiloLocking", "What you changed in {where} before it was refused is kept in a copy"
    ).format(where=texts.where(entry))
    return _entry(entry, ActivityKind.CONFLICT, text, now, (str(copy),))


def not_set_aside(entry: ContextEntry, why: str, now: datetime) -> ActivityEntry:
    """The changes stay where they are."""
    text = translate(
        "SiloLocking", "What you changed in {where} before it was refused stays in the document"
    ).format(where=texts.where(entry))
    return _entry(entry, ActivityKind.PROBLEM, text, now, (why,))


def free_after_all(entry: ContextEntry, now: datetime) -> ActivityEntry:
    """A block that was old news."""
    text = translate("SiloLocking", "{where} is free after all").format(where=texts.where(entry))
    return _entry(entry, ActivityKind.HANDOFF, text, now)


def no_update(document: Document, now: datetime) -> ActivityEntry:
    """No plugin brings files up to date."""
    text = translate(
        "SiloLocking", "{part} cannot be updated from here: no installed plugin does that."
    ).format(part=document.part_number)
    return ActivityEntry(now, ActivityKind.PROBLEM, text, part_number=document.part_number or "")


def request_came(entry: ContextEntry, requester: str, message: str, now: datetime) -> ActivityEntry:
    """Somebody asks for what is held here."""
    details = (message,) if message else ()
    text = translate("SiloLocking", "{requester} requests {where}").format(
        requester=requester, where=texts.where(entry)
    )
    return _entry(entry, ActivityKind.HANDOFF, text, now, details, requester)


def handoff(entry: ContextEntry, text: str, now: datetime, user: str = "") -> ActivityEntry:
    """A step of a handoff."""
    return _entry(entry, ActivityKind.HANDOFF, text, now, (), user)


def handoff_answered(
    event: Event, title: str, holder: str, answer: str, now: datetime
) -> ActivityEntry:
    """What the holder said, and where that is known, to whom the object went."""
    handed_to = event.data.get("handed_to")
    if texts.went_elsewhere(event):
        said = (
            translate("SiloLocking", "{holder} handed it to {user}: {title} on {part}")
            if handed_to
            else translate(
                "SiloLocking",
                "{holder} has left it, and somebody else has it: {title} on {part}",
            )
        )
    else:
        said = {
            HandoffAnswer.RELEASE.value: translate(
                "SiloLocking", "{holder} released it to you: {title} on {part}"
            ),
            HandoffAnswer.DEFER.value: translate(
                "SiloLocking", "{holder} will release it later: {title} on {part}"
            ),
            HandoffAnswer.DISMISS.value: translate(
                "SiloLocking", "{holder} keeps it for now: {title} on {part}"
            ),
        }.get(answer, translate("SiloLocking", "{holder} answered: {answer}: {title} on {part}"))
    return ActivityEntry(
        at=now,
        kind=ActivityKind.HANDOFF,
        text=said.format(
            holder=holder, user=handed_to, answer=answer, title=title, part=event.part_number
        ),
        part_number=event.part_number or "",
        object_id=str(event.data.get("object_id", "")),
        user=holder,
    )


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
