"""Work that must not wait on the main thread."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar

from silo_core.model.errors import SiloError

logger = logging.getLogger(__name__)

T = TypeVar("T")

WORKERS = 4


class Tasks:
    """Runs calls on worker threads between :meth:`start` and :meth:`stop`; at any other time, what is
    submitted is cancelled at once."""

    def __init__(self) -> None:
        self._workers: ThreadPoolExecutor | None = None
        self._pending: set[Future[Any]] = set()

    @property
    def running(self) -> bool:
        """Whether it was started, and not stopped since."""
        return self._workers is not None

    def start(self) -> None:
        """Begin."""
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="silo-worker")

    def flush(self, seconds: float) -> None:
        """Give what was submitted that long to end."""
        wait(tuple(self._pending), seconds)

    def stop(self) -> Callable[[], None]:
        """Take nothing more. What comes back waits for what is at work, and cancels what is not."""
        workers, self._workers = self._workers, None
        return lambda: workers.shutdown(wait=True, cancel_futures=True) if workers else None

    def submit(self, call: Callable[[], T]) -> Future[T]:
        """Run ``call`` on a worker; what it raises is logged. Any thread."""
        workers = self._workers
        try:
            future = workers.submit(call) if workers else _cancelled()
        except RuntimeError:  # it shut down between the two
            future = _cancelled()
        self._pending.add(future)
        future.add_done_callback(self._done)
        return future

    def _done(self, done: Future[Any]) -> None:
        self._pending.discard(done)
        if not done.cancelled() and (error := done.exception()):
            # a refusal is told where it matters, and nothing to report
            is_bug = not isinstance(error, SiloError)
            level = logging.WARNING if is_bug else logging.INFO
            logger.log(
                level, "a background task failed: %s", error, exc_info=error if is_bug else None
            )


def _cancelled() -> Future[Any]:
    stopped: Future[Any] = Future()
    stopped.cancel()
    return stopped
