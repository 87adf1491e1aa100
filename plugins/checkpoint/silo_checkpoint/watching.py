"""Telling how far a push is, or what is fetched for it, and ending it where its user cancelled it.
Outbox thread."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from silo_core.model.errors import SiloError
from silo_core.model.exchange import Transfer, TransferState
from silo_core.ports.services import Services
from silo_core.ports.store import PushJob
from silo_core.rules.meter import Meter


class CancelledError(SiloError):
    """The push is held: its user cancelled it."""

    title = "Cancelled"


class Watch:
    """The progress of one transfer of a push (``silo_core.ports.client.progress``). ``silo_progress`` is
    told of it, with the job's id, under which it can be held in the outbox."""

    def __init__(self, services: Services, job: PushJob, *, upload: bool) -> None:
        self._services = services
        self._job = job
        self._meter = Meter(job.id, job.part_number, upload=upload, started=time.monotonic())
        self._done = 0
        self._total: int | None = None

    def __call__(self, done: int, total: int | None) -> None:
        """So much is done.

        Raises:
            CancelledError: the job is held.
        """
        self._done, self._total = done, total
        if self._services.store.outbox.is_held(self._job.id):
            raise CancelledError(f"The checkpoint of {self._job.part_number} is held.")
        self._tell(self._meter.step(time.monotonic(), done, total))

    def end(self, state: TransferState) -> None:
        """It is over, in whichever way."""
        self._tell(self._meter.end(time.monotonic(), state, self._done, self._total))

    def _tell(self, transfer: Transfer | None) -> None:
        if transfer:
            self._services.post(partial(self._services.hooks.progress, transfer))


@contextmanager
def watching(services: Services, job: PushJob, *, upload: bool = True) -> Iterator[Watch]:
    """The progress of what is done within: the push itself, or fetching what it is joined with."""
    watch, state = Watch(services, job, upload=upload), TransferState.FAILED
    try:
        yield watch
        state = TransferState.DONE
    except CancelledError:
        state = TransferState.CANCELLED
        raise
    finally:
        watch.end(state)
