"""What the groups of calls share: the transport, and what the server is known to have."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

from silo_core.model.answers import ServerInfo
from silo_core.model.errors import NotFoundError, ProtocolError
from silo_core.model.item import Version, VersionKind
from silo_core.ports.client.extensions import Extensions
from silo_core.ports.client.transport import Transport
from silo_core.ports.wire import from_wire

T = TypeVar("T")


class Calls:
    """Base of the groups of calls."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._info: ServerInfo | None = None
        self._workstation_id = ""
        """The workstation registered last: a client is that of one."""
        self._deflates_alike = True
        """Whether the server's zlib makes the same bytes as this end's, as far as is known."""

    def server_info(self, *, refresh: bool = False) -> ServerInfo:
        """What the server is and has; asked for once, or again with ``refresh``. A server that does
        not know the question has no extensions."""
        if self._info is None or refresh:
            try:
                self._info = from_wire(ServerInfo, self._transport.call("GET", "server"))
            except NotFoundError:
                self._info = ServerInfo()
        return self._info

    def clock_offset(self) -> float | None:
        """By how many seconds the server's clock is ahead of this machine's, to a second; None where the
        server does not say what time it is. Raises ServerError."""
        asked = datetime.now(UTC)
        with self._transport.exchange("GET", "items", query={"limit": 1}) as response:
            answered = datetime.now(UTC)
            said = response.headers.get("date", "")
        try:
            there = parsedate_to_datetime(said)
        except ValueError:
            return None
        return (there - (asked + (answered - asked) / 2)).total_seconds()

    def _extensions(self) -> Extensions:
        return Extensions(self.server_info())


def members(data: Any, what: str) -> dict[str, Any]:
    """``data`` as a JSON object.

    Raises:
        ProtocolError: it is another kind of value.
    """
    if not isinstance(data, dict):
        raise ProtocolError(
            f"The server sent {type(data).__name__} in place of {what}; "
            "check that its address is that of a Silo server."
        )
    return data


def values_of(data: Any, member: str) -> list[Any]:
    """What an answer lists under ``member`` (null for nothing), or as a bare list.

    Raises:
        ProtocolError: it lists nothing.
    """
    values = data if isinstance(data, list) else members(data, f"a list of {member}").get(member)
    if values is None:
        return []
    if not isinstance(values, list):
        raise ProtocolError(f"The server sent no list of {member}; check its address.")
    return values


def listed(kind: type[T], data: Any, member: str) -> tuple[T, ...]:
    """The objects of :func:`values_of`."""
    return tuple(from_wire(kind, value) for value in values_of(data, member))


def version_of(data: Any) -> Version:
    """The version that an answer is about, under whichever name it comes; a bare revision, as
    servers without [history] describe one, goes by its number."""
    answer = members(data, "a version")
    for name in ("version", "checkpoint", "revision"):
        if isinstance(answer.get(name), dict):
            answer = answer[name]
            break
    if answer.get("kind") is None and answer.get("revision_number") is not None:
        number = answer["revision_number"]
        answer = {**answer, "kind": VersionKind.REVISION.value}
        answer["id"] = answer.get("id") or str(number)
    return from_wire(Version, answer)
