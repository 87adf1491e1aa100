"""Calls about workstations, edit sessions and handoff."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from silo_core.model.answers import Acquired, HandoffAnswer, Heartbeat, Me, Workstation
from silo_core.model.context import ContextLevel
from silo_core.model.errors import ProtocolError
from silo_core.model.item import Version
from silo_core.model.session import EditSession
from silo_core.model.verdict import Reason, Verdict
from silo_core.ports.client.base import Calls, listed, members, values_of
from silo_core.ports.wire import from_wire, to_wire
from silo_core.rules.wire import edit_session_from_wire

SERVER_RULE = "server"
"""The rule that the server's reasons are filed under where it names none."""

SHORTEST_LEASE_S = 0.3
LONGEST_LEASE_S = 86_400.0
"""Between these, a lease is believed: no server needs one shorter, and a wait has an end."""

_GRANTED = {verdict.wire_name: verdict for verdict in (Verdict.NONE, Verdict.SOFT)}


@dataclass(frozen=True, slots=True)
class _Grant:
    """The members that an answer has beside those of the session."""

    interference: str
    conflicts: tuple[_Conflict, ...] = ()
    lease_seconds: float | None = None
    head: Version | None = None


@dataclass(frozen=True, slots=True)
class _Conflict:
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


class SessionCalls(Calls):
    """Workstations, edit sessions, handoff. All raise ServerError."""

    def me(self) -> Me:
        """Whose token this is. NotFoundError on a server that does not tell."""
        return from_wire(Me, self._transport.call("GET", "me"))

    def register_workstation(self, name: str, fingerprint: str) -> Workstation:
        """This workstation as the server knows it; the same fingerprint is the same one again."""
        body = {"name": name, "fingerprint": fingerprint}
        answer = self._transport.call("POST", "workstations", body=body)
        workstation = from_wire(Workstation, answer)
        self._workstation_id = workstation.id
        return workstation

    def list_workstations(self) -> tuple[Workstation, ...]:
        """The caller's own."""
        return listed(Workstation, self._transport.call("GET", "workstations"), "workstations")

    def delete_workstation(self, workstation_id: str) -> None:
        """Forget a workstation of the caller."""
        self._transport.send("DELETE", "workstations", workstation_id)

    def heartbeat(
        self, workstation_id: str, session_ids: Iterable[str], viewing: Iterable[str] = ()
    ) -> Heartbeat:
        """Renew the leases of sessions and say which part numbers are open. On a server without
        leases nothing is sent: its sessions live as long as the event stream is open."""
        held = tuple(session_ids)
        if not self._extensions().renews_leases:
            return Heartbeat(alive=held)
        body = {"session_ids": held, "viewing": tuple(viewing)}
        answer = self._transport.call(
            "POST", "workstations", workstation_id, "heartbeat", body=body
        )
        beat = from_wire(Heartbeat, answer)
        # what the server says sets how often it is asked: neither all the time nor never
        lease = min(max(beat.lease_seconds, SHORTEST_LEASE_S), LONGEST_LEASE_S)
        return replace(beat, lease_seconds=lease)

    def acquire_edit_session(
        self,
        part_number: str,
        workstation_id: str,
        context_level: ContextLevel | str,
        object_id: str,
        dependency_cone: Iterable[str] | None = None,
        base: str | None = None,
    ) -> Acquired:
        """Ask for an edit session. What this workstation already holds is answered again, renewed.

        ``dependency_cone`` are the names of the object and all that depends on it; None leaves it
        to the server. ``base`` is the version id of the workstation's copy, None if it has none.

        Raises:
            HardInterferenceError: somebody else edits it, or a rule forbids it.
        """
        body: dict[str, Any] = {
            "workstation_id": workstation_id,
            "context_level": str(context_level),
            "object_id": object_id,
        }
        if dependency_cone is not None:
            body["dependency_cone"] = sorted(dependency_cone)
        answer = self._transport.call(
            "POST",
            *_sessions_of(part_number),
            body=self._extensions().acquisition(body, base),
            concerns=f"{part_number} {object_id}",
        )
        return _acquired({**body, **members(answer, "an edit session")}, part_number)

    def release_edit_session(self, part_number: str, session_id: str) -> None:
        """End a session. NotFoundError if it is gone already."""
        self._transport.send(
            "DELETE", *_sessions_of(part_number), session_id, concerns="this edit session"
        )

    def force_release(self, part_number: str, session_id: str, reason: str) -> None:
        """End somebody else's session (admins only); the holder is told the reason."""
        self._transport.send(
            "DELETE",
            *_sessions_of(part_number),
            session_id,
            "force-release",
            body={"reason": reason},
            concerns="this edit session",
        )

    def get_edit_sessions(self, part_number: str) -> tuple[EditSession, ...]:
        """Who edits what in an item."""
        answer = self._transport.call("GET", *_sessions_of(part_number), concerns=part_number)
        return _sessions(answer, {"part_number": part_number})

    def list_edit_sessions(self, *, of_all: bool = False) -> tuple[EditSession, ...]:
        """The caller's own sessions, or all that the caller may see."""
        query = {"all": "true"} if of_all else {}
        answer = self._transport.call("GET", "edit-sessions", query=query)
        return _sessions(answer)

    def request_handoff(
        self,
        part_number: str,
        session_id: str,
        message: str = "",
        *,
        workstation_id: str | None = None,
    ) -> str | None:
        """Ask the holder of a session to hand it over. The id that the answer will name, None where
        the server does not pass answers on."""
        answer = self._transport.call(
            "POST",
            *_sessions_of(part_number),
            session_id,
            "request-handoff",
            body=self._extensions().handoff_request(message, workstation_id),
            concerns="this edit session",
        )
        handoff_id = members(answer, "a handoff").get("handoff_id")
        return None if handoff_id is None else from_wire(str, handoff_id)

    def answer_handoff(self, handoff_id: str, answer: HandoffAnswer) -> None:
        """Answer a request for handoff. A server that passes no answers on is not asked to: there
        the release itself is the answer."""
        if self._extensions().answers_handoffs:
            body = {"answer": answer}
            self._transport.send("POST", "handoffs", handoff_id, "answer", body=body)


def _sessions(answer: Any, unsaid: Mapping[str, str] | None = None) -> tuple[EditSession, ...]:
    """The sessions of a listing, read as those of events are: what one source of presence takes,
    the other must not refuse. ``unsaid`` is what the question has told already."""
    try:
        return tuple(
            edit_session_from_wire({**(unsaid or {}), **members(value, "an edit session")})
            for value in values_of(answer, "sessions")
        )
    except ValueError as error:
        raise ProtocolError(
            f"The server sent a session that cannot be read ({error}); "
            "check that its address is that of a Silo server."
        ) from error


def _sessions_of(part_number: str) -> tuple[str, ...]:
    return ("items", part_number, "edit-sessions")


def _acquired(data: dict[str, Any], part_number: str) -> Acquired:
    """What was granted; ``data`` is the answer over what was asked for."""
    now = datetime.now(UTC)
    unsaid = {"user": "", "workstation": "", "dependency_cone": [], "acquired_at": to_wire(now)}
    known = {name: value for name, value in data.items() if value is not None}
    session = from_wire(EditSession, {**unsaid, "part_number": part_number, **known})
    grant = from_wire(_Grant, data)
    if grant.interference not in _GRANTED:
        raise ProtocolError(
            f"The server granted a session with interference {grant.interference[:40]!r}, "
            "which is neither none nor soft; check that its version fits this one."
        )
    return Acquired(
        session=session,
        verdict=_GRANTED[grant.interference],
        conflicts=tuple(_reason(conflict, part_number, now) for conflict in grant.conflicts),
        lease_seconds=grant.lease_seconds,
        head=grant.head,
    )


def _reason(conflict: _Conflict, part_number: str, now: datetime) -> Reason:
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
    text = conflict.reason
    if not text:
        shared = ", ".join(conflict.shared_nodes)
        who = conflict.user or "somebody else"
        text = f"{who} edits {conflict.object_id}" + (f", which shares {shared}" if shared else "")
    return Reason(Verdict.SOFT, conflict.rule, text, session, tuple(sorted(conflict.shared_nodes)))
