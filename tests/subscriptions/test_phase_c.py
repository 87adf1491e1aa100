"""The acceptance lines of phase C that are about keeping files in step, each a test of its name."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from silo_core.model.errors import OfflineError
from silo_core.model.sync import SyncState
from silo_core.ports.client import SiloClient
from tests.subscriptions.team import Colleague, Desk
from tests.workbench.kit import Job, renumbered, settle, until


@pytest.fixture
def bob(job: Job) -> Colleague:
    return Colleague(job)


def test_checkpoint_events_download(job: Job, bob: Colleague) -> None:
    desk, number = Desk.of(job).start(), bob.item()
    desk.subscribe(number)
    for content in (b"one", b"two"):
        version = bob.push(number, content)
        desk.until_state(number, SyncState.UP_TO_DATE, version)
        assert desk.has(number, content)
    assert until(lambda: desk.is_acknowledged(number), desk.player)
    assert desk.leftovers() == []
    tracked = desk.player.workbench.store.tracked.get(number)
    assert tracked
    assert tracked.base_version == version.id


def test_revision_events_download(job: Job, bob: Colleague) -> None:
    from silo_core.model.subscription import Policy

    desk, number = Desk.of(job).start(), bob.item()
    desk.subscribe(number, policy=Policy.LATEST_RELEASED)
    bob.push(number, b"working")
    settle(desk.player)
    assert not desk.file(number).exists()
    version = bob.release(number)
    status = desk.until_state(number, SyncState.UP_TO_DATE, version)
    assert desk.has(number, b"working")
    assert not status.is_checkpoint


def test_an_own_checkpoint_is_not_downloaded(job: Job) -> None:
    desk = Desk.of(job).start()
    desk.subscribe(job.part)
    file = job.file_of(desk.player)
    desk.player.open(file)
    assert until(lambda: job.base_of(desk.player) is not None, desk.player)
    desk.until_idle()
    before = job.head().id
    desk.player.edit("Sketch001")
    desk.player.change(job.deeper)
    desk.player.edit()
    assert until(lambda: job.head().id != before, desk.player)
    desk.until_state(job.part, SyncState.UP_TO_DATE, job.head())
    assert until(lambda: desk.is_acknowledged(job.part), desk.player)
    assert not desk.entries("Updated:")
    assert not desk.entries("Synced:")


def test_a_checkpoint_of_the_same_user_elsewhere_is_downloaded(job: Job, bob: Colleague) -> None:
    desk, number = Desk.of(job).start(), bob.item()
    desk.subscribe(number)
    elsewhere = desk.client.register_workstation("laptop", "of the same user")
    bob.client, bob.workstation = desk.client, elsewhere.id
    version = bob.push(number, b"from the laptop")
    desk.until_state(number, SyncState.UP_TO_DATE, version)
    assert desk.has(number, b"from the laptop")
    assert desk.entries("Updated:")


def test_open_files_are_deferred_and_synced_on_close(job: Job, bob: Colleague) -> None:
    desk, number = Desk.of(job).start(), bob.item("bolt.FCStd")
    desk.subscribe(number)
    first = renumbered(job.base, job.folder / "first.FCStd", number, job.part)
    second = renumbered(job.deeper, job.folder / "second.FCStd", number, job.part)
    desk.until_state(number, SyncState.UP_TO_DATE, bob.push_file(number, first))
    file = desk.workspace / "bolt.FCStd"
    desk.player.open(file)
    version = bob.push_file(number, second)
    status = desk.until_state(number, SyncState.DEFERRED, version)
    assert "open" in status.reason
    desk.until_idle()
    assert file.read_bytes() == first.read_bytes()
    (document,) = desk.player.host.documents()
    desk.player.host.close(document.key)
    desk.until_state(number, SyncState.UP_TO_DATE, version)
    assert file.read_bytes() == second.read_bytes()


def test_reconnect_runs_the_diff(job: Job, bob: Colleague) -> None:
    proxy = job.proxy()
    desk, number, other = Desk.of(job, proxy=proxy).start(), bob.item(), bob.item()
    desk.subscribe(number)
    gone = desk.subscribe(other)
    kept = bob.push(other, b"kept")
    desk.until_state(other, SyncState.UP_TO_DATE, kept)
    proxy.down()
    assert until(lambda: not desk.is_online(), desk.player)
    version = bob.push(number, b"while away")
    desk.client.delete_subscription(gone.id)
    settle(desk.player)
    proxy.up()
    desk.until_state(number, SyncState.UP_TO_DATE, version)
    assert until(lambda: desk.status(other) is None, desk.player)
    assert desk.has(other, b"kept")
    assert desk.player.workbench.store.tracked.get(other) is None
    assert until(lambda: desk.is_acknowledged(number, other), desk.player)


def test_sync_now_fetches_what_is_pending(job: Job, bob: Colleague) -> None:
    desk, number = Desk.of(job, subscription_auto_sync="false").start(), bob.item()
    desk.subscribe(number)
    version = bob.push(number, b"one")
    desk.until_state(number, SyncState.PENDING, version)
    desk.until_idle()
    assert not desk.file(number).exists()
    desk.engine.sync_now()
    desk.until_state(number, SyncState.UP_TO_DATE, version)
    assert desk.has(number, b"one")


@pytest.mark.parametrize("trouble", ["something else is looked at", "the network fails once"])
def test_what_sync_now_fetches_goes_on_whatever_happens_meanwhile(
    job: Job, bob: Colleague, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    desk, number = Desk.of(job, subscription_auto_sync="false").start(), bob.item()
    desk.subscribe(number)
    version = bob.push(number, b"one")
    desk.until_state(number, SyncState.PENDING, version)
    began, go_on, usual = threading.Event(), threading.Event(), SiloClient.download_version

    def held(client: SiloClient, *more: Any, **named: Any) -> str:
        if not began.is_set():
            began.set()
            go_on.wait(20)
            if trouble == "the network fails once":
                raise OfflineError("The server cannot be reached.")
        return usual(client, *more, **named)

    monkeypatch.setattr(SiloClient, "download_version", held)
    desk.engine.sync_now()
    assert until(began.is_set, desk.player)
    desk.engine.look()
    settle(desk.player, seconds=0.3)
    go_on.set()
    desk.until_state(number, SyncState.UP_TO_DATE, version)
    newer = bob.push(number, b"two")
    desk.until_state(number, SyncState.PENDING, newer)
    desk.until_idle()
    assert desk.has(number, b"one"), "what is newer waits to be asked for again"


def test_the_counts_of_what_is_pending_up_to_date_and_failed(job: Job, bob: Colleague) -> None:
    from silo_core.model.subscription import TargetType

    desk = Desk.of(job).start()
    project = f"p-{job.part}"
    numbers = [bob.item(projects=[project]) for _ in range(4)]
    name = "x" * 245  # with a part number behind it, it would be too long
    clashing = [bob.item(f"{case}.step", projects=[project]) for case in (name, name.upper())]
    desk.subscribe(project, TargetType.PROJECT)
    for number in (*numbers, *clashing):
        bob.push(number, number.encode())
    assert until(
        lambda: (
            sorted(status.state for status in desk.engine.statuses())
            == [SyncState.FAILED, *[SyncState.UP_TO_DATE] * 5]
        ),
        desk.player,
        timeout=15,
    ), desk.engine.statuses()
    (failed,) = [s for s in desk.engine.statuses() if s.state is SyncState.FAILED]
    assert "in the place of" in failed.reason


def test_reconnect_rebuilds_presence(job: Job) -> None:
    proxy = job.proxy()
    desk = Desk.of(job, proxy=proxy).start()
    desk.subscribe(job.part)
    admin = job.site.admin
    elsewhere = admin.register_workstation("elsewhere", "elsewhere").id

    def edit(name: str) -> str:
        cone = [name]
        return admin.acquire_edit_session(job.part, elsewhere, "sketch", name, cone).session.id

    def seen() -> set[str]:
        sessions = desk.player.workbench.presence.sessions_on(job.part)
        return {session.object_id for session in sessions}

    first = edit("Sketch001")
    assert until(lambda: seen() == {"Sketch001"}, desk.player)
    proxy.down()
    assert until(lambda: not desk.is_online(), desk.player)
    admin.release_edit_session(job.part, first)
    edit("Sketch002")
    proxy.up()
    assert until(lambda: seen() == {"Sketch002"}, desk.player)
