"""Starting, stopping, and what may happen to documents and settings meanwhile."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from silo_core.model.exchange import ActivityKind, ConnectionState
from silo_core.model.item import VersionKind
from silo_core.model.subscription import Policy, TargetType
from silo_core.ports.claims import claim
from silo_core.ports.store import Store, store_path
from silo_core.ports.tokens import Token
from silo_core.surfaces.headless import HeadlessHost
from silo_core.workbench import Workbench, make_workbench
from silo_server.embedded import EmbeddedServer
from tests.workbench.conftest import MakeJob
from tests.workbench.kit import (
    Job,
    count,
    held_with_session,
    renumbered,
    settle,
    sha256,
    until,
)

# -- start and stop ------------------------------------------------------------------------------------


def make(folder: Path, **environ: str) -> tuple[HeadlessHost, Workbench]:
    host = HeadlessHost()
    config = folder / "settings.toml"
    return host, make_workbench(host, config=config, data=folder / "data", environ=environ)


@pytest.mark.parametrize(
    "moves", ["stop", "start stop stop", "start start stop", "start stop " * 3]
)
def test_start_and_stop_in_any_order_without_a_server(moves: str, tmp_path: Path) -> None:
    _, workbench = make(tmp_path)
    for move in moves.split():
        getattr(workbench, move)()
    assert workbench.connection.state is ConnectionState.UNCONFIGURED


def test_a_call_that_fails_at_the_end_keeps_no_thread_alive(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    _, workbench = make(tmp_path)
    before = set(threading.enumerate())
    workbench.start()
    workbench.post(fail)
    workbench.stop()
    assert set(threading.enumerate()) <= before
    assert "a call for the main thread failed" in caplog.text


def test_stopping_before_it_is_connected_ends_at_once(job: Job) -> None:
    proxy = job.proxy()
    proxy.pause()
    alice = job.player("alice", proxy)
    alice.open(job.file_of(alice))
    alice.workbench.start()
    time.sleep(0.1)
    started = time.monotonic()
    alice.workbench.stop()
    assert time.monotonic() - started < 2


def test_starting_again_after_a_stop_takes_up_what_is_open_and_edited(job: Job) -> None:
    alice = job.join("alice")
    alice.edit("Sketch001")
    alice.change(job.deeper)
    alice.workbench.stop()
    assert job.sessions() == []
    assert job.head().sha256 == sha256(job.deeper)
    job.go_online(alice)
    assert until(lambda: held_with_session(alice) == ["Sketch001"], alice)
    alice.change(job.wider)
    alice.edit()
    assert until(lambda: job.head().sha256 == sha256(job.wider), alice)
    assert job.sessions() == []


def test_documents_open_and_edited_before_the_start_are_taken_up(job: Job) -> None:
    alice = job.player("alice")
    alice.open(job.file_of(alice))
    alice.edit("Sketch001")
    job.go_online(alice)
    assert until(lambda: held_with_session(alice) == ["Sketch001"], alice)
    assert until(lambda: job.base_of(alice) is not None, alice)
    alice.change(job.deeper)
    alice.edit()
    assert until(lambda: job.head().sha256 == sha256(job.deeper), alice)
    assert all(version.kind is not VersionKind.RESCUE for version in job.versions())


def test_a_token_that_is_refused_is_told_and_stops_nothing(job: Job) -> None:
    job.site.tokens["mallory"] = "silo_nobody_knows_this_one"
    mallory = job.player("mallory")
    mallory.workbench.start()
    assert until(lambda: mallory.is_(ConnectionState.REFUSED), mallory)
    assert until(lambda: count(mallory, "refused") == 1, mallory)
    mallory.open(job.file_of(mallory))
    mallory.edit("Sketch001")
    assert mallory.editing() == ("Sketch001",)
    mallory.change(job.deeper)
    mallory.edit()
    assert sha256(job.file_of(mallory)) == sha256(job.deeper)
    assert len(mallory.workbench.store.outbox.pending()) == 1


def test_who_quits_is_seen_to_have_left_at_once(job: Job) -> None:
    alice, bob = job.join("alice"), job.join("bob")

    def seen() -> set[str]:
        viewers = alice.workbench.presence.other_viewers(
            job.part, alice.workbench.workstation_id or ""
        )
        return {viewer.user for viewer in viewers}

    assert until(lambda: seen() == {"bob"}, alice, bob)
    bob.workbench.stop()
    assert until(lambda: seen() == set(), alice, timeout=30), "half the lease"
    job.go_online(bob)
    assert until(lambda: seen() == {"bob"}, alice, bob)


# -- documents -----------------------------------------------------------------------------------------


def test_two_documents_at_once_do_not_disturb_each_other(job: Job) -> None:
    alice = job.join("alice")
    other = f"{job.part}-B"
    second = job.folder / "second.FCStd"
    second.write_bytes(job.base.read_bytes())
    renumber(second, job.part, other)
    job.share(other, second)
    alice.edit("Sketch001")
    alice.change(job.deeper)
    first_key = alice.host.documents()[0].key
    alice.open(second)
    alice.edit("Sketch001")
    assert len(held_with_session(alice)) == 2
    alice.edit()
    assert until(lambda: job.live(other) == (), alice)
    assert job.sessions() == [("alice", "Sketch001")]
    alice.host.enter(first_key)
    assert until(lambda: job.head().sha256 == sha256(job.deeper), alice)
    assert len(job.site.admin.list_versions(other).versions) == 1
    assert job.sessions() == []


def renumber(path: Path, old: str, new: str) -> None:
    moved = path.with_suffix(".old")
    path.rename(moved)
    renumbered(moved, path, new, old)
    moved.unlink()


@pytest.mark.parametrize("save", [True, False])
def test_a_document_closed_while_held_pushes_what_was_saved_and_releases(
    job: Job, *, save: bool
) -> None:
    alice = job.join("alice")
    alice.edit("Body", "Sketch001")
    alice.change(job.deeper)
    alice.host.close(alice.host.documents()[0].key, save=save)
    assert until(lambda: job.sessions() == [], alice)
    settle(alice, seconds=0.1)
    assert job.head().sha256 == sha256(job.deeper if save else job.base)
    assert alice.editing() == ()


def test_a_document_that_becomes_another_item_leaves_the_first(job: Job) -> None:
    alice = job.join("alice")
    other = f"{job.part}-C"
    alice.edit("Sketch001")
    file = job.file_of(alice)
    renumber(file, job.part, other)
    job.share(other, file)
    key = alice.host.documents()[0].key
    alice.host.reload(key)
    assert until(lambda: job.sessions() == [], alice)
    settle(alice, seconds=0.1)
    assert len(job.versions()) == 1, "what lies there now is another item's"
    assert count(alice, f"No checkpoint of {job.part}") == 1
    admin = job.site.admin
    assert until(lambda: len(job.live(other)) == 1, alice)
    alice.host.enter(key)
    assert until(lambda: job.live(other) == (), alice)
    assert len(admin.list_versions(other).versions) == 1


# -- what may go wrong here ----------------------------------------------------------------------------


def test_a_spool_that_cannot_be_written_is_reported_and_nothing_is_lost(job: Job) -> None:
    alice = job.join("alice")
    spool = alice.workbench.store.path.parent / "spool"
    assert not spool.exists()
    spool.write_text("in the way")
    alice.edit("Sketch001")
    alice.change(job.deeper)
    alice.edit()
    assert until(lambda: count(alice, "No checkpoint of") == 1, alice)
    assert until(lambda: job.sessions() == [], alice)
    assert sha256(job.file_of(alice)) == sha256(job.deeper)
    spool.unlink()
    alice.edit("Sketch001")
    alice.edit()
    assert until(lambda: job.head().sha256 == sha256(job.deeper), alice)


def test_a_file_that_cannot_be_saved_is_reported_and_the_session_released(job: Job) -> None:
    alice = job.join("alice")
    alice.edit("Sketch001")
    alice.change(job.deeper)
    file = job.file_of(alice)
    file.unlink()
    file.mkdir()
    alice.edit()
    assert until(lambda: count(alice, "No checkpoint of") == 1, alice)
    assert until(lambda: job.sessions() == [], alice)
    assert alice.host.modified(alice.host.documents()[0].key)
    assert len(job.versions()) == 1


# -- activity and subscriptions ------------------------------------------------------------------------


def test_activity_is_kept_across_a_restart(job: Job) -> None:
    alice = job.join("alice")
    alice.edit("Sketch001")
    alice.change(job.deeper)
    alice.edit()
    assert until(lambda: count(alice, "Checkpoint:") == 1, alice)
    alice.workbench.stop()
    again = job.player("alice")
    kept = again.workbench.store.activity.newest()
    assert {ActivityKind.CHECKPOINT, ActivityKind.CONNECTION} <= {entry.kind for entry in kept}
    assert [entry.text for entry in reversed(kept)] == [entry.text for entry in alice.host.notices]


def test_another_s_checkpoint_of_a_subscribed_item_is_told_and_an_own_one_is_not(job: Job) -> None:
    alice, bob = job.join("alice"), job.join("bob")
    for player in (alice, bob):
        workstation_id = player.workbench.workstation_id or ""
        player.client.create_subscription(workstation_id, TargetType.ITEM, job.part, Policy.LATEST)
    alice.edit("Sketch001")
    alice.change(job.deeper)
    alice.edit()
    assert until(lambda: count(bob, f"Updated: {job.part}") == 1, alice, bob)
    settle(alice, bob)
    assert count(bob, "Updated") == 1
    assert count(alice, "Updated") == 0


# -- another server ------------------------------------------------------------------------------------


def test_changing_the_server_leaves_one_and_joins_the_other_with_a_store_of_its_own(
    job: Job, make_job: MakeJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = make_job(EmbeddedServer)
    elsewhere.share(job.part, job.base)
    proxy, other_proxy = job.proxy(), elsewhere.proxy()
    tokens = {proxy.url: job.site.tokens, other_proxy.url: elsewhere.site.tokens}
    monkeypatch.setattr(
        "silo_core.ports.tokens.find_token", lambda url, environ: Token(tokens[url]["alice"])
    )
    alice = job.join("alice", proxy, server_url="")
    workbench, first = alice.workbench, alice.workbench.store.path
    proxy.down()  # what is left now cannot be sent
    assert until(lambda: alice.is_(ConnectionState.OFFLINE), alice)
    alice.edit("Sketch001")
    alice.change(job.deeper)

    workbench.settings.set("server_url", other_proxy.url)
    assert until(lambda: workbench.store.path != first, alice)
    assert until(lambda: held_with_session(alice) == ["Sketch001"], alice)
    assert len(elsewhere.live(job.part)) == 1
    assert workbench.store.outbox.pending() == (), "that push is the other server's"
    assert len(elsewhere.site.admin.list_versions(job.part).versions) == 1

    proxy.up()
    workbench.settings.set("server_url", proxy.url)
    assert until(lambda: job.head().sha256 == sha256(job.deeper), alice)
    assert workbench.store.path == first
    assert until(lambda: elsewhere.live(job.part) == (), alice)
    alice.edit()
    assert until(lambda: job.sessions() == [], alice)
    assert len(job.versions()) == 2


def test_a_store_that_cannot_be_opened_leaves_the_server_as_it_is(job: Job) -> None:
    alice = job.join("alice", server_url="")
    other = "http://127.0.0.1:9"
    path = store_path(alice.folder / "data", other)
    path.parent.parent.mkdir(exist_ok=True)
    path.parent.write_text("in the way")
    alice.workbench.settings.set("server_url", other)
    assert until(lambda: count(alice, "The server stays the same") == 1, alice)
    alice.edit("Sketch001")
    assert job.sessions() == [("alice", "Sketch001")]


def test_another_editor_cannot_take_the_folder_while_the_server_changes(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = job.join("alice", server_url="")
    folder, use, taken = alice.folder / "data", alice.workbench._use, []

    def using(store: Store) -> None:
        other = claim(folder)
        taken.append(other.folder)
        other.release()
        use(store)

    monkeypatch.setattr(alice.workbench, "_use", using)
    alice.workbench.settings.set("server_url", "http://127.0.0.1:9")
    assert until(lambda: bool(taken), alice)
    assert taken == [folder / "editor-2"]


def test_a_store_that_fails_as_the_server_changes_is_told(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = job.join("alice", server_url="")
    workbench, open_store = alice.workbench, alice.workbench._open_store

    def failing() -> Store:
        store = open_store()
        store.close()
        return store

    monkeypatch.setattr(workbench, "_open_store", failing)
    workbench.settings.set("server_url", "http://127.0.0.1:9")
    assert until(lambda: count(alice, "Silo has stopped") == 1, alice)
    assert "start the editor again" in alice.shown("Silo has stopped")
    monkeypatch.undo()
    workbench.start()  # as another start of the editor would
    assert workbench.connection.state is ConnectionState.CONNECTING
