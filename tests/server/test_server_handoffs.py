"""Handing over: who asked gets the object before anybody else can take it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from silo_core.testing import Clock
from silo_server.embedded import EmbeddedServer
from tests.server.kit import Person, Team, error_of

Make = Callable[..., tuple[EmbeddedServer, Team]]
DAG = {"nodes": [{"node_key": "Sketch", "metadata": {"label": "Mounting holes"}}], "edges": []}


def _refusal(person: Person, part: str) -> dict[str, Any]:
    """What somebody is told who must not have the sketch."""
    answer = person.acquire(part, "Sketch")
    assert error_of(answer) == (409, "hard_interference")
    return dict(answer.json())


@pytest.mark.parametrize("said", ["defer", "dismiss", "release"])
def test_a_handoff_is_asked_for_and_answered(make_server: Make, said: str) -> None:
    _, team = make_server()
    part = team.alice.item()
    session = team.alice.take(part, "Sketch")["id"]
    with team.alice.stream() as alice, team.bob.stream() as bob:
        handoff = team.bob.asks_for(part, session, message="Please")
        assert alice.until("edit.handoff_requested")["data"] == {
            "part_number": part, "session_id": session, "object_id": "Sketch", "requester": "bob",
            "message": "Please", "handoff_id": handoff, "workstation_id": team.bob.workstation,
        }  # fmt: skip
        path = f"/api/handoffs/{handoff}/answer"
        assert error_of(team.bob.http.post(path, json={"answer": said})) == (403, "forbidden")
        team.alice.answers(handoff, said)
        if said == "release":
            assert bob.until("edit.session_released")["data"]["reason"] == "handoff"
        released = said == "release"
        assert bob.until("edit.handoff_answered")["data"] == {
            "part_number": part, "handoff_id": handoff, "session_id": session,
            "object_id": "Sketch", "context_level": "sketch", "answer": said, "holder": "alice",
            "handed_to": "bob" if released else None,
            "reserved_until": "2026-03-01T08:01:00.000000Z" if released else None,
        }  # fmt: skip
    assert team.bob.held(part) == (set() if said == "release" else {session})


def test_a_session_that_was_lost_and_had_again_is_handed_over_all_the_same(
    make_server: Make,
) -> None:
    _, team = make_server()
    part = team.alice.item()
    session = team.alice.take(part, "Sketch")["id"]
    handoff = team.bob.asks_for(part, session)
    team.alice.http.delete(f"/api/items/{part}/edit-sessions/{session}")
    team.alice.take(part, "Sketch")
    team.alice.answers(handoff, "release")
    assert team.alice.held(part) == set()
    _refusal(team.alice, part)
    assert team.bob.take(part, "Sketch")


def test_what_another_has_by_then_is_not_handed_over(make_server: Make) -> None:
    _, team = make_server()
    part = team.alice.item()
    session = team.alice.take(part, "Sketch")["id"]
    handoff = team.bob.asks_for(part, session)
    team.alice.http.delete(f"/api/items/{part}/edit-sessions/{session}")
    other = team.admin.take(part, "Sketch")["id"]
    team.alice.answers(handoff, "release")
    assert team.bob.held(part) == {other}


def test_who_asks_without_a_workstation_is_answered_on_all_of_them(make_server: Make) -> None:
    _, team = make_server()
    part = team.alice.item()
    session = team.alice.take(part, "Sketch")["id"]
    elsewhere = team.person("bob", "bob-laptop")
    with team.bob.stream() as bob, elsewhere.stream() as laptop:
        handoff = team.bob.asks_for(part, session, workstation_id=None)
        team.alice.answers(handoff, "release")
        for stream in (bob, laptop):
            assert stream.until("edit.handoff_answered")["data"]["answer"] == "release"
    _refusal(team.alice, part)
    assert elsewhere.take(part, "Sketch")
    unknown = team.alice.http.post("/api/handoffs/ho-none/answer", json={"answer": "defer"})
    assert error_of(unknown) == (404, "not_found")


def test_what_was_handed_over_is_kept_for_who_asked(make_server: Make) -> None:
    _, team = make_server()
    part = team.alice.item()
    team.alice.http.put(f"/api/items/{part}/dag", json=DAG)
    session = team.alice.take(part, "Sketch")["id"]
    team.alice.answers(team.bob.asks_for(part, session), "release")

    for other in (team.alice, team.admin):
        refusal = _refusal(other, part)
        assert refusal["message"] == (
            "Mounting holes (Sketch) is kept for bob until 08:01:00 (UTC), to whom it was handed over"
        )
        assert refusal["holder"] == {
            "session_id": "", "user": "bob", "username": "bob", "workstation": "bob-ws",
            "context_level": "sketch", "object_id": "Sketch", "acquired_at": None,
            "reserved_until": "2026-03-01T08:01:00.000000Z",
        }  # fmt: skip
    refusal = _refusal(team.person("bob", "bob-laptop"), part)
    assert refusal["message"] == (
        "Mounting holes (Sketch) is kept for you on bob-ws until 08:01:00 (UTC)"
    )
    assert team.alice.take(part, "Sketch", context_level="partdesign")  # another level is free

    mine = team.bob.take(part, "Sketch")["id"]
    team.bob.release(part, mine)
    assert team.alice.take(part, "Sketch")  # it was kept once, not for ever


def test_what_is_kept_is_kept_for_a_minute_however_often_it_is_released(
    make_server: Make, clock: Clock
) -> None:
    _, team = make_server()
    part = team.alice.item()
    session = team.alice.take(part, "Sketch")["id"]
    handoff = team.bob.asks_for(part, session)
    with team.bob.stream() as bob:
        team.alice.answers(handoff, "release")
        clock.move(30)
        for said in ("release", "dismiss", "defer"):
            team.alice.answers(handoff, said)
        team.alice.item()
        assert bob.types_until("item.created") == [
            "edit.session_released", "edit.handoff_answered", "item.created"
        ]  # fmt: skip
    clock.move(29)
    _refusal(team.admin, part)
    clock.move(1)
    assert team.admin.take(part, "Sketch")


def test_a_request_that_was_put_off_can_still_be_granted(make_server: Make) -> None:
    _, team = make_server()
    part = team.alice.item()
    handoff = team.bob.asks_for(part, team.alice.take(part, "Sketch")["id"])
    for said in ("defer", "dismiss", "release"):
        team.alice.answers(handoff, said)
    _refusal(team.alice, part)
    assert team.bob.take(part, "Sketch")


def test_a_release_after_the_session_ended_keeps_what_is_still_free(make_server: Make) -> None:
    _, team = make_server()
    part = team.alice.item()
    session = team.alice.take(part, "Sketch")["id"]
    first, second = team.bob.asks_for(part, session), team.admin.asks_for(part, session)
    team.alice.release(part, session)
    with team.bob.stream() as bob, team.admin.stream() as admin:
        team.alice.answers(first, "release")
        assert bob.until("edit.handoff_answered")["data"]["reserved_until"]
        told = admin.until("edit.handoff_answered")["data"]
        assert (told["handoff_id"], told["answer"], told["handed_to"]) == (second, "dismiss", "bob")
        team.alice.answers(second, "release")  # too late: it is bob's
        told = admin.until("edit.handoff_answered")["data"]
        assert (told["answer"], told["handed_to"]) == ("release", None)
    _refusal(team.admin, part)
    assert team.bob.take(part, "Sketch")


def test_everybody_who_asked_is_told_to_whom_it_went(make_server: Make) -> None:
    _, team = make_server()
    part = team.alice.item()
    session = team.alice.take(part, "Sketch")["id"]
    dismissed = team.admin.asks_for(part, session)
    team.alice.answers(dismissed, "dismiss")
    granted = team.bob.asks_for(part, session)
    put_off = team.admin.asks_for(part, session)
    team.alice.answers(put_off, "defer")
    with team.bob.stream() as bob, team.admin.stream() as admin:
        team.alice.answers(granted, "release")
        told = [bob.until("edit.handoff_answered")["data"]]
        assert [one["handoff_id"] for one in told] == [granted]
        assert (told[0]["answer"], told[0]["handed_to"]) == ("release", "bob")
        told = [admin.until("edit.handoff_answered")["data"]]
        assert [one["handoff_id"] for one in told] == [put_off]
        assert (told[0]["answer"], told[0]["reserved_until"]) == ("dismiss", None)


def test_who_asks_again_has_one_request_until_it_is_answered(make_server: Make) -> None:
    _, team = make_server()
    part = team.alice.item()
    session = team.alice.take(part, "Sketch")["id"]
    with team.alice.stream() as alice, team.bob.stream() as bob:
        first = team.bob.asks_for(part, session, message="Please")
        assert team.bob.asks_for(part, session, message="Now, please") == first
        told = [alice.until("edit.handoff_requested")["data"] for _ in range(2)]
        assert [one["message"] for one in told] == ["Please", "Now, please"]
        assert {one["handoff_id"] for one in told} == {first}
        others = {
            team.bob.asks_for(part, session, workstation_id=None),
            team.admin.asks_for(part, session),
        }
        assert len(others - {first}) == 2, "another workstation or user is another request"
        team.alice.answers(first, "dismiss")
        again = team.bob.asks_for(part, session)
        assert again != first, "what was answered was answered"
        team.alice.answers(again, "release")
        answers = [bob.until("edit.handoff_answered")["data"] for _ in range(2)]
        assert [one["handoff_id"] for one in answers] == [first, again]
    assert team.bob.take(part, "Sketch")


def test_nothing_is_kept_for_a_workstation_that_is_gone(make_server: Make) -> None:
    _, team = make_server()
    part = team.alice.item()
    laptop = team.person("bob", "bob-laptop")
    for gone_first in (True, False):
        handoff = laptop.asks_for(part, team.alice.take(part, "Sketch")["id"])
        if gone_first:
            laptop.http.delete(f"/api/workstations/{laptop.workstation}")
        team.alice.answers(handoff, "release")
        if not gone_first:
            _refusal(team.admin, part)
            laptop.http.delete(f"/api/workstations/{laptop.workstation}")
        session = team.admin.take(part, "Sketch")["id"]
        team.admin.release(part, session)
        laptop = team.person("bob", "bob-tower")


def test_what_is_kept_outlasts_a_restart(make_server: Make, clock: Clock) -> None:
    server, team = make_server()
    part = team.alice.item()
    session = team.alice.take(part, "Sketch")["id"]
    team.alice.answers(team.bob.asks_for(part, session), "release")
    server.stop()
    clock.move(3600)
    server.start()
    clock.move(59)
    _refusal(team.alice, part)
    assert team.bob.take(part, "Sketch")


# -- with a push ---------------------------------------------------------------------------------


def test_a_push_hands_over_in_one_step(make_server: Make) -> None:
    _, team = make_server()
    part = team.alice.item()
    body = team.alice.take(part, "Body", context_level="partdesign")["id"]
    sketch = team.alice.take(part, "Sketch")["id"]
    handoff = team.bob.asks_for(part, sketch)
    with team.bob.stream() as bob:
        push: dict[str, Any] = {
            "session_ids": [sketch, body], "context": "body_close", "handoff_id": handoff,
            "key": "k-1",
        }  # fmt: skip
        answer = team.alice.push(part, b"content", **push)
        assert answer.status_code == 201
        assert answer.json()["handed_to"] == "bob"
        assert team.alice.push(part, b"content", **push).json() == answer.json()
        ended = [bob.until("edit.session_released")["data"] for _ in range(2)]
        assert {end["object_id"]: end["reason"] for end in ended} == {
            "Body": "checkpoint", "Sketch": "handoff"
        }  # fmt: skip
        told = bob.until("edit.handoff_answered")["data"]
        assert (told["handoff_id"], told["answer"]) == (handoff, "release")
        team.alice.item()
        assert bob.types_until("item.created") == ["item.created"]
    _refusal(team.alice, part)
    assert team.bob.take(part, "Sketch")


@pytest.mark.parametrize("rescue", [False, True])
def test_a_push_that_is_refused_hands_nothing_over(make_server: Make, rescue: bool) -> None:
    _, team = make_server()
    part = team.alice.item()
    team.bob.pushed(part, b"newer")
    session = team.alice.take(part, "Sketch")["id"]
    handoff = team.bob.asks_for(part, session)
    answer = team.alice.push(
        part, b"older", base=None, rescue=rescue, session_id=session, handoff_id=handoff
    )
    assert answer.status_code == (201 if rescue else 409)
    assert team.bob.held(part) == (set() if rescue else {session})
    assert team.bob.acquire(part, "Sketch").status_code == (200 if rescue else 409)


def test_no_handoff_makes_a_push_fail(make_server: Make, clock: Clock) -> None:
    _, team = make_server()
    part, other = team.alice.item(), team.alice.item()
    elsewhere = team.bob.asks_for(other, team.alice.take(other, "Sketch")["id"])
    theirs = team.alice.asks_for(part, team.bob.take(part, "Body")["id"])
    spent = team.bob.asks_for(part, team.alice.take(part, "Sketch")["id"])
    team.alice.answers(spent, "release")
    clock.move(61)
    team.bob.take(part, "Body")
    for handoff in ("ho-unknown", elsewhere, theirs, spent, "", None):
        session = team.alice.take(part, "Sketch")["id"]
        answer = team.alice.push(part, b"x", session_id=session, handoff_id=handoff)
        assert (answer.status_code, answer.json()["handed_to"]) == (201, None)
    session = team.alice.take(part, "Sketch")["id"]
    wrong = team.alice.push(part, b"x", session_id=session, handoff_id=7)
    assert error_of(wrong) == (422, "invalid_value")


def test_a_push_that_comes_late_hands_over_what_is_still_free(make_server: Make) -> None:
    _, team = make_server()
    part = team.alice.item()
    for taken in (False, True):
        session = team.alice.take(part, "Sketch")["id"]
        handoff = team.bob.asks_for(part, session)
        team.alice.release(part, session)
        if taken:
            team.admin.take(part, "Sketch")
        answer = team.alice.push(part, b"x", session_id=session, handoff_id=handoff)
        assert answer.json()["handed_to"] == (None if taken else "bob")
        assert team.bob.acquire(part, "Sketch").status_code == (409 if taken else 200)
        if not taken:
            team.bob.release(part, team.bob.take(part, "Sketch")["id"])
