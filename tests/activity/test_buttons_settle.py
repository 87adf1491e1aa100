"""A button and the dialog that asks the same: whichever is answered settles the other, once, and also
after a restart."""

from __future__ import annotations

from silo_core.model.exchange import ActivityEntry, ActivityKind
from silo_server.demo.player import Player
from tests.activity.kit import entry_with, with_activity
from tests.workbench.kit import Job, count, settle, until


def problems(player: Player, entry: ActivityEntry) -> list[str | None]:
    return [player.workbench.hooks.action_problem(entry, action.name) for action in entry.actions]


def choose(player: Player, entry: ActivityEntry, text: str) -> bool:
    (action,) = (action for action in entry.actions if action.text == text)
    return player.workbench.choose(entry, action.name)


def blocked(job: Job) -> tuple[Player, Player, ActivityEntry]:
    """Alice edits Sketch001; bob was refused it."""
    alice = job.join("alice")
    bob, activity = with_activity(job, "bob")
    alice.edit("Sketch001")
    assert until(lambda: bool(bob.workbench.presence.sessions_on(job.part)), alice, bob)
    bob.edit("Sketch001")
    assert until(lambda: entry_with(activity, "Blocked") is not None, bob)
    entry = entry_with(activity, "Blocked")
    assert entry is not None
    return alice, bob, entry


def test_a_block_can_be_asked_about_in_the_pane_and_its_dialog_goes(job: Job) -> None:
    alice, bob, entry = blocked(job)
    assert [action.text for action in entry.actions] == ["Request Handoff", "Notify me when free"]
    assert problems(bob, entry) == ["", ""]
    assert choose(bob, entry, "Request Handoff")
    assert until(lambda: bool(alice.host.questions), alice, bob)
    try:
        bob.host.answer("Notify me when free")
    except ValueError:
        pass
    else:
        raise AssertionError("the dialog is still there")


def test_an_action_runs_once_however_fast_it_is_pressed(job: Job) -> None:
    alice, bob, entry = blocked(job)
    assert choose(bob, entry, "Request Handoff")
    assert not choose(bob, entry, "Request Handoff")
    assert not choose(bob, entry, "Notify me when free")
    assert until(lambda: bool(alice.host.questions), alice, bob)
    settle(alice, bob, seconds=0.2)
    assert len(alice.host.questions) == 1
    assert count(bob, "Blocked") == 1  # what was chosen is no news


def test_what_the_dialog_answers_takes_the_place_of_the_buttons(job: Job) -> None:
    alice = job.join("alice")
    bob, activity = with_activity(job, "bob")
    alice.edit("Sketch001")
    assert until(lambda: bool(bob.workbench.presence.sessions_on(job.part)), alice, bob)
    bob.edit("Sketch001")
    bob.host.answer("Request Handoff", message="only the slot")
    assert until(lambda: bool((e := entry_with(activity, "Blocked")) and e.chosen), alice, bob)
    entry = entry_with(activity, "Blocked")
    assert entry is not None
    assert entry.chosen == "Asked alice for it"
    assert until(lambda: bool(alice.host.questions), alice, bob)
    assert "only the slot" in alice.host.questions[0].text


def test_a_block_that_is_over_is_greyed_with_the_reason(job: Job) -> None:
    alice, bob, entry = blocked(job)
    alice.edit()
    assert until(lambda: not bob.workbench.presence.sessions_on(job.part), alice, bob)
    assert problems(bob, entry) == ["alice does not edit Sketch001 any more"] * 2


def test_a_handoff_is_released_from_the_pane(job: Job) -> None:
    alice, activity = with_activity(job, "alice")
    bob = job.join("bob")
    alice.edit("Sketch001")
    bob.edit("Sketch001")
    bob.host.answer("Request Handoff")
    assert until(lambda: entry_with(activity, "bob requests") is not None, alice, bob)
    entry = entry_with(activity, "bob requests")
    assert entry is not None
    assert [action.text for action in entry.actions] == ["Release Now", "Defer", "Dismiss"]
    assert problems(alice, entry) == ["", "", ""]
    assert choose(alice, entry, "Release Now")
    assert until(lambda: bool(bob.shown("released it to you")), alice, bob)
    assert alice.editing() == ()
    settled = entry_with(activity, "bob requests")
    assert settled is not None
    assert settled.chosen == "Released to bob"
    assert problems(alice, entry) == ["You do not edit Sketch001 any more"] * 3


def test_the_buttons_work_after_a_restart(job: Job) -> None:
    alice, bob, entry = blocked(job)
    bob.workbench.stop()
    bob.workbench.start()
    assert problems(bob, entry)[0] != ""
    assert until(lambda: problems(bob, entry) == ["", ""], alice, bob)
    kept = next(e for e in bob.workbench.store.activity.newest() if e.kind is ActivityKind.BLOCKED)
    assert kept == entry
    assert choose(bob, kept, "Request Handoff")
    assert until(lambda: bool(alice.host.questions), alice, bob)


def test_a_part_that_is_not_open_is_the_reason(job: Job) -> None:
    _, bob, entry = blocked(job)
    (document,) = bob.host.documents()
    bob.host.close(document.key)
    assert problems(bob, entry) == [f"{job.part} is not open; open it first"] * 2
    assert not choose(bob, entry, "Request Handoff")
