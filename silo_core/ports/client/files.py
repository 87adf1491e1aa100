"""Local files of a transfer: hashing what goes up, landing what comes down."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from silo_core.model.errors import FileError

if TYPE_CHECKING:
    from io import BufferedReader


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


def sha256_of(file: BufferedReader) -> str:
    """Lower-case hex of all that an open file holds; the file is back at its start afterwards."""
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return digest


def land(target: Path, write: Callable[[BinaryIO], None]) -> None:
    """Replace ``target`` by what ``write`` writes, whole or not at all, even if the power fails.

    The content goes to a temporary file beside it, is flushed to the disk and renamed. Whatever
    ``write`` raises leaves ``target`` as it was and no temporary file behind.

    Raises:
        FileError: the disk is full, the folder cannot be written, or the target is in use.
    """
    temporary = target.with_name(f".silo-{secrets.token_hex(8)}.part")
    try:
        try:
            with temporary.open("xb") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise
        _sync_folder(target.parent)
    except OSError as error:
        raise FileError(
            f"{target} cannot be written ({error.strerror or error}); "
            "free some space or close the program that uses it.",
            concerns=str(target),
        ) from error


def _sync_folder(folder: Path) -> None:
    """Make a rename last. Windows has no such call, and needs none."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
