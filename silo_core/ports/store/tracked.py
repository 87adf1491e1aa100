"""Which file is the copy of which item, and which version it came from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from silo_core.ports.store.database import Database, Row
from silo_core.ports.store.paths import path_of, path_text


@dataclass(frozen=True, slots=True)
class TrackedFile:
    """The workstation's copy of an item.

    ``base_version`` is the id of the version it was last in step with, ``base_revision`` that
    version's revision number (both None for an item the server has no content of). ``sha256``
    (lower-case hex) and ``size`` (bytes) are of that content, ``mtime_ns`` the file's time when it
    was found to hold it: a file of this size and time is unchanged without being read. 0: it has to
    be read.
    """

    part_number: str
    path: Path
    base_version: str | None
    base_revision: int | None
    sha256: str
    size: int
    mtime_ns: int


Stamp = tuple[str, str, str | None, int, int]


class TrackedFiles:
    """The tracked files: one per item, and one item per path. Any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stamped: tuple[int, int] | None = None
        self._stamps: Sequence[Stamp] = ()
        self.found_out: list[Callable[[], None]] = []
        """Called when ``set_base`` says which version a file is, on its thread."""

    def get(self, part_number: str) -> TrackedFile | None:
        """The copy of an item."""
        rows = self._database.query("SELECT * FROM tracked WHERE part_number = ?", (part_number,))
        return _read(rows[0]) if rows else None

    def at(self, path: Path) -> TrackedFile | None:
        """What is tracked at ``path``, written the same way as it was put."""
        rows = self._database.query("SELECT * FROM tracked WHERE path = ?", (path_text(path),))
        return _read(rows[0]) if rows else None

    def put(self, file: TrackedFile) -> None:
        """Remember ``file`` in place of what was known of its item or path."""
        put(self._database, file)

    def put_all(self, files: Iterable[TrackedFile]) -> None:
        """Remember all of them, in one transaction."""
        with self._database.transaction():
            for file in files:
                put(self._database, file)

    def read_again(self) -> None:
        """Trust no file's size and time any more: after a crash of the whole machine they may be all
        that is left of it."""
        self._database.execute("UPDATE tracked SET mtime_ns = 0")

    def set_base(self, part_number: str, sha256: str, version: str, revision: int | None) -> None:
        """It turned out that the content ``sha256`` is ``version``. Changes nothing where something
        else is tracked, or a base is known, by now: asking takes a while."""
        self._database.execute(
            "UPDATE tracked SET base_version = ?, base_revision = ? "
            "WHERE part_number = ? AND sha256 = ? AND base_version IS NULL",
            (version, revision, part_number, sha256),
        )
        for listener in tuple(self.found_out):
            listener()

    def renamed(self, part_number: str, before: Path, path: Path) -> None:
        """The document that was ``before`` is saved as ``path`` now, and what is pushed of the one was
        made on the way to the other. Changes nothing where another copy is tracked."""
        values = (path_text(path), part_number, path_text(before))
        with self._database.transaction():
            known = self._database.query(
                "SELECT 1 FROM tracked WHERE part_number = ? AND path = ?", values[1:]
            )
            if known:
                self._database.execute("DELETE FROM tracked WHERE path = ?", values[:1])
                for statement in _RENAMED:
                    self._database.execute(statement, values)

    def remove(self, part_number: str) -> None:
        """Stop tracking; the file itself is left alone."""
        self._database.execute("DELETE FROM tracked WHERE part_number = ?", (part_number,))

    def all(self) -> tuple[TrackedFile, ...]:
        """All tracked files, by part number."""
        rows = self._database.query("SELECT * FROM tracked ORDER BY part_number")
        return tuple(_read(row) for row in rows)

    def stamps(self) -> Sequence[Stamp]:
        """Part number, path (as text), base version, size and time (ns) of each, without the cost of
        ten thousand objects: what a comparison with the files looks at first."""
        version = self._database.version
        if version != self._stamped:
            self._stamps = self._database.query(  # type: ignore[assignment] # as the columns are
                "SELECT part_number, path, base_version, size, mtime_ns FROM tracked"
            )
            self._stamped = version
        return self._stamps


_RENAMED = (
    "UPDATE tracked SET path = ? WHERE part_number = ? AND path = ?",
    "UPDATE outbox SET source_path = ? WHERE part_number = ? AND source_path = ?",
)


def put(database: Database, file: TrackedFile) -> None:
    """The statement behind ``TrackedFiles.put``, for use within a larger transaction."""
    database.execute(
        "INSERT OR REPLACE INTO tracked VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            file.part_number,
            path_text(file.path),
            file.base_version,
            file.base_revision,
            file.sha256,
            file.size,
            file.mtime_ns,
        ),
    )


def _read(row: Row) -> TrackedFile:
    part_number, path, base_version, base_revision, sha256, size, mtime_ns = row
    return TrackedFile(
        part_number=str(part_number),
        path=path_of(str(path)),
        base_version=None if base_version is None else str(base_version),
        base_revision=None if base_revision is None else int(base_revision),
        sha256=str(sha256),
        size=int(size or 0),
        mtime_ns=int(mtime_ns or 0),
    )
