"""Events on their way to the main thread: in order, in slices, and never too many at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from silo_core.workbench.inbox import MOST, SLICE_S, Inbox


class Main:
    """A main thread that runs what was posted when it is told to."""

    def __init__(self) -> None:
        self.posted: list[Callable[[], None]] = []

    def post(self, call: Callable[[], None]) -> None:
        self.posted.append(call)

    def turn(self) -> None:
        posted, self.posted = self.posted, []
        for call in posted:
            call()


def test_what_comes_is_run_in_order() -> None:
    main, seen = Main(), list[int]()
    inbox = Inbox(main.post)
    for number in range(5):
        inbox.put(lambda number=number: seen.append(number))  # type: ignore[misc]
    assert len(main.posted) == 1
    main.turn()
    assert seen == [0, 1, 2, 3, 4]
    assert main.posted == []


def test_ten_million_in_a_row_take_up_little_and_leave_the_main_thread_time() -> None:
    """A stream without end stands for ten million: it is as long as it is read."""
    main = Main()
    inbox = Inbox(main.post)
    counts, stop, most = [0], threading.Event(), 0

    def read() -> None:
        while not stop.is_set():
            inbox.put(lambda: counts.__setitem__(0, counts[0] + 1))

    reader = threading.Thread(target=read)
    reader.start()
    longest = 0.0
    while counts[0] < 100_000:
        began = time.thread_time()
        main.turn()
        longest = max(longest, time.thread_time() - began)
        most = max(most, len(inbox._calls))
    stop.set()
    inbox.close()
    reader.join()
    assert most <= MOST
    assert longest < 50 * SLICE_S  # a turn ends, though the stream does not


def test_closing_lets_go_of_who_waits_for_room() -> None:
    inbox = Inbox(lambda call: None)
    for _ in range(MOST):
        inbox.put(lambda: None)
    waiting = threading.Thread(target=inbox.put, args=(lambda: None,))
    waiting.start()
    inbox.close()
    waiting.join(10)
    assert not waiting.is_alive()


def test_a_call_that_raises_does_not_stop_the_rest() -> None:
    main, seen = Main(), list[str]()
    inbox = Inbox(main.post)

    def fail() -> None:
        raise ValueError

    inbox.put(fail)
    inbox.put(lambda: seen.append("next"))
    with pytest.raises(ValueError):  # noqa: PT011 - it has no message
        main.turn()
    main.turn()
    assert seen == ["next"]


def test_what_a_stop_dropped_does_not_keep_the_next_start_from_hearing() -> None:
    main, seen = Main(), list[str]()
    inbox = Inbox(main.post)
    inbox.put(lambda: seen.append("before"))
    inbox.close()
    main.posted.clear()  # as a workbench does that stops
    inbox.open()
    inbox.put(lambda: seen.append("after"))
    main.turn()
    assert seen == ["after"]
