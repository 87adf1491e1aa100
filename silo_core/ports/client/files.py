"""Local files of a transfer: reading and hashing what goes up."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from silo_core.model.errors import FileError

if TYPE_CHECKING:
    from io import BufferedRandom, BufferedReader


@contextmanager
def reading(path: Path) -> Iterator[BufferedReader]:
    """``path`` open for reading.

    Raises:
        FileError: it cannot be opened, or not be read to its end.
    """
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise FileError(
            f"{path} cannot be read ({error.strerror or error}).", concerns=str(path)
        ) from error


def sha256_of(file: BufferedReader | BufferedRandom) -> str:
    """Lower-case hex of all that an open file holds; the file is back at its start afterwards."""
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return digest
