"""Putting what has arrived in its file's place. Renaming is done on the main thread, where no editor can
come between: it takes well below a millisecond. What waits for the disk is not."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from silo_core.model.errors import FileError, SiloError
from silo_core.ports.durable import explaining_write, flush_folder
from silo_core.ports.store import TrackedFile
from silo_core.rules.sync import DAMAGED
from silo_subscriptions.engine.download import Fetched
from silo_subscriptions.engine.scanner import identity_of, tracked_as


class ChangedError(SiloError):
    """The file is not what it was when the download began, or is open by now: it is looked at again."""

    title = "Changed meanwhile"


@dataclass(frozen=True, slots=True)
class Landed:
    """A file that is in its place, and what is to be recorded of it."""

    fetched: Fetched
    record: TrackedFile

    @property
    def is_whole(self) -> bool:
        """Whether it holds the version and nothing else; what was merged does not."""
        version = self.fetched.fetch.wanted.version
        return not version.sha256 or self.fetched.sha256 == version.sha256


def land(fetched: Fetched, open_files: Collection[Path]) -> Landed:
    """Rename it over its target, unless something has changed meanwhile. Main thread.

    Raises:
        ChangedError: the file is open, or is not what it was; nothing was done.
        FileError: it cannot be renamed; nothing was done.
    """
    fetch, backup = fetched.fetch, fetched.backup
    target = fetch.look.target
    if target in open_files or fetch.path in open_files:
        raise ChangedError(f"{target.name} is open by now.")
    if identity_of(target) != fetch.look.identity:
        raise ChangedError(f"{target.name} was written meanwhile.")
    if backup and fetch.look.local not in (DAMAGED, backup.sha256):
        raise ChangedError(f"{target.name} was written meanwhile.")
    if not fetched.arrived.exists():
        raise ChangedError(f"What had arrived of {target.name} is gone.")
    with explaining_write(target):
        fetched.arrived.replace(target)
    return Landed(fetched, _record(fetched, target))


def _record(fetched: Fetched, target: Path) -> TrackedFile:
    """What was merged is not what the version holds: its own changes are still to be pushed."""
    fetch, version = fetched.fetch, fetched.fetch.wanted.version
    sha256 = version.sha256 or fetched.sha256
    found = identity_of(target)
    record = tracked_as(fetch.part_number, fetch.path, version, sha256, found)
    return record if fetched.sha256 == sha256 else replace(record, mtime_ns=0)


def make_last(landed: Iterable[Landed]) -> None:
    """See that the renames outlast a power cut. Raises FileError."""
    for folder in {file.fetched.fetch.look.target.parent for file in landed}:
        try:
            flush_folder(folder)
        except OSError as error:
            raise FileError(
                f"{folder} cannot be written ({error.strerror or error}); see that its drive is there.",
                concerns=str(folder),
            ) from error
