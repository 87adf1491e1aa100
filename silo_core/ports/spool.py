"""Snapshots of files that wait to be pushed."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import time
import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from silo_core.model.errors import FileError
from silo_core.ports.durable import explaining_write, flush_file, replace_durably

TRIES = 4
PAUSE_S = 0.1
"""Between tries while another program writes the file: a snapshot is taken on the main thread."""

ORPHAN_AGE_S = 3600.0
_PIECE = 1 << 20
_UNFINISHED = ".part"
_LONGEST_SUFFIX = 16


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A copy in the spool: ``sha256`` in lower-case hex, ``size`` in bytes."""

    path: Path
    sha256: str
    size: int


class Spool:
    """A folder of snapshots. Any thread; several programs may share the folder."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is made when it is first needed."""
        self._folder = folder

    def snapshot(self, path: Path) -> Snapshot:
        """Copy ``path`` into the spool; on the disk, whole, when this returns.

        Where the file system can, the copy shares its blocks with the original until one of them is
        written (reflink): instant, whatever the size. Never a hard link: FreeCAD saves by renaming,
        but whatever writes the file in place would change what was about to be pushed.

        Raises:
            FileError: the file is gone, unreadable, or being written all the time, or the spool has
                no room or may not be written. The spool is left as it was.
        """
        for remaining in reversed(range(TRIES)):
            taken = self._take(path)
            if taken:
                return taken
            if remaining:
                time.sleep(PAUSE_S)
        raise FileError(
            f"{path} keeps changing while it is read; wait until the program that writes it is "
            "done, and save again.",
            concerns=str(path),
        )

    def discard(self, path: Path) -> None:
        """Delete a snapshot; harmless if it is gone. Raises FileError where that fails."""
        with explaining_write(path):
            path.unlink(missing_ok=True)

    def orphans(
        self, known: Collection[Path], older_than: float = ORPHAN_AGE_S
    ) -> tuple[Path, ...]:
        """What a crash left in the spool: files that are not ``known`` (as jobs of the outbox) and
        older than ``older_than`` seconds, as a younger one may be another program's, about to be
        recorded. The caller discards them, unless the store was damaged: then a push may have
        been forgotten, and they are worth keeping."""
        limit = time.time() - older_than
        names = {path.name for path in known}
        found = []
        with explaining_write(self._folder):
            for path in sorted(self._folder.iterdir()) if self._folder.exists() else ():
                if path.name not in names and path.stat().st_mtime <= limit:
                    found.append(path)
        return tuple(found)

    def _take(self, path: Path) -> Snapshot | None:
        """A snapshot, or None if the file was written meanwhile."""
        before = _identity(path)
        target = self._folder / (uuid.uuid4().hex + _suffix(path))
        unfinished = target.with_name(target.name + _UNFINISHED)
        try:
            with explaining_write(self._folder):
                self._folder.mkdir(parents=True, exist_ok=True)
                with unfinished.open("x+b") as copy:
                    sha256, size = _copy(path, copy)
                    flush_file(copy)
            if _identity(path) != before or size != before.size:
                return None
            replace_durably(unfinished, target)
        finally:
            with explaining_write(self._folder):
                unfinished.unlink(missing_ok=True)
        return Snapshot(target, sha256, size)


def _suffix(path: Path) -> str:
    """That of the file, unless it would make a name that is too long, or that is no text."""
    plain = path.suffix.isascii() and path.suffix[1:].isalnum()
    return path.suffix if plain and len(path.suffix) <= _LONGEST_SUFFIX else ""


@dataclass(frozen=True, slots=True)
class _Identity:
    """What changes when a file is written or replaced."""

    device: int
    inode: int
    size: int
    mtime_ns: int


def _identity(path: Path) -> _Identity:
    with _explaining_read(path):
        found = path.stat()
    if not stat.S_ISREG(found.st_mode):  # a pipe would block for ever
        raise FileError(f"{path} is not a file; name an .FCStd or .kc file.", concerns=str(path))
    return _Identity(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


def _copy(path: Path, copy: BinaryIO) -> tuple[str, int]:
    """Answers the SHA-256 and the size of what was copied."""
    with _explaining_read(path):
        original = path.open("rb")
    digest = hashlib.sha256()
    size = 0
    with original:
        shared = _reflink(original, copy)
        source = copy if shared else original
        while piece := _read(source, path):
            digest.update(piece)
            size += len(piece)
            if not shared:
                copy.write(piece)
    return digest.hexdigest(), size


def _read(source: BinaryIO, path: Path) -> bytes:
    with _explaining_read(path):
        return source.read(_PIECE)


def _reflink(original: BinaryIO, copy: BinaryIO) -> bool:
    """Let ``copy`` share the blocks of ``original`` (FICLONE of Btrfs, XFS, bcachefs, OCFS2)."""
    if sys.platform != "linux":
        return False
    import fcntl

    ficlone = 0x40049409  # linux/fs.h
    try:
        fcntl.ioctl(copy.fileno(), ficlone, original.fileno())
    except OSError:  # another file system, or one that cannot
        return False
    return True


@contextmanager
def _explaining_read(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or os.strerror(error.errno or 0)
        raise FileError(
            f"{path} cannot be read ({reason}); check that it is still there and that you may read "
            "it.",
            concerns=str(path),
        ) from error
