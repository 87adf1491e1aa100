"""The one thread that drains the outbox."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

logger = logging.getLogger(__name__)

AFTER_FAILURE_S = 5.0
"""Pause after a drain that raised: a bug in it must not become a busy loop."""


class OutboxThread:
    """Runs ``drain`` whenever woken, and when it said there would be more to do."""

    def __init__(self) -> None:
        self.drain: Callable[[], float | None] | None = None
        self._condition = threading.Condition()
        self._due = self._stopping = False
        self._idle = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, or begin again once joined; what an earlier run left is drained at once."""
        self._due, self._stopping = True, False
        self._idle.clear()
        self._thread = threading.Thread(target=self._run, name="silo-outbox")
        self._thread.start()

    def wake(self) -> None:
        """Something is due. Any thread."""
        with self._condition:
            self._due = True
            self._idle.clear()
            self._condition.notify()

    def stop(self, flush: float) -> None:
        """Let a drain under way, or due, end for at most ``flush`` seconds; then end the thread as
        soon as the request it is in returns."""
        if flush:
            self._idle.wait(flush)
        with self._condition:
            self._stopping = True
            self._condition.notify()

    def join(self) -> None:
        """Wait for the thread; call after the client was closed, which ends its requests."""
        if self._thread:
            self._thread.join()

    def _run(self) -> None:
        wait: float | None = None
        while self._await_work(wait):
            wait = self._drain_once()

    def _await_work(self, seconds: float | None) -> bool:
        """Wait until something is due; False when the thread has to end."""
        deadline = None if seconds is None else time.monotonic() + seconds
        with self._condition:
            while not (self._due or self._stopping):
                self._idle.set()
                left = None if deadline is None else deadline - time.monotonic()
                if left is not None and left <= 0:
                    break
                self._condition.wait(left)
            self._due = False
            self._idle.clear()
            return not self._stopping

    def _drain_once(self) -> float | None:
        if self.drain is None:
            return None
        try:
            return self.drain()
        except Exception:  # the thread must outlive a bug in a plugin's worker
            logger.exception("the outbox could not be drained")
            return AFTER_FAILURE_S
