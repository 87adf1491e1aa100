"""What to do about a damaged store: keep the file, begin a new one, take over what can be read."""

from __future__ import annotations

import contextlib
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from silo_core.ports.durable import replace_durably
from silo_core.ports.store.database import SqlValue, connect
from silo_core.ports.store.schema import NEWEST, TABLES

if TYPE_CHECKING:
    import sqlite3

logger = logging.getLogger(__name__)

_COMPANIONS = ("", "-wal", "-shm")
"""What belongs to one SQLite database: the file itself, its log, the log's index."""


def damage(path: Path) -> str | None:
    """What is wrong with the database at ``path``; None if it is sound, or missing.

    An error that says nothing of the content (locked, not permitted) counts as sound here: opening
    the file in earnest tells it.
    """
    import sqlite3

    if not path.exists():
        return None
    try:
        with contextlib.closing(connect(path)) as connection:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError:
        return None
    except sqlite3.DatabaseError as error:
        return str(error)
    return None if found == "ok" else str(found)


def move_aside(path: Path) -> Path:
    """Rename the database to ``<name>.damaged-<n>`` and answer that path.

    Raises:
        FileError: it cannot be renamed.
    """
    number = 1
    while path.with_name(f"{path.name}.damaged-{number}").exists():
        number += 1
    aside = path.with_name(f"{path.name}.damaged-{number}")
    for companion in reversed(_COMPANIONS):
        source = path.with_name(path.name + companion)
        if source.exists():
            replace_durably(source, aside.with_name(aside.name + companion))
    return aside


def take_over(damaged: Path, fresh: Path) -> None:
    """Copy into the new database every row of the damaged one that can still be read: above all the
    pushes that wait in the outbox."""
    import sqlite3

    address = f"{damaged.absolute().as_uri()}?mode=ro"
    try:
        with (
            contextlib.closing(sqlite3.connect(address, uri=True)) as source,
            contextlib.closing(connect(fresh)) as target,
        ):
            for table in TABLES:
                _take_over(source, target, table, damaged)
    except sqlite3.DatabaseError as error:
        logger.warning("nothing could be read from %s: %s", damaged, error)


def _take_over(
    source: sqlite3.Connection, target: sqlite3.Connection, table: str, damaged: Path
) -> None:
    import sqlite3

    try:
        if source.execute("PRAGMA user_version").fetchone() == (NEWEST,):
            _copy_rows(source, target, table)
    except sqlite3.DatabaseError as error:
        logger.warning("the rest of %s could not be read from %s: %s", table, damaged, error)


def _copy_rows(source: sqlite3.Connection, target: sqlite3.Connection, table: str) -> None:
    target.execute("BEGIN")
    try:
        for row in source.execute(f"SELECT * FROM {table}"):  # noqa: S608 - a name of our own
            _insert(target, table, row)
    finally:  # what was read before the damage is kept
        target.execute("COMMIT")


def _insert(target: sqlite3.Connection, table: str, row: tuple[SqlValue, ...]) -> None:
    import sqlite3

    values = ", ".join("?" * len(row))
    try:
        target.execute(f"INSERT INTO {table} VALUES ({values})", row)  # noqa: S608 - the same
    except sqlite3.IntegrityError as error:
        logger.warning("a row of %s was left out: %s", table, error)
