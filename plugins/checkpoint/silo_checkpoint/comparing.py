"""What a snapshot changes, in the words of its users."""

from __future__ import annotations

from pathlib import Path

from silo_core.fcstd import Contents, compare, read_contents, summarise
from silo_core.model.errors import FileError
from silo_core.ports.files import opened

_PIECE = 1 << 20
LINES = 12
"""How many lines a checkpoint says of what changed."""


def what_changed(base: Path, other: Path) -> tuple[str, ...] | None:
    """From ``base`` to ``other``, a line each; None where nothing did, as an editor that saves a file
    again writes other bytes. Of files that are no parts only whether they differ can be said.

    Raises:
        FileError: one of them is gone or cannot be read.
    """
    try:
        changes = compare(_read(base), _read(other))
    except FileError:
        return None if _is_same(base, other) else ()
    return summarise(changes, LINES) if changes else None


def _read(path: Path) -> Contents:
    with opened(path) as source:
        return read_contents(source, name=path.name)


def _is_same(base: Path, other: Path) -> bool:
    with opened(base) as one, opened(other) as two:
        while piece := one.read(_PIECE):
            if two.read(len(piece)) != piece:
                return False
        return not two.read(1)
