"""Every signal of the SyncManager, at the moment it is for, against a real server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from silo_core.model.exchange import ActivityEntry, ActivityKind, ConnectionState
from silo_core.model.session import EditSession
from silo_core.model.subscription import TargetType
from silo_core.surfaces.qt.sync_manager import SyncManager
from tests.subscriptions.team import Colleague, Desk
from tests.workbench.kit import Job, until

SIGNALS = {
    "checkpoint_pushed": "QString,QString,int",
    "file_synced": "QString,QString,int,bool",
    "file_deferred": "QString,QString,int",
    "file_conflict": "QString,QString,QString",
    "bulk_sync_complete": "int,QString",
    "presence_changed": "QString",
    "soft_interference": "QString,QString,QString,QVariantList",
    "hard_interference_blocked": "QString,QString,QString",
    "handoff_requested": "QString,QString,QString,QString",
    "sync_error": "QString,QString",
}


class Heard:
    """All that a manager of bob's workstation tells."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.manager = SyncManager()
        self.told: list[tuple[str, tuple[Any, ...]]] = []
        for name in SIGNALS:
            getattr(self.manager, name).connect(
                lambda *said, name=name: self.told.append((name, said))
            )
        self.desk = Desk.of(job, "bob")
        self.bob = self.desk.player
        self.bob.workbench.plugins.register(self.manager, "sync-manager")

    def until(self, name: str, *others: Any, about: str = "") -> tuple[Any, ...]:
        """What the first signal of that name said; of those ``about`` that part number, as who shares
        a server hears of other tests' parts too."""

        def found() -> list[tuple[Any, ...]]:
            return [
                said for told, said in self.told if told == name and (not about or said[0] == about)
            ]

        def came() -> bool:
            QApplication.processEvents()
            return bool(found())

        assert until(came, self.bob, *others), self.told
        return found()[0]

    def sessions(self) -> list[EditSession]:
        """Those of others on this test's part."""
        known = self.manager.property("active_remote_sessions")
        return [session for session in known if session.part_number == self.job.part]


@pytest.fixture
def heard(qapp: QApplication, job: Job) -> Iterator[Heard]:
    heard = Heard(job)
    yield heard
    heard.bob.workbench.stop()
    heard.manager.deleteLater()


def signatures(thing: QObject) -> set[str]:
    meta = thing.metaObject()
    methods = [meta.method(number) for number in range(meta.methodCount())]
    signals = [method for method in methods if method.methodType() == method.MethodType.Signal]
    return {bytes(signal.methodSignature().data()).decode() for signal in signals}


def test_it_has_these_signals_and_no_others(qapp: QApplication) -> None:
    manager, plain = SyncManager(), QObject()
    own = signatures(manager) - signatures(plain)
    assert own == {f"{name}({arguments})" for name, arguments in SIGNALS.items()}


def test_sessions_of_others_warnings_blocks_and_pushes(heard: Heard, job: Job) -> None:
    alice = job.join("alice")
    bob = heard.bob
    assert heard.manager.property("workstation_id") == ""
    job.go_online(bob)
    bob.open(job.file_of(bob))
    assert until(lambda: job.base_of(bob) is not None, bob, alice)
    assert heard.manager.property("workstation_id") == bob.workbench.workstation_id
    heard.told.clear()
    alice.edit("Sketch001")
    assert until(lambda: bool(heard.sessions()), alice, bob)
    assert heard.until("presence_changed", alice, about=job.part) == (job.part,)
    (session,) = heard.sessions()
    assert (session.user, session.object_id) == ("alice", "Sketch001")

    bob.edit("Sketch001")
    assert heard.until("hard_interference_blocked", alice) == (job.part, "Sketch001", "alice")

    bob.edit("Sketch002")
    part, name, user, nodes = heard.until("soft_interference", alice)
    assert (part, name, user) == (job.part, "Sketch002", "alice")
    assert "Pocket001" in nodes

    alice.edit()
    bob.change(job.deeper)
    bob.edit()
    assert heard.until("checkpoint_pushed", alice) == (job.part, "body_close", 0)


def test_a_request_for_a_handoff(heard: Heard, job: Job) -> None:
    job.go_online(heard.bob)
    heard.bob.open(job.file_of(heard.bob))
    heard.bob.edit("Sketch001")
    assert until(lambda: bool(job.live()), heard.bob)
    job.site.admin.request_handoff(job.part, job.live()[0].id, "may I?")
    assert heard.until("handoff_requested") == (job.part, "Sketch001", "admin", "may I?")


def test_a_file_that_came_and_one_that_was_changed_here(heard: Heard, job: Job) -> None:
    colleague = Colleague(job)
    heard.desk.start()
    number = colleague.item()
    colleague.push(number, b"one")
    heard.desk.subscribe(number)
    path = heard.desk.workspace / f"{number}.step"
    said = heard.until("file_synced")
    assert said == (number, str(path), 0, True)
    assert path.read_bytes() == b"one"
    heard.told.clear()
    path.write_bytes(b"mine")
    colleague.push(number, b"two")
    found, where, why = heard.until("file_conflict")
    assert (found, where) == (number, str(path))
    assert why.endswith(".")
    assert not any(name == "file_synced" for name, _ in heard.told)


def test_many_files_at_once(heard: Heard, job: Job) -> None:
    colleague = Colleague(job)
    numbers = [colleague.item(category=job.part) for _ in range(3)]
    for number in numbers:
        colleague.push(number, b"content")
    heard.desk.start()
    heard.desk.subscribe(job.part, TargetType.CATEGORY)
    count, words = heard.until("bulk_sync_complete")
    synced = {said[0] for name, said in heard.told if name == "file_synced"}
    assert synced <= set(numbers)
    assert 2 <= count <= len(numbers)
    assert words.startswith(f"{count} files, ")


def test_a_file_that_is_open_follows_when_it_is_closed(heard: Heard, job: Job) -> None:
    bob = heard.bob
    heard.desk.start()
    heard.desk.subscribe(job.part)
    path = until_synced(heard, job)
    bob.open(path)
    assert until(lambda: bool(bob.workbench.host.documents()), bob)
    alice = job.join("alice")
    alice.edit("Sketch001")
    alice.change(job.deeper)
    alice.edit()
    part, where, revision = heard.until("file_deferred", alice)
    assert (part, where, revision) == (job.part, str(path), 0)


def until_synced(heard: Heard, job: Job) -> Any:
    heard.until("file_synced")
    return heard.desk.workspace / "bracket.FCStd"


def test_what_cannot_be_put_in_its_place(heard: Heard, job: Job) -> None:
    colleague = Colleague(job)
    heard.desk.start()
    number = colleague.item()
    colleague.push(number, b"one")
    (heard.desk.workspace).mkdir(parents=True, exist_ok=True)
    (heard.desk.workspace / f"{number}.step").mkdir()
    heard.desk.subscribe(number)
    found, why = heard.until("sync_error")
    assert found == number
    assert why


def test_it_says_nothing_of_connections(heard: Heard, job: Job) -> None:
    job.go_online(heard.bob)
    assert heard.bob.is_(ConnectionState.ONLINE)
    entry = ActivityEntry(heard.bob.workbench.now(), ActivityKind.PROBLEM, "x")
    heard.bob.workbench.post_activity(entry)
    assert until(lambda: bool(heard.bob.shown("x")), heard.bob)
    assert [name for name, _ in heard.told if name != "presence_changed"] == []
