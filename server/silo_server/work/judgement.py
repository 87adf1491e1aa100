"""What the conflict rules are asked and what they answered, as the protocol shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from silo_core.model.interference import InterferenceQuery, RuleAnswer
from silo_core.model.session import EditSession
from silo_core.model.verdict import Reason
from silo_core.ports.wire import format_time
from silo_server.storage.ports import Reader
from silo_server.storage.records import Reservation
from silo_server.work.desk import Caller, Desk
from silo_server.work.graphs import Graph, stored_graph
from silo_server.work.items import item_of
from silo_server.work.leases import live_sessions
from silo_server.work.reservations import RULE, ObjectKey, reason_against, reservation_on
from silo_server.work.workstations import own_workstation

_OWN = "silo-server"
"""The distribution that the rule about reservations comes from."""


def query(
    key: ObjectKey,
    user: str,
    workstation_id: str,
    cone: frozenset[str],
    sessions: Sequence[EditSession],
    graph: Graph,
) -> InterferenceQuery:
    """What the rules are asked about an object; ``sessions`` are all on its item."""
    return InterferenceQuery(
        part_number=key.part_number,
        level=key.context_level,
        object_id=key.object_id,
        user=user,
        workstation_id=workstation_id,
        cone=cone,
        sessions=tuple(held for held in sessions if held.workstation_id != workstation_id),
        labels=graph.labels,
        uses=graph.uses,
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about an object that nothing hangs on, and who the object is kept for."""

    query: InterferenceQuery
    reserved: Reservation | None
    kept: tuple[Reason, ...]


def ask(
    reader: Reader, desk: Desk, caller: Caller, key: ObjectKey, workstation_id: str | None
) -> Asked:
    """What acquiring would ask the rules right now; without a workstation, at one that holds nothing.

    Raises:
        Refusal: 404 for an unknown item or workstation, 403 for a workstation of somebody else.
    """
    item_of(reader, key.part_number)
    if workstation_id is not None:
        own_workstation(reader, caller, workstation_id)
    place = workstation_id or ""
    graph = stored_graph(reader, key.part_number)
    sessions = live_sessions(reader, desk, part_number=key.part_number)
    cone = graph.dependencies.cone(key.object_id)
    reserved = reservation_on(reader, desk, key)
    return Asked(
        query(key, caller.user, place, cone, sessions, graph),
        reserved,
        reason_against(reader, reserved, caller.user, place, graph.labels),
    )


def explain(desk: Desk, asked: Asked) -> dict[str, Any]:
    """What each rule answers, and what comes of it."""
    answers = [*desk.explain(asked.query), RuleAnswer(RULE, _OWN, asked.kept)]
    reserved = asked.reserved
    return {
        "interference": max(answer.verdict for answer in answers).wire_name,
        "rules": [_explained(answer) for answer in answers],
        "reserved_for": reserved
        and {
            "user": reserved.user,
            "workstation_id": reserved.workstation_id,
            "cause": reserved.cause.value,
            "reserved_until": format_time(reserved.expires_at),
        },
    }


def conflict(reason: Reason) -> dict[str, Any]:
    """A reason as a granted session shows it."""
    return {**_party(reason), "rule": reason.rule, "reason": reason.text}


def _explained(answer: RuleAnswer) -> dict[str, Any]:
    return {
        "rule": answer.rule,
        "source": answer.source,
        "verdict": answer.verdict.wire_name,
        "reasons": [
            {**_party(reason), "verdict": reason.verdict.wire_name, "text": reason.text}
            for reason in answer.reasons
        ],
        "problem": answer.problem,
    }


def _party(reason: Reason) -> dict[str, Any]:
    """The other party of a reason, and where the two meet."""
    session = reason.session
    return {
        "user": session and session.user,
        "workstation": session and session.workstation,
        "workstation_id": session and session.workstation_id,
        "session_id": session and session.id,
        "object_id": session and session.object_id,
        "context_level": session and session.context_level.value,
        "acquired_at": session and format_time(session.acquired_at),
        "shared_nodes": list(reason.shared_nodes),
    }
