"""A merge of bills of materials in CSV files: rows by their key, columns by their name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from silo_core.hookspecs import hookimpl
from silo_core.model.exchange import MergeRequest, MergeResult
from silo_core.model.setting import Setting

if TYPE_CHECKING:
    from silo_core.ports.services import Services
    from silo_example_bom_merge.table import Table

KEY = "bom_merge_key"
MOST_BYTES = 32 << 20


class BomMerge:
    """The plugin. Files are read and joined on the worker thread that asks."""

    def __init__(self) -> None:
        self._services: Services | None = None

    @hookimpl
    def silo_settings(self) -> list[Setting]:
        """What tells rows apart."""
        return [Setting(KEY, str, "", "Column that tells the rows of a CSV file apart")]

    @hookimpl
    def silo_startup(self, services: Services) -> None:
        """Keep what the workbench offers."""
        self._services = services

    @hookimpl
    def silo_merge(self, request: MergeRequest) -> MergeResult | None:
        """Join the two if they are CSV files; the two that are kept here have no name of their own."""
        if request.ours.suffix.lower() != ".csv":
            return None
        from silo_example_bom_merge.joining import join
        from silo_example_bom_merge.table import TableError, write

        key = self._services.settings.text(KEY) if self._services else ""
        try:
            base, ours, theirs = (
                _read(path, key or "") for path in (request.base, request.ours, request.theirs)
            )
            joined = join(base, ours, theirs, request.by)
        except TableError as error:
            return MergeResult(conflicts=(f"{request.part_number} is not joined: {error}.",))
        if joined.table is None:
            return MergeResult(conflicts=joined.conflicts)
        request.target.write_bytes(write(joined.table))
        return MergeResult(taken=joined.taken)


def _read(path: Path, key: str) -> Table:
    """Raises TableError; OSError where it cannot be read."""
    from silo_example_bom_merge.table import TableError, read

    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise TableError(f"it is larger than {MOST_BYTES >> 20} MiB")
    return read(content, key)
