"""What a snapshot changes, in the words of its users."""

from __future__ import annotations

from pathlib import Path

from silo_core.fcstd import Contents, compare, read_contents, summarise
from silo_core.model.errors import FileError
from silo_core.ports.files import opened

LINES = 12
"""How many lines a checkpoint says of what changed."""


def what_changed(base: Path, other: Path) -> tuple[str, ...] | None:
    """From ``base`` to ``other``, a line each; None where nothing did, as an editor that saves a file
    again writes other bytes. Of files that are no parts nothing can be said.

    Raises:
        FileError: one of them is gone or cannot be read.
    """
    try:
        changes = compare(_read(base), _read(other))
    except FileError:
        for path in (base, other):
            with opened(path):
                pass
        return ()
    return summarise(changes, LINES) if changes else None


def _read(path: Path) -> Contents:
    with opened(path) as source:
        return read_contents(source, name=path.name)
