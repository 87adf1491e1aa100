"""The data folder of a server: ``silo.db``, ``blobs/`` and the lock that keeps a second server out."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from silo_core.model.errors import StoreError
from silo_server.storage.blobs import LocalBlobStore
from silo_server.storage.loose import LooseFiles
from silo_server.storage.records import LooseChunk
from silo_server.storage.schema import is_ours
from silo_server.storage.sqlite import SqliteStore


def open_store(folder: Path, *, create: bool = True) -> SqliteStore:
    """The metadata store of a data folder; several processes may have it open. Where there is no
    data folder yet, one is made if ``create``.

    Raises:
        StoreError: the folder or the file cannot be used, or belongs to another program.
    """
    path = folder / "silo.db"
    try:
        if not create:
            _require_data_folder(folder)
        if folder.is_file():
            raise StoreError(f"{folder} is a file; name a folder with --data.")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)  # SQLite gives the files beside it the same mode
        _refuse_foreign(path)
        return SqliteStore(path)
    except (OSError, ValueError, sqlite3.Error) as error:  # ValueError: a NUL in the name
        raise _unusable(folder, error) from None


def require_data_folder(folder: Path) -> None:
    """Refuse a folder in which no server or user was ever set up.

    Raises:
        StoreError: there is no ``silo.db`` in it.
    """
    try:
        _require_data_folder(folder)
    except (OSError, ValueError) as error:
        raise _unusable(folder, error) from None


def _require_data_folder(folder: Path) -> None:
    if folder.is_file():
        raise StoreError(f"{folder} is a file; name a folder with --data.")
    if not (folder / "silo.db").is_file():
        raise StoreError(
            f"{folder} is no data folder of a Silo server; name the one that "
            "`silo serve` and `silo user add` were given."
        )


def _unusable(folder: Path, error: Exception) -> StoreError:
    reason = getattr(error, "strerror", None) or error  # an OSError would begin with its number
    return StoreError(
        f"The data folder {folder} cannot be used ({reason}); see that its disk has room and that "
        "you may write there, or name another one with --data."
    )


def _refuse_foreign(path: Path) -> None:
    """Look at a database before anything is changed: opening the store makes it a WAL database."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=10)) as db:
        if not is_ours(db):
            raise StoreError(
                f"{path} is the database of another program; name another folder with --data."
            )


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
        self.loose = LooseFiles(folder / "chunks")
        known = self.store.read(lambda reader: reader.find(LooseChunk))
        self.loose.keep_only({chunk.name for chunk in known})

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
