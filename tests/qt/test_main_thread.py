"""Posting to Qt's main thread from anywhere."""

from __future__ import annotations

import logging
import threading
from functools import partial

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from silo_core.surfaces.qt.main_thread import MainThread


@pytest.fixture
def main_thread(qapp: QObject) -> MainThread:
    return MainThread()


def test_calls_of_many_threads_run_on_the_main_thread_in_their_order(
    main_thread: MainThread, qtbot: QtBot
) -> None:
    ran: list[tuple[int, int, int]] = []

    def note(worker: int, number: int) -> None:
        ran.append((worker, number, threading.get_ident()))

    def post_all(worker: int) -> None:
        for number in range(50):
            main_thread.post(partial(note, worker, number))

    threads = [threading.Thread(target=post_all, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    qtbot.waitUntil(lambda: len(ran) == 200)
    for thread in threads:
        thread.join()
    assert {ident for _, _, ident in ran} == {threading.get_ident()}
    for worker in range(4):
        assert [number for who, number, _ in ran if who == worker] == list(range(50))


def test_a_call_never_runs_within_post(main_thread: MainThread, qtbot: QtBot) -> None:
    ran: list[str] = []

    def outer() -> None:
        main_thread.post(lambda: ran.append("inner"))
        ran.append("outer")

    main_thread.post(outer)
    assert ran == []
    qtbot.waitUntil(lambda: len(ran) == 2)
    assert ran == ["outer", "inner"]


def test_a_call_that_raises_is_logged_and_the_next_one_runs(
    main_thread: MainThread, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    ran: list[bool] = []

    def fail() -> None:
        raise ValueError("a bug")

    with caplog.at_level(logging.ERROR):
        main_thread.post(fail)
        main_thread.post(lambda: ran.append(True))
        qtbot.waitUntil(lambda: bool(ran))
    assert "a bug" in caplog.text


def test_after_close_nothing_runs_any_more(main_thread: MainThread, qtbot: QtBot) -> None:
    ran: list[str] = []
    main_thread.post(lambda: ran.append("dropped"))
    main_thread.close()
    main_thread.post(lambda: ran.append("dropped"))
    other = MainThread()
    other.post(lambda: ran.append("last"))
    qtbot.waitUntil(lambda: bool(ran))
    assert ran == ["last"]
