"""The composition root: everything is put together here and nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from fastapi import FastAPI

from silo_server import __version__
from silo_server.apidocs import DocumentedApi, add_docs
from silo_server.errors import add_handlers
from silo_server.guard import Guard, Limits
from silo_server.hub import Hub
from silo_server.judging import deciding
from silo_server.keeper import Keeper, begin
from silo_server.routes import checkpoints, chunks, general, items, pages, sessions, workstations
from silo_server.routes.service import Service
from silo_server.storage.folder import DataFolder
from silo_server.work.desk import Clock, Desk, Judge
from silo_server.work.users import caller_of


def utc_now() -> datetime:
    """The clock of a server that is not told another one."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Options:
    """How a server behaves. Times in seconds, ``listener_queue`` and ``event_log`` in events.
    ``handoff_seconds`` is how long an object is kept for who it was handed to, ``waiting_seconds`` how
    long for who is told that it is free."""

    lease_seconds: float = 60
    handoff_seconds: float = 60
    waiting_seconds: float = 30
    heartbeat_seconds: float = 15
    read_only: bool = False
    limits: Limits = field(default_factory=Limits)
    listener_queue: int = 1000
    event_log: int = 100_000


def create_app(
    data: Path,
    *,
    clock: Clock = utc_now,
    judge: Judge | None = None,
    options: Options | None = None,
) -> FastAPI:
    """The server on the data folder ``data``, as an ASGI application.

    ``judge`` decides conflicts; without one, the built-in rules and those of installed plugins do.
    The folder is opened at once and let go of when the application's lifespan ends.

    Raises:
        StoreError: the folder cannot be used, or another server runs on it.
    """
    options = options or Options()
    folder = DataFolder(data)
    hub = Hub(folder.store, options.listener_queue)
    desk = Desk(
        clock,
        *deciding(judge),
        hub.connected,
        lease_seconds=options.lease_seconds,
        handoff_seconds=options.handoff_seconds,
        waiting_seconds=options.waiting_seconds,
    )
    service = Service(
        folder.store,
        folder.blobs,
        desk,
        hub,
        folder.loose,
        options.limits.json,
        options.limits.upload,
    )
    app = DocumentedApi(
        title="Silo server",
        version=__version__,
        description="Edit the same FreeCAD parts as your team, at the same time.",
        lifespan=_lifespan(folder, service, options),
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    app.state.service = service
    for area in (general, items, pages, checkpoints, sessions, workstations):
        app.include_router(area.router)
    app.include_router(items.groups)
    if service.has_chunks:
        app.include_router(chunks.router)
    add_handlers(app)
    add_docs(app)
    app.add_middleware(
        Guard,
        authenticate=lambda token: folder.store.read(lambda reader: caller_of(reader, token)),
        read_only=options.read_only,
        limits=options.limits,
    )
    return app


def end_streams(app: FastAPI) -> None:
    """Let every event stream end, so that a server that is stopping need not wait for them."""
    service: Service = app.state.service
    service.hub.close()


def connected_workstations(app: FastAPI) -> frozenset[str]:
    """Those that have an event stream open."""
    service: Service = app.state.service
    return service.hub.connected()


def _lifespan(
    folder: DataFolder, service: Service, options: Options
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        folder.store.on_events(lambda: loop.call_soon_threadsafe(service.hub.wake))
        await begin(service, "read-only" if options.read_only else "normal")
        keeper = Keeper(
            service,
            heartbeat_seconds=options.heartbeat_seconds,
            event_log=options.event_log,
        )
        tasks = [asyncio.ensure_future(chore) for chore in keeper.chores()]
        try:
            yield
        finally:
            service.hub.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            folder.store.on_events(lambda: None)
            await asyncio.to_thread(folder.close)

    return lifespan
