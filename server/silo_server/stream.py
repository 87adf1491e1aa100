"""The answer to ``GET /api/events``: a plain ASGI response, as frameworks' own cost much more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from silo_server.hub import Hub, Listener, greeting

CLOSE_S = 1.0
"""How long a client may take to read the rest of a stream that the server ends."""


class EventStream(Response):
    """Sends what is missing since ``last_event_id`` (None: nothing), then what comes. ``on_end`` is
    called when the stream is over."""

    def __init__(
        self,
        hub: Hub,
        workstation_id: str | None,
        token_sha256: str,
        last_event_id: int | None,
        on_end: Callable[[], object],
    ) -> None:
        super().__init__()
        self._hub = hub
        self._workstation_id = workstation_id
        self._token_sha256 = token_sha256
        self._last_event_id = last_event_id
        self._on_end = on_end

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Awaits the disconnect and the end of the listener beside the sending: a client that stopped
        reading must neither leak its listener nor hold up a shutdown."""
        # nothing is awaited between these two: what comes after this position is in the queue
        listener = self._hub.join(self._workstation_id, self._token_sha256)
        position = self._hub.position
        if self._last_event_id is None:  # what happened before is no news, handed out yet or not
            position = listener.after = self._hub.newest()
        tasks = [
            asyncio.create_task(self._send_all(send, listener, position)),
            asyncio.create_task(_gone(receive)),
            asyncio.create_task(listener.ended.wait()),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._on_end()
            self._hub.leave(listener)
            is_gone = tasks[1].done()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if not is_gone:
            with suppress(TimeoutError):
                await asyncio.wait_for(_close(send, listener), CLOSE_S)

    async def _send_all(self, send: Send, listener: Listener, position: int) -> None:
        headers = [
            (b"content-type", b"text/event-stream; charset=utf-8"),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        if self._last_event_id is None:
            await _send_piece(send, greeting(position))
        else:
            missed = self._hub.replay(listener, self._last_event_id, position)
            await _send_piece(send, b": replay\n\n")
            for piece in missed:
                await _send_piece(send, piece)
        while True:
            await _send_piece(send, await listener.queue.get())


async def _close(send: Send, listener: Listener) -> None:
    """What was handed out already still goes, and then the end. A client that does not read cannot be
    told: it finds the connection broken."""
    while not listener.queue.empty():
        await _send_piece(send, listener.queue.get_nowait())
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _send_piece(send: Send, piece: bytes) -> None:
    await send({"type": "http.response.body", "body": piece, "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
