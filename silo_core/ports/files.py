"""Reading part files from disk."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from silo_core.fcstd import DEFAULT_LIMITS, Limits, PartDocument, read_document
from silo_core.model.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


PART_FILES = frozenset({".fcstd", ".kc"})
"""Suffixes, in lower case, of files that this module can read; any other file is only carried."""


def is_part_file(name: str) -> bool:
    """Whether a file of that name should be one that ``read_file`` can read."""
    return name.lower().endswith(tuple(PART_FILES))


def read_file(path: Path, limits: Limits = DEFAULT_LIMITS) -> PartDocument:
    """Read the FCStd or ``.kc`` file at ``path``.

    Raises:
        FileError: it cannot be opened, is no regular file, or is not a sound FreeCAD document.
    """
    with opened(path) as source:
        return read_document(source, name=path.name, limits=limits)


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The regular file at ``path``, open for reading.

    Raises:
        FileError: it cannot be opened or read, or is no regular file.
    """
    try:
        # A pipe would block for ever, and nothing but a regular file can be sought in.
        if path.exists() and not path.is_file():
            raise FileError(
                f"{path} is not a file; name an .FCStd or .kc file.", concerns=str(path)
            )
        with path.open("rb") as source:
            yield source
    except (OSError, ValueError) as error:
        # ValueError: a path with a NUL in it.
        reason = getattr(error, "strerror", None) or str(error)
        raise FileError(
            f"{path} cannot be read ({reason}); check its name and that you may read it.",
            concerns=str(path),
        ) from error
