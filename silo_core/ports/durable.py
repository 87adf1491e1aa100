"""Writing files so that a power cut leaves either the old content or the new, never a half or empty
one. The one place that knows how: write beside the target, flush, rename, flush the folder."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO

from silo_core.model.errors import FileError


def write_durably(target: Path, chunks: Iterable[bytes], *, mode: int = 0o666) -> None:
    """Make ``chunks`` the content of ``target``. Its folder has to be there: one that vanished may be
    a drive that is not mounted. ``mode`` is for the new file, less the umask.

    Raises:
        FileError: it cannot be written; ``target`` is then as it was before.
    """
    temporary = target.with_name(f".silo-{uuid.uuid4().hex}.part")
    try:
        opener = partial(os.open, mode=mode)
        with explaining_write(target), open(temporary, "xb", opener=opener) as file:
            file.writelines(chunks)
            flush_file(file)
        replace_durably(temporary, target)
    finally:
        with explaining_write(target):
            temporary.unlink(missing_ok=True)


def replace_durably(temporary: Path, target: Path) -> None:
    """Rename ``temporary``, whose content has been flushed (``flush_file``), to ``target``, so that
    it is still there after a power cut. Both are in one file system.

    Raises:
        FileError: it cannot be renamed; ``temporary`` is then still there.
    """
    with explaining_write(target):
        temporary.replace(target)
        flush_folder(target.parent)


def flush_file(file: BinaryIO) -> None:
    """Get what was written to ``file`` onto the disk. Raises OSError."""
    file.flush()
    os.fsync(file.fileno())


@contextmanager
def explaining_write(target: Path) -> Iterator[None]:
    """Turn what the system says about writing ``target`` into a sentence (FileError)."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileError(
            f"{target} cannot be written ({reason}); make room for it, or see that its folder "
            "exists and that you may write there.",
            concerns=str(target),
        ) from error


def flush_folder(folder: Path) -> None:
    """Make a rename or a new file in ``folder`` last through a power cut; Windows has no such call and
    does it itself. Raises OSError."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
