"""``silo_update``: an open document becomes the item's newest version, or stays as it was."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from silo_core.model.context import CheckpointContext, Document
from silo_core.model.errors import FileError, HostError, RejectedError, StoreError
from silo_core.model.exchange import ActivityEntry, ActivityKind, ConnectionState
from silo_core.model.item import Version
from silo_core.ports.client import SiloClient
from silo_core.ports.store import TrackedFile
from silo_core.ports.store.tracked import TrackedFiles
from silo_core.surfaces.headless import HeadlessHost
from silo_server.demo.player import Player
from tests.workbench.kit import Job, sha256, until

Hold = Callable[[], None]


class Update:
    """An update that was asked for, and what came of it."""

    def __init__(self, job: Job, player: Player) -> None:
        self._player = player
        self._before = len(player.host.notices)
        self.answers: list[bool] = []
        (self.document,) = player.host.documents()
        hook = player.workbench.plugins.relay.hook
        self.accepted = hook.silo_update(document=self.document, done=self.answers.append)

    def finish(self) -> tuple[bool, ActivityEntry]:
        """What ``done`` was told, and what the user was."""
        assert self.accepted is True
        assert until(lambda: bool(self.answers and self._entries()), self._player)
        (answer,), (entry,) = self.answers, self._entries()
        return answer, entry

    def _entries(self) -> list[ActivityEntry]:
        kinds = (ActivityKind.UPDATED, ActivityKind.CONFLICT, ActivityKind.PROBLEM)
        return [e for e in self._player.host.notices[self._before :] if e.kind in kinds]


@pytest.fixture
def alice(job: Job) -> Player:
    """At a workstation with the part open, without the news of subscriptions."""
    return job.join("alice", subscription_notify="false")


@pytest.fixture
def held_download(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, Hold]:
    """Downloads wait for the call; the event says that one has begun."""
    begun, go = threading.Event(), threading.Event()
    download = SiloClient.download_version

    def waiting(client: SiloClient, part_number: str, version: Version, target: Path) -> str:
        begun.set()
        go.wait(20)
        return download(client, part_number, version, target)

    monkeypatch.setattr(SiloClient, "download_version", waiting)
    return begun, go.set


def publish(job: Job, content: Path) -> Version:
    """Somebody else's newer version."""
    admin = job.site.admin
    setup = admin.register_workstation("setup", "setup")
    pushed = admin.push_checkpoint(
        job.part,
        content,
        CheckpointContext.MANUAL,
        None,
        None,
        workstation_id=setup.id,
        base=job.head().id,
    )
    return pushed.version


def tracked(job: Job, player: Player) -> TrackedFile:
    known = player.workbench.store.tracked.get(job.part)
    assert known is not None
    return known


def backups(player: Player) -> list[Path]:
    folder = player.workbench.store.path.parent / "backups"
    return sorted(folder.iterdir()) if folder.exists() else []


def is_untouched(job: Job, player: Player) -> bool:
    """The file is what it was, and nothing else is left behind."""
    file = job.file_of(player)
    leftovers = [path.name for path in file.parent.iterdir() if path.name.startswith(".silo")]
    return sha256(file) == sha256(job.base) and not leftovers and not backups(player)


def fail(error: Exception) -> Callable[..., Any]:
    def raising(*_: object, **__: object) -> None:
        raise error

    return raising


# -- it works --------------------------------------------------------------------------------------


def test_an_open_document_becomes_the_newest_version(job: Job, alice: Player) -> None:
    head = publish(job, job.deeper)
    file = job.file_of(alice)
    file.chmod(0o640)
    answer, entry = Update(job, alice).finish()
    assert answer is True
    assert entry.kind is ActivityKind.UPDATED
    assert entry.user == "admin"
    assert "by admin" in entry.text
    assert sha256(file) == head.sha256
    assert file.stat().st_mode & 0o777 == 0o640
    (document,) = alice.host.documents()
    assert alice.host.uses(document.key) != {}
    known = tracked(job, alice)
    assert (known.base_version, known.sha256) == (head.id, head.sha256)
    assert known.mtime_ns == file.stat().st_mtime_ns
    (backup,) = backups(alice)
    assert sha256(backup) == sha256(job.base)
    assert backup.suffix == file.suffix
    assert str(backup) in entry.details[-1]


def test_what_is_edited_next_is_made_from_the_newest_version(job: Job, alice: Player) -> None:
    head = publish(job, job.deeper)
    assert Update(job, alice).finish()[0] is True
    alice.edit("Sketch001")
    alice.change(job.wider)
    alice.edit()
    assert until(lambda: job.head().id != head.id, alice)
    assert (job.head().parent, job.head().sha256) == (head.id, sha256(job.wider))


def test_a_file_that_is_the_newest_version_already_is_recorded_as_that(
    job: Job, alice: Player
) -> None:
    publish(job, job.deeper)
    head = publish(job, job.base)
    answer, entry = Update(job, alice).finish()
    assert answer is True
    assert "already, the newest version" in entry.text
    assert tracked(job, alice).base_version == head.id
    assert is_untouched(job, alice)


def test_asked_twice_it_is_done_once_and_both_are_told(
    job: Job, alice: Player, held_download: tuple[threading.Event, Hold]
) -> None:
    publish(job, job.deeper)
    first, second = Update(job, alice), Update(job, alice)
    held_download[1]()
    assert first.finish()[0] is True
    assert second.answers == [True]
    assert len(backups(alice)) == 1


def test_a_link_stays_a_link(job: Job) -> None:
    player = job.player("alice", subscription_notify="false")
    file = job.file_of(player)
    real = file.rename(file.with_name("real.FCStd"))
    file.symlink_to(real)
    job.go_online(player)
    player.open(file)
    assert until(lambda: job.base_of(player) is not None, player)
    head = publish(job, job.deeper)
    assert Update(job, player).finish()[0] is True
    assert file.is_symlink()
    assert sha256(real) == head.sha256


# -- work is not overwritten -----------------------------------------------------------------------


def test_a_file_that_changed_is_left_alone(job: Job, alice: Player) -> None:
    publish(job, job.deeper)
    file = job.file_of(alice)
    file.write_bytes(job.wider.read_bytes())
    answer, entry = Update(job, alice).finish()
    assert answer is False
    assert entry.kind is ActivityKind.CONFLICT
    assert "in step with the server" in entry.text
    assert entry.details
    assert sha256(file) == sha256(job.wider)
    assert backups(alice) == []


def test_a_push_that_waits_comes_first(
    job: Job, alice: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SiloClient, "push_checkpoint", fail(RejectedError("Not now.")))
    alice.edit("Sketch001")
    alice.change(job.wider)
    alice.edit()
    # its next try is ten minutes away
    assert until(lambda: bool(alice.shown("is kept here and sent later")), alice)
    monkeypatch.undo()
    publish(job, job.deeper)
    answer, entry = Update(job, alice).finish()
    assert (answer, entry.kind) == (False, ActivityKind.CONFLICT)
    assert "still being sent" in entry.text
    assert sha256(job.file_of(alice)) == sha256(job.wider)


def test_unsaved_changes_are_kept_and_the_file_is_put_back(job: Job, alice: Player) -> None:
    publish(job, job.deeper)
    before = tracked(job, alice)
    alice.change(job.wider)
    answer, entry = Update(job, alice).finish()
    assert (answer, entry.kind) == (False, ActivityKind.PROBLEM)
    assert "unsaved changes" in entry.text
    assert is_untouched(job, alice)
    (document,) = alice.host.documents()
    assert alice.host.modified(document.key)
    assert tracked(job, alice).base_version == before.base_version


@pytest.mark.parametrize(
    ("meanwhile", "kind", "why"),
    [
        ("closed", ActivityKind.PROBLEM, "closed meanwhile"),
        ("edited", ActivityKind.PROBLEM, "is being edited"),
        ("saved", ActivityKind.CONFLICT, "saved meanwhile"),
        ("removed", ActivityKind.PROBLEM, "cannot be read"),
    ],
)
def test_what_the_user_does_meanwhile_comes_first(
    meanwhile: str,
    kind: ActivityKind,
    why: str,
    job: Job,
    alice: Player,
    held_download: tuple[threading.Event, Hold],
) -> None:
    publish(job, job.deeper)
    file = job.file_of(alice)
    update = Update(job, alice)
    begun, go = held_download
    assert until(begun.is_set, alice)
    if meanwhile == "closed":
        alice.host.close(update.document.key)
    elif meanwhile == "edited":
        alice.edit("Sketch001")
    elif meanwhile == "saved":
        file.write_bytes(job.wider.read_bytes())
    else:
        file.unlink()
    before = file.read_bytes() if file.exists() else None
    go()
    answer, entry = update.finish()
    assert (answer, entry.kind) == (False, kind)
    assert why in entry.text
    assert (file.read_bytes() if file.exists() else None) == before
    assert backups(alice) == []
    assert not any(path.name.startswith(".silo") for path in file.parent.iterdir())


# -- what can go wrong -----------------------------------------------------------------------------


def test_without_a_server_that_answers_it_is_a_sentence(job: Job) -> None:
    proxy = job.proxy()
    player = job.join("alice", proxy, subscription_notify="false")
    publish(job, job.deeper)
    proxy.down()
    answer, entry = Update(job, player).finish()
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
    assert Update(job, player).accepted is None


@pytest.mark.parametrize(
    ("owner", "member", "error", "why"),
    [
        (SiloClient, "download_version", FileError("The disk is full."), "The disk is full."),
        (SiloClient, "get_item", ZeroDivisionError(), "unexpected happened (ZeroDivisionError)"),
        (HeadlessHost, "reload", HostError("It is being computed."), "It is being computed."),
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
    answer, entry = Update(job, alice).finish()
    assert (answer, entry.kind) == (False, ActivityKind.PROBLEM)
    assert why in entry.text
    assert is_untouched(job, alice)
    # and it can be tried again
    assert Update(job, alice).finish()[0] is True


def test_where_the_file_cannot_be_put_back_its_content_is_named(
    job: Job, alice: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(job, job.deeper)
    monkeypatch.setattr(HeadlessHost, "reload", fail(HostError("It is being computed.")))
    monkeypatch.setattr(
        "silo_subscriptions.updating.write_durably", fail(FileError("The disk is full."))
    )
    answer, entry = Update(job, alice).finish()
    assert (answer, entry.kind) == (False, ActivityKind.CONFLICT)
    (backup,) = backups(alice)
    assert str(backup) in entry.details[0]
    assert sha256(backup) == sha256(job.base)


def test_what_is_no_part_file_does_not_replace_one(job: Job, alice: Player, tmp_path: Path) -> None:
    nonsense = tmp_path / "nonsense.FCStd"
    nonsense.write_bytes(b"no zip at all")
    publish(job, nonsense)
    answer, entry = Update(job, alice).finish()
    assert (answer, entry.kind) == (False, ActivityKind.PROBLEM)
    assert is_untouched(job, alice)


def test_an_item_without_content_is_a_sentence(job: Job, alice: Player) -> None:
    (document,) = alice.host.documents()
    number = f"{job.part}-empty"
    job.site.admin.create_item(number)
    answers: list[bool] = []
    other = Document(document.key, document.path, number)
    alice.workbench.plugins.relay.hook.silo_update(document=other, done=answers.append)
    assert until(lambda: bool(answers), alice)
    assert answers == [False]
    assert f"no content of {number}" in alice.shown("Not updated")


@pytest.mark.parametrize("number", ["../../../evil", "..", "", "a/b", "\x00"])
def test_a_hostile_part_number_leads_nowhere(number: str, job: Job, alice: Player) -> None:
    (document,) = alice.host.documents()
    answers: list[bool] = []
    hostile = Document(document.key, document.path, number)
    alice.workbench.plugins.relay.hook.silo_update(document=hostile, done=answers.append)
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
    update = Update(job, alice)
    assert until(begun.is_set, alice)
    timer = threading.Timer(0.1, go)
    timer.start()
    alice.workbench.stop()
    timer.join()
    assert update.answers == []
    assert sha256(file) == sha256(job.base)
    assert not any(path.name.startswith(".silo") for path in file.parent.iterdir())
