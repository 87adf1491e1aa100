"""What the routes work with, and how they answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar, cast

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse

from silo_core.chunks import available
from silo_server.hub import Hub
from silo_server.storage.loose import LooseFiles
from silo_server.storage.ports import BlobStore, MetadataStore, Reader, Transaction
from silo_server.work.desk import Caller, Desk

T = TypeVar("T")

_HEAVY = 2
"""How many files are taken apart or put together at once."""


@dataclass(slots=True)
class Service:
    """The server as its routes see it. Nothing in it would be missed after a restart."""

    store: MetadataStore
    blobs: BlobStore
    desk: Desk
    hub: Hub
    loose: LooseFiles
    max_metadata: int
    max_file: int
    has_chunks: bool = field(default_factory=available)
    heavy: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_HEAVY))

    async def compute(self, work: Callable[[], T]) -> T:
        """Run what takes long off the event loop: a few at a time, so that others are served, too."""
        async with self.heavy:
            return await run_in_threadpool(work)

    async def read(self, question: Callable[[Reader], T]) -> T:
        """Answer from one consistent state, off the event loop."""
        return await run_in_threadpool(self.store.read, question)

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Run one transaction; returns once it is durable."""
        return await asyncio.wrap_future(self.store.write(work))

    def keep_alive(self, workstation_id: str | None) -> None:
        """The event stream of a workstation is over: its sessions and waits have a lease from now on.
        Nobody waits for that."""
        if workstation_id is not None:
            until = self.desk.expiry()
            self.store.write(lambda tx: tx.renew_leases([workstation_id], until))


def _service(request: Request) -> Service:
    return cast(Service, request.app.state.service)


def _caller(request: Request) -> Caller:
    return cast(Caller, request.state.caller)


Served = Annotated[Service, Depends(_service)]
Asking = Annotated[Caller, Depends(_caller)]


def answer(body: Any, status: int = 200) -> JSONResponse:
    """JSON that is ready to be sent."""
    return JSONResponse(body, status)
