"""How far a transfer is, on the terminal."""

from __future__ import annotations

import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from silo_core.model.exchange import Transfer
from silo_core.ports.client.progress import Progress, untold
from silo_core.rules.amounts import progress
from silo_core.rules.meter import Meter


@contextmanager
def shown(part_number: str, *, upload: bool) -> Iterator[Progress]:
    """The progress of a transfer, on standard error where that is a terminal. Of what takes less than
    a second nothing is seen, and of the rest nothing is left."""
    if not sys.stderr.isatty():
        yield untold
        return
    line = _Line(part_number, upload, sys.stderr)
    try:
        yield line
    finally:
        line.clear()


class _Line:
    def __init__(self, part_number: str, upload: bool, stream: TextIO) -> None:
        started = time.monotonic()
        self._meter = Meter(uuid.uuid4().hex, part_number, upload=upload, started=started)
        self._stream = stream
        self._width = 0

    def __call__(self, done: int, total: int | None) -> None:
        transfer = self._meter.step(time.monotonic(), done, total)
        if transfer:
            self._write(described(transfer))

    def clear(self) -> None:
        if self._width:
            self._write("")
            self._stream.write("\r")
            self._stream.flush()

    def _write(self, text: str) -> None:
        self._stream.write(f"\r{text.ljust(self._width)}")
        self._stream.flush()
        self._width = len(text)


def described(transfer: Transfer) -> str:
    """``PRT-100: sent 1.2 MB of 3.4 MB, 1.0 MB/s, 3 s left``."""
    verb = "sent" if transfer.upload else "fetched"
    return f"{transfer.part_number}: {verb} {progress(transfer)}"
