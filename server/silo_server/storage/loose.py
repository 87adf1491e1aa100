"""Files of chunks that were sent and are part of no version yet: ``chunks/NAME``, compressed, so that
bytes that say nothing take no room."""

from __future__ import annotations

import uuid
import zlib
from collections.abc import Collection, Iterable
from pathlib import Path

from silo_core.ports.durable import flush_file, flush_folder


class LooseFiles:
    """A folder of files under names that are never used twice."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def put(self, plain: bytes) -> tuple[str, int]:
        """Store bytes; durable when this returns. Answers name and bytes on disk. Raises OSError."""
        data = zlib.compress(plain, 1)
        name = uuid.uuid4().hex
        with (self._folder / name).open("xb") as file:
            file.write(data)
            flush_file(file)
        flush_folder(self._folder)
        return name, len(data)

    def read(self, name: str) -> bytes | None:
        """What was stored; None if it is gone meanwhile."""
        try:
            return zlib.decompress((self._folder / name).read_bytes())
        except FileNotFoundError:
            return None

    def remove_all(self, names: Iterable[str]) -> None:
        """Delete the files. Raises OSError."""
        for name in names:
            (self._folder / name).unlink(missing_ok=True)

    def keep_only(self, names: Collection[str]) -> None:
        """Delete all others: what a crash left. At a start only. Raises OSError."""
        for path in self._folder.iterdir():
            if path.name not in names:
                path.unlink()
