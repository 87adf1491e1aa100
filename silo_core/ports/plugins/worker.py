"""A thread for one implementation of a plugin, there only while it is needed."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future

IDLE_S = 1.0
"""Without work for so long, the thread ends; the next call starts another."""

Call = Callable[[], object]


class Worker:
    """Runs calls one after the other. Any thread.

    Its thread is a daemon, since a call that never returns cannot be ended from outside, and must
    not keep the program from ending. It is no thread of a ThreadPoolExecutor, which is waited for.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._calls: queue.SimpleQueue[tuple[Future[object], Call]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def submit(self, call: Call) -> Future[object]:
        """What the call answers or raises, once it is done; it may be cancelled until it begins.

        Raises:
            RuntimeError: no thread can be started.
        """
        future: Future[object] = Future()
        with self._lock:
            if self._thread is None:
                thread = threading.Thread(target=self._work, name=self._name, daemon=True)
                thread.start()
                self._thread = thread
            self._calls.put((future, call))
        return future

    def _work(self) -> None:
        while True:
            try:
                _run(*self._calls.get(timeout=IDLE_S))
            except queue.Empty:
                with self._lock:
                    if self._calls.empty():
                        self._thread = None
                        return


def _run(future: Future[object], call: Call) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        answer = call()
    except BaseException as error:  # noqa: BLE001 - whoever waits for the future handles it
        future.set_exception(error)
    else:
        future.set_result(answer)
