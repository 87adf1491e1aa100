"""This installation: where it keeps its data, and the id by which a server knows it again."""

from __future__ import annotations

import uuid
from contextlib import suppress
from pathlib import Path

from silo_core.ports.durable import explaining_write, write_durably

_FILE = "workstation"


def data_folder() -> Path:
    """Where the platform keeps the data of its user: stores, snapshots, backups."""
    from platformdirs import user_data_path

    return user_data_path("silo", appauthor=False)


def known_fingerprint(folder: Path) -> str:
    """The id that was made in ``folder``; empty where none was, or it is garbled. Raises OSError."""
    with suppress(FileNotFoundError, UnicodeDecodeError):
        return (folder / _FILE).read_text("ascii").strip()
    return ""


def fingerprint(folder: Path) -> str:
    """This installation's own id, made once: the same machine is the same workstation next time. One
    that is empty or garbled is made anew.

    Raises:
        FileError: the folder cannot be used.
    """
    path = folder / _FILE
    with explaining_write(path):
        folder.mkdir(parents=True, exist_ok=True)
        if known := known_fingerprint(folder):
            return known
    made = uuid.uuid4().hex
    write_durably(path, [made.encode("ascii")])
    return made
