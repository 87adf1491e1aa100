"""The metadata store on one SQLite file."""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from silo_core.model.errors import StoreError
from silo_server.storage.ports import Reader, Transaction
from silo_server.storage.schema import prepare
from silo_server.storage.tables import SqliteReader, SqliteTransaction

T = TypeVar("T")
log = logging.getLogger(__name__)

_BATCH = 256
"""How many queued writes share one commit at most."""


@dataclass(slots=True)
class _Job:
    work: Callable[[Transaction], Any]
    future: Future[Any]
    result: Any = None
    error: BaseException | None = None

    def run(self, connection: sqlite3.Connection) -> int:
        """Do the work in a savepoint of its own: if it raises, its neighbours in the batch stay.
        Answers how many events it logged."""
        transaction = SqliteTransaction(connection)
        connection.execute("SAVEPOINT job")
        try:
            self.result = self.work(transaction)
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits for the future
            self.error = error
            connection.execute("ROLLBACK TO job")
        connection.execute("RELEASE job")
        return 0 if self.error else transaction.appended

    def answer(self, failure: BaseException | None) -> None:
        if error := failure or self.error:
            self.future.set_exception(error)
        else:
            self.future.set_result(self.result)


class SqliteStore:
    """One thread writes: it commits what has queued up as one batch and answers after the commit, so
    that many writers share one flush of the disk. Each reading thread has a connection of its own."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._opening = threading.Lock()
        self._listener: Callable[[], object] = lambda: None
        self._closed = False
        self._queueing = threading.Lock()
        """Nothing is queued behind the end of the queue: it would never be answered."""
        self._connection = self._open()
        try:
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            prepare(self._connection)
        except BaseException:
            self._connection.close()
            raise
        self._writer = threading.Thread(target=self._write_all, name="silo-writer", daemon=True)
        self._writer.start()

    def read(self, question: Callable[[Reader], T]) -> T:
        """Answer from one snapshot; a reader neither waits for the writer nor delays it."""
        connection = self._reading_connection()
        connection.execute("BEGIN")
        try:
            return question(SqliteReader(connection))
        finally:
            connection.execute("COMMIT")

    def write(self, work: Callable[[Transaction], T]) -> Future[T]:
        """Queue ``work`` for the next batch."""
        future: Future[T] = Future()
        with self._queueing:
            if not self._closed:
                self._jobs.put(_Job(work, future))
                return future
        future.set_exception(StoreError("The server is stopping; try again in a moment."))
        return future

    def on_events(self, listener: Callable[[], object]) -> None:
        """``listener`` runs on the writer thread and must return at once."""
        self._listener = listener

    def close(self) -> None:
        """Commit what is queued, then close every connection. No thread may be reading any more."""
        with self._queueing:
            if self._closed:
                return
            self._closed = True
            self._jobs.put(None)
        self._writer.join()
        for connection in self._opened:
            connection.close()

    def __enter__(self) -> SqliteStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=10, isolation_level=None, check_same_thread=False
        )
        connection.create_function("fold", 1, str.casefold, deterministic=True)  # beyond ASCII too
        with self._opening:
            self._opened.append(connection)
        return connection

    def _reading_connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._open()
            connection.execute("PRAGMA query_only = ON")
        return connection

    def _write_all(self) -> None:
        while batch := self._next_batch():
            # a caller that went away meanwhile is left out; from here on it cannot go away
            jobs = [job for job in batch if job.future.set_running_or_notify_cancel()]
            self._write_batch(jobs)

    def _next_batch(self) -> list[_Job]:
        """What has queued up, at least one job; empty when the store closes."""
        first = self._jobs.get()
        batch = [] if first is None else [first]
        while batch and len(batch) < _BATCH:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                self._jobs.put(None)
                break
            batch.append(job)
        return batch

    def _write_batch(self, jobs: list[_Job]) -> None:
        failure: BaseException | None = None
        appended = 0
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            appended = sum(job.run(self._connection) for job in jobs)
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:  # disk full, file locked by a backup, ...
            log.error("A batch of %d writes could not be committed: %s", len(jobs), error)
            failure = StoreError(
                f"The server cannot write its database ({error}); try again later."
            )
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        for job in jobs:
            job.answer(failure)
        if appended and failure is None:
            self._listener()
