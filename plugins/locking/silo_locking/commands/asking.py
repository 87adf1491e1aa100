"""What the commands ask the server, and how they show an edit session."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from silo_core.model.session import EditSession
from silo_core.ports.client import SiloClient
from silo_core.ports.connecting import user_of
from silo_core.ports.wire import format_time
from silo_locking.commands.part import Part

_DAY_S = 86_400


def sessions_of(client: SiloClient, part_number: str | None) -> tuple[EditSession, ...]:
    """The sessions on a part, or all that the caller may see, by part and age.

    Raises:
        ServerError: the server cannot be asked, or does not have the part.
    """
    if part_number is None:
        found = client.list_edit_sessions(of_all=True)
    else:
        found = client.get_edit_sessions(part_number)
    return tuple(sorted(found, key=lambda s: (s.part_number, s.acquired_at, s.id)))


def caller_of(client: SiloClient) -> str:
    """The caller's name; what the own sessions say where the server does not tell otherwise, and empty
    without any."""
    name = user_of(client)
    if name:
        return name
    return next((session.user for session in client.list_edit_sessions()), "")


def described(session: EditSession, part: Part | None = None) -> str:
    """``Mounting holes (Sketch001) of PRT-100``."""
    title = (part or Part()).title(session.context_level, session.object_id)
    return f"{title} of {session.part_number}"


def who(session: EditSession, caller: str) -> str:
    """The user, and whether that is the caller."""
    return f"{session.user} (you)" if session.user == caller else session.user


def as_json(session: EditSession, part: Part, caller: str) -> dict[str, Any]:
    """A session for programs."""
    expires = session.expires_at
    return {
        "part_number": session.part_number,
        "object_id": session.object_id,
        "label": part.labels.get(session.object_id) or None,
        "context_level": session.context_level.value,
        "user": session.user,
        "own": session.user == caller,
        "workstation": session.workstation,
        "workstation_id": session.workstation_id,
        "session_id": session.id,
        "acquired_at": format_time(session.acquired_at),
        "expires_at": format_time(expires) if expires else None,
    }


def lasting(since: datetime) -> str:
    """How long ago that was, roughly: two clocks are involved."""
    passed = max(0, int((datetime.now(UTC) - since).total_seconds()))
    if passed < 60:
        return f"{passed} s"
    if passed < 3600:
        return f"{passed // 60} min"
    if passed < 2 * _DAY_S:
        return f"{passed // 3600} h {passed % 3600 // 60} min"
    return f"{passed // _DAY_S} days"
