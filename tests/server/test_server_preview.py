"""What a change of subscriptions would bring, asked for before it is made."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.kit import Person, Team, error_of, fresh


@pytest.fixture
def bob(team: Team) -> Person:
    """Bob at a workstation without subscriptions."""
    return team.person("bob", "bench")


class Shelf:
    """A project of items, some with content."""

    def __init__(self, team: Team) -> None:
        self.project, self.category = fresh("project"), fresh("category")
        self._alice = team.alice
        self.parts: list[str] = []

    def item(self, *contents: bytes) -> str:
        part = self._alice.item(projects=[self.project], category=self.category)
        head = None
        for content in contents:
            head = self._alice.pushed(part, content, base=head)["id"]
        self.parts.append(part)
        return part

    def release(self, part: str) -> None:
        head = self._alice.head(part)
        assert head is not None
        path = f"/api/items/{part}/revisions"
        assert self._alice.http.post(path, json={"version": head["id"]}).status_code == 201


@pytest.fixture
def shelf(team: Team) -> Shelf:
    return Shelf(team)


def _preview(
    person: Person, *subscriptions: dict[str, Any], remove: list[str] | None = None
) -> Any:
    path = f"/api/workstations/{person.workstation}/sync/preview"
    body = {"subscriptions": list(subscriptions), "remove": remove or []}
    answer = person.http.post(path, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def _follow(person: Person, **members: Any) -> dict[str, Any]:
    body = {"workstation_id": person.workstation, **members}
    answer = person.http.post("/api/subscriptions", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def _diff(person: Person) -> Any:
    return person.http.get(f"/api/workstations/{person.workstation}/sync/diff").json()


def _ack(person: Person, part: str) -> None:
    head = person.head(part)
    assert head is not None
    answer = person.http.post(
        f"/api/workstations/{person.workstation}/sync/ack",
        json={"part_number": part, "version": head["id"], "is_checkpoint": True},
    )
    assert answer.status_code == 204


@pytest.mark.parametrize(
    ("policy", "updates", "size", "without"),
    [
        ({"policy": "latest"}, 2, 7, 1),
        ({"policy": "latest_released"}, 1, 3, 2),
        ({"policy": "pinned", "revision": 1}, 1, 3, 2),
        ({"policy": "pinned", "revision": 2}, 0, 0, 3),
    ],
)
@pytest.mark.parametrize("kind", ["project", "category"])
def test_a_preview_counts_what_the_policy_would_bring_and_is_what_then_comes(
    bob: Person,
    shelf: Shelf,
    kind: str,
    policy: dict[str, Any],
    updates: int,
    size: int,
    without: int,
) -> None:
    shelf.item()
    shelf.item(b"four")
    shelf.release(shelf.item(b"one"))
    proposal = {"target_type": kind, "target": getattr(shelf, kind), **policy}
    told = _preview(bob, proposal)
    assert told == told | {
        "items": 3, "updates": updates, "size": size, "without_content": without,
        "ruled_elsewhere": 0, "given_up": 0,
    }  # fmt: skip
    assert _diff(bob)["entries"] == [], "nothing was changed"
    _follow(bob, **proposal)
    assert _diff(bob)["entries"] == told["entries"]


def test_what_the_workstation_has_already_is_no_update(bob: Person, shelf: Shelf) -> None:
    has, _ = shelf.item(b"one"), shelf.item(b"two")
    _ack(bob, has)
    told = _preview(bob, {"target_type": "project", "target": shelf.project})
    assert (told["items"], told["updates"]) == (2, 1)


def test_items_of_many_targets_are_counted_once(bob: Person, shelf: Shelf) -> None:
    part, _ = shelf.item(b"one"), shelf.item(b"two")
    told = _preview(
        bob,
        {"target_type": "project", "target": shelf.project},
        {"target_type": "category", "target": shelf.category},
        {"target_type": "item", "target": part},
    )
    assert (told["items"], told["updates"], told["ruled_elsewhere"]) == (2, 2, 0)


def test_an_item_with_a_subscription_of_its_own_follows_that(bob: Person, shelf: Shelf) -> None:
    part, _ = shelf.item(b"one"), shelf.item(b"two")
    _follow(bob, target_type="item", target=part, policy="pinned", revision=7)
    told = _preview(bob, {"target_type": "project", "target": shelf.project})
    assert (told["items"], told["updates"], told["ruled_elsewhere"]) == (2, 1, 1)


def test_a_change_of_a_subscription_is_previewed_in_its_place(bob: Person, shelf: Shelf) -> None:
    part = shelf.item(b"one", b"two")
    made = _follow(bob, target_type="item", target=part, paused=True)
    _ack(bob, part)
    shelf._alice.pushed(part, b"three", base=bob.head(part)["id"])  # type: ignore[index] # it has one
    target = {"target_type": "item", "target": part}
    assert _preview(bob, target)["updates"] == 1
    assert _preview(bob, {**target, "paused": True})["updates"] == 0
    gone = _preview(bob, remove=[made["id"]])
    assert (gone["items"], gone["updates"], gone["given_up"]) == (1, 0, 1)


def test_giving_up_a_project_keeps_what_another_subscription_covers(
    bob: Person, shelf: Shelf
) -> None:
    kept, gone = shelf.item(b"one"), shelf.item(b"two")
    made = _follow(bob, target_type="project", target=shelf.project)
    _follow(bob, target_type="item", target=kept)
    _ack(bob, kept)
    _ack(bob, gone)
    assert _preview(bob, remove=[made["id"]])["given_up"] == 1
    bob.http.delete(f"/api/subscriptions/{made['id']}")
    assert _diff(bob)["removed"] == [gone]


def test_a_large_preview_lists_the_first_and_counts_all(bob: Person, shelf: Shelf) -> None:
    for number in range(103):
        shelf.item(bytes([number]))
    told = _preview(bob, {"target_type": "project", "target": shelf.project})
    assert (told["updates"], told["size"], len(told["entries"])) == (103, 103, 100)


def test_bad_previews_are_refused(team: Team, bob: Person, shelf: Shelf) -> None:
    path = f"/api/workstations/{bob.workstation}/sync/preview"
    part = shelf.item()
    theirs = _follow(team.alice, target_type="item", target=part)

    def refused(person: Person = bob, **body: Any) -> tuple[int, str]:
        return error_of(person.http.post(path, json=body))

    target = {"target_type": "item", "target": part}
    assert refused(subscriptions=[{**target, "target": "NONE"}]) == (404, "not_found")
    assert refused(subscriptions=[{**target, "policy": "pinned"}]) == (422, "invalid_value")
    assert refused(subscriptions=[{**target, "policy": "newest"}])[0] == 422
    assert refused(subscriptions=[target] * 1001) == (422, "invalid_value")
    assert refused(remove=["sub-none"]) == (404, "not_found")
    assert refused(remove=[theirs["id"]]) == (403, "forbidden")
    assert refused(team.alice, subscriptions=[target]) == (403, "forbidden")


def test_who_may_only_read_may_ask(team: Team, bob: Person) -> None:
    path = "/api/workstations/{}/sync/preview"
    theirs = team.viewer.http.post(path.format(bob.workstation), json={})
    assert "is not yours" in theirs.json()["message"]
    assert error_of(team.viewer.http.post(path.format("w-none"), json={})) == (404, "not_found")
