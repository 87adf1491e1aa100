"""What a workstation makes sure of when its server is there again, also one that tells and replays
less than the reference server."""

from __future__ import annotations

from contextlib import closing

import pytest

from silo_core.model.event import Event
from silo_core.model.exchange import ConnectionState
from silo_core.ports.client import SiloClient
from silo_core.ports.client.extensions import Extensions
from silo_core.workbench.bench import Workbench
from silo_locking.machine import State
from silo_server.demo.player import Player
from tests.locking.kit import states, with_gates
from tests.workbench.kit import Job, count, held_with_session, settle, until
from tests.workbench.proxy import Proxy


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
