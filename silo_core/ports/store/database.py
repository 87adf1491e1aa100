"""The SQLite file below the store: one connection, one lock, errors as sentences."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from silo_core.model.errors import StoreError

if TYPE_CHECKING:
    import sqlite3

BUSY_TIMEOUT_S = 5.0
"""How long to wait for another program that is writing (``silo`` on the command line)."""

SqlValue = str | int | None
Row = Sequence[SqlValue]


class Database:
    """May be used from any thread: statements run one at a time.

    One connection under a lock and not one per thread: the store is small and its transactions last
    about as long as one flush of the disk, so there is nothing to gain from more.
    """

    def __init__(self, path: Path) -> None:
        """Open ``path``, made if it is missing.

        Raises:
            StoreError: the file cannot be opened.
        """
        self.path = path
        self._lock = threading.RLock()
        with self._translated():
            self._connection = connect(path)

    def close(self) -> None:
        """Close the file. Harmless when repeated; anything asked afterwards is a StoreError."""
        with self._lock:
            self._connection.close()

    def query(self, sql: str, values: Sequence[SqlValue] = ()) -> list[Row]:
        """All rows that ``sql`` gives."""
        with self._lock, self._translated():
            return self._connection.execute(sql, [_utf8(value) for value in values]).fetchall()

    def execute(self, sql: str, values: Sequence[SqlValue] = ()) -> None:
        """Run a statement: within the transaction under way, or as one of its own."""
        self.query(sql, values)

    @property
    def version(self) -> tuple[int, int]:
        """Another one after any change, by this program or another one."""
        with self._lock, self._translated():
            others = self._connection.execute("PRAGMA data_version").fetchone()[0]
            return self._connection.total_changes, int(others)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing of what is executed within; on the disk when it ends. Not to be nested."""
        with self._lock, self._translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _translated(self) -> Iterator[None]:
        import sqlite3

        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(
                f"The local store {self.path} cannot be used ({error}); check that its disk has "
                "room, that you may write there, and that no other program holds it.",
                concerns=str(self.path),
            ) from error


def _utf8(value: SqlValue) -> SqlValue:
    """Texts tell of file names, whose bytes need not be UTF-8: that must not keep them from being
    told."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    return value


def connect(path: Path) -> sqlite3.Connection:
    """A connection as the store uses it. Raises sqlite3.Error."""
    import sqlite3

    # isolation_level None: transactions are begun by us alone
    connection = sqlite3.connect(
        path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
    )
    # FULL: what the outbox has recorded must survive a power cut, also with a write-ahead log
    connection.execute("PRAGMA synchronous = FULL")
    return connection
