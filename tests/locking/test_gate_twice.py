"""What comes a second time: another newer version, another request, another chance."""

from __future__ import annotations

from pathlib import Path

import pytest

from silo_server.demo.player import Player
from silo_server.work import handoffs
from tests.workbench.kit import Job, count, settle, sha256, until


def pushed(job: Job, player: Player, content: Path) -> None:
    player.edit("Sketch001")
    player.change(content)
    player.edit()
    assert until(lambda: job.head().sha256 == sha256(content), player)
    assert until(lambda: job.sessions() == [], player)


def asked_of_stale(player: Player) -> int:
    return sum("newer version" in question.title for question in player.host.questions)


def is_told_free(player: Player) -> bool:
    return any(
        entry.text.startswith("Sketch001 on") and entry.text.endswith("is free")
        for entry in player.host.notices
    )


def ask_for(asker: Player, *others: Player) -> None:
    asker.edit("Sketch001")
    asker.host.answer("Request Handoff")
    assert until(lambda: bool(asker.shown("Asked alice")), asker, *others)


def test_each_newer_version_is_asked_about_once(job: Job) -> None:
    alice, carol = job.join("alice"), job.join("bob")
    pushed(job, alice, job.deeper)
    carol.edit("Sketch002")
    assert until(lambda: asked_of_stale(carol) == 1, carol)
    carol.host.answer("Edit Anyway")
    carol.edit()
    carol.edit("Sketch002")
    settle(carol, seconds=0.2)
    assert asked_of_stale(carol) == 1
    carol.edit()
    pushed(job, alice, job.wider)
    carol.edit("Sketch002")
    assert until(lambda: asked_of_stale(carol) == 2, alice, carol)


def test_of_two_who_ask_the_other_hears_to_whom_it_went_and_waits(job: Job) -> None:
    holder, first, second = job.join("alice"), job.join("bob"), job.join("admin")
    holder.edit("Sketch001")
    ask_for(first, holder)
    ask_for(second, holder, first)
    assert until(lambda: count(holder, "requests Sketch001") == 2, holder, first, second)
    of_first, _ = holder.host.questions
    holder.host.answer("Release Now", of_first)
    everybody = (holder, first, second)
    assert until(lambda: bool(first.shown("released it to you")), *everybody)
    assert until(lambda: bool(second.shown("alice handed it to bob")), *everybody)
    first.host.answer("Edit Now")
    assert until(lambda: job.sessions() == [("bob", "Sketch001")], *everybody)
    first.edit()
    assert until(lambda: is_told_free(second), *everybody)
    second.host.answer("Edit Now")
    assert until(lambda: job.sessions() == [("admin", "Sketch001")], *everybody)


def test_a_question_to_a_holder_who_has_left_is_taken_away(job: Job) -> None:
    alice, bob = job.join("alice"), job.join("bob")
    alice.edit("Sketch001")
    bob.edit("Sketch001")
    bob.host.answer("Request Handoff")
    assert until(lambda: len(alice.host.questions) == 1, alice, bob)
    alice.edit()
    assert until(lambda: is_told_free(bob), alice, bob)
    with pytest.raises(ValueError, match="no such question"):
        alice.host.answer("Release Now")


def test_an_offer_ends_when_somebody_else_was_faster(job: Job) -> None:
    alice, bob = job.join("alice"), job.join("bob")
    alice.edit("Sketch001")
    bob.edit("Sketch001")
    bob.host.answer("Notify me when free")
    assert until(lambda: bool(bob.shown("You are told when")), alice, bob)
    alice.edit()
    assert until(lambda: is_told_free(bob), alice, bob)
    bob.edit("Sketch001")
    assert until(lambda: job.sessions() == [("bob", "Sketch001")], alice, bob)
    offers = [question for question, _ in bob.host._unanswered]
    assert offers == []


@pytest.mark.parametrize("joined", [True, False])
def test_who_asks_twice_is_one_question_to_the_holder(
    job: Job, monkeypatch: pytest.MonkeyPatch, *, joined: bool
) -> None:
    if not joined:  # as by a server that keeps each request by itself
        monkeypatch.setattr(handoffs, "_unanswered", lambda *_: None)
    alice, bob = job.join("alice"), job.join("bob")
    alice.edit("Sketch001")
    for number, message in enumerate(("please", "I need five minutes"), 1):
        bob.edit("Sketch001")
        bob.host.answer("Request Handoff", message=message)
        assert until(lambda: count(alice, "bob requests") == number, alice, bob)  # noqa: B023
    assert until(lambda: count(bob, "Asked alice") == 2, alice, bob)
    (question,) = [question for question, _ in alice.host._unanswered]
    assert "five minutes" in question.text
    alice.host.answer("Release Now")
    assert until(lambda: bool(bob.shown("alice released it to you")), alice, bob)
    bob.host.answer("Edit Now")
    assert until(lambda: job.sessions() == [("bob", "Sketch001")], alice, bob)
    assert not count(bob, "is free")
