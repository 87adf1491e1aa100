"""Trying again after a while, where the server is there but did not answer."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable

from silo_core.ports.services import Services
from silo_core.rules.backoff import delay

FIRST_S = 0.5
LONGEST_S = 30.0
HOPEFUL = 4
"""So many pauses in a row are part of the work; after more of them it counts as given up for now."""


class Patience:
    """One pause at a time, each longer than the one before. Main thread."""

    def __init__(self, services: Services, again: Callable[[], None]) -> None:
        self._services = services
        self._again = again
        self._count = 0
        self._timer: threading.Timer | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether a pause is under way."""
        return self._timer is not None

    @property
    def is_hopeful(self) -> bool:
        """Whether the pause under way is one of the first."""
        return self.is_waiting and self._count <= HOPEFUL

    def wait(self) -> None:
        """Begin a pause, unless there is one."""
        if self._timer is None:
            pause = delay(self._count, FIRST_S, LONGEST_S, random.random)
            self._count += 1
            timer = threading.Timer(pause, lambda: self._services.post(lambda: self._over(timer)))
            timer.daemon = True
            self._timer = timer
            timer.start()

    def forget(self) -> None:
        """It works again, or the user does not want to wait."""
        self._count = 0
        self.stop()

    def stop(self) -> None:
        """End the pause."""
        timer, self._timer = self._timer, None
        if timer:
            timer.cancel()
            timer.join()

    def _over(self, timer: threading.Timer) -> None:
        if timer is self._timer:
            self._timer = None
            self._again()
