"""What Phase A is accepted by: one test for each line, named after it."""

from __future__ import annotations

import pytest

from silo_core.model.exchange import ActivityKind, ConnectionState
from silo_locking.machine import State
from silo_server.demo.player import Player
from tests.locking.kit import states, with_gates
from tests.workbench.kit import Job, held_with_session, settle, sha256, until


def is_held_by(player: Player, *objects: str) -> bool:
    return held_with_session(player) == [*objects]


# -- entering ------------------------------------------------------------------------------------------


def test_downward_transitions_acquire(job: Job) -> None:
    alice = job.join("alice")
    alice.edit("Body")
    assert job.sessions() == [("alice", "Body")]
    alice.edit("Body", "Sketch001")
    assert job.sessions() == [("alice", "Body"), ("alice", "Sketch001")]


def test_409_blocks_and_shows_the_holder(job: Job) -> None:
    proxy = job.proxy()
    alice, bob = job.join("alice"), job.join("bob", proxy, entry_wait_ms="5000")
    proxy.hold_events()  # so that it is the server that says it
    alice.edit("Sketch001")
    bob.edit("Sketch001")
    assert bob.workbench.presence.sessions_of_others(job.part, "") == ()
    until(lambda: False, bob, timeout=0.02)
    assert bob.editing() == ()
    (question,) = bob.host.questions
    assert "alice is currently editing" in question.text
    assert "CAD-alice" in question.text
    assert "since" in question.text
    assert "Sketch001" in question.title
    assert question.kind is ActivityKind.BLOCKED
    assert bob.shown("Blocked")
    assert job.sessions() == [("alice", "Sketch001")]


def test_the_dialog_offers_handoff(job: Job) -> None:
    alice, bob = job.join("alice"), job.join("bob")
    alice.edit("Sketch001")
    bob.edit("Sketch001")
    (question,) = bob.host.questions
    assert question.options == ("OK", "Request Handoff", "Notify me when free")
    assert "alice" in question.message_label
    bob.host.answer("Request Handoff", message="only the slot")
    assert until(lambda: len(alice.host.questions) == 1, alice, bob)
    assert "only the slot" in alice.host.questions[0].text


def test_soft_allows_and_warns(job: Job) -> None:
    alice, bob = job.join("alice"), job.join("bob")
    alice.edit("Sketch001")
    bob.edit("Sketch002")
    settle(bob, seconds=0.05)
    assert is_held_by(bob, "Sketch002")
    warning = bob.shown("is editing")
    assert "alice is editing Sketch001 on CAD-alice (since " in warning, "who, what and where"
    assert "your Sketch002 and alice's Sketch001 meet in Pocket001: yours " in warning, "and why"
    assert bob.host.questions == []


def test_none_is_silent(job: Job) -> None:
    alice = job.join("alice")
    before = len(alice.host.notices)
    alice.edit("Sketch001")
    settle(alice, seconds=0.1)
    assert is_held_by(alice, "Sketch001")
    assert alice.host.questions == []
    assert alice.host.notices[before:] == []


def test_the_session_id_is_kept_and_sent_with_the_checkpoint(job: Job) -> None:
    proxy = job.proxy()
    alice = job.join("alice", proxy)
    alice.edit("Sketch001")
    (session,) = job.live()
    (held,) = alice.workbench.held()
    assert held.session
    assert held.session.id == session.id
    proxy.pause()
    alice.change(job.deeper)
    alice.edit()
    (push,) = alice.workbench.store.outbox.pending()
    assert push.session_ids == (session.id,)
    proxy.resume()
    assert until(lambda: job.sessions() == [], alice)


# -- the setting ---------------------------------------------------------------------------------------


def test_the_setting_skips_acquiring_and_waiting_and_checkpoints_still_go(job: Job) -> None:
    proxy = job.proxy()
    alice, locking = with_gates(job, "alice", proxy, edit_locking_enabled="false")
    alice.open(job.file_of(alice))
    assert until(lambda: job.base_of(alice) is not None, alice)
    proxy.meet(f"POST /api/items/{job.part}/edit-sessions", "503")
    alice.edit("Sketch001")
    assert states(locking) == {"Sketch001": State.UNLOCKED}
    alice.change(job.deeper)
    alice.edit()
    assert until(lambda: job.head().sha256 == sha256(job.deeper), alice)
    assert proxy.met == 0, "nothing was asked for"
    assert job.sessions() == []


def test_toggling_the_setting_while_held_releases_and_asks_again(job: Job) -> None:
    alice = job.join("alice")
    alice.edit("Body", "Sketch001")
    alice.workbench.settings.set("edit_locking_enabled", False)
    assert until(lambda: job.sessions() == [], alice)
    assert alice.editing() == ("Body", "Sketch001")
    assert is_held_by(alice)
    alice.workbench.settings.set("edit_locking_enabled", True)
    assert until(lambda: is_held_by(alice, "Body", "Sketch001"), alice)
    assert job.sessions() == [("alice", "Body"), ("alice", "Sketch001")]


# -- without a server ----------------------------------------------------------------------------------


def test_offline_warns_and_allows_and_the_session_is_asked_for_on_reconnect(job: Job) -> None:
    proxy = job.proxy()
    alice = job.join("alice", proxy)
    proxy.down()
    assert until(lambda: alice.is_(ConnectionState.OFFLINE), alice)
    alice.edit("Sketch001")
    settle(alice, seconds=0.05)
    assert "offline" in alice.shown("Warning")
    assert alice.editing() == ("Sketch001",)
    proxy.up()
    assert until(lambda: is_held_by(alice, "Sketch001"), alice)
    assert job.sessions() == [("alice", "Sketch001")]


# -- who edits what ------------------------------------------------------------------------------------


def test_events_update_the_presence_map(job: Job) -> None:
    alice, bob = job.join("alice"), job.join("bob")

    def seen() -> list[tuple[str, str]]:
        own = bob.workbench.workstation_id or ""
        others = bob.workbench.presence.sessions_of_others(job.part, own)
        return sorted((session.user, session.object_id) for session in others)

    alice.edit("Body", "Sketch001")
    both = [("alice", "Body"), ("alice", "Sketch001")]
    assert until(lambda: seen() == both, bob)
    alice.edit("Body")
    assert until(lambda: seen() == both[:1], alice, bob)
    alice.edit()
    assert until(lambda: seen() == [], alice, bob)


def test_a_known_block_is_refused_at_once_without_waiting_for_the_server(job: Job) -> None:
    proxy = job.proxy()
    alice, bob = job.join("alice"), job.join("bob", proxy)
    alice.edit("Sketch001")
    assert until(lambda: bool(bob.workbench.presence.sessions_of_others(job.part, "")), bob)
    proxy.pause()
    proxy.meet(f"POST /api/items/{job.part}/edit-sessions", "503")
    bob.edit("Sketch001")
    assert "alice" in bob.host.questions[0].text
    assert bob.workbench.held() == ()
    settle(bob, seconds=0.05)
    assert proxy.met == 0
    proxy.resume()
    settle(bob, seconds=0.1)
    assert len(bob.host.questions) == 1, "the server says the same"
    bob.host.answer("OK")  # it is still there


def test_a_stale_presence_map_lets_in_after_one_round_trip(job: Job) -> None:
    proxy = job.proxy()
    alice, bob = job.join("alice"), job.join("bob", proxy)
    alice.edit("Sketch001")
    assert until(lambda: bool(bob.workbench.presence.sessions_of_others(job.part, "")), bob)
    proxy.hold_events()
    alice.edit()
    assert until(lambda: job.sessions() == [], alice)
    bob.edit("Sketch001")
    assert len(bob.host.questions) == 1, "as far as it is known here"
    assert until(lambda: is_held_by(bob, "Sketch001"), bob)
    assert job.sessions() == [("bob", "Sketch001")]
    assert bob.shown("is free after all")
    with pytest.raises(ValueError, match="no such question"):  # it was taken away
        bob.host.answer("OK")


# -- handing over --------------------------------------------------------------------------------------


def request(alice: Player, bob: Player) -> None:
    """Bob is blocked by alice and asks her for it."""
    alice.edit("Sketch001")
    bob.edit("Sketch001")
    assert until(lambda: len(bob.host.questions) == 1, alice, bob)
    bob.host.answer("Request Handoff")
    assert until(lambda: len(alice.host.questions) == 1, alice, bob)


def test_a_handoff_request_shows_its_three_buttons(job: Job) -> None:
    alice, bob = job.join("alice"), job.join("bob")
    request(alice, bob)
    (question,) = alice.host.questions
    assert set(question.options) == {"Release Now", "Defer", "Dismiss"}
    assert question.options[0] == "Defer", "what Enter does must be harmless"
    assert "bob" in question.title
    assert held_with_session(alice) == ["Sketch001"]


@pytest.mark.parametrize("changed", [True, False])
def test_release_now_pushes_and_leaves_and_the_requester_gets_it_before_anyone_else(
    job: Job, *, changed: bool
) -> None:
    job.site.tokens.setdefault("alice-at-home", job.site.tokens["alice"])
    alice, bob, third = (job.join(name) for name in ("alice", "bob", "alice-at-home"))
    request(alice, bob)
    if changed:
        alice.change(job.deeper)
    alice.host.answer("Release Now")
    assert until(lambda: bool(bob.shown("alice released it to you")), alice, bob)
    assert alice.editing() == ()
    assert job.sessions() == []
    assert job.head().sha256 == sha256(job.deeper if changed else job.base)
    third.edit("Sketch001")
    assert until(lambda: third.editing() == (), third), "it is kept for bob"
    assert "bob" in third.host.questions[0].text
    bob.host.answer("Edit Now", bob.host.questions[-1])
    assert until(lambda: is_held_by(bob, "Sketch001"), bob)
    assert job.sessions() == [("bob", "Sketch001")]


@pytest.mark.parametrize(
    ("answer", "told"), [("Defer", "will release it later"), ("Dismiss", "keeps it for now")]
)
def test_defer_and_dismiss_are_told_and_change_nothing(job: Job, answer: str, told: str) -> None:
    alice, bob = job.join("alice"), job.join("bob")
    request(alice, bob)
    alice.host.answer(answer)
    assert until(lambda: bool(bob.shown(f"alice {told}")), alice, bob)
    assert held_with_session(alice) == ["Sketch001"]
    assert job.sessions() == [("alice", "Sketch001")]


def wait_for_it(player: Player) -> None:
    player.edit("Sketch001")
    assert until(lambda: len(player.host.questions) == 1, player)
    player.host.answer("Notify me when free")
    assert until(lambda: bool(player.shown("You are told when")), player)


def test_notify_me_when_free_tells_the_one_who_waits_longest_first(job: Job) -> None:
    job.site.tokens.setdefault("alice-at-home", job.site.tokens["alice"])
    alice, bob, third = (job.join(name) for name in ("alice", "bob", "alice-at-home"))
    alice.edit("Sketch001")
    wait_for_it(bob)
    wait_for_it(third)
    assert "after" not in bob.shown("You are told when")
    assert "after 1 other" in third.shown("You are told when")
    alice.edit()
    assert until(lambda: "is free" in bob.host.questions[-1].title, alice, bob, third)
    settle(third, seconds=0.1)
    assert len(third.host.questions) == 1, "not told yet"
    bob.host.answer("Edit Now", bob.host.questions[-1])
    assert until(lambda: is_held_by(bob, "Sketch001"), bob)
    bob.edit()
    assert until(lambda: "is free" in third.host.questions[-1].title, bob, third)
    third.host.answer("Edit Now", third.host.questions[-1])
    assert until(lambda: is_held_by(third, "Sketch001"), third)
    assert ActivityKind.HANDOFF in [entry.kind for entry in third.host.notices]
