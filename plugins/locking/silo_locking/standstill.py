"""How long the editor's main thread may stand still for entries. Main thread."""

from __future__ import annotations

import time
from concurrent.futures import Future, wait
from typing import TypeVar

from silo_core.model.exchange import ContextEntry
from silo_core.ports.host import CanPaint
from silo_core.ports.services import Services

T = TypeVar("T")

SHARE = 0.9
"""Of ``entry_wait_ms``; what is done with an answer, or without one, takes the rest."""


class Standstill:
    """``entry_wait_ms`` in each turn of the main loop, counted from when the editor reported the first
    of its entries: what was left and saved on the way is in it, and so is what the window draws."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._until: float | None = None

    def begin(self, entry: ContextEntry) -> None:
        """An entry is about to be decided."""
        if self._until is None:
            allowed = self._services.settings.number("entry_wait_ms") / 1000
            self._until = entry.reported + allowed * SHARE
            self._services.post(self._end)  # run in the next turn of the main loop

    def _end(self) -> None:
        self._until = None

    def waited_for(self, answer: Future[T]) -> bool:
        """Wait for an answer while there is time, and have the window drawn meanwhile; whether it
        came."""
        host = self._services.host
        if isinstance(host, CanPaint) and self._left() and not answer.done():
            host.paint()
        return bool(wait([answer], self._left()).done) and not answer.cancelled()

    def _left(self) -> float:
        return max(0.0, (self._until or 0.0) - time.monotonic())
