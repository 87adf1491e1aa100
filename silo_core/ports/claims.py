"""Data folders, each in use by one running editor: two that shared one would be one workstation to the
server, and nothing would keep their users apart."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from silo_core.model.errors import StoreError
from silo_core.ports.durable import explaining_write

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

MOST = 32
"""More editors than anybody runs at once."""

_FILE = "in-use.sqlite3"
"""SQLite's lock on it is let go by the system however its program ends, on every platform."""


class Claim:
    """The right to one data folder. Main thread."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._connection: sqlite3.Connection | None = None

    def take(self) -> bool:
        """Claim the folder, made where it is missing; False if another running editor has it.

        Raises:
            FileError, StoreError: the folder cannot be used.
        """
        import sqlite3

        if self._connection:
            return True
        with explaining_write(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        try:
            connection = sqlite3.connect(
                self.folder / _FILE, timeout=0, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise _unusable(self.folder, error) from error
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            connection.close()
            if "locked" in str(error):
                return False
            raise _unusable(self.folder, error) from error
        self._connection = connection
        return True

    def release(self) -> None:
        """Let the folder go; harmless when repeated."""
        connection, self._connection = self._connection, None
        if connection:
            connection.close()


def claim(data: Path) -> Claim:
    """The first folder that no running editor has: ``data`` itself, or, for a second editor of the same
    user, one within it.

    Raises:
        FileError, StoreError: there is none that can be used.
    """
    for folder in _folders(data):
        found = Claim(folder)
        if found.take():
            return found
    raise StoreError(f"{MOST} editors use {data} already; close one of them.", concerns=str(data))


def left_behind(data: Path, own: Path) -> Iterator[Claim]:
    """The folders of editors that do not run any more, each claimed while it is looked at."""
    for folder in _folders(data):
        if folder == own or not (folder / _FILE).exists():
            continue
        found = Claim(folder)
        with suppress(StoreError):
            if found.take():
                try:
                    yield found
                finally:
                    found.release()


def _folders(data: Path) -> Iterator[Path]:
    yield data
    for number in range(2, MOST + 1):
        yield data / f"editor-{number}"


def _unusable(folder: Path, error: Exception) -> StoreError:
    return StoreError(
        f"The data folder {folder} cannot be used ({error}); check that you may write there.",
        concerns=str(folder),
    )
