"""What the file of an item is like just now: its stat first, its content only where that changed."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from silo_core.model.errors import FileError
from silo_core.model.item import Version
from silo_core.ports.client.files import reading, sha256_of
from silo_core.ports.durable import explaining_write
from silo_core.ports.files import is_part_file, read_file
from silo_core.ports.store import TrackedFile
from silo_core.rules.sync import DAMAGED

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Identity:
    """What changes when a file is written or replaced."""

    inode: int
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Look:
    """The file as it was found. ``target`` is the file itself where the path is a link; ``local`` its
    SHA-256, ``DAMAGED``, or None without one; ``mode`` who may do what with it."""

    target: Path
    local: str | None
    identity: Identity | None = None
    mode: int | None = None


def look(path: Path, tracked: TrackedFile | None) -> Look:
    """The file at ``path``; a link is followed, and stays one.

    Raises:
        FileError: it cannot be looked at, or is no file.
    """
    target = path.resolve()
    try:
        found = target.stat()
    except FileNotFoundError:
        return Look(target, None)
    except (OSError, ValueError) as error:
        raise FileError(f"{path} cannot be read ({error}).", concerns=str(path)) from error
    if not stat.S_ISREG(found.st_mode):
        raise FileError(
            f"{path} is not a file, so no part can be kept there; move it away.", concerns=str(path)
        )
    mode = stat.S_IMODE(found.st_mode)
    if tracked and (found.st_size, found.st_mtime_ns) == (tracked.size, tracked.mtime_ns):
        return Look(target, tracked.sha256, _identity(found), mode)
    with reading(target) as file:
        opened = _identity(os.fstat(file.fileno()))
        sha256 = sha256_of(file)
    is_known = tracked is not None and tracked.sha256 == sha256
    is_damaged = not is_known and _is_damaged(target, opened.size, tracked)
    return Look(target, DAMAGED if is_damaged else sha256, opened, mode)


def _is_damaged(path: Path, size: int, tracked: TrackedFile | None) -> bool:
    """A power cut leaves files empty, full of zeros, or half: nobody's work."""
    if size == 0:
        return True
    with reading(path) as file:
        if not any(any(piece) for piece in iter(lambda: file.read(_PIECE), b"")):
            return True
    if tracked is None or not is_part_file(path.name):
        return False
    try:
        read_file(path)
    except FileError:
        return True
    return False


def identity_of(path: Path) -> Identity | None:
    """None where there is no file (any more)."""
    try:
        return _identity(path.stat())
    except OSError:
        return None


def tracked_as(
    part_number: str, path: Path, version: Version, sha256: str, found: Identity | None
) -> TrackedFile:
    """What is recorded of a file that is made from ``version``, as it was ``found``."""
    return TrackedFile(
        part_number=part_number,
        path=path,
        base_version=version.id,
        base_revision=version.revision_number,
        sha256=sha256,
        size=found.size if found else version.size,
        mtime_ns=found.mtime_ns if found else 0,
    )


def give_mode(path: Path, mode: int | None) -> None:
    """Raises FileError."""
    if mode is not None:
        with explaining_write(path):
            path.chmod(mode)


def _identity(found: os.stat_result) -> Identity:
    return Identity(found.st_ino, found.st_size, found.st_mtime_ns)
