"""Disks, files and clocks that fail as a context is left: told, nothing lost, the session released."""

from __future__ import annotations

import errno
import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from silo_core.model.errors import HostError, StoreError
from silo_core.model.item import Version
from silo_core.ports import durable, spool
from silo_core.ports.store import Outbox, PushJob, database
from silo_core.surfaces.headless import HeadlessHost
from silo_server.app import Options
from silo_server.demo.player import Player
from silo_server.embedded import EmbeddedServer
from tests.checkpoint.crashing import history, spool_of, variant
from tests.workbench.conftest import MakeJob
from tests.workbench.kit import Job, count, held_with_session, renumbered, sha256, until

HOUR = timedelta(hours=1)
Fault = Callable[[pytest.MonkeyPatch, Player], AbstractContextManager[None]]


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "PAUSE_S", 0.001)
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.05)


def edit(player: Player, content: Path) -> None:
    player.edit("Sketch001")
    assert until(lambda: held_with_session(player) == ["Sketch001"], player)
    player.change(content)


# -- each of these happens as a sketch is left ---------------------------------------------------------


def no_room(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@contextmanager
def no_room_to_flush_a_snapshot(monkeypatch: pytest.MonkeyPatch, player: Player) -> Any:
    with monkeypatch.context() as patch:
        patch.setattr(spool, "flush_file", no_room)
        yield


@contextmanager
def no_room_to_copy(monkeypatch: pytest.MonkeyPatch, player: Player) -> Any:
    with monkeypatch.context() as patch:
        patch.setattr(spool, "_copy", no_room)
        yield


@contextmanager
def no_room_in_the_folder_of_snapshots(monkeypatch: pytest.MonkeyPatch, player: Player) -> Any:
    with monkeypatch.context() as patch:
        patch.setattr(durable, "flush_folder", no_room)
        yield


@contextmanager
def no_place_for_snapshots(monkeypatch: pytest.MonkeyPatch, player: Player) -> Any:
    """What no permission helps against, as tests may run as root."""
    folder = spool_of(player)
    folder.touch()
    yield
    folder.unlink()


def no_room_for(table: str) -> Fault:
    """SQLite says that the disk is full as it adds a row."""

    @contextmanager
    def fault(monkeypatch: pytest.MonkeyPatch, player: Player) -> Any:
        with closing(sqlite3.connect(player.workbench.store.path)) as other:
            other.execute(
                f"CREATE TRIGGER full BEFORE INSERT ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
            )
            yield
            other.execute("DROP TRIGGER full")

    fault.__name__ = f"no_room_in_the_store_for_{table}"
    return fault


@contextmanager
def another_program_holds_the_store(monkeypatch: pytest.MonkeyPatch, player: Player) -> Any:
    with closing(sqlite3.connect(player.workbench.store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def a_file_that_keeps_changing(monkeypatch: pytest.MonkeyPatch, player: Player) -> Any:
    read, times = spool._identity, iter(range(10**6))

    def changed(path: Path) -> Any:
        return (read(path), next(times))

    with monkeypatch.context() as patch:
        patch.setattr(spool, "_identity", changed)
        patch.setattr(spool.Spool, "_take", lambda self, path: None)
        yield


FAULTS: tuple[Fault, ...] = (
    no_room_to_flush_a_snapshot,
    no_room_to_copy,
    no_room_in_the_folder_of_snapshots,
    no_place_for_snapshots,
    no_room_for("leaving"),
    no_room_for("outbox"),
    another_program_holds_the_store,
    a_file_that_keeps_changing,
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: str(fault.__name__))
def test_what_cannot_be_kept_is_told_saved_and_goes_with_the_next(
    fault: Fault, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = job.join("alice")
    until(lambda: False, alice, timeout=0.05)  # the copy of the base is made
    edit(alice, job.deeper)
    with fault(monkeypatch, alice):
        alice.edit()
        assert sha256(job.file_of(alice)) == sha256(job.deeper)
        assert until(lambda: job.sessions() == [], alice)
    assert until(lambda: count(alice, "No checkpoint of") == 1, alice)
    assert "the edit session is released" in alice.shown("No checkpoint of")
    assert list(spool_of(alice).glob("*")) == []
    edit(alice, job.deeper)
    alice.edit()
    assert until(lambda: history(job) == [sha256(job.deeper)], alice)


def test_a_file_that_vanished_is_told_and_the_session_released(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = job.join("alice")
    edit(alice, job.deeper)
    save = HeadlessHost.save

    def save_and_lose(host: HeadlessHost, key: str) -> None:
        save(host, key)
        job.file_of(alice).unlink()

    with monkeypatch.context() as patch:
        patch.setattr(HeadlessHost, "save", save_and_lose)
        alice.edit()
    assert until(lambda: job.sessions() == [], alice)
    assert until(lambda: "still there" in alice.shown("No checkpoint of"), alice)
    edit(alice, job.wider)
    alice.edit()
    assert until(lambda: history(job) == [sha256(job.wider)], alice)


def test_an_editor_that_cannot_save_is_told_and_the_session_released(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = job.join("alice")
    edit(alice, job.deeper)

    def cannot(host: HeadlessHost, key: str) -> None:
        raise HostError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(HeadlessHost, "save", cannot)
        alice.edit()
    assert until(lambda: job.sessions() == [], alice)
    assert until(lambda: "disk is full" in alice.shown("No checkpoint of"), alice)
    assert alice.workbench.store.leavings.unfinished() == ()
    edit(alice, job.deeper)
    alice.edit()
    assert until(lambda: history(job) == [sha256(job.deeper)], alice)


def test_what_cannot_be_finished_at_a_start_is_told_and_finished_at_the_next(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = job.join("alice")
    edit(alice, job.deeper)
    with monkeypatch.context() as patch:  # as if it were killed there
        patch.setattr(type(alice.workbench.store.leavings), "record", lambda *_: False)
        alice.edit()
        assert alice.workbench.store.leavings.unfinished() != ()
        alice.quit()
    with monkeypatch.context() as patch:
        patch.setattr(spool, "flush_file", no_room)
        alice = job.player("alice")
        job.go_online(alice)
        assert until(lambda: count(alice, "not recorded yet") == 1, alice)
        alice.quit()
    assert history(job) == []
    alice = job.player("alice")
    job.go_online(alice)
    assert until(lambda: history(job) == [sha256(job.deeper)], alice)
    assert alice.workbench.store.leavings.unfinished() == ()


def test_a_file_that_became_another_items_is_not_pushed_at_the_next_start(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = job.join("alice")
    edit(alice, job.deeper)
    with monkeypatch.context() as patch:
        patch.setattr(type(alice.workbench.store.leavings), "record", lambda *_: False)
        alice.edit()
    alice.quit()
    renumbered(job.wider, job.file_of(alice), "PRT-OTHER", job.part)
    alice = job.player("alice")
    job.go_online(alice)
    store = alice.workbench.store
    assert until(lambda: store.leavings.unfinished() == () == store.outbox.pending(), alice)
    assert history(job) == []


# -- clocks --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("jump", [-HOUR, HOUR], ids=["back", "forward"])
def test_a_workstations_clock_that_jumps_holds_no_push_back(job: Job, jump: timedelta) -> None:
    proxy = job.proxy()
    alice = job.join("alice", proxy)
    push = f"POST /api/items/{job.part}/checkpoints"
    proxy.meet(push, "503")
    edit(alice, job.deeper)
    alice.edit()
    assert until(lambda: proxy.met == 1, alice)
    alice.workbench.now = lambda: datetime.now(UTC) + jump
    assert until(lambda: history(job) == [sha256(job.deeper)], alice)
    edit(alice, job.wider)
    alice.edit()
    assert until(lambda: history(job) == [sha256(job.deeper), sha256(job.wider)], alice)
    assert job.sessions() == []


@pytest.mark.parametrize("jump", [-HOUR, HOUR], ids=["back", "forward"])
def test_a_servers_clock_that_jumps_loses_no_push(make_job: MakeJob, jump: timedelta) -> None:
    ahead = timedelta()
    job = make_job(
        lambda folder: EmbeddedServer(
            folder,
            clock=lambda: datetime.now(UTC) + ahead,
            options=Options(lease_seconds=1, heartbeat_seconds=0.2),
        )
    )
    alice = job.join("alice")
    edit(alice, job.deeper)
    ahead = jump
    until(lambda: False, alice, timeout=0.3)
    alice.edit()
    assert until(lambda: history(job) == [sha256(job.deeper)], alice)
    assert until(lambda: job.sessions() == [], alice)


# -- names ---------------------------------------------------------------------------------------------

NAMES = {
    "long": b"a" * 240 + b".FCStd",
    "long suffix": b"a." + b"b" * 250,
    "not UTF-8": b"Gr\xf6\xdfe \xff.FCStd",
    "newline": b"a\nb.FCStd",
    "dots": b"...FCStd",
    "separators elsewhere": b'a\\b:c*"<>|?.FCStd',
    "a device elsewhere": b"CON.FCStd",
    "spaces": b" a .FCStd. ",
    "markup": b"<b>%s{0}&amp;'; DROP TABLE outbox.FCStd",
}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names themselves")
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_file_of_any_name_is_pushed(name: bytes, job: Job) -> None:
    proxy = job.proxy()
    alice = job.player("alice", proxy)
    path = alice.folder / os.fsdecode(name)
    path.write_bytes(job.base.read_bytes())
    job.go_online(alice)
    alice.open(path)
    assert until(lambda: job.base_of(alice) is not None, alice)
    edit(alice, job.deeper)
    proxy.down()
    alice.edit()
    store = alice.workbench.store
    (waiting,) = store.outbox.pending()
    assert waiting.source_path == path
    assert waiting.spool_path.parent == spool_of(alice)
    proxy.up()
    assert until(lambda: history(job) == [sha256(job.deeper)], alice)
    assert until(lambda: store.outbox.pending() == (), alice)
    known = store.tracked.get(job.part)
    assert known
    assert known.path == path
    alice.quit()
    alice = job.player("alice")
    job.go_online(alice)
    alice.open(path)
    edit(alice, variant(job, 3))
    alice.edit()
    assert until(lambda: len(history(job)) == 2, alice)


# -- while it is sent ----------------------------------------------------------------------------------


def test_a_store_that_is_locked_as_the_answer_comes_makes_one_checkpoint_and_keeps_the_order(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = job.join("alice")
    finished, times = Outbox.finished, iter([True])

    def locked_once(outbox: Outbox, push: PushJob, version: Version) -> None:
        if next(times, False):
            raise StoreError("The local store cannot be used (database is locked).")
        finished(outbox, push, version)

    monkeypatch.setattr(Outbox, "finished", locked_once)
    left = []
    for content in (job.deeper, job.wider):
        edit(alice, content)
        alice.edit()
        left.append(sha256(content))
    assert until(lambda: history(job) == left, alice)
    assert until(lambda: alice.workbench.store.outbox.pending() == (), alice)
    assert job.sessions() == []
