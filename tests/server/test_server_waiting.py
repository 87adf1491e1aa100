"""Waiting lists: the one who waits longest is told first, and has a moment to come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from silo_core.testing import Clock
from silo_server.app import Options
from silo_server.embedded import EmbeddedServer
from tests.server.kit import Person, Stream, Team, error_of

Make = Callable[..., tuple[EmbeddedServer, Team]]


def _told(stream: Stream) -> dict[str, Any]:
    return dict(stream.until("edit.object_free")["data"])


def _place(person: Person, part: str) -> int:
    answer = person.waits(part, "Sketch")
    assert answer.status_code == 202, answer.text
    return int(answer.json()["position"])


def _leave(person: Person, part: str, *, in_body: bool = False) -> int:
    named = {
        "workstation_id": person.workstation, "context_level": "sketch", "object_id": "Sketch"
    }  # fmt: skip
    sent: dict[str, Any] = {"json" if in_body else "params": named}
    return person.http.request("DELETE", f"/api/items/{part}/waiting", **sent).status_code


def _beat(person: Person) -> None:
    path = f"/api/workstations/{person.workstation}/heartbeat"
    assert person.http.post(path).status_code == 200


def test_the_line_is_served_in_the_order_of_asking(make_server: Make, clock: Clock) -> None:
    _, team = make_server()
    part = team.alice.item()
    session = team.alice.take(part, "Sketch")["id"]
    assert [_place(team.bob, part), _place(team.admin, part)] == [1, 2]
    assert [_place(team.bob, part), _place(team.admin, part)] == [1, 2]  # they keep their places
    with team.bob.stream() as bob, team.admin.stream() as admin:
        team.alice.release(part, session)
        assert _told(bob) == {
            "part_number": part, "object_id": "Sketch", "context_level": "sketch",
            "reserved_until": "2026-03-01T08:00:30.000000Z",
        }  # fmt: skip
        refusal = team.admin.acquire(part, "Sketch")
        assert error_of(refusal) == (409, "hard_interference")
        assert refusal.json()["message"] == (
            "Sketch is kept for bob until 08:00:30 (UTC), who waited for it"
        )
        assert refusal.json()["holder"]["session_id"] == ""
        clock.move(31)  # bob does not come
        assert _told(admin)["reserved_until"] == "2026-03-01T08:01:01.000000Z"
        assert error_of(team.bob.acquire(part, "Sketch")) == (409, "hard_interference")
        held = team.admin.take(part, "Sketch")["id"]
        team.admin.release(part, held)
        team.alice.item()
        assert "edit.object_free" not in bob.types_until("item.created")
    assert team.alice.take(part, "Sketch")


@pytest.mark.parametrize("end", ["expired", "checkpoint", "forced", "released", "removed"])
def test_however_a_session_ends_who_waits_is_told(
    make_server: Make, clock: Clock, end: str
) -> None:
    _, team = make_server()
    part = team.alice.item()
    session = team.alice.take(part, "Sketch")["id"]
    with team.bob.stream() as bob:
        assert _place(team.bob, part) == 1
        path = f"/api/items/{part}/edit-sessions/{session}"
        if end == "expired":
            clock.move(61)
        elif end == "checkpoint":
            team.alice.pushed(part, b"x", session_id=session)
        elif end == "forced":
            team.admin.http.delete(f"{path}/force-release")
        elif end == "released":
            team.alice.release(part, session)
        else:
            team.alice.http.delete(f"/api/workstations/{team.alice.workstation}")
        assert bob.until("edit.session_released")
        assert _told(bob)["object_id"] == "Sketch"
    assert team.bob.take(part, "Sketch")


def test_a_handoff_goes_before_the_line(make_server: Make, clock: Clock) -> None:
    _, team = make_server()
    part = team.alice.item()
    session = team.alice.take(part, "Sketch")["id"]
    handoff = team.bob.asks_for(part, session)
    assert [_place(team.admin, part), _place(team.bob, part)] == [1, 2]
    with team.admin.stream() as admin, team.bob.stream() as bob:
        team.alice.answers(handoff, "release")
        assert error_of(team.admin.acquire(part, "Sketch")) == (409, "hard_interference")
        assert _place(team.admin, part) == 1
        clock.move(61)
        assert _told(admin)
        clock.move(31)
        assert team.alice.take(part, "Sketch")  # bob was told by the handoff: he waits no more
        assert "edit.object_free" not in bob.types_until("edit.session_acquired")


def test_who_waits_for_what_is_free_is_told_at_once(make_server: Make, clock: Clock) -> None:
    _, team = make_server()
    part = team.alice.item()
    with team.bob.stream() as bob:
        assert _place(team.bob, part) == 1
        first = _told(bob)
        clock.move(10)
        assert _place(team.bob, part) == 1  # told again, and the time does not start anew
        assert _told(bob) == first
    assert error_of(team.alice.acquire(part, "Sketch")) == (409, "hard_interference")
    clock.move(20)
    assert team.alice.take(part, "Sketch")


@pytest.mark.parametrize("in_body", [True, False])
def test_who_waits_no_more_lets_the_next_one_have_it(make_server: Make, in_body: bool) -> None:
    _, team = make_server()
    part = team.alice.item()
    third = team.person("bob", "bob-laptop")
    session = team.alice.take(part, "Sketch")["id"]
    assert [_place(who, part) for who in (team.bob, team.admin, third)] == [1, 2, 3]
    assert _leave(team.bob, part, in_body=in_body) == 204
    assert _place(third, part) == 2
    with third.stream() as stream:
        team.alice.release(part, session)
        assert _leave(team.admin, part, in_body=in_body) == 204  # it was kept for it
        assert _told(stream)
    assert _leave(team.admin, part, in_body=in_body) == 204  # nothing to take back any more
    assert third.take(part, "Sketch")


def test_a_handoff_is_not_given_up_with_the_wait(make_server: Make) -> None:
    _, team = make_server()
    part = team.alice.item()
    session = team.alice.take(part, "Sketch")["id"]
    _place(team.bob, part)
    team.alice.answers(team.bob.asks_for(part, session), "release")
    assert _leave(team.bob, part) == 204
    assert error_of(team.alice.acquire(part, "Sketch")) == (409, "hard_interference")


def test_who_got_in_another_way_waits_no_more(make_server: Make, clock: Clock) -> None:
    _, team = make_server()
    part = team.alice.item()
    session = team.alice.take(part, "Sketch")["id"]
    handoff = team.bob.asks_for(part, session, workstation_id=None)
    laptop = team.person("bob", "bob-laptop")
    assert [_place(team.admin, part), _place(laptop, part)] == [1, 2]
    team.alice.answers(handoff, "release")
    held = laptop.take(part, "Sketch")["id"]
    assert error_of(laptop.waits(part, "Sketch")) == (409, "already_held")
    with laptop.stream() as bob, team.admin.stream() as admin:
        laptop.release(part, held)
        assert _told(admin)
        clock.move(31)
        assert team.alice.take(part, "Sketch")
        assert "edit.object_free" not in bob.types_until("edit.session_acquired")


def test_who_is_not_heard_of_is_skipped(make_server: Make, clock: Clock) -> None:
    _, team = make_server()
    part = team.alice.item()
    beating, gone = team.person("bob", "bob-laptop"), team.person("bob", "bob-tower")
    with team.alice.stream(), team.admin.stream() as admin:
        session = team.alice.take(part, "Sketch")["id"]
        line = (team.bob, gone, beating, team.admin)
        assert [_place(who, part) for who in line] == [1, 2, 3, 4]
        gone.http.delete(f"/api/workstations/{gone.workstation}")
        for _ in range(2):
            clock.move(59)
            _beat(beating)
        assert _place(team.admin, part) == 2
        with beating.stream() as stream:
            team.alice.release(part, session)
            assert _told(stream)
        clock.move(31)
        assert _told(admin)


def test_a_line_that_nobody_is_left_in_keeps_nothing(make_server: Make, clock: Clock) -> None:
    _, team = make_server()
    part = team.alice.item()
    team.alice.take(part, "Sketch")
    _place(team.bob, part)
    clock.move(61)
    assert team.admin.take(part, "Sketch")


def test_a_line_outlasts_a_restart(make_server: Make, clock: Clock) -> None:
    server, team = make_server()
    part = team.alice.item()
    session = team.alice.take(part, "Sketch")["id"]
    assert [_place(team.bob, part), _place(team.admin, part)] == [1, 2]
    server.stop()
    clock.move(3600)
    server.start()
    clock.move(59)
    _beat(team.bob)
    _beat(team.admin)
    team.alice.release(part, session)
    assert error_of(team.admin.acquire(part, "Sketch")) == (409, "hard_interference")
    assert team.bob.take(part, "Sketch")


def test_how_long_things_are_kept_can_be_set(make_server: Make, clock: Clock) -> None:
    _, team = make_server(options=Options(handoff_seconds=5, waiting_seconds=2))
    part = team.alice.item()
    session = team.alice.take(part, "Sketch")["id"]
    with team.admin.stream() as admin:
        _place(team.admin, part)
        team.alice.answers(team.bob.asks_for(part, session), "release")
        clock.move(5)
        assert _told(admin)["reserved_until"] == "2026-03-01T08:00:07.000000Z"
    assert error_of(team.bob.acquire(part, "Sketch")) == (409, "hard_interference")
    clock.move(2)
    assert team.bob.take(part, "Sketch")


def test_waiting_needs_an_item_a_workstation_and_the_right_to_edit(team: Team) -> None:
    part = team.alice.item()
    theirs = team.bob.workstation
    assert error_of(team.alice.waits(part, "Sketch", workstation_id=theirs)) == (403, "forbidden")
    assert error_of(team.alice.waits("PRT-none", "Sketch")) == (404, "not_found")
    assert error_of(team.viewer.waits(part, "Sketch")) == (403, "forbidden")
    assert error_of(team.alice.waits(part, "")) == (422, "invalid_value")
    unnamed = team.alice.http.delete(f"/api/items/{part}/waiting")
    assert error_of(unnamed) == (422, "invalid_value")
