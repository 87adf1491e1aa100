"""What the server's answer, or the lack of one, means for an entry. Pure."""

from __future__ import annotations

from datetime import datetime

from silo_core.model.answers import Acquired
from silo_core.model.errors import HardInterferenceError, OfflineError, SiloError
from silo_core.model.exchange import ContextEntry
from silo_core.model.session import EditSession, Holder
from silo_core.model.verdict import Judgement, Reason, Verdict
from silo_core.ports.store import TrackedFile
from silo_core.rules.interference import SAME_OBJECT, SHARED_CONE

SERVER = "server"


def judge_grant(entry: ContextEntry, answer: Acquired, tracked: TrackedFile | None) -> Judgement:
    """The server's own conflicts, and whether the copy at hand is behind its head."""
    reasons = list(answer.conflicts)
    head, base = answer.head, tracked.base_version if tracked else None
    if head and base and head.id != base:
        reasons.append(
            _soft(
                "stale_copy",
                f"{head.user} changed {entry.document.part_number} since your copy was fetched: "
                "update it first, or what you both change is merged when you leave.",
            )
        )
    return Judgement(tuple(reasons))


def judge_failure(entry: ContextEntry, error: BaseException, now: datetime) -> Judgement:
    """Refused: HARD with the server's words. No answer to be had: SOFT, the user works on."""
    title = entry.context.title
    if isinstance(error, HardInterferenceError):
        session = _session_of(error.holder, entry, now) if error.holder else None
        return Judgement((Reason(Verdict.HARD, SERVER, error.message, session),))
    if isinstance(error, OfflineError):
        text = f"You edit {title} offline: nobody sees it until the server is back."
    elif isinstance(error, SiloError):
        text = f"You edit {title} without a lease: {error.message}"
    else:
        text = f"You edit {title} without a lease: asking for one failed ({error})."
    return Judgement((_soft(SERVER, text),))


def with_local(answered: Judgement, local: Judgement) -> Judgement:
    """The server's judgement and what rules installed only here add to it. On what the built-in
    rules judge the server knows better: its list of sessions is not stale."""
    known = {reason.text for reason in answered.reasons}
    added = tuple(
        reason
        for reason in local.reasons
        if reason.rule not in (SAME_OBJECT, SHARED_CONE) and reason.text not in known
    )
    return Judgement.combine([answered, Judgement(added)])


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
