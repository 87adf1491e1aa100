"""Keeping what a newer version replaces."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from silo_core.model.errors import FileError
from silo_core.ports.durable import explaining_write, replace_durably, write_durably
from silo_core.ports.spool import Snapshot, Spool

logger = logging.getLogger(__name__)

KEPT = timedelta(days=30)
_NOTE = ".json"


@dataclass(frozen=True, slots=True)
class Backup:
    """What a file held before a newer version took its place. ``id`` names it to ``silo recover``."""

    id: str
    path: Path
    part_number: str
    original: Path
    at: datetime
    size: int


class Backups:
    """A folder of replaced files, named as they were and when they were replaced, with a note beside
    each that says of what. Any thread."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is made when it is first needed."""
        self._folder = folder

    def keep(self, path: Path, now: datetime, part_number: str = "") -> Snapshot:
        """Copy ``path`` into the folder; on the disk, whole, when this returns.

        Raises:
            FileError: it cannot be read, or there is no room for the copy.
        """
        taken = Spool(self._folder).snapshot(path)
        moment = now.strftime("%Y%m%dT%H%M%SZ")
        # the snapshot's own name is unique
        named = self._folder / f"{path.stem[:80]} {moment} {taken.path.stem[:8]}{path.suffix}"
        replace_durably(taken.path, named)
        note = {"part_number": part_number, "original": os.fsdecode(path), "at": now.isoformat()}
        write_durably(_note_of(named), [json.dumps(note).encode("utf-8", "backslashreplace")])
        return Snapshot(named, taken.sha256, taken.size)

    def discard(self, path: Path) -> None:
        """It turned out that nothing is replaced; what cannot be deleted is logged."""
        try:
            with explaining_write(path):
                path.unlink(missing_ok=True)
                _note_of(path).unlink(missing_ok=True)
        except FileError as error:
            logger.warning("a backup stays: %s", error.message)

    def all(self) -> tuple[Backup, ...]:
        """What is kept, the newest first.

        Raises:
            FileError: the folder cannot be read.
        """
        return tuple(sorted(self._found(), key=lambda backup: backup.at, reverse=True))

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

    def _found(self) -> Iterator[Backup]:
        with explaining_write(self._folder):
            for path in sorted(self._folder.iterdir()) if self._folder.exists() else ():
                if path.is_file() and path.suffix not in (_NOTE, ".part"):
                    yield _read(path)


def _note_of(path: Path) -> Path:
    return path.with_name(path.name + _NOTE)


def _read(path: Path) -> Backup:
    """A backup without its note is listed all the same: it is the file that matters."""
    found = path.stat()
    try:
        note = json.loads(_note_of(path).read_text(encoding="utf-8"))
        at, original = datetime.fromisoformat(note["at"]), Path(note["original"])
        number = str(note["part_number"])
    except (OSError, ValueError, KeyError, TypeError):
        at, original, number = datetime.fromtimestamp(found.st_mtime, UTC), Path(), ""
    return Backup(path.stem.rpartition(" ")[2], path, number, original, at, found.st_size)
