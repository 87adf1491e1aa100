"""HTTP problems as errors a user can act on. This is the one place that translates them."""

from __future__ import annotations

import json
import logging
import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from silo_core.model.errors import (
    AuthError,
    BusyError,
    ConflictError,
    HardInterferenceError,
    HeadMovedError,
    NotFoundError,
    OfflineError,
    ProtocolError,
    RejectedError,
    ServerError,
)
from silo_core.model.item import Version
from silo_core.model.session import Holder
from silo_core.ports.wire import from_wire

if TYPE_CHECKING:
    import httpx

logger = logging.getLogger(__name__)

_MAX_MESSAGE = 500
_MAX_RETRY_AFTER_S = 3600.0
_BUSY = (BusyError, "{server} cannot serve now (HTTP {status}); it is tried again later.")
_MEANINGS: dict[int, tuple[type[ServerError], str]] = {
    401: (AuthError, "{server} does not accept the token; sign in again with a valid one."),
    403: (AuthError, "Your role on the server does not allow this; ask its administrator."),
    404: (NotFoundError, "{server} does not have {what}."),
    408: _BUSY,
    425: _BUSY,
    429: _BUSY,
}
_CLASSES: dict[int, tuple[type[ServerError], str]] = {
    3: (ProtocolError, "{server} redirects elsewhere; set server_url to where it redirects to."),
    4: (RejectedError, "{server} rejects the request (HTTP {status})."),
    5: _BUSY,
}
_NONSENSE = (ProtocolError, "{server} answered with HTTP {status}, which means nothing.")


def from_status(
    status: int, retry_after: str | None, body: bytes, *, server: str, concerns: str
) -> ServerError:
    """The error for an answer whose status is no success; ``server`` is its address for people."""
    data = _error_body(body)
    said = sentence(data.get("message"))
    if status == 409:
        return _conflict(data, said, concerns)
    kind, text = _MEANINGS.get(status) or _CLASSES.get(status // 100) or _NONSENSE
    own = text.format(server=server, status=status, what=concerns or "what was asked for")
    # a redirect's own words say nothing to a user
    error = kind(own if kind is ProtocolError else said or own, concerns=concerns, status=status)
    if isinstance(error, BusyError):
        error.retry_after = seconds_until(retry_after)
    return error


def from_transport(error: httpx.HTTPError, *, server: str, concerns: str) -> ServerError:
    """The error for a request that got no whole answer."""
    import httpx

    cause = sentence(str(error)) or type(error).__name__
    if isinstance(error, httpx.ProxyError):
        return OfflineError(
            f"{server} cannot be reached: {cause}; correct the proxy, or name the server's host in "
            "no_proxy.",
            concerns=concerns,
        )
    if isinstance(error, httpx.TimeoutException):
        return OfflineError(
            f"{server} does not answer in time; check the network and server_url, "
            "or try again later.",
            concerns=concerns,
        )
    if isinstance(error, httpx.LocalProtocolError | httpx.UnsupportedProtocol):
        return RejectedError(f"The request cannot be sent ({cause}).", concerns=concerns)
    if isinstance(error, httpx.RemoteProtocolError):
        # A connection that is cut says so in these words; everything else is no HTTP.
        if not ("closed" in cause or "disconnected" in cause):
            return ProtocolError(
                f"{server} does not speak HTTP ({cause}); check server_url.", concerns=concerns
            )
        cause = "it ended the connection"
    if isinstance(error, httpx.TransportError):
        return OfflineError(
            f"{server} cannot be reached ({cause}); check the network and server_url.",
            concerns=concerns,
        )
    return ProtocolError(
        f"{server} sent what cannot be read ({cause}); check server_url.", concerns=concerns
    )


def seconds_until(retry_after: str | None) -> float | None:
    """``Retry-After`` as seconds from now (0 to an hour): a number or an HTTP date; None for
    anything else."""
    text = (retry_after or "").strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        try:
            when = parsedate_to_datetime(text)
            seconds = (when.astimezone(UTC) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError, OverflowError):
            return None
    return None if math.isnan(seconds) else min(max(0.0, seconds), _MAX_RETRY_AFTER_S)


def sentence(text: object) -> str:
    """What a server says, made fit to be shown: one line, nothing unprintable, not endless."""
    if not isinstance(text, str):
        return ""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[:_MAX_MESSAGE]).split())
    return line + "…" if len(text) > _MAX_MESSAGE else line


def _conflict(data: dict[str, Any], said: str, concerns: str) -> ConflictError:
    if data.get("error") == "hard_interference":
        holder = _read(Holder, data.get("holder"))
        who = f"{holder.user} at {holder.workstation}" if holder else "Somebody else"
        return HardInterferenceError(
            said or f"{who} edits this; ask for a handoff.", concerns=concerns, holder=holder
        )
    if data.get("error") == "head_moved":
        head = _read(Version, data.get("head"))
        return HeadMovedError(
            said or "There is a newer version on the server.", concerns=concerns, head=head
        )
    message = said or "The server's state does not permit this; refresh and try again."
    return ConflictError(message, concerns=concerns, status=409)


def _read(kind: type[Any], data: object) -> Any:
    """What a refusal comes with. It stays a refusal where that cannot be read."""
    if data is None:
        return None
    try:
        return from_wire(kind, data)
    except ProtocolError as error:
        logger.warning("%s", error.message)
        return None


def _error_body(body: bytes) -> dict[str, Any]:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}
