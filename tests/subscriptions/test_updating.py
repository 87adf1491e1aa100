"""``silo_update``: an open document becomes the newest version, and no work is overwritten."""

from __future__ import annotations

import threading

import pytest

from silo_core.model.errors import BusyError
from silo_core.model.exchange import ActivityKind
from silo_core.ports.client import SiloClient
from silo_server.demo.player import Player
from tests.subscriptions.kit import Hold, Update, backups, fail, is_untouched, publish, tracked
from tests.workbench.kit import Job, held_with_session, settle, sha256, until

# -- it works --------------------------------------------------------------------------------------


def test_an_open_document_becomes_the_newest_version(job: Job, alice: Player) -> None:
    head = publish(job, job.deeper)
    file = job.file_of(alice)
    file.chmod(0o640)
    answer, entry = Update(alice).finish()
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
    assert Update(alice).finish()[0] is True
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
    answer, entry = Update(alice).finish()
    assert answer is True
    assert "already, the newest version" in entry.text
    assert tracked(job, alice).base_version == head.id
    assert is_untouched(job, alice)


def test_asked_twice_it_is_done_once_and_both_are_told(
    job: Job, alice: Player, held_download: tuple[threading.Event, Hold]
) -> None:
    publish(job, job.deeper)
    first, second = Update(alice), Update(alice)
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
    assert Update(player).finish()[0] is True
    assert file.is_symlink()
    assert sha256(real) == head.sha256


def test_update_first_ends_where_the_user_was_about_to_work(job: Job, alice: Player) -> None:
    head = publish(job, job.deeper)
    alice.edit("Sketch001")
    assert until(lambda: any("Update First" in q.options for q in alice.host.questions), alice)
    (question,) = (q for q in alice.host.questions if "Update First" in q.options)
    alice.host.answer("Update First", question)
    assert until(lambda: tracked(job, alice).base_version == head.id, alice)
    assert until(lambda: held_with_session(alice) == ["Sketch001"], alice)
    assert sha256(job.file_of(alice)) == head.sha256
    settle(alice, seconds=0.1)
    assert len([q for q in alice.host.questions if "Update First" in q.options]) == 1
    assert job.head().id == head.id  # nothing was pushed on the way


# -- work is not overwritten -----------------------------------------------------------------------


def test_a_file_that_changed_is_left_alone(job: Job, alice: Player) -> None:
    publish(job, job.deeper)
    file = job.file_of(alice)
    file.write_bytes(job.wider.read_bytes())
    answer, entry = Update(alice).finish()
    assert answer is False
    assert entry.kind is ActivityKind.CONFLICT
    assert "in step with the server" in entry.text
    assert entry.details
    assert sha256(file) == sha256(job.wider)
    assert backups(alice) == []


def test_a_push_that_waits_comes_first(
    job: Job, alice: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SiloClient, "push_checkpoint", fail(BusyError("Not now.", retry_after=600)))
    alice.edit("Sketch001")
    alice.change(job.wider)
    alice.edit()
    # its next try is ten minutes away
    assert until(lambda: bool(alice.shown("is kept here and sent later")), alice)
    monkeypatch.undo()
    publish(job, job.deeper)
    answer, entry = Update(alice).finish()
    assert (answer, entry.kind) == (False, ActivityKind.CONFLICT)
    assert "still being sent" in entry.text
    assert sha256(job.file_of(alice)) == sha256(job.wider)


def test_unsaved_changes_are_kept_and_the_file_is_put_back(job: Job, alice: Player) -> None:
    publish(job, job.deeper)
    before = tracked(job, alice)
    alice.change(job.wider)
    answer, entry = Update(alice).finish()
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
    update = Update(alice)
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
