"""What plugins were called for, how long it took, and how it ended: the newest calls of this process,
and those that are under way."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

KEPT = 4000
"""Calls: some minutes of somebody's work, about 1 MB."""

OK = ""
"""The outcome of a call that answered in time."""

IMPORT = "(import)"
"""Stands for the hook where a plugin was imported rather than called."""

SLOW_IMPORT_S = 0.5
"""A plugin that takes longer is told of: it is imported while the CAD program starts."""

Call = tuple[str, str, float, float, str, str]
"""Plugin, hook, when it began (``time.monotonic``), seconds, thread, outcome. A plain tuple, as one is
made for every call of every implementation."""

Frame = list[Any]
"""A call that is under way: plugin, hook, when it began (``time.monotonic``), the frame of the call
within which it was made (None: of none), and how many of its seconds slow calls within it took. A plain
list, as one is made for every call."""
PLUGIN, HOOK, BEGAN, OUTER, WITHIN = range(5)

_MAIN = threading.main_thread().ident


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A call of an implementation that has not returned. ``began`` is a ``time.monotonic()``; ``call``
    tells two calls of the same apart; ``own_s`` is how many seconds it took so far without the slow
    calls within it."""

    plugin: str
    hook: str
    began: float
    is_main: bool
    thread: str
    call: int
    own_s: float = field(compare=False)


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
    """A ring of the newest calls, and what each thread is calling now. Any thread."""

    def __init__(self) -> None:
        self.running: dict[int, Frame] = {}
        """By thread, the innermost call that is under way; each thread changes its own only."""
        self._calls: deque[Call] = deque(maxlen=KEPT)
        self.note: Callable[[Call], None] = self._calls.append
        """Remember a call, and forget the oldest one."""

    def calls(self, *, with_running: bool = False) -> tuple[TracedCall, ...]:
        """The newest calls, oldest first; ``with_running``: and those that have not returned."""
        now, ticks = datetime.now(UTC).timestamp(), time.monotonic()
        calls: list[Call] = list(self._calls)
        if with_running:
            calls += [
                (one.plugin, one.hook, one.began, ticks - one.began, one.thread, "has not returned")
                for one in self.under_way()
            ]
        return tuple(
            TracedCall(
                plugin,
                hook,
                datetime.fromtimestamp(now - ticks + began, UTC),
                seconds,
                thread,
                outcome,
            )
            for plugin, hook, began, seconds, thread, outcome in calls
        )

    def under_way(self) -> tuple[UnderWay, ...]:
        """The calls that have not returned: of each thread the innermost, and those within which that
        was made."""
        running, now = self.running.copy(), time.monotonic()
        names = {thread.ident: thread.name for thread in threading.enumerate()} if running else {}
        found = []
        for ident, innermost in running.items():
            frame, until = innermost, now
            while frame is not None:
                began = frame[BEGAN]
                call = frame[PLUGIN], frame[HOOK], began
                thread = "main" if ident == _MAIN else names.get(ident, "")
                own_s = until - began - frame[WITHIN]
                found.append(UnderWay(*call, ident == _MAIN, thread, id(frame), own_s))
                frame, until = frame[OUTER], began
        return tuple(found)

    @contextmanager
    def calling(self, plugin: str, hook: str) -> Iterator[Frame]:
        """Have a call stand as under way, where it is not one of the many."""
        me = threading.get_ident()
        outer = self.running.get(me)
        frame = self.running[me] = [plugin, hook, time.monotonic(), outer, 0.0]
        try:
            yield frame
        finally:
            if outer is None:
                del self.running[me]
            else:
                self.running[me] = outer


def thread_name() -> str:
    """Of the thread that asks, as a trace names it."""
    thread = threading.current_thread()
    return "main" if thread is threading.main_thread() else thread.name
