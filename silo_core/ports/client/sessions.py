"""Calls about workstations, edit sessions, handoff and waiting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from silo_core.model.answers import (
    Acquired,
    AuditEntry,
    HandoffAnswer,
    Heartbeat,
    Me,
    Workstation,
)
from silo_core.model.context import ContextLevel
from silo_core.model.errors import ProtocolError
from silo_core.model.interference import RuleAnswer
from silo_core.model.session import EditSession
from silo_core.ports.client.base import Calls, listed, members, values_of
from silo_core.ports.client.verdicts import acquired, rule_answers
from silo_core.ports.wire import from_wire
from silo_core.rules.presence import Viewer
from silo_core.rules.wire import edit_session_from_wire

SHORTEST_LEASE_S = 0.3
LONGEST_LEASE_S = 86_400.0
"""Between these, a lease is believed: no server needs one shorter, and a wait has an end."""

_VIEWER = ("user", "workstation_id", "workstation")


class SessionCalls(Calls):
    """Workstations, edit sessions, handoff, waiting. All raise ServerError."""

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
            HardInterferenceError: somebody else edits it, a rule forbids it, or it is kept for
                somebody else: then the holder's ``session_id`` is empty.
        """
        body: dict[str, Any] = {**_object(workstation_id, context_level, object_id)}
        if dependency_cone is not None:
            body["dependency_cone"] = sorted(dependency_cone)
        answer = self._transport.call(
            "POST",
            *_sessions_of(part_number),
            body=self._extensions().acquisition(body, base),
            concerns=f"{part_number} {object_id}",
        )
        return acquired({**body, **members(answer, "an edit session")}, part_number)

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

    def get_presence(
        self, part_number: str
    ) -> tuple[tuple[EditSession, ...], tuple[Viewer, ...] | None]:
        """Who edits what in an item, and who has it open: None where the server does not tell."""
        answer = self._transport.call("GET", *_sessions_of(part_number), concerns=part_number)
        return _sessions(answer, {"part_number": part_number}), _viewers(answer)

    @property
    def lists_all_sessions(self) -> bool:
        """Whether ``list_edit_sessions(of_all=True)`` lists those of others, too. Asks the server what
        it has, unless that is known."""
        return self._extensions().lists_all_sessions

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
        if handoff_id is None or not self._extensions().answers_handoffs:
            return None
        return from_wire(str, handoff_id)

    def answer_handoff(self, handoff_id: str, answer: HandoffAnswer) -> None:
        """Answer a request for handoff. A server that passes no answers on is not asked to: there
        the release itself is the answer."""
        if self._extensions().answers_handoffs:
            body = {"answer": answer}
            self._transport.send("POST", "handoffs", handoff_id, "answer", body=body)

    @property
    def keeps_waiting_lists(self) -> bool:
        """Whether ``wait_for`` can be asked. Asks the server what it has, unless that is known."""
        return self._extensions().keeps_waiting_lists

    @property
    def explains_rules(self) -> bool:
        """Whether ``explain`` can be asked. Asks the server what it has, unless that is known."""
        return self._extensions().explains_rules

    def wait_for(
        self,
        part_number: str,
        workstation_id: str,
        context_level: ContextLevel | str,
        object_id: str,
    ) -> int:
        """Be told with ``edit.object_free`` when nobody edits the object any more, and have it kept
        for a moment then. Answers the place in the line; 1 is next. Asking again keeps the place.

        A wait ends with the workstation's leases: ask again where sessions have to be acquired again.

        Raises:
            NotFoundError: the server keeps no waiting lists (``keeps_waiting_lists``), or does not
                have the item.
            ConflictError: this workstation edits it itself.
        """
        body = _object(workstation_id, context_level, object_id)
        path = self._extensions().waiting_path(part_number)
        concerns = f"{part_number} {object_id}"
        answer = self._transport.call("POST", *path, body=body, concerns=concerns)
        return from_wire(int, members(answer, "a place in the line").get("position"))

    def stop_waiting(
        self,
        part_number: str,
        workstation_id: str,
        context_level: ContextLevel | str,
        object_id: str,
    ) -> None:
        """Wait for an object no more; harmless for one that was not waited for. A server that keeps
        no waiting lists is not asked."""
        if self.keeps_waiting_lists:
            self._transport.send(
                "DELETE",
                *self._extensions().waiting_path(part_number),
                query=_object(workstation_id, context_level, object_id),
                concerns=f"{part_number} {object_id}",
            )

    def explain(
        self,
        part_number: str,
        context_level: ContextLevel | str,
        object_id: str,
        workstation_id: str | None = None,
    ) -> tuple[RuleAnswer, ...]:
        """What each of the server's conflict rules says about editing an object now. Nothing is
        acquired. Without a workstation it is asked for one that holds nothing.

        Raises:
            NotFoundError: the server does not explain its rules (``explains_rules``), or does not
                have the item.
        """
        query = _object(workstation_id or "", context_level, object_id)
        path = self._extensions().explain_path(part_number)
        answer = self._transport.call(
            "GET", *path, query=query, concerns=f"{part_number} {object_id}"
        )
        return rule_answers(answer, part_number)

    def audit(self, limit: int = 100) -> tuple[AuditEntry, ...]:
        """Where admins used their power (admins only), newest first; at most ``limit`` entries.

        Raises:
            NotFoundError: the server does not show its audit record.
        """
        path = self._extensions().audit_path()
        answer = self._transport.call("GET", *path, query={"limit": str(limit)})
        return listed(AuditEntry, answer, "entries")


def _object(
    workstation_id: str, context_level: ContextLevel | str, object_id: str
) -> dict[str, str]:
    return {
        "workstation_id": workstation_id,
        "context_level": str(context_level),
        "object_id": object_id,
    }


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


def _viewers(answer: Any) -> tuple[Viewer, ...] | None:
    """Those of a listing; one that cannot be read is left out, as it stops nobody."""
    listed = answer.get("viewing") if isinstance(answer, dict) else None
    if not isinstance(listed, list):
        return None
    rows = [row for row in listed if isinstance(row, dict)]
    texts = [[str(row.get(name) or "") for name in _VIEWER] for row in rows]
    return tuple(Viewer(*row) for row in texts if row[0] and row[1])


def _sessions_of(part_number: str) -> tuple[str, ...]:
    return ("items", part_number, "edit-sessions")
