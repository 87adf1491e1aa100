"""Writes every checkpoint that this workstation pushes into a CSV file."""

from __future__ import annotations

import csv
import io
import threading
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from silo_core.hookspecs import hookimpl
from silo_core.model.exchange import ActivityEntry, ActivityKind, CheckpointPushed
from silo_core.model.setting import Setting

if TYPE_CHECKING:
    from silo_core.ports.services import Services

PATH = "checkpoint_csv_path"
DEFAULT_NAME = "checkpoints.csv"
COLUMNS = ("time", "part_number", "version", "context", "user", "file", "rescue")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


class CheckpointCsv:
    """The plugin. Each row is written on a worker thread, since a disk may be slow."""

    def __init__(self) -> None:
        self._services: Services | None = None
        self._lock = threading.Lock()

    @hookimpl
    def silo_settings(self) -> list[Setting]:
        """Where the file is."""
        help_text = f"CSV file for checkpoints (not set: {DEFAULT_NAME} in the workspace folder)"
        return [Setting(PATH, str, None, help_text)]

    @hookimpl
    def silo_startup(self, services: Services) -> None:
        """Keep what the workbench offers."""
        self._services = services

    @hookimpl
    def silo_checkpoint_pushed(self, pushed: CheckpointPushed) -> None:
        """Note the checkpoint down."""
        services = self._services
        if services is not None:
            now = services.now()
            row = row_of(pushed, pushed.version.created_at or now, services.user)
            path = services.settings.workspace / (
                services.settings.folder(PATH) if services.settings.text(PATH) else DEFAULT_NAME
            )
            services.submit(lambda: self._write(services, path, row, now))

    def _write(self, services: Services, path: Path, row: tuple[str, ...], now: datetime) -> None:
        try:
            with self._lock:  # two workers may have a row each
                append(path, row)
        except OSError as error:
            text = f"The checkpoint of {row[1]} was not written to {path}: {error.strerror}."
            services.post_activity(ActivityEntry(now, ActivityKind.PROBLEM, text))


def row_of(pushed: CheckpointPushed, at: datetime, user: str) -> tuple[str, ...]:
    """What the file says of a checkpoint, in the order of ``COLUMNS``."""
    return (
        at.isoformat(timespec="seconds"),
        pushed.part_number,
        pushed.version.id,
        pushed.context,
        pushed.version.user or user,
        str(pushed.path),
        "yes" if pushed.rescue else "",
    )


def append(path: Path, row: tuple[str, ...]) -> None:
    """Add a row, and the header before it to a file that is new.

    In one write at the end of the file, so that no line ends up inside another one.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab", buffering=0) as file:
        rows = [COLUMNS, row] if file.seek(0, io.SEEK_END) == 0 else [row]
        text = io.StringIO()
        csv.writer(text).writerows([harmless(cell) for cell in line] for line in rows)
        file.write(text.getvalue().encode("utf-8", "surrogateescape"))


def harmless(cell: str) -> str:
    """The cell as a text that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
