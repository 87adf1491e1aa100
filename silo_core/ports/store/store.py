"""Opening and closing the local store."""

from __future__ import annotations

import logging
from pathlib import Path

from silo_core.model.errors import StoreError
from silo_core.ports.store import recovery, schema
from silo_core.ports.store.activity import ActivityLog
from silo_core.ports.store.database import Database
from silo_core.ports.store.kept import KeptContents
from silo_core.ports.store.leaving import Leavings
from silo_core.ports.store.meta import Meta
from silo_core.ports.store.outbox import Outbox
from silo_core.ports.store.tracked import TrackedFiles
from silo_core.ports.store.wanted import WantedItems

logger = logging.getLogger(__name__)

_RECOVERED = "recovered_from"


class Store:
    """The local store of one workstation and server. Any thread.

    ``recovered_from`` is where a damaged file was moved when this one was begun in its place, for as
    long as that file is there: what it knew may be known nowhere else. None normally. Every member
    raises StoreError where the file cannot be read or written.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.meta = Meta(database)
        self.kept = KeptContents(self.meta)
        self.tracked = TrackedFiles(database)
        self.wanted = WantedItems(database)
        self.outbox = Outbox(database)
        self.leavings = Leavings(database)
        self.activity = ActivityLog(database)

    @classmethod
    def open(cls, path: Path) -> Store:
        """Open the store at ``path``, made with its folder where it is missing.

        Raises:
            StoreError: it cannot be opened, or a newer version of Silo wrote it (untouched then).
            FileError: it is damaged and cannot be moved aside.
        """
        _make_folder(path.parent)
        damage = recovery.damage(path)
        aside = recovery.move_aside(path) if damage else None
        database = Database(path)
        try:
            schema.refuse_newer(database)
            database.query("PRAGMA journal_mode = WAL")
            schema.migrate(database)
        except BaseException:
            database.close()
            raise
        store = cls(database)
        if aside:
            logger.error("the local store was damaged (%s) and is kept as %s", damage, aside)
            store.meta.set(_RECOVERED, aside.name)
            recovery.take_over(aside, path)
        return store

    @property
    def path(self) -> Path:
        """The store's file."""
        return self._database.path

    @property
    def recovered_from(self) -> Path | None:
        """See above."""
        name = self.meta.get(_RECOVERED)
        aside = self.path.with_name(name) if name else None
        return aside if aside and aside.exists() else None

    def close(self) -> None:
        """Close the file. Harmless when repeated."""
        self._database.close()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"The folder of the local store, {folder}, cannot be made ({error.strerror}); see that "
            "its disk is there and that you may write to it.",
            concerns=str(folder),
        ) from error
