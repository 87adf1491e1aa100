"""Granted sessions and rules' answers as servers describe them, with the reasons for both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from silo_core.model.answers import Acquired
from silo_core.model.context import ContextLevel
from silo_core.model.errors import ProtocolError
from silo_core.model.interference import RuleAnswer
from silo_core.model.item import Version
from silo_core.model.session import EditSession
from silo_core.model.verdict import Reason, Verdict
from silo_core.ports.client.base import listed
from silo_core.ports.wire import from_wire, to_wire

SERVER_RULE = "server"
"""The rule that the server's reasons are filed under where it names none."""

_VERDICTS = {verdict.wire_name: verdict for verdict in Verdict}
_GRANTED = (Verdict.NONE, Verdict.SOFT)


@dataclass(frozen=True, slots=True)
class _Grant:
    """The members that an answer has beside those of the session."""

    interference: str
    conflicts: tuple[_Conflict, ...] = ()
    lease_seconds: float | None = None
    head: Version | None = None


@dataclass(frozen=True, slots=True)
class _Conflict:
    """A reason: ``reason`` and ``rule`` of a granted session, ``text`` and ``verdict`` of a rule."""

    user: str = ""
    workstation: str = ""
    workstation_id: str = ""
    session_id: str = ""
    object_id: str = ""
    context_level: ContextLevel | None = None
    shared_nodes: tuple[str, ...] = ()
    reason: str = ""
    rule: str = SERVER_RULE
    acquired_at: datetime | None = None
    verdict: str = Verdict.SOFT.wire_name
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Explained:
    rule: str
    source: str = ""
    reasons: tuple[_Conflict, ...] = ()
    problem: str = ""


def acquired(data: dict[str, Any], part_number: str) -> Acquired:
    """What was granted; ``data`` is the answer over what was asked for.

    Raises:
        ProtocolError: it cannot be read as a session that was granted.
    """
    now = datetime.now(UTC)
    unsaid = {"user": "", "workstation": "", "dependency_cone": [], "acquired_at": to_wire(now)}
    known = {name: value for name, value in data.items() if value is not None}
    session = from_wire(EditSession, {**unsaid, "part_number": part_number, **known})
    grant = from_wire(_Grant, data)
    verdict = _VERDICTS.get(grant.interference)
    if verdict not in _GRANTED:
        raise ProtocolError(
            f"The server granted a session with interference {grant.interference[:40]!r}, "
            "which is neither none nor soft; check that its version fits this one."
        )
    return Acquired(
        session=session,
        verdict=verdict,
        conflicts=tuple(_reason(found, found.rule, part_number, now) for found in grant.conflicts),
        lease_seconds=grant.lease_seconds,
        head=grant.head,
    )


def rule_answers(data: Any, part_number: str) -> tuple[RuleAnswer, ...]:
    """What each rule answered.

    Raises:
        ProtocolError: it cannot be read as the answers of rules.
    """
    now = datetime.now(UTC)
    return tuple(
        RuleAnswer(
            rule=found.rule,
            source=found.source,
            reasons=tuple(_reason(one, found.rule, part_number, now) for one in found.reasons),
            problem=found.problem,
        )
        for found in listed(_Explained, data, "rules")
    )


def _reason(conflict: _Conflict, rule: str, part_number: str, now: datetime) -> Reason:
    verdict = _VERDICTS.get(conflict.verdict)
    if verdict is None:
        raise ProtocolError(
            f"The server answered with the verdict {conflict.verdict[:40]!r}, which is none of "
            f"{', '.join(_VERDICTS)}; check that its version fits this one."
        )
    session = None
    if conflict.session_id and conflict.context_level:
        session = EditSession(
            id=conflict.session_id,
            part_number=part_number,
            user=conflict.user,
            workstation_id=conflict.workstation_id,
            workstation=conflict.workstation,
            context_level=conflict.context_level,
            object_id=conflict.object_id,
            dependency_cone=(),
            acquired_at=conflict.acquired_at or now,
        )
    text = conflict.text or conflict.reason
    if not text:
        shared = ", ".join(conflict.shared_nodes)
        who = conflict.user or "somebody else"
        text = f"{who} edits {conflict.object_id}" + (f", which shares {shared}" if shared else "")
    return Reason(verdict, rule, text, session, tuple(sorted(conflict.shared_nodes)))
