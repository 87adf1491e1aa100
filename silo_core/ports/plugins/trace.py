"""What plugins were called for, how long it took, and how it ended: the newest calls of this process."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

KEPT = 4000
"""Calls: some minutes of somebody's work, about 1 MB."""

OK = ""
"""The outcome of a call that answered in time."""

IMPORT = "(import)"
"""Stands for the hook where a plugin was imported rather than called."""

Call = tuple[str, str, float, float, str, str]
"""Plugin, hook, when it began (``time.monotonic``), seconds, thread, outcome. A plain tuple, as one is
made for every call of every implementation."""


@dataclass(frozen=True, slots=True)
class TracedCall:
    """One call of an implementation. ``outcome`` is ``""`` where it answered, else what went wrong,
    without what was handed over or answered: a trace goes into bug reports."""

    plugin: str
    hook: str
    at: datetime
    seconds: float
    thread: str
    outcome: str


class Trace:
    """A ring of the newest calls. Any thread."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=KEPT)
        self.note: Callable[[Call], None] = self._calls.append
        """Remember a call, and forget the oldest one."""

    def calls(self) -> tuple[TracedCall, ...]:
        """The newest calls, oldest first."""
        now, ticks = datetime.now(UTC).timestamp(), time.monotonic()
        return tuple(
            TracedCall(
                plugin,
                hook,
                datetime.fromtimestamp(now - ticks + began, UTC),
                seconds,
                thread,
                outcome,
            )
            for plugin, hook, began, seconds, thread, outcome in tuple(self._calls)
        )


def thread_name() -> str:
    """Of the thread that asks, as a trace names it."""
    thread = threading.current_thread()
    return "main" if thread is threading.main_thread() else thread.name
