"""Asking a server again that cannot answer now. Worker threads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from silo_core.model.errors import ServerError

T = TypeVar("T")

PAUSES_S = (1.0, 4.0)
"""Between tries. What fails for longer is taken up when the connection comes back."""


class Patience:
    """Tries calls again, until it is told to stop."""

    def __init__(self) -> None:
        self._stopping = threading.Event()

    def stop(self) -> None:
        """From now on every call gets one try."""
        self._stopping.set()

    def call(self, call: Callable[[], T], *worth_it: type[ServerError]) -> T:
        """What ``call`` answers; failures that are ``worth_it`` lead to another try."""
        for pause in PAUSES_S:
            try:
                return call()
            except worth_it:
                if self._stopping.wait(pause):
                    raise
        return call()
