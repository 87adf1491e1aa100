"""What users are told of objects they wait for, were given, or may not have."""

from __future__ import annotations

import pytest

from silo_core.hookspecs import hookimpl
from silo_core.model.exchange import ConnectionState
from silo_core.model.interference import InterferenceQuery
from silo_core.model.verdict import Reason, Verdict
from silo_core.ports.client.extensions import Extensions
from silo_locking.machine import State
from silo_server.demo.player import Player
from tests.locking.kit import states, with_gates
from tests.workbench.kit import Job, count, held_with_session, settle, until


def is_told_of_free(player: Player) -> bool:
    return any(
        entry.text.endswith(" is free") and not entry.text.startswith("You are told")
        for entry in player.host.notices
    )


def test_who_passes_through_what_they_wait_for_is_told_when_it_is_free(job: Job) -> None:
    alice, bob = job.join("alice"), job.join("bob")
    alice.edit("Body")
    bob.edit("Body")
    bob.host.answer("Notify me when free")
    assert until(lambda: count(bob, "You are told when") == 1, bob)
    bob.edit("Body", "Sketch002")
    assert held_with_session(bob) == ["Sketch002"]
    bob.edit()
    alice.edit()
    assert until(lambda: is_told_of_free(bob), alice, bob)


def test_what_was_offered_is_kept_of_the_last_refusal_and_until_the_document_is_closed(
    job: Job,
) -> None:
    alice, (bob, locking) = job.join("alice"), with_gates(job, "bob")
    bob.open(job.file_of(bob))
    alice.edit("Sketch001")
    (document,) = bob.host.documents()
    for so_far in range(2):
        bob.edit("Sketch001")
        assert until(lambda so_far=so_far: count(bob, "Blocked") == so_far + 1, bob)  # type: ignore[misc]
        assert until(lambda: bob.host.path(document.key) == (), bob)
    assert [context.object_id for _, context in locking.wishes._shown] == ["Sketch001"]
    bob.host.close(document.key)
    assert locking.wishes._shown == {}


def test_release_now_gives_the_object_also_when_its_session_is_another_by_then(job: Job) -> None:
    proxy = job.proxy()
    alice, bob = job.join("alice", proxy), job.join("bob")
    alice.edit("Sketch001")
    (before,) = job.live()
    bob.edit("Sketch001")
    bob.host.answer("Request Handoff")
    assert until(lambda: len(alice.host.questions) == 1, alice, bob)
    alice.client.release_edit_session(job.part, before.id)  # lost, and had again at once
    assert until(
        lambda: [s.id for s in job.live() if s.user == "alice"] not in ([], [before.id]), alice
    )
    assert until(lambda: held_with_session(alice) == ["Sketch001"], alice)
    alice.host.answer("Release Now")
    assert until(lambda: alice.editing() == (), alice, bob)
    assert until(lambda: bool(bob.shown("released it to you")), alice, bob)
    bob.host.answer("Edit Now")
    assert until(lambda: job.sessions() == [("bob", "Sketch001")], alice, bob)


def test_where_no_answers_are_passed_on_who_asked_is_told_when_it_is_free(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("answers_handoffs", "keeps_waiting_lists"):
        monkeypatch.setattr(Extensions, name, property(lambda _: False))
    alice, bob = job.join("alice"), job.join("bob")
    alice.edit("Sketch001")
    bob.edit("Sketch001")
    bob.host.answer("Request Handoff")
    assert until(lambda: len(alice.host.questions) == 1, alice, bob)
    alice.host.answer("Release Now")
    assert until(lambda: is_told_of_free(bob), alice, bob)
    bob.host.answer("Edit Now")
    assert until(lambda: job.sessions() == [("bob", "Sketch001")], alice, bob)


class Forbidding:
    """A rule of a third party: nobody edits anything."""

    @hookimpl
    def silo_interference(self, query: InterferenceQuery) -> Reason:
        return Reason(Verdict.HARD, "frozen", "The part is frozen for review.")


def test_a_rule_that_forbids_what_was_begun_offline_is_nobody_elses_holding(job: Job) -> None:
    proxy = job.proxy()
    alice = job.player("alice", proxy)
    alice.workbench.plugins.register(Forbidding(), "company-rule")
    job.go_online(alice)
    alice.open(job.file_of(alice))
    proxy.down()
    assert until(lambda: alice.is_(ConnectionState.OFFLINE), alice)
    alice.edit("Sketch001")
    proxy.up()
    assert until(lambda: len(alice.host.questions) == 1, alice)
    (question,) = alice.host.questions
    assert "Somebody else" not in question.title
    assert "frozen" in question.text
    assert not alice.shown("Somebody else has")


def test_what_is_kept_for_somebody_is_not_said_to_be_held_since_now(job: Job) -> None:
    alice, bob, admin = job.join("alice"), job.join("bob"), job.join("admin")
    alice.edit("Sketch001")
    bob.edit("Sketch001")
    bob.host.answer("Notify me when free")
    assert until(lambda: count(bob, "You are told when") == 1, bob)
    alice.edit()
    assert until(lambda: is_told_of_free(bob), alice, bob)
    known = admin.workbench
    assert until(lambda: not known.presence.sessions_on(job.part), admin)
    admin.edit("Sketch001")
    settle(admin, seconds=0.05)
    (question,) = admin.host.questions
    assert "is kept for bob" in question.text
    assert "since" not in question.text


def test_a_body_that_was_never_held_elsewhere_is_had_on_the_way(job: Job) -> None:
    proxy = job.proxy()
    alice = job.join("alice")
    bob, locking = with_gates(job, "bob", proxy)
    bob.open(job.file_of(bob))
    alice.edit("Body")
    assert until(lambda: bool(bob.workbench.presence.sessions_on(job.part)), bob)
    proxy.hold_events()
    alice.edit()
    assert until(lambda: job.sessions() == [], alice)
    bob.edit("Body", "Sketch001")
    assert until(lambda: held_with_session(bob) == ["Body", "Sketch001"], bob)
    assert states(locking) == {"Body": State.HELD, "Sketch001": State.HELD}


def test_who_asked_is_told_when_the_holder_leaves_without_an_answer(job: Job) -> None:
    alice, bob = job.join("alice"), job.join("bob")
    alice.edit("Sketch001")
    bob.edit("Sketch001")
    bob.host.answer("Request Handoff")
    assert until(lambda: len(alice.host.questions) == 1, alice, bob)
    assert until(lambda: count(bob, "Asked alice") == 1, alice, bob)
    alice.edit()
    assert until(lambda: is_told_of_free(bob), alice, bob)
    bob.host.answer("Edit Now")
    assert until(lambda: job.sessions() == [("bob", "Sketch001")], alice, bob)
    assert count(bob, "released it to you") == 0


def test_a_release_that_the_server_refused_for_a_while_is_made_up_for(job: Job) -> None:
    proxy = job.proxy()
    alice = job.join("alice", proxy)
    alice.edit("Sketch001")
    proxy.meet(f"DELETE /api/items/{job.part}/edit-sessions", "503", times=3)
    alice.edit()
    assert until(lambda: proxy.met == 3, alice)
    bob = job.join("bob")
    assert until(lambda: job.sessions() == [], alice, bob)
