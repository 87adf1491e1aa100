"""What the server does without being asked: leases end, connections are tested, the log is cut."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool

from silo_core.model.errors import StoreError
from silo_server.routes.service import Service
from silo_server.storage.ports import Transaction
from silo_server.storage.records import State, User
from silo_server.work.leases import extend_all, forget_absent, is_anything_due, settle
from silo_server.work.manifests import expire_loose

log = logging.getLogger(__name__)

_SWEEP_SECONDS = 1.0
_EXPIRY_SECONDS = 600.0


async def every(seconds: float, chore: Callable[[], Awaitable[None]]) -> None:
    """Do ``chore`` again and again, until cancelled; a time that fails is logged."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await chore()
        except StoreError as error:
            log.error("%s", error.message)
        except Exception:  # without the chores leases would never end again
            log.exception("A chore of the server failed; it is done again.")


class Keeper:
    """The chores of one server. ``event_log`` is how many events it keeps for replay."""

    def __init__(self, service: Service, *, heartbeat_seconds: float, event_log: int) -> None:
        self._service = service
        self._heartbeat_seconds = heartbeat_seconds
        self._event_log = event_log

    def chores(self) -> list[Awaitable[None]]:
        """To be run side by side, each until cancelled."""
        lease = self._service.desk.lease_seconds
        return [
            self._service.hub.follow(),
            every(min(_SWEEP_SECONDS, lease / 4), self._sweep),
            every(lease / 4, self._renew),
            every(self._heartbeat_seconds, self._beat),
            every(_EXPIRY_SECONDS, self._expire_chunks),
        ]

    async def _sweep(self) -> None:
        desk = self._service.desk
        if await self._service.read(lambda reader: is_anything_due(reader, desk)):
            await self._service.write(lambda tx: settle(tx, desk))

    async def _expire_chunks(self) -> None:
        await expire_chunks(self._service)

    async def _renew(self) -> None:
        desk = self._service.desk

        def work(tx: Transaction) -> None:
            settle(tx, desk)
            forget_absent(tx, desk)
            oldest, newest = tx.event_range()
            if newest - oldest > self._event_log * 1.1:
                tx.trim_events(self._event_log)

        await self._service.write(work)

    async def _beat(self) -> None:
        """Streams whose user was removed meanwhile end; the others see that the server lives."""
        hub = self._service.hub
        tokens = hub.tokens()
        valid = await self._service.read(
            lambda reader: {token for token in tokens if reader.find(User, token_sha256=token)}
        )
        for token in tokens - valid:
            hub.end(token_sha256=token)
        hub.beat()


async def expire_chunks(service: Service) -> None:
    """Let go of chunks that were sent and never became part of a version."""
    desk = service.desk
    names = await service.write(lambda tx: expire_loose(tx, desk))
    await run_in_threadpool(service.loose.remove_all, names)


async def begin(service: Service, mode: str) -> None:
    """What a server that starts owes to those who waited for it."""

    def work(tx: Transaction) -> None:
        extend_all(tx, service.desk)
        before = tx.get(State, "mode")
        if before is None:
            tx.add(State("mode", mode))
        elif before.value != mode:
            tx.change(State("mode", mode))
            tx.append("server.state", {"mode": mode})

    await service.write(work)
    await expire_chunks(service)
