"""The data folder of a server: ``silo.db``, ``blobs/`` and the lock that keeps a second server out."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from silo_core.model.errors import StoreError
from silo_server.storage.blobs import LocalBlobStore
from silo_server.storage.sqlite import SqliteStore


def open_store(folder: Path) -> SqliteStore:
    """The metadata store of a data folder; several processes may have it open.

    Raises:
        StoreError: the folder or the file cannot be used.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return SqliteStore(folder / "silo.db")
    except (OSError, sqlite3.Error) as error:
        raise StoreError(
            f"The data folder {folder} cannot be used ({error}); name another one with --data."
        ) from None


class DataFolder:
    """Everything a running server keeps, opened for it alone."""

    def __init__(self, folder: Path) -> None:
        """Raises StoreError if the folder cannot be used or another server runs on it."""
        self.store = open_store(folder)
        try:
            self._lock = _locked(folder)
        except StoreError:
            self.store.close()
            raise
        self.blobs = LocalBlobStore(folder / "blobs")

    def close(self) -> None:
        """Finish writing and let another server have it."""
        self.store.close()
        self._lock.close()


def _locked(folder: Path) -> sqlite3.Connection:
    """Held until closed, or until the process dies in whatever way. SQLite's own file lock is used
    because it is the same on every system."""
    lock = sqlite3.connect(folder / "server.lock", timeout=0, check_same_thread=False)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error:
        lock.close()
        raise StoreError(
            f"Another server runs on {folder} already; stop it first, or use another folder."
        ) from None
    return lock
