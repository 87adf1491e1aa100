"""What a checkpoint says of itself, what is none, and what becomes of two versions from one base."""

from __future__ import annotations

import os
import time
import zipfile
from pathlib import Path

import pytest

from silo_checkpoint.comparing import what_changed
from silo_core.hookspecs import hookimpl
from silo_core.model.errors import FileError, StoreError
from silo_core.model.exchange import MergeRequest, MergeResult
from silo_core.model.item import VersionKind
from silo_core.ports.store import Outbox
from silo_server.demo.player import Player
from tests.workbench.kit import Job, count, settle, sha256, until


def saved_again(source: Path, target: Path) -> Path:
    """The same content in other bytes, as an editor writes it."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for member in old.infolist():
            data = old.read(member)
            if member.filename == "Document.xml":
                before, date, after = data.partition(b'name="LastModifiedDate"')
                data = before + date + after.replace(b'value="2', b'value="1', 1)
            member.date_time = (2030, 1, 1, 0, 0, 0)
            new.writestr(member, data, zipfile.ZIP_DEFLATED)
    assert sha256(source) != sha256(target)
    return target


def leave(player: Player, change: Path) -> None:
    player.edit("Body", "Sketch001")
    player.change(change)
    player.edit()


class ByHand:
    """A merge that knows the answer; a real one is a plugin of its own."""

    def __init__(self, answer: Path | None, conflicts: tuple[str, ...] = ()) -> None:
        self.answer = answer
        self.conflicts = conflicts
        self.asked: list[tuple[str, str, str, str]] = []

    @hookimpl
    def silo_merge(self, request: MergeRequest) -> MergeResult:
        of = (request.base, request.ours, request.theirs)
        base, ours, theirs = map(sha256, of)
        self.asked.append((base, ours, theirs, request.by))
        if self.answer is None:
            return MergeResult(conflicts=self.conflicts)
        request.target.write_bytes(self.answer.read_bytes())
        return MergeResult(taken=("Sketch002 redrawn",))


def test_a_checkpoint_says_what_it_changed(job: Job) -> None:
    alice = job.join("alice")
    leave(alice, job.deeper)
    assert until(lambda: job.head().sha256 == sha256(job.deeper), alice)
    changes = job.head().changes
    assert any("Pocket" in line and "→" in line for line in changes), changes
    assert until(lambda: "→" in alice.shown("Checkpoint"), alice)


def test_unchanged_skips_also_when_the_editor_has_saved_it_again(job: Job) -> None:
    alice = job.join("alice")
    again = saved_again(job.base, job.folder / "again.FCStd")
    leave(alice, again)
    assert until(lambda: job.sessions() == [], alice)
    assert until(lambda: alice.workbench.store.outbox.pending() == (), alice)
    settle(alice, seconds=0.1)
    assert len(job.versions()) == 1
    tracked = alice.workbench.store.tracked.get(job.part)
    assert tracked
    assert (tracked.sha256, tracked.base_version) == (sha256(again), job.head().id)
    leave(alice, job.deeper)
    assert until(lambda: job.head().sha256 == sha256(job.deeper), alice)
    assert job.head().parent == job.versions()[1].id


@pytest.fixture
def both(job: Job) -> tuple[Player, Player]:
    """alice's version is the head; bob's is made from the one before, and about to be left."""
    alice, bob = job.join("alice"), job.join("bob", plugins_disabled="merge")
    bob.edit("Sketch002")
    leave(alice, job.deeper)
    assert until(lambda: job.head().sha256 == sha256(job.deeper), alice, bob)
    bob.change(job.wider)
    return alice, bob


def test_a_head_that_moved_is_joined_by_whoever_can(job: Job, both: tuple[Player, Player]) -> None:
    _, bob = both
    merged = saved_again(job.wider, job.folder / "merged.FCStd")
    by_hand = ByHand(merged)
    bob.workbench.plugins.register(by_hand, "by-hand")
    bob.edit()
    assert until(lambda: job.head().sha256 == sha256(merged), bob)
    assert by_hand.asked == [(sha256(job.base), sha256(job.wider), sha256(job.deeper), "alice")]
    assert job.head().kind is VersionKind.CHECKPOINT
    assert job.sessions() == []
    assert until(lambda: "alice" in bob.shown("Checkpoint"), bob)
    assert sha256(job.file_of(bob)) == sha256(job.wider), "the open file is not touched"
    assert until(lambda: bob.workbench.store.outbox.pending() == (), bob)
    bob.edit("Sketch002")
    bob.edit()
    settle(bob, seconds=0.2)
    assert len(job.versions()) == 3, "what was joined already is not sent again"


def test_what_conflicts_is_kept_and_its_user_is_asked(
    job: Job, both: tuple[Player, Player]
) -> None:
    _, bob = both
    bob.workbench.plugins.register(ByHand(None, ("Pocket.Length: 5 mm or 7 mm",)), "by-hand")
    bob.edit()
    assert until(lambda: len(job.versions()) == 3, bob)
    assert job.versions()[0].kind is VersionKind.RESCUE
    assert job.head().sha256 == sha256(job.deeper)
    assert until(lambda: any("two ways" in q.title for q in bob.host.questions), bob)
    question = bob.host.questions[-1]
    assert question.options == ("Open Mine", "Open Theirs", "Make Mine the Head")
    assert question.details == ("Pocket.Length: 5 mm or 7 mm",)


def rescued(job: Job, bob: Player) -> None:
    bob.edit()
    assert until(lambda: any("two ways" in q.title for q in bob.host.questions), bob)


def test_mine_can_become_the_head_and_history_stays(job: Job, both: tuple[Player, Player]) -> None:
    alice, bob = both
    rescued(job, bob)
    bob.host.answer("Make Mine the Head")
    assert until(lambda: job.head().sha256 == sha256(job.wider), alice, bob)
    kinds = [version.kind for version in job.versions()]
    assert kinds == [
        VersionKind.CHECKPOINT,
        VersionKind.RESCUE,
        VersionKind.CHECKPOINT,
        VersionKind.CHECKPOINT,
    ]
    assert job.head().parent == job.versions()[2].id
    assert until(lambda: job.base_of(bob) == job.head().id, bob)


def test_why_mine_does_not_become_the_head_is_said(
    job: Job, both: tuple[Player, Player], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StoreError("The store is gone.")

    _, bob = both
    rescued(job, bob)
    monkeypatch.setattr(Outbox, "add", fail)
    bob.host.answer("Make Mine the Head")
    assert until(lambda: count(bob, "The store is gone.") == 1, bob)


def test_theirs_can_be_opened_as_mine_is_kept(job: Job, both: tuple[Player, Player]) -> None:
    _, bob = both
    rescued(job, bob)
    bob.host.answer("Open Theirs")
    assert until(lambda: sha256(job.file_of(bob)) == sha256(job.deeper), bob)
    assert until(lambda: job.base_of(bob) == job.head().id, bob)
    assert sha256(job.wider) in job.contents()


def test_mine_stays_open(job: Job, both: tuple[Player, Player]) -> None:
    _, bob = both
    rescued(job, bob)
    before = bob.host.documents()
    bob.host.answer("Open Mine")
    settle(bob, seconds=0.1)
    assert bob.host.documents() == before
    assert sha256(job.file_of(bob)) == sha256(job.wider)
    assert count(bob, "cannot") == 0


def test_copies_of_versions_that_nothing_is_made_from_are_deleted_at_the_next_start(
    job: Job,
) -> None:
    alice = job.join("alice")
    leave(alice, job.deeper)
    assert until(lambda: job.base_of(alice) == job.head().id, alice)
    bases = alice.workbench.store.path.parent / "bases"
    assert until(lambda: {p.name for p in bases.iterdir()} == {*job.contents()}, alice)
    alice.quit()
    for path in bases.iterdir():
        os.utime(path, (time.time() - 7200,) * 2)
    again = job.player("alice")
    job.go_online(again)
    assert until(lambda: [p.name for p in bases.iterdir()] == [sha256(job.deeper)], again)


def test_what_changed_is_said_also_after_an_update_under_the_open_document(job: Job) -> None:
    alice, bob = job.join("alice"), job.join("bob")
    leave(alice, job.deeper)
    assert until(lambda: job.head().sha256 == sha256(job.deeper), alice, bob)
    bob.edit("Sketch002")
    assert until(lambda: bool(bob.host.questions), alice, bob)
    bob.host.answer("Update First")
    assert until(lambda: job.base_of(bob) == job.head().id, alice, bob)
    assert until(lambda: bob.editing() == ("Sketch002",), alice, bob)
    settle(bob, seconds=0.1)
    bob.change(job.wider)
    bob.edit()
    assert until(lambda: job.head().sha256 == sha256(job.wider), alice, bob)
    assert any("→" in line or "redrawn" in line for line in job.head().changes)


def test_of_files_that_are_no_parts_only_whether_they_differ_is_said(tmp_path: Path) -> None:
    base, same, other, longer = (tmp_path / name for name in ("a.csv", "b.csv", "c.csv", "d.csv"))
    base.write_text("pos,part\n")
    same.write_text("pos,part\n")
    other.write_text("pos,name\n")
    longer.write_text("pos,part\n10,Plate\n")
    assert what_changed(base, same) is None
    for changed in (other, longer):
        assert what_changed(base, changed) == what_changed(changed, base) == ()
    with pytest.raises(FileError):
        what_changed(base, tmp_path / "gone.csv")
