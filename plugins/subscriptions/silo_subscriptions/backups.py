"""Keeping what a newer version replaces."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from pathlib import Path

from silo_core.model.errors import FileError
from silo_core.ports.durable import explaining_write, replace_durably
from silo_core.ports.spool import Snapshot, Spool

logger = logging.getLogger(__name__)

KEPT = timedelta(days=30)


class Backups:
    """A folder of replaced files, named as they were and when they were replaced. Any thread."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is made when it is first needed."""
        self._folder = folder

    def keep(self, path: Path, now: datetime) -> Snapshot:
        """Copy ``path`` into the folder; on the disk, whole, when this returns.

        Raises:
            FileError: it cannot be read, or there is no room for the copy.
        """
        taken = Spool(self._folder).snapshot(path)
        moment = now.strftime("%Y%m%dT%H%M%SZ")
        # the snapshot's own name is unique
        named = self._folder / f"{path.stem[:80]} {moment} {taken.path.stem[:8]}{path.suffix}"
        replace_durably(taken.path, named)
        return Snapshot(named, taken.sha256, taken.size)

    def clean(self, now: datetime) -> None:
        """Delete what is older than 30 days; what cannot be deleted is logged."""
        oldest = (now - KEPT).timestamp()
        try:
            with explaining_write(self._folder):
                for path in self._folder.iterdir() if self._folder.exists() else ():
                    if path.is_file() and path.stat().st_mtime < oldest:
                        path.unlink(missing_ok=True)
        except FileError as error:
            logger.warning("old backups stay: %s", error.message)
