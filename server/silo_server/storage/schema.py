"""The tables of the SQLite store. Each holds one kind of record, its columns named as the members.

A file is brought to the newest schema by the steps that it has not taken yet; a new one takes all.
"""

from __future__ import annotations

import sqlite3

from silo_core.model.answers import AuditEntry
from silo_core.model.errors import StoreError
from silo_core.model.session import EditSession
from silo_core.model.subscription import Subscription
from silo_server.storage import records

TABLES: dict[type, str] = {
    records.User: "users",
    records.WorkstationRecord: "workstations",
    records.ItemRecord: "items",
    records.VersionRecord: "versions",
    records.DagRecord: "dags",
    EditSession: "edit_sessions",
    records.Handoff: "handoffs",
    records.Reservation: "reservations",
    records.Wait: "waits",
    Subscription: "subscriptions",
    records.Ack: "acks",
    records.Answered: "answered",
    AuditEntry: "audit",
    records.State: "state",
    records.ManifestRecord: "manifests",
    records.LooseChunk: "loose_chunks",
}

APPLICATION_ID = int.from_bytes(b"Silo")
"""By which SQLite's header tells whose file it is."""

_FIRST = """
CREATE TABLE users (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, role TEXT NOT NULL,
    token_sha256 TEXT NOT NULL UNIQUE, created_at TEXT NOT NULL);

CREATE TABLE workstations (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, "user" TEXT NOT NULL, name TEXT NOT NULL,
    fingerprint TEXT NOT NULL, last_seen TEXT NOT NULL, created_at TEXT NOT NULL,
    viewing TEXT NOT NULL, UNIQUE ("user", fingerprint));

CREATE TABLE items (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, part_number TEXT NOT NULL UNIQUE,
    description TEXT NOT NULL, item_type TEXT NOT NULL, category TEXT NOT NULL,
    projects TEXT NOT NULL, file_name TEXT NOT NULL, revision_number INTEGER NOT NULL, head TEXT,
    created_at TEXT NOT NULL);

CREATE TABLE versions (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, part_number TEXT NOT NULL,
    kind TEXT NOT NULL, revision_number INTEGER, sha256 TEXT NOT NULL, size INTEGER NOT NULL,
    "user" TEXT NOT NULL, workstation_id TEXT, context TEXT, comment TEXT NOT NULL,
    created_at TEXT NOT NULL, parent TEXT, changes TEXT NOT NULL,
    UNIQUE (part_number, revision_number));
CREATE INDEX versions_of_item ON versions (part_number, seq);

CREATE TABLE dags (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, stamp TEXT NOT NULL, body TEXT NOT NULL);

CREATE TABLE edit_sessions (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, part_number TEXT NOT NULL,
    "user" TEXT NOT NULL, workstation_id TEXT NOT NULL, workstation TEXT NOT NULL,
    context_level TEXT NOT NULL, object_id TEXT NOT NULL, dependency_cone TEXT NOT NULL,
    acquired_at TEXT NOT NULL, expires_at TEXT NOT NULL, fence INTEGER NOT NULL UNIQUE,
    UNIQUE (part_number, context_level, object_id));
CREATE INDEX edit_sessions_due ON edit_sessions (expires_at);
CREATE INDEX edit_sessions_of_workstation ON edit_sessions (workstation_id);

CREATE TABLE handoffs (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, session_id TEXT NOT NULL,
    part_number TEXT NOT NULL, object_id TEXT NOT NULL, holder TEXT NOT NULL,
    requester TEXT NOT NULL, workstation_id TEXT, message TEXT NOT NULL, created_at TEXT NOT NULL,
    answer TEXT);

CREATE TABLE subscriptions (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, workstation_id TEXT NOT NULL,
    target_type TEXT NOT NULL, target TEXT NOT NULL, policy TEXT NOT NULL, revision INTEGER,
    paused INTEGER NOT NULL, created_at TEXT NOT NULL,
    UNIQUE (workstation_id, target_type, target));
CREATE INDEX subscriptions_to ON subscriptions (target_type, target);

CREATE TABLE acks (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, workstation_id TEXT NOT NULL,
    part_number TEXT NOT NULL, version TEXT NOT NULL);
CREATE INDEX acks_of_workstation ON acks (workstation_id);

CREATE TABLE answered (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, request TEXT NOT NULL, body TEXT NOT NULL,
    created_at TEXT NOT NULL);

CREATE TABLE audit (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, "at" TEXT NOT NULL, admin TEXT NOT NULL,
    action TEXT NOT NULL, part_number TEXT NOT NULL, subject TEXT NOT NULL, reason TEXT NOT NULL);

CREATE TABLE state (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, value TEXT NOT NULL);

CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT NOT NULL, data TEXT NOT NULL, audience TEXT);

CREATE TABLE fences (last INTEGER NOT NULL);
INSERT INTO fences VALUES (0);
"""

_RESERVATIONS = """
ALTER TABLE handoffs ADD COLUMN context_level TEXT;
UPDATE handoffs SET context_level =
    (SELECT context_level FROM edit_sessions WHERE edit_sessions.id = handoffs.session_id);
CREATE INDEX handoffs_of_session ON handoffs (session_id);

CREATE TABLE reservations (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, part_number TEXT NOT NULL,
    context_level TEXT NOT NULL, object_id TEXT NOT NULL, "user" TEXT NOT NULL, workstation_id TEXT,
    cause TEXT NOT NULL, made_at TEXT NOT NULL, expires_at TEXT NOT NULL,
    UNIQUE (part_number, context_level, object_id));
CREATE INDEX reservations_due ON reservations (expires_at);

CREATE TABLE waits (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, part_number TEXT NOT NULL,
    context_level TEXT NOT NULL, object_id TEXT NOT NULL, "user" TEXT NOT NULL,
    workstation_id TEXT NOT NULL, made_at TEXT NOT NULL, expires_at TEXT NOT NULL,
    UNIQUE (part_number, context_level, object_id, workstation_id));
CREATE INDEX waits_due ON waits (expires_at);
CREATE INDEX waits_of_workstation ON waits (workstation_id);
"""

_CHUNKS = """
CREATE TABLE manifests (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body BLOB NOT NULL);

CREATE TABLE chunks (
    part_number TEXT NOT NULL, sha256 BLOB NOT NULL, manifest INTEGER NOT NULL,
    position INTEGER NOT NULL, length INTEGER NOT NULL, size INTEGER NOT NULL, deflate INTEGER,
    PRIMARY KEY (part_number, sha256)) WITHOUT ROWID;

CREATE TABLE loose_chunks (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, part_number TEXT NOT NULL,
    sha256 TEXT NOT NULL, name TEXT NOT NULL, stored INTEGER NOT NULL, expires_at TEXT NOT NULL);
CREATE INDEX loose_chunks_due ON loose_chunks (expires_at);
CREATE INDEX loose_chunks_of_item ON loose_chunks (part_number);
"""

STEPS = (_FIRST, _RESERVATIONS, _CHUNKS)
"""What leads from schema version n (``PRAGMA user_version``) to n + 1; never edited once released,
only added to."""

VERSION = len(STEPS)


def is_ours(connection: sqlite3.Connection) -> bool:
    """Whether the database is empty or was made by a Silo server, of whatever version."""
    connection.execute("BEGIN")  # another process may be creating the tables right now
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    tables = {name for (name,) in rows}
    connection.execute("COMMIT")
    if version == 0:
        return application == 0 and not tables
    # files of the first servers bear no application id
    return application in (0, APPLICATION_ID) and tables >= {"users", "items", "events", "fences"}


def prepare(connection: sqlite3.Connection) -> None:
    """Bring a file up to date, in one transaction: a new one, or one of an older server.

    Raises:
        StoreError: the file was written by a newer server.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found > VERSION:
            raise StoreError(
                f"The data folder was written by a newer server (its schema is {found}, this server "
                f"knows {VERSION}); update silo-server."
            )
        if found < VERSION:
            for statement in filter(str.strip, ";".join(STEPS[found:]).split(";")):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
