"""Local files of a transfer: reading and hashing what goes up."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING

from silo_core.model.errors import FileError

if TYPE_CHECKING:
    from io import BufferedRandom, BufferedReader


@contextmanager
def reading(path: Path) -> Iterator[BufferedReader]:
    """The regular file at ``path``, open for reading.

    Raises:
        FileError: it is no regular file, cannot be opened, or not be read to its end.
    """
    try:
        if not S_ISREG(path.stat().st_mode):  # a pipe would block for ever, a device has no end
            raise FileError(f"{path} is not a file; name one.", concerns=str(path))
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
