"""The tables, and how a file of an earlier version is brought up to date."""

from __future__ import annotations

from silo_core.model.errors import StoreError
from silo_core.ports.store.database import Database

TABLES = ("meta", "tracked", "outbox", "activity", "leaving", "wanted")

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE meta (
            key TEXT PRIMARY KEY,
            value TEXT NOT NULL
        ) STRICT""",
        """CREATE TABLE tracked (
            part_number TEXT PRIMARY KEY,
            path TEXT NOT NULL UNIQUE,
            base_version TEXT,
            base_revision INTEGER,
            sha256 TEXT NOT NULL,
            size INTEGER NOT NULL,
            mtime_ns INTEGER NOT NULL
        ) STRICT""",
        """CREATE TABLE outbox (
            position INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            part_number TEXT NOT NULL,
            spool_path TEXT NOT NULL,
            file_name TEXT NOT NULL,
            source_path TEXT NOT NULL,
            context TEXT NOT NULL,
            session_ids TEXT NOT NULL,
            object_ids TEXT NOT NULL,
            base TEXT,
            sha256 TEXT NOT NULL,
            size INTEGER NOT NULL,
            created_at TEXT NOT NULL,
            attempts INTEGER NOT NULL,
            next_try_at TEXT NOT NULL,
            last_error TEXT NOT NULL,
            rescue INTEGER NOT NULL CHECK (rescue IN (0, 1))
        ) STRICT""",
        """CREATE VIEW next_of_item AS SELECT * FROM outbox WHERE position IN (
            SELECT MIN(position) FROM outbox GROUP BY part_number
        )""",
        "CREATE INDEX outbox_by_item ON outbox (part_number, position)",
        """CREATE TABLE activity (
            position INTEGER PRIMARY KEY AUTOINCREMENT,
            at TEXT NOT NULL,
            kind TEXT NOT NULL,
            text TEXT NOT NULL,
            details TEXT NOT NULL,
            part_number TEXT NOT NULL,
            object_id TEXT NOT NULL,
            user TEXT NOT NULL
        ) STRICT""",
    ),
    ("ALTER TABLE outbox ADD COLUMN handoff_id TEXT NOT NULL DEFAULT ''",),
    (
        "ALTER TABLE outbox ADD COLUMN tried_at TEXT NOT NULL DEFAULT ''",
        """ALTER TABLE outbox ADD COLUMN set_aside INTEGER NOT NULL DEFAULT 0
            CHECK (set_aside IN (0, 1))""",
        "DROP VIEW next_of_item",
        # what is set aside holds nothing back, and is tried again at its own time
        """CREATE VIEW next_of_item AS SELECT * FROM outbox WHERE set_aside OR position IN (
            SELECT MIN(position) FROM outbox WHERE NOT set_aside GROUP BY part_number
        )""",
        """CREATE TABLE leaving (
            part_number TEXT PRIMARY KEY,
            path TEXT NOT NULL,
            context TEXT NOT NULL,
            session_ids TEXT NOT NULL,
            object_ids TEXT NOT NULL,
            base TEXT,
            handoff_id TEXT NOT NULL
        ) STRICT""",
    ),
    (
        """ALTER TABLE outbox ADD COLUMN held INTEGER NOT NULL DEFAULT 0
            CHECK (held IN (0, 1))""",
        "DROP VIEW next_of_item",
        # what its user holds back is not tried, and what was made on top of it waits with it
        """CREATE VIEW next_of_item AS SELECT * FROM outbox WHERE NOT held AND (
            set_aside OR position IN (
                SELECT MIN(position) FROM outbox WHERE NOT set_aside GROUP BY part_number
            )
        )""",
    ),
    (
        "ALTER TABLE activity ADD COLUMN id TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE activity ADD COLUMN actions TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE activity ADD COLUMN facts TEXT NOT NULL DEFAULT '{}'",
        "ALTER TABLE activity ADD COLUMN chosen TEXT NOT NULL DEFAULT ''",
        "CREATE INDEX activity_by_id ON activity (id)",
    ),
    (
        """CREATE TABLE wanted (
            part_number TEXT PRIMARY KEY,
            file_name TEXT NOT NULL,
            version TEXT NOT NULL,
            is_checkpoint INTEGER NOT NULL CHECK (is_checkpoint IN (0, 1)),
            acknowledged INTEGER NOT NULL CHECK (acknowledged IN (0, 1)),
            skipped INTEGER NOT NULL CHECK (skipped IN (0, 1))
        ) STRICT""",
    ),
    (
        """ALTER TABLE activity ADD COLUMN unread INTEGER NOT NULL DEFAULT 0
            CHECK (unread IN (0, 1))""",
        "UPDATE activity SET id = 'earlier-' || position WHERE id = ''",
    ),
)
"""Statements that lead from schema version n (``PRAGMA user_version``) to n + 1; never edited once
released, only added to."""

NEWEST = len(MIGRATIONS)


def version_of(database: Database) -> int:
    """The schema version of the file; 0 for a new one."""
    return int(database.query("PRAGMA user_version")[0][0] or 0)


def refuse_newer(database: Database) -> None:
    """Raises StoreError where a newer program wrote the file: its meaning is not known here."""
    version = version_of(database)
    if version > NEWEST:
        raise StoreError(
            f"The local store {database.path} was written by a newer version of Silo (schema "
            f"{version}, known here: {NEWEST}); update Silo on this workstation.",
            concerns=str(database.path),
        )


def migrate(database: Database) -> None:
    """Bring the file up to date, each step in one transaction."""
    while version_of(database) < NEWEST:
        with database.transaction():
            # asked again within: another program may have been faster
            version = version_of(database)
            for statement in MIGRATIONS[version] if version < NEWEST else ():
                database.execute(statement)
            database.execute(f"PRAGMA user_version = {min(version + 1, NEWEST)}")
