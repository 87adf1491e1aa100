"""Asking a server again that cannot answer now. Any thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from silo_core.model.errors import ServerError

T = TypeVar("T")

PAUSES_S = (1.0, 4.0)
"""Between tries."""

LATER_S = 15.0
"""How long after the last try what failed is taken up again, if the server is not heard of before."""


class Patience:
    """Tries calls again, until it is told to stop; and says when what failed all the same, of whatever
    kind, is to be taken up: ``catch_up`` is called on a thread of its own."""

    def __init__(self, catch_up: Callable[[], None]) -> None:
        self._catch_up = catch_up
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._reminder: threading.Timer | None = None

    @property
    def has_failed(self) -> bool:
        """Whether there is something to take up again."""
        return self._reminder is not None

    def start_over(self) -> None:
        """What failed is being taken up now."""
        with self._lock:
            reminder, self._reminder = self._reminder, None
        if reminder:
            reminder.cancel()

    def stop(self) -> None:
        """From now on every call gets one try, and nothing is taken up again."""
        with self._lock:
            self._stopping.set()
        self.start_over()

    def call(self, call: Callable[[], T], *worth_it: type[ServerError]) -> T:
        """What ``call`` answers; failures that are ``worth_it`` lead to another try. Worker thread."""
        for pause in PAUSES_S:
            try:
                return call()
            except worth_it:
                if self._stopping.wait(pause):
                    raise
        try:
            return call()
        except worth_it:
            self._remind()
            raise

    def _remind(self) -> None:
        with self._lock:
            if self._reminder is None and not self._stopping.is_set():
                self._reminder = threading.Timer(LATER_S, self._catch_up)
                self._reminder.name = "silo-reminder"
                self._reminder.daemon = True  # an editor that crashes must not wait for it
                self._reminder.start()
