"""What the server's answer, or the lack of one, means for an entry. Pure."""

from __future__ import annotations

from datetime import datetime

from silo_core.model.answers import Acquired
from silo_core.model.errors import HardInterferenceError, OfflineError, SiloError
from silo_core.model.exchange import ContextEntry
from silo_core.model.interference import InterferenceQuery
from silo_core.model.language import translate
from silo_core.model.session import EditSession, Holder
from silo_core.model.verdict import Judgement, Reason, Verdict
from silo_core.ports.store import TrackedFile
from silo_core.rules.interference import SAME_OBJECT, SHARED_CONE, same_object

SERVER = "server"
BUILT_IN = (SAME_OBJECT, SHARED_CONE)
STALE_COPY = "stale_copy"
"""What the name of that rule begins with; the version that makes the copy stale follows."""

HERE = "here"
"""No workstation's id: a refusal does not tell the one of who holds the object."""


def judge_grant(
    entry: ContextEntry, answer: Acquired, tracked: TrackedFile | None, workstation_id: str
) -> Judgement:
    """The server's own conflicts, and whether the copy at hand is behind its head. What this
    workstation pushed last is here, also before the answer to that push."""
    reasons = list(answer.conflicts)
    head, base = answer.head, tracked.base_version if tracked else None
    if head and base and head.id != base and head.workstation_id != workstation_id:
        text = translate(
            "SiloLocking", "{user} changed {part} since your copy was fetched."
        ).format(user=head.user, part=entry.document.part_number)
        reasons.append(_soft(f"{STALE_COPY} {head.id}", text))
    return Judgement(tuple(reasons))


def judge_failure(entry: ContextEntry, error: BaseException, user: str, now: datetime) -> Judgement:
    """Refused: HARD, in the server's words where they are not about who holds the object itself. No
    answer to be had: SOFT, the user works on."""
    title = entry.context.title
    if isinstance(error, HardInterferenceError):
        session = _session_of(error.holder, entry, now) if error.holder else None
        known = _known_here(entry, session, user) if session and session.id else ()
        return Judgement(known or (Reason(Verdict.HARD, SERVER, error.message, session),))
    if isinstance(error, OfflineError):
        text = translate(
            "SiloLocking", "You edit {title} offline: nobody sees it until the server is back."
        ).format(title=title)
    elif isinstance(error, SiloError):
        text = translate("SiloLocking", "You edit {title} without a lease: {message}").format(
            title=title, message=error.message
        )
    else:
        text = translate(
            "SiloLocking", "You edit {title} without a lease: asking for one failed ({error})."
        ).format(title=title, error=error)
    return Judgement((_soft(SERVER, text),))


def with_local(answered: Judgement, local: Judgement) -> Judgement:
    """The server's judgement and what rules installed only here add to it."""
    known = {reason.text for reason in answered.reasons}
    added = tuple(reason for reason in local.reasons if reason.text not in known)
    return Judgement.combine([answered, Judgement(added)])


def _known_here(entry: ContextEntry, session: EditSession, user: str) -> tuple[Reason, ...]:
    """The refusal as the built-in rule words it, with the label that the object has here."""
    query = InterferenceQuery(
        part_number=session.part_number,
        level=entry.context.level,
        object_id=entry.context.object_id,
        user=user,
        workstation_id=HERE,
        cone=frozenset(),
        sessions=(session,),
        labels={entry.context.object_id: entry.context.label},
    )
    return same_object(query)


def _session_of(holder: Holder, entry: ContextEntry, now: datetime) -> EditSession:
    """The holder of a refused object as the edit session they hold, as far as the server says."""
    return EditSession(
        id=holder.session_id,
        part_number=entry.document.part_number or "",
        user=holder.user,
        workstation_id="",
        workstation=holder.workstation,
        context_level=holder.context_level,
        object_id=holder.object_id,
        dependency_cone=(),
        acquired_at=holder.acquired_at or now,
    )


def _soft(rule: str, text: str) -> Reason:
    return Reason(Verdict.SOFT, rule, text)
