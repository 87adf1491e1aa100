"""Which rules there are, and what each of them answers about an object."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

from silo_core.model.interference import InterferenceQuery
from silo_core.model.verdict import Judgement
from silo_core.rules.interference import judge_builtin
from silo_server.embedded import EmbeddedServer
from tests.server.kit import Person, Team, error_of

Make = Callable[..., tuple[EmbeddedServer, Team]]
DAG = {
    "nodes": [{"node_key": name} for name in ("Sketch001", "Sketch002", "Pocket", "Body")],
    "edges": [
        {"source_key": source, "target_key": target}
        for source, target in (("Sketch001", "Pocket"), ("Sketch002", "Pocket"), ("Pocket", "Body"))
    ],
}


def _ask(person: Person, part: str, object_id: str, **params: str) -> httpx.Response:
    query = {"context_level": "sketch", "object_id": object_id, **params}
    return person.http.get(f"/api/items/{part}/explain", params=query)


def _explained(person: Person, part: str, object_id: str, **params: str) -> dict[str, Any]:
    answer = _ask(person, part, object_id, **params)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def _speaking(explained: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The rules that have something to say."""
    return {rule["rule"]: rule for rule in explained["rules"] if rule["reasons"]}


def test_every_rule_says_what_it_thinks_and_nothing_is_taken(team: Team) -> None:
    part = team.alice.item()
    team.alice.http.put(f"/api/items/{part}/dag", json=DAG)
    held = team.alice.take(part, "Sketch001")
    for params in ({}, {"workstation_id": team.bob.workstation}):
        same = _explained(team.bob, part, "Sketch001", **params)
        assert (same["interference"], same["reserved_for"]) == ("hard", None)
        (rule,) = _speaking(same).values()
        assert (rule["rule"], rule["verdict"], rule["problem"]) == ("same_object", "hard", "")
        (reason,) = rule["reasons"]
        assert (reason["verdict"], reason["user"]) == ("hard", "alice")
        assert (reason["workstation"], reason["object_id"]) == ("alice-ws", "Sketch001")
        assert reason["session_id"] == held["id"]
        assert "alice" in reason["text"]
        near = _explained(team.bob, part, "Sketch002", **params)
        assert (near["interference"], set(_speaking(near))) == ("soft", {"shared_cone"})
        assert _speaking(near)["shared_cone"]["reasons"][0]["shared_nodes"] == ["Body", "Pocket"]
    assert _explained(team.alice, part, "Sketch001")["interference"] == "hard"
    own = _explained(team.alice, part, "Sketch001", workstation_id=team.alice.workstation)
    assert own["interference"] == "none"
    assert team.alice.held(part) == {held["id"]}
    assert _explained(team.viewer, part, "Sketch002")["interference"] == "soft"


def test_what_is_kept_for_somebody_is_explained(make_server: Make) -> None:
    _, team = make_server()
    part = team.alice.item()
    session = team.alice.take(part, "Sketch")["id"]
    team.alice.answers(team.bob.asks_for(part, session), "release")
    mine = {"workstation_id": team.bob.workstation}
    kept = {
        "user": "bob", "workstation_id": team.bob.workstation, "cause": "handoff",
        "reserved_until": "2026-03-01T08:01:00.000000Z",
    }  # fmt: skip
    theirs = _explained(team.alice, part, "Sketch")
    assert (theirs["interference"], theirs["reserved_for"]) == ("hard", kept)
    rule = _speaking(theirs)["reservation"]
    assert rule["source"] == "silo-server"
    assert rule["reasons"][0]["text"].startswith("Sketch is kept for bob")
    own = _explained(team.bob, part, "Sketch", **mine)
    assert (own["interference"], own["reserved_for"]) == ("none", kept)
    assert team.bob.take(part, "Sketch")  # asking has not used it up


def test_a_question_is_answered_about_what_there_is(team: Team) -> None:
    part = team.alice.item()
    theirs = {"workstation_id": team.bob.workstation}
    assert error_of(_ask(team.alice, part, "Sketch", **theirs)) == (403, "forbidden")
    assert error_of(_ask(team.alice, "PRT-none", "Sketch")) == (404, "not_found")
    level = {"context_level": "kitchen"}
    assert error_of(_ask(team.alice, part, "Sketch", **level)) == (422, "invalid_value")


def test_rules_see_what_each_object_is_built_from(make_server: Make) -> None:
    asked: list[InterferenceQuery] = []

    def watching(query: InterferenceQuery) -> Judgement:
        asked.append(query)
        return judge_builtin(query)

    _, team = make_server(judge=watching)
    part = team.alice.item()
    team.alice.take(part, "Sketch001")
    team.alice.http.put(f"/api/items/{part}/dag", json=DAG)
    team.alice.take(part, "Sketch001")
    _explained(team.bob, part, "Sketch002")
    uses = {"Pocket": ("Sketch001", "Sketch002"), "Body": ("Pocket",)}
    assert [query.uses for query in asked] == [{}, uses, uses]


def test_a_server_explains_with_the_rules_that_are_installed(make_server: Make) -> None:
    _, team = make_server(judge=None)
    part = team.alice.item()
    team.alice.take(part, "Sketch")
    explained = _explained(team.bob, part, "Sketch")
    assert explained["interference"] == "hard"
    assert "same_object" in _speaking(explained)
