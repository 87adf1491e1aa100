"""Downloads under way, and what becomes of what arrives. Main thread."""

from __future__ import annotations

import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Protocol

from silo_core.model.errors import SiloError
from silo_core.model.exchange import ConnectionState, Transfer, TransferState
from silo_core.ports.bases import Bases
from silo_core.ports.services import Services
from silo_subscriptions.backups import Backups
from silo_subscriptions.engine.bundle import Together
from silo_subscriptions.engine.download import Download, Fetched, discard, flushed
from silo_subscriptions.engine.installing import ChangedError, Landed, land, make_last
from silo_subscriptions.engine.open_files import OpenFiles
from silo_subscriptions.engine.plan import Fetch
from silo_subscriptions.engine.worker import Lane

SLICE_S = 0.008
"""How long the main thread renames before it lets others have a turn."""
_FLUSHERS = 8
AHEAD = 2
"""So many times as many as may run are given to the threads: none has to wait for the main thread."""
GROUP = 16
"""Files that a thread fetches together, where they are small."""


class Owner(Protocol):
    """Who is told what becomes of downloads."""

    def began(self, part_number: str) -> None:
        """Its download has begun."""

    def landed(self, landed: list[Landed]) -> None:
        """These files are in their places and recorded."""

    def failed(self, fetch: Fetch, error: BaseException) -> None:
        """It could not be fetched, or not be put in its place."""

    def overtaken(self, part_number: str) -> None:
        """Its file is not what it was, or is open by now: it has to be looked at again."""

    def progressed(self) -> None:
        """A transfer has come further."""


class Downloads:
    """Fetches what is queued, a few at a time, and puts it in its place."""

    def __init__(
        self, services: Services, bases: Bases, open_files: OpenFiles, lane: Lane, owner: Owner
    ) -> None:
        self.transfers: dict[str, Transfer] = {}
        self._services = services
        self._bases = bases
        self._backups = Backups(services.store.path.parent / "backups")
        self._open = open_files
        self._lane = lane
        self._owner = owner
        self._todo: dict[str, Fetch] = {}
        self._groups = 0
        self._running: dict[str, Download] = {}
        self._arrivals: deque[Fetched] = deque()
        self._settling: dict[str, str] = {}
        """Versions that have arrived and are not recorded yet, by part number: a comparison does not
        know of them, and wants them once more."""
        self._left: dict[str, Path] = {}
        """What has arrived and could not take its place, by part number."""
        self._threads: ThreadPoolExecutor | None = None
        self._most = 0
        self._flushing = ThreadPoolExecutor(_FLUSHERS, thread_name_prefix="silo-flush")
        self._landed: list[Landed] = []
        self._landing = self._recording = self._stopped = False

    @property
    def busy(self) -> bool:
        """Whether something is under way, or is to begin as soon as there is room."""
        waits = bool(self._todo) and self._is_online
        return bool(waits or self._running or self._arrivals or self._landed or self._recording)

    def queue(self, fetch: Fetch) -> None:
        """Fetch it soon. A newer version takes the place of an older one that is under way, and what was
        stopped and is wanted again begins anew once it has ended."""
        if self._settling.get(fetch.part_number) == fetch.wanted.version.id:
            return
        self._left.pop(fetch.part_number, None)
        running = self._running.get(fetch.part_number)
        if running is None:
            self._todo[fetch.part_number] = fetch
        elif not _is_same(running.fetch, fetch):
            running.stop(for_good=True)
            self._todo[fetch.part_number] = fetch
        elif running.is_stopped:
            self._todo[fetch.part_number] = fetch

    def drop(self, part_number: str, *, for_good: bool = False) -> bool:
        """Do not fetch it, or stop; False if it was neither queued nor under way. ``for_good``: what
        has come of it is not gone on with."""
        queued = self._todo.pop(part_number, None)
        running, left = self._running.get(part_number), self._left.get(part_number)
        if running:
            running.stop(for_good=for_good)
        if left and for_good:
            discard(self._left.pop(part_number))
        return bool(queued or running)

    def is_running(self, part_number: str) -> bool:
        """Whether its download has begun."""
        return part_number in self._running

    def stop(self) -> None:
        """Give up what is under way; what was downloaded in part is gone on with another time."""
        self._stopped = True
        for download in self._running.values():
            download.stop()
        if self._threads:
            self._threads.shutdown(wait=False, cancel_futures=True)
        self._flushing.shutdown(wait=False, cancel_futures=True)

    @property
    def _is_online(self) -> bool:
        return self._services.connection.state is ConnectionState.ONLINE

    def start(self) -> None:
        """Begin as many as may run at once."""
        client = self._services.client
        if self._stopped or client is None or not self._is_online or not self._todo:
            return
        most = self._services.settings.number("subscription_max_downloads")
        if self._threads is None or self._most != most:
            if self._threads:
                self._threads.shutdown(wait=False)  # what it has is still done
            self._threads = ThreadPoolExecutor(most, thread_name_prefix="silo-download")
            self._most = most
        while self._todo and self._groups < AHEAD * most:
            group = self._next_group(most)
            if not group:
                return
            self._groups += 1
            for download, future in group.futures.items():
                self._owner.began(download.fetch.part_number)
                future.add_done_callback(partial(self._done, download))
            done = self._threads.submit(group.run, client, self._services, self._bases)
            done.add_done_callback(lambda _: self._services.post(self._group_done))

    def _next_group(self, most: int) -> Together | None:
        """Some of what waits: few enough that all threads have something to do."""
        ready = [number for number in self._todo if number not in self._running]
        some = ready[: min(GROUP, -(-len(ready) // most))]
        for number in some:
            self._running[number] = Download(self._todo.pop(number), self._told)
        return Together([self._running[number] for number in some]) if some else None

    def _group_done(self) -> None:
        self._groups -= 1
        self.start()

    def _told(self, transfer: Transfer) -> None:
        """On a download's thread."""
        self._services.post(partial(self._transfer, transfer))

    def _transfer(self, transfer: Transfer) -> None:
        if transfer.state is TransferState.RUNNING and transfer.part_number in self._running:
            self.transfers[transfer.part_number] = transfer
        else:
            self.transfers.pop(transfer.part_number, None)
        self._services.hooks.progress(transfer)
        self._owner.progressed()

    def _done(self, download: Download, future: Future[Fetched]) -> None:
        """On a download's thread, which has the next one to do while the disk is waited for."""
        arrived = partial(self._arrived, download)
        if not future.cancelled() and future.exception() is None:
            with suppress(RuntimeError):  # it shut down meanwhile
                future = self._flushing.submit(flushed, future.result())
        future.add_done_callback(lambda future: self._services.post(partial(arrived, future)))

    def _arrived(self, download: Download, future: Future[Fetched]) -> None:
        number = download.fetch.part_number
        self._running.pop(number, None)
        self.transfers.pop(number, None)
        if self._stopped or future.cancelled():
            return
        error, next_one = future.exception(), self._todo.get(number)
        if error is None:
            if next_one and _is_same(download.fetch, next_one):  # it came before it was stopped
                del self._todo[number]
            self._arrivals.append(future.result())
            self._settling[number] = download.fetch.wanted.version.id
            self.land_soon()
        elif next_one is None:  # else a newer one has taken its place, or it was retried
            self._owner.failed(download.fetch, error)
        self.start()

    # -- putting it in its place -------------------------------------------------------------------

    def land_soon(self) -> None:
        """Rename what has arrived, as soon as the main thread has time."""
        if self._arrivals and not self._landing and not self._stopped:
            self._landing = True
            self._services.post(self._land)

    def _land(self) -> None:
        """For some milliseconds at a time."""
        self._landing = False
        if self._stopped or not self._open.is_known:
            return
        until = time.monotonic() + SLICE_S
        while self._arrivals and time.monotonic() < until:
            fetched = self._arrivals.popleft()
            try:
                self._landed.append(land(fetched, self._open.files))
            except SiloError as error:
                self._give_up(fetched, error)
        self._record_soon()
        self.land_soon()

    def _give_up(self, fetched: Fetched, error: SiloError) -> None:
        """What has arrived stays for the next try, which would only fetch it again."""
        self._settling.pop(fetched.fetch.part_number, None)
        self._left[fetched.fetch.part_number] = fetched.arrived
        if fetched.backup:
            self._backups.discard(fetched.backup.path)
        if isinstance(error, ChangedError):
            self._owner.overtaken(fetched.fetch.part_number)
        else:
            self._owner.failed(fetched.fetch, error)

    def _record_soon(self) -> None:
        """All that has landed by now at once: each time the disk is waited for."""
        if self._recording or not self._landed:
            return
        landed, self._landed = self._landed, []
        self._recording = True
        self._lane.run(
            partial(self._record, landed),
            lambda _: self._recorded(landed),
            partial(self._unrecorded, landed),
        )

    def _record(self, landed: list[Landed]) -> None:
        """On the engine's thread."""
        make_last(landed)
        self._services.store.tracked.put_all(file.record for file in landed)

    def _recorded(self, landed: list[Landed]) -> None:
        self._settled(landed)
        self._owner.landed(landed)

    def _unrecorded(self, landed: list[Landed], error: SiloError) -> None:
        self._settled(landed)
        for file in landed:
            self._owner.failed(file.fetched.fetch, error)

    def _settled(self, landed: list[Landed]) -> None:
        self._recording = False
        for file in landed:
            self._settling.pop(file.fetched.fetch.part_number, None)
        self._record_soon()


def _is_same(one: Fetch, other: Fetch) -> bool:
    return one.wanted.version.id == other.wanted.version.id
