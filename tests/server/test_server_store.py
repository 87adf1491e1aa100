"""The database's writer, and the chores, whatever happens at the same moment."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from silo_core.model.errors import StoreError
from silo_server.keeper import every
from silo_server.storage.sqlite import SqliteStore


def test_what_is_written_as_the_store_closes_is_answered(tmp_path: Path) -> None:
    for _ in range(20):
        store = SqliteStore(tmp_path / "silo.db")
        started = threading.Barrier(4)
        answers: list[object] = []

        def write(
            store: SqliteStore = store,
            started: threading.Barrier = started,
            answers: list[object] = answers,
        ) -> None:
            started.wait()
            futures = [store.write(lambda tx: tx.event_range()) for _ in range(50)]
            answers.extend(future.exception(timeout=20) for future in futures)

        writers = [threading.Thread(target=write) for _ in range(3)]
        for writer in writers:
            writer.start()
        started.wait()
        store.close()
        for writer in writers:
            writer.join()
        assert len(answers) == 150
        assert all(answer is None or isinstance(answer, StoreError) for answer in answers)


def test_a_chore_that_fails_is_done_again(caplog: pytest.LogCaptureFixture) -> None:
    times = 0
    done = asyncio.Event()

    async def chore() -> None:
        nonlocal times
        times += 1
        if times == 1:
            raise ZeroDivisionError
        done.set()

    async def main() -> None:
        task = asyncio.ensure_future(every(0, chore))
        await asyncio.wait_for(done.wait(), 20)
        task.cancel()

    asyncio.run(main())
    assert "done again" in caplog.text
