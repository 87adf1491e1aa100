"""``silo_update`` where something goes wrong: one sentence, and the file is what it was."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from silo_core.model.context import Document
from silo_core.model.errors import FileError, HostError, StoreError
from silo_core.model.exchange import ActivityKind, ConnectionState
from silo_core.ports.client import SiloClient
from silo_core.ports.store.tracked import TrackedFiles
from silo_core.surfaces.headless import HeadlessHost
from silo_server.demo.player import Player
from silo_subscriptions.engine.download import Download
from tests.subscriptions.kit import Hold, Update, backups, fail, is_untouched, publish
from tests.workbench.kit import Job, sha256, until


def test_without_a_server_that_answers_it_is_a_sentence(job: Job) -> None:
    proxy = job.proxy()
    player = job.join("alice", proxy, subscription_notify="false")
    publish(job, job.deeper)
    proxy.down()
    answer, entry = Update(player).finish()
    assert (answer, entry.kind) == (False, ActivityKind.PROBLEM)
    assert "cannot be reached" in entry.text or "Offline" in entry.text
    assert is_untouched(job, player)


def test_without_a_server_that_is_set_nobody_sees_to_it(job: Job) -> None:
    player = job.player("alice", server_url="")
    (player.folder / "settings.toml").write_text("")
    player.workbench.settings.reload()
    player.workbench.start()
    player.open(job.file_of(player))
    assert player.is_(ConnectionState.UNCONFIGURED)
    assert not Update(player).accepted


@pytest.mark.parametrize(
    ("owner", "member", "error", "why"),
    [
        (SiloClient, "download_version", FileError("The disk is full."), "The disk is full."),
        (Download, "run", ZeroDivisionError(), "unexpected happened (ZeroDivisionError)"),
        (HeadlessHost, "reload", HostError("It is being computed."), "It is being computed."),
        (HeadlessHost, "reload", ZeroDivisionError(), "unexpected happened (ZeroDivisionError)"),
        (TrackedFiles, "put", StoreError("The store is gone."), "The store is gone."),
    ],
)
def test_any_failure_is_one_sentence_and_the_file_is_what_it_was(
    owner: type,
    member: str,
    error: Exception,
    why: str,
    job: Job,
    alice: Player,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publish(job, job.deeper)
    calls = {"left": 1}
    real = getattr(owner, member)

    def once(*args: Any, **members: Any) -> Any:
        calls["left"] -= 1
        if calls["left"] == 0:
            raise error
        return real(*args, **members)

    monkeypatch.setattr(owner, member, once)
    answer, entry = Update(alice).finish()
    assert (answer, entry.kind) == (False, ActivityKind.PROBLEM)
    assert why in entry.text
    assert is_untouched(job, alice)
    # and it can be tried again
    assert Update(alice).finish()[0] is True


def test_where_the_file_cannot_be_put_back_its_content_is_named(
    job: Job, alice: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(job, job.deeper)
    monkeypatch.setattr(HeadlessHost, "reload", fail(HostError("It is being computed.")))
    monkeypatch.setattr(
        "silo_subscriptions.engine.updating.write_durably", fail(FileError("The disk is full."))
    )
    answer, entry = Update(alice).finish()
    assert (answer, entry.kind) == (False, ActivityKind.CONFLICT)
    (backup,) = backups(alice)
    assert str(backup) in entry.details[0]
    assert sha256(backup) == sha256(job.base)


def test_what_is_no_part_file_does_not_replace_one(job: Job, alice: Player, tmp_path: Path) -> None:
    nonsense = tmp_path / "nonsense.FCStd"
    nonsense.write_bytes(b"no zip at all")
    publish(job, nonsense)
    answer, entry = Update(alice).finish()
    assert (answer, entry.kind) == (False, ActivityKind.PROBLEM)
    assert is_untouched(job, alice)


def test_an_item_without_content_is_a_sentence(job: Job, alice: Player) -> None:
    (document,) = alice.host.documents()
    number = f"{job.part}-empty"
    job.site.admin.create_item(number)
    answers: list[bool] = []
    other = Document(document.key, document.path, number)
    assert alice.workbench.hooks.update(other, answers.append)
    assert until(lambda: bool(answers), alice)
    assert answers == [False]
    assert f"no content of {number}" in alice.shown("Not updated")


@pytest.mark.parametrize("number", ["../../../evil", "..", "", "a/b", "\x00"])
def test_a_hostile_part_number_leads_nowhere(number: str, job: Job, alice: Player) -> None:
    (document,) = alice.host.documents()
    answers: list[bool] = []
    hostile = Document(document.key, document.path, number)
    assert alice.workbench.hooks.update(hostile, answers.append)
    assert until(lambda: bool(answers), alice)
    assert answers == [False]
    assert alice.shown("Not updated")
    assert is_untouched(job, alice)


def test_stopping_meanwhile_leaves_nothing_behind(
    job: Job, alice: Player, held_download: tuple[threading.Event, Hold]
) -> None:
    publish(job, job.deeper)
    file = job.file_of(alice)
    begun, go = held_download
    update = Update(alice)
    assert until(begun.is_set, alice)
    timer = threading.Timer(0.1, go)
    timer.start()
    alice.workbench.stop()
    timer.join()
    assert update.answers == []
    assert sha256(file) == sha256(job.base)
    assert not any(path.name.startswith(".silo") for path in file.parent.iterdir())
