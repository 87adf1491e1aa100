"""What the server tells, on its way to the main thread. However fast it comes, it takes up little memory
and leaves the main thread time for its user."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

MOST = 1000
"""More than that wait where they come from: the reader stops reading, and the server keeps the rest."""
SLICE_S = 0.02
"""How long the main thread takes in a row."""

Call = Callable[[], None]


class Inbox:
    """Calls for the main thread, in order, run a slice at a time."""

    def __init__(self, post: Callable[[Call], None]) -> None:
        self._post = post
        self._calls: deque[Call] = deque()
        self._room = threading.Condition()
        self._is_posted = False
        self._closed = False

    def put(self, call: Call) -> None:
        """Run ``call`` soon; waits while there is no room. Any thread but the main thread."""
        with self._room:
            self._room.wait_for(lambda: len(self._calls) < MOST or self._closed)
            if self._closed:
                return
            self._calls.append(call)
            is_first, self._is_posted = not self._is_posted, True
        if is_first:
            self._post(self._take)

    def open(self) -> None:
        """Begin, or begin again: what was not run before the end never is. Main thread."""
        with self._room:
            self._closed = False
            self._calls.clear()
            self._is_posted = False  # whoever posts may have dropped it at the end

    def close(self) -> None:
        """Whoever waits for room goes on, and nothing more is taken. What is here is run still. Main
        thread."""
        with self._room:
            self._closed = True
            self._room.notify_all()

    def _take(self) -> None:
        until = time.monotonic() + SLICE_S
        while True:
            with self._room:
                if not self._calls:
                    self._is_posted = False
                    return
                call = self._calls.popleft()
                self._room.notify()
            is_over = True  # also where it raises: the rest is run all the same
            try:
                call()
                is_over = time.monotonic() > until
            finally:
                if is_over:
                    self._post(self._take)
            if is_over:
                return
