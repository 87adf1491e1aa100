"""How a transfer tells how far it is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import BinaryIO

Progress = Callable[[int, int | None], None]
"""Called with the bytes done and those of the whole transfer (None: nobody knows), on the thread of the
transfer, with each piece. What it raises ends the transfer and is raised by it: so it is cancelled. A
transfer that starts over, in another form, begins again with few bytes done."""

PIECE = 64 << 10


def untold(done: int, total: int | None) -> None:
    """The progress of a transfer that nobody watches."""


class Counted:
    """A file to be sent that tells what was read of it."""

    def __init__(self, file: BinaryIO, progress: Progress, before: int = 0) -> None:
        """``before``: bytes of the same transfer that are done already."""
        self._file = file
        self._progress = progress
        self._before = before
        file.seek(0, os.SEEK_END)
        self._total = before + file.tell()
        file.seek(0)

    def read(self, size: int = -1) -> bytes:
        """As the file's own."""
        piece = self._file.read(size)
        self._progress(self._before + self._file.tell(), self._total)
        return piece

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """As the file's own."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """As the file's own."""
        return self._file.tell()


def pieces(body: bytes, told: Callable[[float], None]) -> Iterator[bytes]:
    """``body`` piece by piece; ``told`` is given the share that is done, 0 to 1."""
    view = memoryview(body)
    for start in range(0, len(view), PIECE):
        told(start / len(view))
        yield bytes(view[start : start + PIECE])
    told(1.0)
