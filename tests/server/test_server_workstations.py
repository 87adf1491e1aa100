"""Workstations on the server: who they are, what they view, what goes with them."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from silo_core.testing import Clock
from silo_server.app import Options
from silo_server.embedded import EmbeddedServer
from tests.server.kit import Person, Team

Make = Callable[..., tuple[EmbeddedServer, Team]]


def test_a_removed_workstation_gives_everything_back(make_server: Make) -> None:
    _, team = make_server()
    part = team.alice.item()
    team.alice.take(part, "A")
    body = {"workstation_id": team.alice.workstation, "target_type": "item", "target": part}
    assert team.alice.http.post("/api/subscriptions", json=body).status_code == 201
    with team.alice.stream() as own, team.bob.stream() as bob:
        path = f"/api/workstations/{team.alice.workstation}"
        assert team.alice.http.delete(path).status_code == 204
        assert bob.until("edit.session_released")["data"]["reason"] == "released"
        list(own.blocks())  # ends
    assert team.bob.held(part) == set()
    assert team.alice.http.get("/api/workstations").json() == {"workstations": []}


def test_the_same_machine_is_the_same_workstation(team: Team) -> None:
    def register(person: Person, name: str) -> httpx.Response:
        body = {"name": name, "fingerprint": "one-and-the-same"}
        return person.http.post("/api/workstations", json=body)

    first, again = register(team.alice, "old").json(), register(team.alice, "new").json()
    assert first["id"] == again["id"] == again["workstation_id"]
    assert again["name"] == "new"
    assert register(team.bob, "old").json()["id"] != first["id"]
    listed = team.alice.http.get("/api/workstations").json()["workstations"]
    assert again in listed
    assert all(workstation["id"] != team.bob.workstation for workstation in listed)


def test_viewing_is_told_once_and_ends_with_the_workstation(
    make_server: Make, clock: Clock
) -> None:
    _, team = make_server(options=Options(lease_seconds=1))
    path = f"/api/workstations/{team.alice.workstation}/heartbeat"
    with team.bob.stream() as bob:
        for _ in range(2):
            team.alice.http.post(path, json={"viewing": ["PRT-1", "PRT-2"]})
        told = bob.until("presence.viewing")["data"]
        assert (told["user"], told["viewing"]) == ("alice", ["PRT-1", "PRT-2"])
        assert told["workstation_id"] == team.alice.workstation
        clock.move(2)
        assert bob.until("presence.viewing")["data"]["viewing"] == []


def test_the_sessions_of_an_item_are_listed_with_who_has_it_open(make_server: Make) -> None:
    _, team = make_server()
    alice, bob = team.alice, team.bob
    for part_number in ("PRT-1", "PRT-2"):
        alice.http.post("/api/items", json={"part_number": part_number})
    beat = f"/api/workstations/{alice.workstation}/heartbeat"
    alice.http.post(beat, json={"viewing": ["PRT-1"]})
    listing = bob.http.get("/api/items/PRT-1/edit-sessions").json()
    assert listing["sessions"] == []
    (viewer,) = listing["viewing"]
    assert (viewer["user"], viewer["workstation_id"]) == ("alice", alice.workstation)
    assert viewer["workstation"]
    assert bob.http.get("/api/items/PRT-2/edit-sessions").json()["viewing"] == []
