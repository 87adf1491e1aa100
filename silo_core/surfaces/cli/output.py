"""What every command minds before it writes a file that the user named."""

from __future__ import annotations

import os
from pathlib import Path

from silo_core.model.errors import FileError
from silo_core.ports.durable import explaining_write


def refuse_taken(target: Path, *, replace: bool) -> None:
    """See that ``target`` may be written: nothing has that name, or a file that is to be replaced.

    Raises:
        FileError: it is something else, as a device or a link, which writing would put a file in the
            place of; or there is a file, and ``replace`` is not asked for.
    """
    if not is_free(target) and not replace:
        raise taken(target)


def is_free(target: Path) -> bool:
    """Whether nothing has that name yet.

    Raises:
        FileError: it is no file that could be replaced, or cannot be looked at.
    """
    with explaining_write(target):
        if not os.path.lexists(target):
            return True
    if target.is_symlink() or not target.is_file():
        raise FileError(
            f"{target} is no plain file; name a file that may be written.", concerns=str(target)
        )
    return False


def taken(target: Path) -> FileError:
    """The error for a file that is there, and is not to be replaced."""
    return FileError(
        f"{target} exists already; name another file, or replace it with --force.",
        concerns=str(target),
    )
