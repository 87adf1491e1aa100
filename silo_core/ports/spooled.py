"""Chunks that came in one body, kept on disk until the file is put together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO


class SpooledChunks:
    """The plain bytes of chunks by their SHA-256."""

    def __init__(self, file: IO[bytes], chunks: Iterator[tuple[str, bytes]]) -> None:
        """Takes all of ``chunks`` into ``file``, which is empty. Raises what ``chunks`` does."""
        self._file = file
        self._places: dict[str, tuple[int, int]] = {}
        for sha256, plain in chunks:
            self._places[sha256] = (file.tell(), len(plain))
            file.write(plain)

    @property
    def names(self) -> frozenset[str]:
        """The SHA-256 of each."""
        return frozenset(self._places)

    def get(self, sha256: str) -> bytes | None:
        """The chunk, None if it is none of them."""
        place = self._places.get(sha256)
        if place is None:
            return None
        offset, length = place
        self._file.seek(offset)
        return self._file.read(length)
