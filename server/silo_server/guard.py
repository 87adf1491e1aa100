"""What stands before every request: who is asking, and how much may be sent."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from silo_core.chunks.limits import MAX_CHUNK
from silo_server.storage.records import Role
from silo_server.work.desk import Caller
from silo_server.work.refusal import Refusal
from silo_server.work.users import bearer_token

_OPEN = ("/api/openapi.json", "/api/docs")
_READING = ("GET", "HEAD", "OPTIONS")
_CHANGES_NOTHING = "/sync/preview"
"""A question that is too long for an address."""
_DRAIN_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Limits:
    """How many bytes a request may have: one that carries a file, and any other."""

    upload: int = 2 << 30
    json: int = 32 << 20

    def of(self, path: str) -> int:
        """What a request to ``path`` may have."""
        if path.endswith(("/file", "/checkpoints")):
            return self.upload
        return max(self.json, MAX_CHUNK) if path[:-65].endswith("/chunks") else self.json


class Guard:
    """Refuses before a body is read: 401 without a valid token, 403 without the role, 503 for writes
    while read-only, 413 for too much. ``authenticate`` answers whose token it is."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        authenticate: Callable[[str], Caller | None],
        read_only: bool,
        limits: Limits,
    ) -> None:
        self._app = app
        self._authenticate = authenticate
        self._read_only = read_only
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            self._admit(scope)
        except Refusal as refusal:
            await drain(receive)
            response = JSONResponse(refusal.body(), refusal.status, refusal.headers)
            await response(scope, receive, send)
            return
        limit = self._limits.of(scope["path"])
        await self._app(scope, _counted(receive, limit), send)

    def _admit(self, scope: Scope) -> None:
        path: str = scope["path"]
        if path.startswith("/api/") and not path.startswith(_OPEN):
            caller = self._caller(scope)
            scope.setdefault("state", {})["caller"] = caller
            reading = scope["method"] in _READING or path.endswith(_CHANGES_NOTHING)
            require(caller, Role.VIEWER if reading else Role.EDITOR)
            if self._read_only and not reading:
                raise Refusal(
                    503, "read_only", "The server is read-only at the moment; try again later."
                )
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdigit() and int(announced) > self._limits.of(path):
            raise _too_large(self._limits.of(path))

    def _caller(self, scope: Scope) -> Caller:
        token = bearer_token(Headers(scope=scope).get("authorization", ""))
        caller = self._authenticate(token) if token else None
        if caller is None:
            raise Refusal(
                401,
                "unauthorized",
                "The token is missing or not valid; ask your server's administrator for one.",
                headers={"WWW-Authenticate": "Bearer"},
            )
        return caller


def require(caller: Caller, role: Role) -> None:
    """Raises a 403 Refusal unless the caller's role includes ``role``."""
    if not caller.role.includes(role):
        raise Refusal(
            403, "forbidden", f"This needs the role {role}; {caller.user} is {caller.role}."
        )


def _too_large(limit: int) -> Refusal:
    return Refusal(
        413,
        "too_large",
        f"The request is larger than the {limit} bytes that this server takes at once.",
        limit=limit,
    )


def _counted(receive: Receive, limit: int) -> Receive:
    """``receive`` that stops at ``limit`` bytes, for bodies that did not announce their size."""
    seen = 0

    async def counting() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            if message.get("more_body"):
                await drain(receive)
            raise _too_large(limit)
        return message

    return counting


async def drain(receive: Receive) -> None:
    """Take in what is still being sent, for a while: a client that is cut off in the middle of its
    body often sees a broken connection in place of the answer."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_DRAIN_SECONDS):
            message = await receive()
            while message["type"] == "http.request" and message.get("more_body"):
                message = await receive()
