"""Who pushed what was joined with others' work is told that the open file is behind, and can take it."""

from __future__ import annotations

from pathlib import Path

import pytest

from silo_checkpoint.comparing import what_changed
from silo_core.fcstd import read_contents
from silo_core.hookspecs import hookimpl
from silo_core.model.exchange import MergeRequest, MergeResult, Question
from silo_core.model.item import VersionKind
from silo_server.demo.player import Player
from tests.merge.kit import added, edited, label, put
from tests.workbench.kit import Job, settle, sha256, until

TITLE = "is behind"


def leave(player: Player, name: str, change: Path) -> None:
    player.edit(name)
    player.change(change)
    player.edit()


def asked(player: Player) -> Question | None:
    return next((q for q in player.host.questions if TITLE in q.title), None)


@pytest.fixture
def bob(job: Job) -> Player:
    """alice's version was the head as he left his, and the server has both in one now."""
    alice, bob = job.join("alice"), job.join("bob")
    bob.edit("Sketch002")
    leave(alice, "Sketch001", job.deeper)
    assert until(lambda: job.head().sha256 == sha256(job.deeper), alice, bob)
    alice.quit()
    bob.change(job.wider)
    bob.edit()
    assert until(lambda: asked(bob) is not None, bob)
    return bob


def has_both(job: Job, file: Path) -> bool:
    """Told against either edit, it has the other."""
    changes = [what_changed(one, file) for one in (job.deeper, job.wider)]
    return changes == [("Sketch002 redrawn",), ("Pocket.Length 5 mm → 7 mm",)]


def test_what_was_taken_is_said_with_who_made_it(job: Job, bob: Player) -> None:
    question = asked(bob)
    assert question
    assert "the work of alice" in question.text
    assert question.details == ("alice: Pocket.Length 5 mm → 7 mm",)
    assert until(lambda: bool(bob.shown("Checkpoint")), bob)
    told = bob.shown("Checkpoint").splitlines()
    assert told[1:] == [
        "Sketch002 redrawn",
        "Joined with the work of alice:",
        "alice: Pocket.Length 5 mm → 7 mm",
    ]
    assert sha256(job.file_of(bob)) == sha256(job.wider), "the open file is as it was"


def test_it_is_taken_at_once_where_nothing_is_edited(job: Job, bob: Player) -> None:
    bob.host.answer("Take Them")
    assert until(lambda: sha256(job.file_of(bob)) == job.head().sha256, bob)
    assert until(lambda: job.base_of(bob) == job.head().id, bob)
    assert has_both(job, job.file_of(bob))


def test_what_is_edited_is_left_first(job: Job, bob: Player) -> None:
    bob.edit("Sketch001")
    bob.host.answer("Take Them")
    settle(bob)
    assert sha256(job.file_of(bob)) == sha256(job.wider)
    assert bob.editing() == ("Sketch001",)
    bob.edit()
    assert until(lambda: sha256(job.file_of(bob)) == job.head().sha256, bob)
    assert has_both(job, job.file_of(bob))


def test_what_is_closed_takes_it_when_it_is_opened_again(job: Job, bob: Player) -> None:
    bob.edit("Sketch001")
    bob.host.answer("Take Them")
    bob.host.close(bob._key)
    settle(bob)
    bob.open(job.file_of(bob))
    assert until(lambda: sha256(job.file_of(bob)) == job.head().sha256, bob)


def test_later_leaves_it_and_the_next_checkpoint_asks_again(job: Job, bob: Player) -> None:
    bob.host.answer("Later")
    settle(bob)
    assert sha256(job.file_of(bob)) == sha256(job.wider)
    more = job.folder / "more.FCStd"
    more.write_bytes(edited(job.wider.read_bytes(), label("Pad", "Plate")))
    leave(bob, "Sketch002", more)
    assert until(lambda: len([q for q in bob.host.questions if TITLE in q.title]) == 2, bob)
    assert len(job.versions()) == 4
    bob.host.answer("Take Them")
    assert until(lambda: sha256(job.file_of(bob)) == job.head().sha256, bob)
    changes = what_changed(job.deeper, job.file_of(bob))
    assert changes
    assert {"Plate" in line or line == "Sketch002 redrawn" for line in changes} == {True}


def test_without_a_plugin_that_updates_it_is_said(job: Job) -> None:
    alice, bob = job.join("alice"), job.join("bob", plugins_disabled="subscriptions")
    bob.edit("Sketch002")
    leave(alice, "Sketch001", job.deeper)
    assert until(lambda: job.head().sha256 == sha256(job.deeper), alice, bob)
    bob.change(job.wider)
    bob.edit()
    assert until(lambda: asked(bob) is not None, bob)
    bob.host.answer("Take Them")
    assert until(lambda: "subscriptions" in bob.shown("Not updated"), bob)


class Overtaken:
    """A merge during which somebody else is faster, each time."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.rounds = 0

    @hookimpl(tryfirst=True)
    def silo_merge(self, request: MergeRequest) -> MergeResult:
        self.rounds += 1
        text = label("Pad", f"Round {self.rounds}")
        request.target.write_bytes(edited(request.ours.read_bytes(), text))
        newer = self.job.folder / f"newer-{self.rounds}.FCStd"
        newer.write_bytes(edited(request.theirs.read_bytes(), text))
        admin = self.job.site.admin
        admin.push_checkpoint(
            self.job.part, newer, "manual", None, None,
            workstation_id=admin.register_workstation("setup", "setup").id,
            base=self.job.head().id,
        )  # fmt: skip
        return MergeResult(taken=("a label",))


def test_after_five_rounds_it_is_kept_beside_the_head(job: Job) -> None:
    alice, bob = job.join("alice"), job.join("bob", plugins_disabled="merge")
    faster = Overtaken(job)
    bob.workbench.plugins.register(faster, "faster")
    bob.edit("Sketch002")
    leave(alice, "Sketch001", job.deeper)
    assert until(lambda: job.head().sha256 == sha256(job.deeper), alice, bob)
    bob.change(job.wider)
    bob.edit()
    assert until(lambda: job.versions()[0].kind is VersionKind.RESCUE, bob)
    assert faster.rounds == 5
    assert job.versions()[0].sha256 == sha256(job.wider), "as it was left"
    assert until(lambda: any("two ways" in q.title for q in bob.host.questions), bob)
    assert asked(bob) is None


def with_box(job: Job, source: Path, name: str, size: float) -> Path:
    target = job.folder / f"{name}.FCStd"
    target.write_bytes(edited(source.read_bytes(), added("Box", size)))
    return target


def sizes(job: Job) -> dict[str, str]:
    """The boxes of the head."""
    target = job.folder / "head.FCStd"
    job.site.admin.download_version(job.part, job.head(), target)
    with target.open("rb") as file:
        found = read_contents(file).objects
    return {
        name: entry.properties["Size"].elements[0].get("value")
        for name, entry in found.items()
        if name.startswith("Box")
    }


def test_a_copy_whose_new_objects_got_other_names_goes_on(job: Job) -> None:
    """alice's box is on the server as bob pushes his of the same name, and again."""
    alice, bob = job.join("alice"), job.join("bob")
    bob.edit("Sketch002")
    leave(alice, "Sketch001", with_box(job, job.base, "one", 1))
    assert until(lambda: sizes(job) == {"Box": "1"}, alice, bob)
    mine = with_box(job, job.base, "two", 2)
    bob.change(mine)
    bob.edit()
    assert until(lambda: sizes(job) == {"Box": "1", "Box001": "2"}, bob)
    assert until(lambda: "Your new Box is called Box001" in bob.shown("Checkpoint"), bob)
    bigger = job.folder / "bigger.FCStd"
    bigger.write_bytes(edited(mine.read_bytes(), put("Box", "Size", '<Float value="9.0"/>')))
    leave(bob, "Sketch002", bigger)
    assert until(lambda: sizes(job) == {"Box": "1", "Box001": "9"}, bob), "not alice's box"
    assert all(version.kind is not VersionKind.RESCUE for version in job.versions())
