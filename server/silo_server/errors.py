"""Every error as the protocol has it: ``{"error": slug, "message": sentence}``."""

from __future__ import annotations

import logging
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from silo_core.model.errors import StoreError
from silo_server.work.refusal import Refusal

log = logging.getLogger(__name__)

_SLUGS = {404: "not_found", 405: "method_not_allowed"}
_SENTENCES = {
    404: "There is nothing at this address.",
    405: "This address does not know that method.",
}
_SHOWN = 3


def add_handlers(app: FastAPI) -> None:
    """Make ``app`` answer errors in the protocol's form."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(StoreError, _store)
    app.add_exception_handler(OSError, _disk)
    app.add_middleware(LastResort)


class LastResort:
    """Answers what is a bug of ours: a sentence for the caller, the traceback for the log.

    Starlette's own handler also breaks the connection, under a next request that may be on its way.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry."""
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except ClientDisconnect:
            log.info("%s %s: the client hung up", scope["method"], scope["path"])
        except Exception:
            if started or scope["type"] != "http":
                raise  # half an answer can only be cut off
            log.exception("%s %s failed", scope["method"], scope["path"])
            response = _error(500, "internal", "The server made a mistake; its log says more.")
            await response(scope, receive, send)


async def _refused(_: Request, error: Exception) -> Response:
    refusal = cast(Refusal, error)
    return JSONResponse(refusal.body(), refusal.status, refusal.headers)


async def _invalid(_: Request, error: Exception) -> Response:
    problems = cast(RequestValidationError, error).errors()
    at = problems[0]["loc"][-1]
    if problems[0]["type"] == "json_invalid" and isinstance(at, int):  # it counts from 0
        return _error(422, "invalid_value", f"The body is not valid JSON (character {at + 1}).")
    members = [_member(problem["loc"]) for problem in problems]
    sentences = [
        f"{member}: {problem['msg']}" for member, problem in zip(members, problems, strict=True)
    ]
    return _error(422, "invalid_value", "; ".join(sentences[:_SHOWN]), member=members[0])


def _member(location: tuple[Any, ...]) -> str:
    """``nodes.3.node_key``: where in the request the value stands."""
    inner = location[1:] if len(location) > 1 else location
    return ".".join(map(str, inner))


async def _http(request: Request, error: Exception) -> Response:
    problem = cast(HTTPException, error)
    if isinstance(problem.__cause__, Refusal):  # raised while the body was read
        return await _refused(request, problem.__cause__)
    status = problem.status_code
    # Starlette itself answers these for a path, a method or a body that makes no sense
    response = _error(
        status,
        _SLUGS.get(status, "bad_request"),
        _SENTENCES.get(status) or f"The request cannot be read ({problem.detail}).",
    )
    response.headers.update(problem.headers or {})
    return response


async def _store(_: Request, error: Exception) -> Response:
    return _error(503, "storage_failed", cast(StoreError, error).message)


async def _disk(_: Request, error: Exception) -> Response:
    log.error("A file of the data folder cannot be read or written: %s", error)
    return _error(503, "storage_failed", "The server cannot read or write a file; try again later.")


def _error(status: int, slug: str, message: str, **members: Any) -> JSONResponse:
    return JSONResponse({"error": slug, "message": message, **members}, status)
