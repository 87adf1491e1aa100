"""What a workstation makes sure of when its server is there again, also one that tells and replays
less than the reference server."""

from __future__ import annotations

from contextlib import closing

import pytest

from silo_core.model.event import Event
from silo_core.model.exchange import ConnectionState
from silo_core.ports.client import SiloClient
from silo_core.ports.client.extensions import Extensions
from silo_core.testing import Clock, Proxy
from silo_core.workbench.bench import Workbench
from silo_locking import patience
from silo_locking.machine import State
from silo_server.demo.player import Player
from silo_server.embedded import EmbeddedServer
from tests.locking.kit import states, with_gates
from tests.workbench.conftest import MakeJob
from tests.workbench.kit import Job, count, held_with_session, settle, sha256, until


@pytest.fixture
def _tells_no_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server without leases that does not replay what it told while nobody listened."""
    came = Workbench.event_came

    def event_came(workbench: Workbench, event: Event) -> None:
        if event.type != "edit.session_released":
            came(workbench, event)

    monkeypatch.setattr(Workbench, "event_came", event_came)
    monkeypatch.setattr(Extensions, "renews_leases", property(lambda _: False))


def break_connection(player: Player, proxy: Proxy) -> None:
    proxy.down()
    assert until(lambda: player.is_(ConnectionState.OFFLINE), player)


def reconnect(player: Player, proxy: Proxy) -> None:
    proxy.up()
    assert until(lambda: player.is_(ConnectionState.ONLINE), player)


@pytest.mark.usefixtures("_tells_no_end")
def test_a_session_that_ended_unheard_of_is_asked_for_again(job: Job) -> None:
    proxy = job.proxy()
    alice, locking = with_gates(job, "alice", proxy)
    alice.open(job.file_of(alice))
    alice.edit("Sketch001")
    (session,) = job.live()
    break_connection(alice, proxy)
    with closing(SiloClient(job.site.server.url, job.site.tokens["alice"])) as client:
        client.release_edit_session(job.part, session.id)
    reconnect(alice, proxy)
    assert until(lambda: job.sessions() == [("alice", "Sketch001")], alice)
    assert until(lambda: held_with_session(alice) == ["Sketch001"], alice)
    assert states(locking) == {"Sketch001": State.HELD}
    assert count(alice, "Edit session lost") == 1


@pytest.mark.usefixtures("_tells_no_end")
def test_a_session_that_lives_on_is_kept_over_a_reconnect(job: Job) -> None:
    proxy = job.proxy()
    alice, locking = with_gates(job, "alice", proxy)
    alice.open(job.file_of(alice))
    alice.edit("Sketch001")
    before = job.live()
    break_connection(alice, proxy)
    reconnect(alice, proxy)
    settle(alice, seconds=0.2)
    assert [session.id for session in job.live()] == [session.id for session in before]
    assert states(locking) == {"Sketch001": State.HELD}
    assert count(alice, "Edit session lost") == 0


def test_what_a_busy_server_did_not_answer_is_asked_again_as_soon_as_it_is_heard(job: Job) -> None:
    proxy = job.proxy()
    alice, locking = with_gates(job, "alice", proxy)
    alice.open(job.file_of(alice))
    proxy.meet(f"POST /api/items/{job.part}/edit-sessions", "503", times=3)
    alice.edit("Sketch001")
    assert states(locking) == {"Sketch001": State.OFFLINE}
    job.join("bob")
    assert until(lambda: held_with_session(alice) == ["Sketch001"], alice)


def test_what_a_busy_and_silent_server_did_not_answer_is_asked_again_after_a_while(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "LATER_S", 0.2)
    proxy = job.proxy()
    alice, locking = with_gates(job, "alice", proxy)
    alice.open(job.file_of(alice))
    proxy.hold_events()
    proxy.meet(f"POST /api/items/{job.part}/edit-sessions", "503", times=6)
    alice.edit("Sketch001")
    assert states(locking) == {"Sketch001": State.OFFLINE}
    assert until(lambda: held_with_session(alice) == ["Sketch001"], alice)
    assert proxy.met == 6, "it was in vain the second time too"
    proxy.meet(f"DELETE /api/items/{job.part}/edit-sessions", "503", times=3)
    alice.edit()
    assert until(lambda: job.sessions() == [], alice)
    assert proxy.met == 9


def test_a_reminder_that_is_pending_does_not_keep_the_workbench_from_stopping(job: Job) -> None:
    proxy = job.proxy()
    alice, locking = with_gates(job, "alice", proxy)
    alice.open(job.file_of(alice))
    proxy.hold_events()
    proxy.meet(f"POST /api/items/{job.part}/edit-sessions", "503", times=3)
    alice.edit("Sketch001")
    assert until(lambda: locking.patience.has_failed, alice)
    alice.workbench.stop()
    assert not locking.patience.has_failed


# -- what became free unheard of -----------------------------------------------------------------------


def is_told_free(player: Player) -> bool:
    return any(question.title == "Sketch001 is free" for question in player.host.questions)


@pytest.mark.usefixtures("_tells_no_end")
@pytest.mark.parametrize("when", ["while away", "before it is waited for"])
def test_without_waiting_lists_what_became_free_unheard_of_is_told(
    job: Job, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    monkeypatch.setattr(Extensions, "keeps_waiting_lists", property(lambda _: False))
    proxy = job.proxy()
    alice, bob = job.join("alice"), job.join("bob", proxy)
    alice.edit("Sketch001")
    bob.edit("Sketch001")
    assert until(lambda: len(bob.host.questions) == 1, bob)
    if when == "while away":
        bob.host.answer("Notify me when free")
        assert until(lambda: bool(bob.shown("You are told when")), bob)
        settle(bob, seconds=0.1)
        assert not is_told_free(bob), "alice still edits it"
        break_connection(bob, proxy)
    alice.edit()
    assert until(lambda: job.sessions() == [], alice)
    if when == "while away":
        reconnect(bob, proxy)
    else:
        bob.host.answer("Notify me when free")
    assert until(lambda: is_told_free(bob), bob)
    bob.host.answer("Edit Now")
    assert until(lambda: job.sessions() == [("bob", "Sketch001")], bob)


@pytest.mark.usefixtures("_tells_no_end")
def test_who_asked_for_what_was_left_while_they_were_away_is_told(job: Job) -> None:
    proxy = job.proxy()
    alice, bob = job.join("alice"), job.join("bob", proxy)
    alice.edit("Sketch001")
    bob.edit("Sketch001")
    assert until(lambda: len(bob.host.questions) == 1, bob)
    bob.host.answer("Request Handoff")
    assert until(lambda: bool(bob.shown("Asked alice")), alice, bob)
    break_connection(bob, proxy)
    alice.edit()
    assert until(lambda: job.sessions() == [], alice)
    reconnect(bob, proxy)
    assert until(lambda: is_told_free(bob), bob)


# -- a workstation that is not known any more ----------------------------------------------------------


@pytest.mark.parametrize("held", [True, False])
def test_a_workstation_that_was_deleted_on_the_server_is_registered_anew(
    job: Job, *, held: bool
) -> None:
    alice = job.join("alice")
    if held:
        alice.edit("Sketch001")
        alice.change(job.deeper)
    before = alice.workbench.workstation_id or ""
    with closing(SiloClient(job.site.server.url, job.site.tokens["alice"])) as client:
        client.delete_workstation(before)
    assert until(lambda: alice.workbench.workstation_id != before, alice)
    assert until(lambda: alice.is_(ConnectionState.ONLINE), alice)
    alice.edit("Sketch001")

    def here() -> list[str | None]:
        return [alice.workbench.workstation_id]

    assert until(lambda: [session.workstation_id for session in job.live()] == here(), alice)
    assert until(lambda: held_with_session(alice) == ["Sketch001"], alice)
    alice.change(job.deeper)
    alice.edit()
    assert until(lambda: job.head().sha256 == sha256(job.deeper), alice)
    assert until(lambda: job.sessions() == [], alice)


# -- a server that is restarted ------------------------------------------------------------------------


@pytest.mark.parametrize("taken", [False, True])
def test_a_restart_of_the_server_is_survived(make_job: MakeJob, *, taken: bool) -> None:
    clock = Clock()
    job = make_job(lambda folder: EmbeddedServer(folder, clock=clock))
    proxy = job.proxy()
    alice, locking = with_gates(job, "alice", proxy)
    alice.open(job.file_of(alice))
    alice.edit("Sketch001")
    proxy.down()
    job.site.server.stop()
    assert until(lambda: alice.is_(ConnectionState.OFFLINE), alice)
    clock.move(3600)
    job.site.server.start()
    if taken:  # before alice's network is there again
        clock.move(61)
        bob = job.join("bob")
        bob.edit("Sketch001")
        assert held_with_session(bob) == ["Sketch001"]
    reconnect(alice, proxy)
    if taken:
        assert until(lambda: "bob" in alice.shown("Somebody else has"), alice)
        assert "Your work is kept" in alice.shown("Somebody else has")
        assert states(locking) == {"Sketch001": State.LOST}
        bob.edit()
    assert until(lambda: job.sessions() == [("alice", "Sketch001")], alice)
    assert until(lambda: held_with_session(alice) == ["Sketch001"], alice)
    assert alice.editing() == ("Sketch001",)
