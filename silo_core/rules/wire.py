"""Reading an edit session off the wire, for the HTTP client and the event stream alike."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeGuard

from silo_core.model.context import ContextLevel
from silo_core.model.session import EditSession


def edit_session_from_wire(data: Mapping[str, Any]) -> EditSession:
    """The EditSession that a JSON object describes (wire protocol, "Objects").

    Servers differ: ``id`` may come as ``session_id``, ``user`` as ``username``. The workstation's
    name, the cone and the members of the [lease] extension may be absent or null; a workstation
    without a name goes by its id. Unknown members are ignored.

    :raises ValueError: a member is missing or not what it should be; the message names it.
    """
    workstation_id = _text(data, "workstation_id")
    return EditSession(
        id=_text(data, "id", "session_id"),
        part_number=_text(data, "part_number"),
        user=_text(data, "user", "username"),
        workstation_id=workstation_id,
        workstation=_text(data, "workstation") if data.get("workstation") else workstation_id,
        context_level=_level(data),
        object_id=_text(data, "object_id"),
        dependency_cone=_names(data, "dependency_cone"),
        acquired_at=_time(data, "acquired_at"),
        expires_at=None if data.get("expires_at") is None else _time(data, "expires_at"),
        fence=_count(data, "fence"),
    )


def _text(data: Mapping[str, Any], member: str, alias: str = "") -> str:
    value = data.get(member)
    if value is None and alias:
        value = data.get(alias)
    if not _is_text(value) or not value:
        raise _bad(member, "a text that is not empty", value)
    return value


def _is_text(value: object) -> TypeGuard[str]:
    """Half a surrogate pair is valid JSON, but no text: it could not be stored or sent again."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _level(data: Mapping[str, Any]) -> ContextLevel:
    value = _text(data, "context_level")
    try:
        return ContextLevel(value)
    except ValueError:
        raise _bad("context_level", f"one of {', '.join(ContextLevel)}", value) from None


def _names(data: Mapping[str, Any], member: str) -> tuple[str, ...]:
    value = data.get(member)
    if value is None:
        return ()
    if not isinstance(value, list | tuple) or not all(map(_is_text, value)):
        raise _bad(member, "a list of names", value)
    return tuple(value)


def _time(data: Mapping[str, Any], member: str) -> datetime:
    text = _text(data, member)
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError("no UTC offset")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):  # overflow: an offset that leads out of years 1 to 9999
        raise _bad(member, "an RFC 3339 time", text) from None


def _count(data: Mapping[str, Any], member: str) -> int | None:
    value = data.get(member)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise _bad(member, "a whole number", value)


def _bad(member: str, expected: str, value: object) -> ValueError:
    came = "missing" if value is None else reprlib.repr(value)
    return ValueError(f"edit session: {member} should be {expected}, but is {came}")
