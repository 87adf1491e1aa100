"""What an older server left is brought up to date in place, with nothing lost."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from silo_core.model.answers import HandoffAnswer
from silo_core.model.context import ContextLevel
from silo_core.model.errors import StoreError
from silo_core.model.session import EditSession
from silo_core.rules.interference import judge_builtin
from silo_core.testing import Clock
from silo_server.embedded import EmbeddedServer
from silo_server.storage.folder import open_store
from silo_server.storage.records import Handoff
from silo_server.work.users import token_hash
from tests.server.kit import Person

VERSION_1 = """
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
"""The schema of the first servers. It stands here as it was, whatever becomes of it elsewhere."""

TOKENS = {"alice": "silo_alice", "bob": "silo_bob"}
ROWS = """
INSERT INTO items (id, part_number, description, item_type, category, projects, file_name,
    revision_number, created_at)
    VALUES ('i1', 'PRT-1', 'a bracket', 'part', '', '["demo"]', 'a.FCStd', 0, :at);
INSERT INTO workstations (id, "user", name, fingerprint, last_seen, created_at, viewing)
    VALUES ('ws-a', 'alice', 'CAD-07', 'f-a', :at, :at, '[]'),
           ('ws-b', 'bob', 'CAD-12', 'f-b', :at, :at, '[]');
INSERT INTO edit_sessions (id, part_number, "user", workstation_id, workstation, context_level,
    object_id, dependency_cone, acquired_at, expires_at, fence)
    VALUES ('es-1', 'PRT-1', 'alice', 'ws-a', 'CAD-07', 'sketch', 'Sketch', '["Sketch"]', :at, :at, 7);
INSERT INTO handoffs (id, session_id, part_number, object_id, holder, requester, workstation_id,
    message, created_at, answer)
    VALUES ('ho-1', 'es-1', 'PRT-1', 'Sketch', 'alice', 'bob', 'ws-b', 'Please', :at, NULL),
           ('ho-0', 'es-0', 'PRT-1', 'Body', 'alice', 'bob', NULL, '', :at, 'defer');
UPDATE fences SET last = 7;
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data folder of a server of the first version, in the middle of its work."""
    with closing(sqlite3.connect(tmp_path / "silo.db")) as database:
        database.executescript(VERSION_1)
        at = {"at": "2026-03-01T07:59:30.000000Z"}
        for statement in filter(str.strip, ROWS.split(";")):
            database.execute(statement, at if ":at" in statement else {})
        for name, token in TOKENS.items():
            database.execute(
                "INSERT INTO users (id, role, token_sha256, created_at) VALUES (?, 'editor', ?, ?)",
                (name, token_hash(token), at["at"]),
            )
        database.execute("PRAGMA user_version = 1")
        database.commit()
    return tmp_path


def _layout(path: Path) -> set[tuple[str, ...]]:
    """Every column of every table, and every index."""
    with closing(sqlite3.connect(path)) as database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        columns = {
            (table, *map(str, column[1:]))
            for (table,) in tables
            for column in database.execute(f"PRAGMA table_info({table})")
        }
        indexes = database.execute("SELECT name FROM sqlite_master WHERE type = 'index'").fetchall()
        versions = [
            database.execute(f"PRAGMA {name}").fetchone()
            for name in ("user_version", "application_id")
        ]
    return columns | set(indexes) | {tuple(map(str, version)) for version in versions}


def test_an_older_file_becomes_what_a_new_one_is(data: Path, tmp_path: Path) -> None:
    with open_store(data) as store:
        handoffs = store.read(lambda reader: reader.find(Handoff))
        sessions = store.read(lambda reader: reader.find(EditSession))
    assert [(one.id, one.context_level, one.answer) for one in handoffs] == [
        ("ho-1", ContextLevel.SKETCH, None), ("ho-0", None, HandoffAnswer.DEFER)
    ]  # fmt: skip
    assert [one.id for one in sessions] == ["es-1"]
    open_store(tmp_path / "new").close()
    assert _layout(data / "silo.db") == _layout(tmp_path / "new" / "silo.db")
    open_store(data).close()  # once more changes nothing


def test_a_migration_that_fails_leaves_the_file_as_it_was(data: Path) -> None:
    with closing(sqlite3.connect(data / "silo.db")) as database:
        database.execute("CREATE TABLE waits (in_the_way TEXT)")
        before = _layout(data / "silo.db")
    with pytest.raises(StoreError, match="waits"):
        open_store(data)
    assert _layout(data / "silo.db") == before


def test_the_work_goes_on_where_an_older_server_left_it(data: Path) -> None:
    with EmbeddedServer(data, clock=Clock.standing(), judge=judge_builtin) as server:
        alice, bob = (Person(server.url, token) for token in TOKENS.values())
        with alice, bob:
            alice.workstation, bob.workstation = "ws-a", "ws-b"
            assert bob.acquire("PRT-1", "Sketch").status_code == 409
            alice.answers("ho-0", "release")  # at a level that nobody wrote down: nothing is kept
            alice.answers("ho-1", "release")
            assert alice.acquire("PRT-1", "Sketch").status_code == 409
            assert bob.take("PRT-1", "Sketch")["fence"] == 8
