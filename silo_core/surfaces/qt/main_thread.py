"""Running something on Qt's main thread, from any thread."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject

logger = logging.getLogger(__name__)

_RUN_NEXT = QEvent.Type(QEvent.registerEventType())


class MainThread(QObject):
    """Made on the main thread, whose event loop runs what is posted, in order.

    An event and not a timer: timers belong to the thread that starts them, and a worker has no event
    loop to run one. One event per call, so that the window stays alive between two of many.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._calls: deque[Callable[[], None]] = deque()
        self._closed = False

    def post(self, call: Callable[[], None]) -> None:
        """Run ``call`` soon; dropped after :meth:`close`. Any thread."""
        with self._lock:  # so that close() cannot come in between
            if not self._closed:
                self._calls.append(call)
                QCoreApplication.postEvent(self, QEvent(_RUN_NEXT))

    @property
    def is_closed(self) -> bool:
        """Whether :meth:`close` was called."""
        return self._closed

    def close(self) -> None:
        """Drop what has not been run yet, and whatever is posted from now on. Main thread."""
        with self._lock:
            self._closed = True
            self._calls.clear()

    def customEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Run the next call; what it raises is logged, as Qt has nobody to give it to."""
        if event.type() != _RUN_NEXT:
            return
        with self._lock:
            call = self._calls.popleft() if self._calls else None
        if call is None:
            return
        try:
            call()
        except Exception:  # a bug in one call must not take the editor or the other calls with it
            logger.exception("a call on the main thread failed")
