"""Files on their way here. What a cut transfer leaves is kept, and the next try goes on with it, also
after a restart."""

from __future__ import annotations

import os
import re
import stat
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from silo_core.chunks import ChunkError
from silo_core.model.errors import FileError, ProtocolError
from silo_core.ports.client.files import sha256_of
from silo_core.ports.durable import explaining_write, flush_file, replace_durably

if TYPE_CHECKING:
    from io import BufferedRandom

KEEP = 1 << 20
"""Bytes. Less is sooner fetched again than looked after."""
KEPT_FOR_S = 7 * 86_400.0
"""Seconds. What nobody has gone on with for so long goes with the next transfer into its folder."""

LOOK_AGAIN_S = 60.0
_looked: dict[Path, float] = {}
"""The folder that was looked through last, and when."""

_KEPT = re.compile(r"\.silo-arriving-[0-9a-f]{32}(?:-[0-9a-f]{16})?\.part")


class Arriving:
    """What has come so far, in a file beside the one that it becomes. Its methods raise FileError."""

    def __init__(self, target: Path, path: Path, file: BufferedRandom) -> None:
        self._target = target
        self._path = path
        self._file = file
        self._is_there = True

    @property
    def size(self) -> int:
        """Bytes that have come."""
        with explaining_write(self._target):
            return self._file.seek(0, os.SEEK_END)

    @property
    def sha256(self) -> str:
        """Lower-case hex of all that has come."""
        with explaining_write(self._target):
            return sha256_of(self._file)

    def write(self, piece: bytes) -> None:
        """Append."""
        with explaining_write(self._target):
            self._file.write(piece)

    def cut(self, size: int = 0) -> None:
        """Forget what is behind the first ``size`` bytes."""
        with explaining_write(self._target):
            self._file.flush()
            self._file.truncate(size)

    def read(self, offset: int, length: int) -> bytes:
        """Bytes from an offset on; fewer where that many have not come."""
        with explaining_write(self._target):
            self._file.seek(offset)
            return self._file.read(length)

    def from_start(self) -> BinaryIO:
        """All of it, to be read."""
        with explaining_write(self._target):
            self._file.seek(0)
        return self._file

    def become(self, target: Path, *, lasting: bool = True) -> None:
        """Put the file in the place of ``target``; flushed, name and content, if it shall be
        ``lasting``. Nothing else can be done with it then."""
        with explaining_write(target):
            self._file.flush()
            if lasting:
                flush_file(self._file)
            if sys.platform == "win32":  # which renames no open file
                self._file.close()
        # renamed while it is locked: another transfer of the same content may wait to take it over
        if lasting:
            replace_durably(self._path, target)
        else:
            with explaining_write(target):
                self._path.replace(target)
        self._is_there = False

    def close(self, *, keep: bool) -> None:
        """Leave the file for a later try, or delete it unless it became the target."""
        with explaining_write(self._target):
            if sys.platform == "win32":
                self._file.close()
            if not keep and self._is_there:  # a file of that name may be another transfer's by now
                self._path.unlink(missing_ok=True)
            self._file.close()


@contextmanager
def arriving(target: Path, *names: str) -> Iterator[Arriving]:
    """A file beside ``target`` for what the ``names`` (SHA-256) stand for; without any, for one try.

    It begins with what an earlier try left. No other transfer has it at the same time. What was cut
    off is left for a later one; what is damaged, or for which there is no room, is deleted.

    Raises:
        FileError: it cannot be made.
    """
    with explaining_write(target):
        path, file = _opened(target, names)
    part, keep = Arriving(target, path, file), False
    try:
        yield part
    except (FileError, ProtocolError, ChunkError):
        raise
    except BaseException:
        keep = bool(names) and part.size >= KEEP
        raise
    finally:
        part.close(keep=keep)


def _opened(target: Path, names: tuple[str, ...]) -> tuple[Path, BufferedRandom]:
    if names:
        _forget(target.parent)
        first, *others = names
        name = "-".join([first[:32], *(other[:16] for other in others)])
        path = target.with_name(f".silo-arriving-{name}.part")
        with suppress(OSError), ExitStack() as undo:
            file = undo.enter_context(open(path, "a+b", opener=_no_link))
            if _is_own(file, path):
                undo.pop_all()
                return path, file
    path = target.with_name(f".silo-{uuid.uuid4().hex}.part")
    return path, path.open("x+b")


def _no_link(path: str, flags: int) -> int:
    """The name can be foretold: in a folder of many users it may be a link to something of theirs."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o666)


def _is_own(file: BinaryIO, path: Path) -> bool:
    """Whether nobody else writes to the file, now or later."""
    found = os.fstat(file.fileno())
    mine = sys.platform == "win32" or found.st_uid == os.geteuid()
    if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1 or not mine:
        return False
    _lock(file)
    return path.exists() and os.path.samestat(found, path.stat())  # it may just have been moved


def _lock(file: BinaryIO) -> None:
    """Until it is closed. Raises OSError: another transfer has it, or it cannot be locked."""
    if sys.platform == "win32":
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


def _forget(folder: Path) -> None:
    """Looking through a folder of thousands of files takes a while, so it is done now and then."""
    if time.monotonic() < _looked.get(folder, -LOOK_AGAIN_S) + LOOK_AGAIN_S:
        return
    _looked.clear()  # one folder is what transfers go into, most of the time
    _looked[folder] = time.monotonic()
    limit = time.time() - KEPT_FOR_S
    for path in folder.glob(".silo-arriving-*.part"):
        with suppress(OSError):
            if _KEPT.fullmatch(path.name) and path.stat().st_mtime < limit:
                path.unlink()
