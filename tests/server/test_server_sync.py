"""Subscriptions, the sync diff and what subscribers are told."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from silo_server.embedded import EmbeddedServer
from tests.server.kit import Person, Team, error_of, fresh

Make = Callable[..., tuple[EmbeddedServer, Team]]


def _subscribe(person: Person, target: str, kind: str = "item", **members: Any) -> dict[str, Any]:
    body = {"workstation_id": person.workstation, "target_type": kind, "target": target, **members}
    answer = person.http.post("/api/subscriptions", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def _diff(person: Person) -> tuple[dict[str, dict[str, Any]], list[str]]:
    body = person.http.get(f"/api/workstations/{person.workstation}/sync/diff").json()
    return {entry["part_number"]: entry for entry in body["entries"]}, body["removed"]


def _ack(person: Person, part: str, version: str | None) -> None:
    answer = person.http.post(
        f"/api/workstations/{person.workstation}/sync/ack",
        json={"part_number": part, "version": version, "is_checkpoint": True},
    )
    assert answer.status_code == 204, answer.text


def _release(person: Person, part: str, version: str) -> None:
    answer = person.http.post(f"/api/items/{part}/revisions", json={"version": version})
    assert answer.status_code == 201


@pytest.fixture
def bob(team: Team) -> Person:
    """Bob at a workstation without subscriptions."""
    return team.person("bob", "bench")


def test_a_subscription_is_made_listed_changed_and_removed(team: Team, bob: Person) -> None:
    part = team.alice.item()
    made = _subscribe(bob, part)
    assert made == made | {
        "workstation_id": bob.workstation, "target_type": "item", "target": part,
        "policy": "latest", "revision": None, "paused": False,
    }  # fmt: skip
    path = f"/api/subscriptions/{made['id']}"
    assert bob.http.patch(path, json={"paused": True}).json() == made | {"paused": True}
    pinned = bob.http.patch(path, json={"policy": "pinned", "revision": 2}).json()
    assert pinned == made | {"paused": True, "policy": "pinned", "revision": 2}
    params = {"workstation_id": bob.workstation}
    assert bob.http.get("/api/subscriptions", params=params).json() == {"subscriptions": [pinned]}
    assert error_of(team.alice.http.delete(path)) == (403, "forbidden")
    assert bob.http.delete(path).status_code == 204
    assert error_of(bob.http.delete(path)) == (404, "not_found")


def test_a_subscription_that_makes_no_sense_is_refused(team: Team, bob: Person) -> None:
    part = team.alice.item()
    body = {"workstation_id": bob.workstation, "target_type": "item", "target": part}
    made = bob.http.post("/api/subscriptions", json={**body, "policy": "pinned"})
    assert error_of(made) == (422, "invalid_value")
    assert "revision" in made.json()["message"]
    unknown = bob.http.post("/api/subscriptions", json={**body, "target": "NONE"})
    assert error_of(unknown) == (404, "not_found")
    _subscribe(bob, part)
    again = bob.http.post("/api/subscriptions", json=body)
    assert error_of(again) == (409, "subscription_exists")
    path = f"/api/subscriptions/{_subscribe(bob, 'crane', 'project')['id']}"
    assert error_of(bob.http.patch(path, json={"policy": "pinned"})) == (422, "invalid_value")
    assert error_of(bob.http.patch(path, json={"paused": None})) == (422, "invalid_value")


def test_the_diff_is_what_is_not_acknowledged(team: Team, bob: Person) -> None:
    part = team.alice.item(file_name="a.FCStd")
    subscription = _subscribe(bob, part)
    assert _diff(bob) == ({}, [])
    first = team.alice.pushed(part, b"1")
    assert _diff(bob) == (
        {part: {"part_number": part, "file_name": "a.FCStd", "version": first,
                "is_checkpoint": True, "reason": "new"}},
        [],
    )  # fmt: skip
    _ack(bob, part, first["id"])
    assert _diff(bob) == ({}, [])
    second = team.alice.pushed(part, b"2")
    entry = _diff(bob)[0][part]
    assert (entry["version"], entry["reason"]) == (second, "changed")
    _release(team.alice, part, second["id"])
    assert _diff(bob)[0][part]["is_checkpoint"] is False
    bob.http.delete(f"/api/subscriptions/{subscription['id']}")
    assert _diff(bob) == ({}, [part])
    _ack(bob, part, None)
    assert _diff(bob) == ({}, [])


def test_the_diff_of_some_items_is_of_those_only(team: Team, bob: Person) -> None:
    parts = [team.alice.item(projects=["tiny"]) for _ in range(3)]
    _subscribe(bob, "tiny", "project")
    _subscribe(bob, parts[2], paused=True)
    for part in parts:
        team.alice.pushed(part, b"1")
    path = f"/api/workstations/{bob.workstation}/sync/diff"
    asked = f"{parts[0]},{parts[2]},NO-SUCH,"
    some = bob.http.get(path, params={"part_numbers": asked}).json()
    assert [entry["part_number"] for entry in some["entries"]] == [parts[0]]
    assert (some["removed"], some["paused"], some["partial"]) == ([], [parts[2]], True)
    everything = bob.http.get(path).json()
    assert {entry["part_number"] for entry in everything["entries"]} >= set(parts[:2])
    assert everything["partial"] is False
    _ack(bob, parts[0], some["entries"][0]["version"]["id"])
    for found in bob.http.get(
        "/api/subscriptions", params={"workstation_id": bob.workstation}
    ).json()["subscriptions"]:
        if found["target"] == "tiny":
            bob.http.delete(f"/api/subscriptions/{found['id']}")
    gone = bob.http.get(path, params={"part_numbers": parts[0]}).json()
    assert gone["removed"] == [parts[0]]


def test_many_are_acknowledged_in_one_request_or_none_is(team: Team, bob: Person) -> None:
    parts = [team.alice.item() for _ in range(2)]
    versions = {part: team.alice.pushed(part, b"1")["id"] for part in parts}
    for part in parts:
        _subscribe(bob, part)
    path = f"/api/workstations/{bob.workstation}/sync/acks"
    acks = [{"part_number": part, "version": version} for part, version in versions.items()]
    wrong = [*acks, {"part_number": "NO-SUCH", "version": "v"}]
    assert bob.http.post(path, json={"acks": wrong}).status_code == 404
    assert set(_diff(bob)[0]) >= set(parts)
    assert bob.http.post(path, json={"acks": acks}).status_code == 204
    assert not set(_diff(bob)[0]) & set(parts)
    too_many = {"acks": [acks[0]] * 1001}
    assert error_of(bob.http.post(path, json=too_many)) == (422, "invalid_value")


def test_many_small_versions_come_in_one_answer(team: Team, bob: Person) -> None:
    contents = {team.alice.item(): content for content in (b"one", b"two\n", bytes(1 << 20))}
    large = team.alice.item()
    made = {part: team.alice.pushed(part, content) for part, content in contents.items()}
    made[large] = team.alice.pushed(large, bytes((1 << 20) + 1))
    first, second, _ = contents
    asked = [
        *(f"{part}:{version['id']}" for part, version in made.items()),
        f"{first}:{made[second]['id']}",  # of another item
        f"{first}:{made[first]['id']}",  # again
        "NO-SUCH:v", "", ":", "\x00:\x00",
    ]  # fmt: skip
    answer = bob.http.get("/api/bundle", params={"versions": ",".join(asked)})
    expected = b"".join(
        b"%s %d\n%s" % (hashlib.sha256(content).hexdigest().encode(), len(content), content)
        for content in contents.values()
    )
    assert answer.content == expected
    assert answer.headers["Content-Length"] == str(len(expected))
    assert bob.http.get("/api/bundle").status_code == 422
    assert bob.http.get("/api/bundle", params={"versions": "x" * 20_000}).status_code == 422


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("latest", "head"), ("latest_released", "second"), ("pinned", "first")],
)
def test_a_policy_says_which_version(team: Team, bob: Person, policy: str, expected: str) -> None:
    part = team.alice.item()
    _subscribe(bob, part, policy=policy, revision=1)
    versions = {}
    for name in ("first", "second"):
        versions[name] = team.alice.pushed(part, name.encode())["id"]
        _release(team.alice, part, versions[name])
    versions["head"] = team.alice.pushed(part, b"head")["id"]
    team.alice.pushed(part, b"rescue", rescue=True)
    assert _diff(bob)[0][part]["version"]["id"] == versions[expected]


def test_the_most_specific_subscription_counts(team: Team, bob: Person) -> None:
    project, category = fresh("project"), fresh("category")
    part = team.alice.item(projects=[project], category=category)
    other = team.alice.item(projects=[project])
    first = team.alice.pushed(part, b"1")
    _release(team.alice, part, first["id"])
    head = team.alice.pushed(part, b"2")
    team.alice.pushed(other, b"x")
    _subscribe(bob, part, policy="pinned", revision=1)
    _subscribe(bob, project, "project")
    _subscribe(bob, category, "category", policy="latest_released")
    entries, _ = _diff(bob)
    assert set(entries) == {part, other}
    assert entries[part]["version"]["id"] == first["id"]
    fresh_eyes = team.person("bob", "third")
    _subscribe(fresh_eyes, category, "category", policy="latest_released")
    _subscribe(fresh_eyes, project, "project")
    assert _diff(fresh_eyes)[0][part]["version"]["id"] == head["id"]


def test_a_paused_subscription_asks_for_nothing_and_gives_nothing_up(
    team: Team, bob: Person
) -> None:
    part = team.alice.item()
    version = team.alice.pushed(part, b"1")
    subscription = _subscribe(bob, part)
    _ack(bob, part, version["id"])
    team.alice.pushed(part, b"2")
    bob.http.patch(f"/api/subscriptions/{subscription['id']}", json={"paused": True})
    assert _diff(bob) == ({}, [])


def test_only_what_exists_can_be_acknowledged(team: Team, bob: Person) -> None:
    part, other = team.alice.item(), team.alice.item()
    version = team.alice.pushed(other, b"x")["id"]
    path = f"/api/workstations/{bob.workstation}/sync/ack"
    for body in ({"part_number": part, "version": version}, {"part_number": "N", "version": "v"}):
        assert error_of(bob.http.post(path, json=body)) == (404, "not_found")


def test_subscribers_and_nobody_else_are_told_of_a_checkpoint(make_server: Make) -> None:
    _, team = make_server()
    part = team.alice.item(projects=["crane"])
    _subscribe(team.bob, part)
    _subscribe(team.bob, "crane", "project")  # told once all the same
    _subscribe(team.admin, part, policy="latest_released")
    session = team.alice.take(part, "Sketch")["id"]
    with team.bob.stream() as bob, team.admin.stream() as admin, team.viewer.stream() as viewer:
        answer = team.alice.push(part, b"x", session_id=session).json()
        assert answer["subscribers_notified"] == 1
        team.alice.item()
        types = bob.types_until("item.created")
        assert types == ["edit.session_released", "subscription.checkpoint", "item.created"]
        for other in (admin, viewer):
            assert "subscription.checkpoint" not in other.types_until("item.created")
    with team.bob.stream(0) as bob:
        told = bob.until("subscription.checkpoint")["data"]
    assert told == {
        "part_number": part, "version": answer["version"], "context": "sketch_close",
        "checkpoint_user": "alice", "workstation_id": team.alice.workstation,
        "object_ids": ["Sketch"],
    }  # fmt: skip


def test_a_revision_is_told_to_all_and_to_its_subscribers(make_server: Make) -> None:
    _, team = make_server()
    part = team.alice.item()
    _subscribe(team.bob, part, policy="latest_released")
    _subscribe(team.admin, part, policy="pinned", revision=2)
    version = team.alice.pushed(part, b"x")["id"]
    with team.bob.stream() as bob, team.admin.stream() as admin, team.viewer.stream() as viewer:
        body = {"version": version, "comment": "go", "workstation_id": team.alice.workstation}
        assert team.alice.http.post(f"/api/items/{part}/revisions", json=body).status_code == 201
        team.alice.item()
        for stream, expected in (
            (bob, ["revision.created", "item.updated", "subscription.revision", "item.created"]),
            (admin, ["revision.created", "item.updated", "item.created"]),
            (viewer, ["revision.created", "item.updated", "item.created"]),
        ):
            assert stream.types_until("item.created") == expected
    with team.bob.stream(0) as bob:
        told = bob.until("subscription.revision")["data"]
    assert told["version"]["id"] == version
    assert told == told | {
        "part_number": part, "revision_number": 1, "previous_revision": None, "user": "alice",
        "workstation_id": team.alice.workstation, "comment": "go",
    }  # fmt: skip


def test_a_workstation_is_told_of_its_own_subscriptions(make_server: Make) -> None:
    _, team = make_server()
    part = team.alice.item()
    with team.bob.stream() as bob, team.viewer.stream() as viewer:
        made = _subscribe(team.bob, part)
        team.bob.http.patch(f"/api/subscriptions/{made['id']}", json={"paused": True})
        team.bob.http.delete(f"/api/subscriptions/{made['id']}")
        told = [bob.until("subscription.update")["data"] for _ in range(3)]
        team.alice.item()
        assert viewer.types_until("item.created") == ["item.created"]
    assert [change["change"] for change in told] == ["made", "changed", "removed"]
    assert told[1]["subscription"]["paused"] is True
