"""One thread for what waits for the disk, one after the other."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from silo_core.model.errors import SiloError
from silo_core.ports.services import Services
from silo_subscriptions.engine import messages

logger = logging.getLogger(__name__)

T = TypeVar("T")


class Lane:
    """Runs calls in their order, away from the main thread, and hands what comes of them back to it."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="silo-sync")
        self._stopped = False

    def run(
        self,
        call: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[SiloError], None],
    ) -> None:
        """``done`` with what ``call`` answers, or ``failed``, on the main thread. Main thread."""
        if self._stopped:
            return
        future = self._thread.submit(call)
        future.add_done_callback(
            lambda future: self._services.post(partial(self._back, future, done, failed))
        )

    def _back(
        self, future: Future[T], done: Callable[[T], None], failed: Callable[[SiloError], None]
    ) -> None:
        if self._stopped or future.cancelled():
            return
        error = future.exception()
        if error is None:
            done(future.result())
        elif isinstance(error, SiloError):
            failed(error)
        else:
            logger.error("comparing with the server failed", exc_info=error)
            failed(SiloError(messages.bug(error)))

    def stop(self) -> None:
        """Wait for what runs now; the rest is dropped. Main thread."""
        self._stopped = True
        self._thread.shutdown(wait=True, cancel_futures=True)
