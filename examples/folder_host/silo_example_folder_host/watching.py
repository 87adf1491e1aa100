"""What a folder looks like just now: its files, and which of them a program has open."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

_LEFT_ALONE = re.compile(
    r"""[.~#].*                             # hidden, or of an editor
      | .*(~|\.tmp|\.bak|\.part|\.swp|\.crdownload)   # copies, and what is still arriving
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LOCKS = (
    re.compile(r"\.~lock\.(?P<name>.+)#"),  # LibreOffice
    re.compile(r"\.#(?P<name>.+)"),  # Emacs
    re.compile(r"\.(?P<name>.+)\.sw[a-p]"),  # vim
)
_OFFICE = "~$"
"""Microsoft Office puts it before a name, or in the place of the first two letters of a long one."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A file at one moment. ``stamp`` differs after every save; ``is_locked``: a program has it open."""

    stamp: tuple[int, int, int]
    size: int
    is_locked: bool


def scan(folder: Path) -> Mapping[Path, Seen]:
    """The files that people work on. Raises OSError where the folder cannot be read."""
    with os.scandir(folder) as found:
        entries = list(found)
    locked = _locked(entry.name for entry in entries)
    seen = {}
    for entry in entries:
        if _LEFT_ALONE.fullmatch(entry.name):
            continue
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError:  # gone since the folder was listed
            continue
        if stat.S_ISREG(status.st_mode):
            # not what the entry caches: on Windows that has no inode
            stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
            is_locked = entry.name in locked or entry.name[2:] in locked
            seen[folder / entry.name] = Seen(stamp, status.st_size, is_locked)
    return seen


def _locked(names: Iterable[str]) -> set[str]:
    """Names, or names without their first two letters, for which there is a lock file."""
    found = set()
    for name in names:
        if name.startswith(_OFFICE):
            found.add(name[len(_OFFICE) :])
        for lock in _LOCKS:
            if match := lock.fullmatch(name):
                found.add(match["name"])
    return found
