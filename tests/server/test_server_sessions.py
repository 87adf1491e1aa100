"""Edit sessions: conflicts, leases, fences, force-release."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from silo_core.model.interference import InterferenceQuery
from silo_core.model.verdict import Judgement, Reason, Verdict
from silo_core.rules.interference import judge_builtin
from silo_core.testing import Clock
from silo_server.embedded import EmbeddedServer
from silo_server.judging import installed_rules
from tests.server.kit import Person, Team, error_of

Make = Callable[..., tuple[EmbeddedServer, Team]]

DAG = {
    "nodes": [
        {"node_key": name, "metadata": {"label": f"Label of {name}"}}
        for name in ("Sketch001", "Sketch002", "Pocket", "Pocket001", "Fillet", "Body")
    ],
    "edges": [
        {"source_key": source, "target_key": target}
        for source, target in (
            ("Sketch001", "Pocket"), ("Pocket", "Pocket001"), ("Sketch002", "Pocket001"),
            ("Pocket001", "Fillet"), ("Fillet", "Body"),
        )
    ],
}  # fmt: skip


@pytest.fixture
def bracket(team: Team) -> str:
    """An item with a feature graph."""
    part = team.alice.item()
    assert team.alice.http.put(f"/api/items/{part}/dag", json=DAG).status_code == 200
    return part


def test_a_session_is_granted_listed_and_released(team: Team) -> None:
    part = team.alice.item()
    version = team.alice.pushed(part, b"x")
    granted = team.alice.take(part, "Sketch", base=version["id"])
    assert granted["id"] == granted["session_id"]
    assert (granted["interference"], granted["conflicts"]) == ("none", [])
    assert (granted["lease_seconds"], granted["head"]) == (60, version)
    listed = team.bob.http.get(f"/api/items/{part}/edit-sessions").json()["sessions"]
    assert listed == [{key: granted[key] for key in listed[0]}]
    assert listed[0]["user"] == "alice"
    assert listed[0]["workstation"] == "alice-ws"

    path = f"/api/items/{part}/edit-sessions/{granted['id']}"
    assert error_of(team.bob.http.delete(path)) == (403, "forbidden")
    assert team.alice.http.delete(path).status_code == 204
    assert error_of(team.alice.http.delete(path)) == (404, "not_found")
    assert team.bob.held(part) == set()


def test_the_caller_s_sessions_and_everybody_s(team: Team) -> None:
    part = team.alice.item()
    mine, theirs = team.alice.take(part, "A")["id"], team.bob.take(part, "B")["id"]

    def listed(**params: str) -> set[str]:
        body = team.alice.http.get("/api/edit-sessions", params=params).json()
        return {session["id"] for session in body["sessions"]} & {mine, theirs}

    assert listed() == {mine}
    assert listed(all="true") == {mine, theirs}


def test_the_same_object_is_blocked_with_its_holder(team: Team) -> None:
    part = team.alice.item()
    held = team.alice.take(part, "Sketch")
    answer = team.bob.acquire(part, "Sketch")
    assert error_of(answer) == (409, "hard_interference")
    assert "alice" in answer.json()["message"]
    assert answer.json()["holder"] == {
        "session_id": held["id"], "user": "alice", "username": "alice", "workstation": "alice-ws",
        "context_level": "sketch", "object_id": "Sketch", "acquired_at": held["acquired_at"],
    }  # fmt: skip
    assert team.bob.held(part) == {held["id"]}


def test_another_level_of_the_same_object_is_soft(team: Team) -> None:
    part = team.alice.item()
    team.alice.take(part, "Body", context_level="partdesign")
    answer = team.bob.take(part, "Body", context_level="assembly")
    assert (answer["interference"], answer["conflicts"][0]["shared_nodes"]) == ("soft", ["Body"])


def test_cones_that_meet_are_soft_and_named(team: Team, bracket: str) -> None:
    held = team.alice.take(bracket, "Sketch001")
    assert held["dependency_cone"] == ["Body", "Fillet", "Pocket", "Pocket001", "Sketch001"]
    answer = team.bob.take(bracket, "Sketch002")
    assert answer["interference"] == "soft"
    (conflict,) = answer["conflicts"]
    assert conflict["shared_nodes"] == ["Body", "Fillet", "Pocket001"]
    assert (conflict["user"], conflict["workstation"]) == ("alice", "alice-ws")
    assert (conflict["session_id"], conflict["object_id"]) == (held["id"], "Sketch001")
    assert (conflict["context_level"], conflict["rule"]) == ("sketch", "shared_cone")
    assert conflict["acquired_at"] == held["acquired_at"]
    assert "alice" in conflict["reason"]


def test_a_cone_that_is_sent_counts_before_the_stored_graph(team: Team, bracket: str) -> None:
    held = team.alice.take(bracket, "Sketch001", dependency_cone=["Pocket"])
    assert held["dependency_cone"] == ["Pocket", "Sketch001"]
    assert team.bob.take(bracket, "Sketch002")["interference"] == "none"


def test_what_one_holds_is_answered_again_and_renewed(make_server: Make, clock: Clock) -> None:
    _, team = make_server()
    part = team.alice.item()
    first = team.alice.take(part, "Sketch")
    clock.move(40)
    again = team.alice.take(part, "Sketch", dependency_cone=["Pad"])
    assert (again["id"], again["fence"]) == (first["id"], first["fence"])
    assert again["expires_at"] > first["expires_at"]
    assert again["dependency_cone"] == ["Pad", "Sketch"]
    other = team.person("alice", "second-ws")
    assert error_of(other.acquire(part, "Sketch")) == (409, "hard_interference")


def test_fences_grow_with_every_grant(make_server: Make, clock: Clock) -> None:
    server, team = make_server()
    part = team.alice.item()
    fences = [team.alice.take(part, name)["fence"] for name in ("A", "B")]
    clock.move(100)
    fences.append(team.bob.take(part, "A")["fence"])
    server.stop()
    server.start()
    fences.append(team.bob.take(part, "B")["fence"])
    assert fences == sorted(set(fences))


def test_a_lease_ends_by_itself(make_server: Make, clock: Clock) -> None:
    _, team = make_server()
    part = team.alice.item()
    session = team.alice.take(part, "Sketch")
    clock.move(59)
    assert team.bob.held(part) == {session["id"]}
    with team.viewer.stream() as stream:
        clock.move(2)
        assert team.bob.held(part) == set()  # at once, whether swept or not
        released = stream.until("edit.session_released")["data"]
    assert (released["session_id"], released["reason"]) == (session["id"], "expired")
    assert team.bob.take(part, "Sketch")["interference"] == "none"


def test_an_expired_lease_does_not_block_before_it_is_swept(
    make_server: Make, clock: Clock
) -> None:
    _, team = make_server()
    part = team.alice.item()
    for taker, other in ((team.alice, team.bob), (team.bob, team.alice)) * 3:
        taker.take(part, "Sketch")
        assert other.acquire(part, "Sketch").status_code == 409
        clock.move(61)


def test_a_heartbeat_keeps_sessions_and_tells_of_lost_ones(make_server: Make, clock: Clock) -> None:
    _, team = make_server()
    part = team.alice.item()
    path = f"/api/workstations/{team.alice.workstation}/heartbeat"
    session = team.alice.take(part, "Sketch")["id"]
    for _ in range(3):
        clock.move(50)
        answer = team.alice.http.post(path, json={"session_ids": [session, "es-gone"]})
        assert answer.json() == {"alive": [session], "lost": ["es-gone"], "lease_seconds": 60}
    clock.move(61)
    answer = team.alice.http.post(path, json={"session_ids": [session]})
    assert answer.json()["lost"] == [session]


def test_an_open_stream_keeps_sessions_for_a_lease_after_it_closes(
    make_server: Make, clock: Clock
) -> None:
    server, team = make_server()
    part = team.alice.item()
    with team.alice.stream():
        session = team.alice.take(part, "Sketch")["id"]
        for _ in range(5):
            clock.move(1000)
            assert team.bob.held(part) == {session}
            assert team.bob.acquire(part, "Sketch").status_code == 409
    _until(lambda: not server.connected)
    _until(lambda: team.bob.held(part) == {session})  # nobody waits for the renewal at its end
    clock.move(59)
    assert team.bob.held(part) == {session}
    clock.move(2)
    assert team.bob.held(part) == set()


def _until(holds: Callable[[], bool]) -> None:
    deadline = threading.Event()
    for _ in range(100):
        if holds():
            return
        deadline.wait(0.05)
    pytest.fail("it did not come to hold")


def test_a_server_that_was_down_gives_everybody_time_to_return(
    make_server: Make, clock: Clock
) -> None:
    server, team = make_server()
    part = team.alice.item()
    session = team.alice.take(part, "Sketch")["id"]
    server.stop()
    clock.move(3600)
    server.start()
    clock.move(59)
    assert team.bob.held(part) == {session}
    clock.move(2)
    assert team.bob.held(part) == set()


def test_of_many_who_race_for_one_object_exactly_one_wins(team: Team) -> None:
    people = [team.person("alice" if n % 2 else "bob", f"ws-{n}") for n in range(12)]
    for attempt in range(5):
        part = team.alice.item()
        ready = threading.Barrier(len(people))
        answers: list[int] = []

        def race(
            person: Person, part: str = part, ready: threading.Barrier = ready,
            answers: list[int] = answers,
        ) -> None:  # fmt: skip
            ready.wait()
            answers.append(person.acquire(part, "Sketch").status_code)

        threads = [threading.Thread(target=race, args=(person,)) for person in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answers) == [200] + [409] * 11, attempt
        assert len(team.alice.held(part)) == 1


def test_a_forced_release_is_told_to_all_and_to_the_holder_and_audited(
    make_server: Make, tmp_path: Path
) -> None:
    _, team = make_server()
    part = team.alice.item()
    session = team.alice.take(part, "Sketch")["id"]
    path = f"/api/items/{part}/edit-sessions/{session}/force-release"
    with team.alice.stream() as alice, team.bob.stream() as bob:
        gone = team.admin.http.request("DELETE", path, json={"reason": "on holiday"})
        assert gone.status_code == 204
        assert alice.until("edit.session_released")["data"]["reason"] == "forced"
        forced = alice.until("edit.force_released")["data"]
        team.alice.item()
        assert bob.types_until("item.created") == ["edit.session_released", "item.created"]
    assert forced == {
        "part_number": part, "session_id": session, "object_id": "Sketch", "admin": "root",
        "reason": "on holiday",
    }  # fmt: skip
    with sqlite3.connect(tmp_path / "data" / "silo.db") as database:
        rows = database.execute("SELECT admin, action, part_number, reason FROM audit").fetchall()
    database.close()
    assert rows == [("root", "force_release", part, "on holiday")]
    assert error_of(team.admin.http.delete(path)) == (404, "not_found")


def test_who_is_left_of_a_soft_pair_is_told(make_server: Make) -> None:
    _, team = make_server()
    part = team.alice.item()
    first = team.alice.take(part, "A", dependency_cone=["Body"])["id"]
    left = team.bob.take(part, "B", dependency_cone=["Body"])["id"]
    team.alice.take(part, "C", dependency_cone=["Body"])  # alice is no conflict of her own
    team.admin.take(part, "Elsewhere")
    with team.alice.stream() as alice, team.bob.stream() as bob, team.admin.stream() as admin:
        team.alice.http.delete(f"/api/items/{part}/edit-sessions/{first}")
        assert bob.until("edit.interference_resolved")["data"] == {
            "part_number": part, "session_id": left, "object_id": "B",
            "resolved_session_id": first,
        }  # fmt: skip
        team.alice.item()
        for stream in (alice, admin):
            assert "edit.interference_resolved" not in stream.types_until("item.created")


def _released_is_final(query: InterferenceQuery) -> Judgement:
    final = query.label.startswith("Label of Body")
    reason = Reason(Verdict.HARD, "final", "It is released; make a new revision first.")
    return Judgement.combine([judge_builtin(query), Judgement((reason,) if final else ())])


def test_a_rule_binds_everyone_and_may_refuse_without_a_holder(make_server: Make) -> None:
    _, team = make_server(judge=_released_is_final)
    part = team.alice.item()
    team.alice.http.put(f"/api/items/{part}/dag", json=DAG)
    answer = team.alice.acquire(part, "Body", context_level="partdesign")
    assert error_of(answer) == (409, "hard_interference")
    assert answer.json()["holder"] is None
    assert answer.json()["message"] == "It is released; make a new revision first."
    assert team.alice.take(part, "Sketch001")["interference"] == "none"


def test_a_rule_that_raises_costs_only_its_own_request(make_server: Make) -> None:
    def broken(query: InterferenceQuery) -> Judgement:
        if query.object_id == "Bad":
            raise RuntimeError("a rule that is called without isolation")
        return judge_builtin(query)

    _, team = make_server(judge=broken)
    part = team.alice.item()
    bad = team.alice.acquire(part, "Bad")
    assert error_of(bad) == (500, "internal")
    assert "Traceback" not in bad.text
    assert team.alice.take(part, "Good")
    assert len(team.bob.held(part)) == 1


def test_the_installed_rules_include_the_built_in_ones(make_server: Make) -> None:
    _, team = make_server(judge=installed_rules().interference)
    part = team.alice.item()
    team.alice.take(part, "Sketch")
    assert error_of(team.bob.acquire(part, "Sketch")) == (409, "hard_interference")


def test_a_graph_of_many_objects_is_no_obstacle(team: Team) -> None:
    part = team.alice.item()
    count = 20_000
    nodes = [{"node_key": f"N{n}"} for n in range(count)]
    edges = [{"source_key": f"N{n}", "target_key": f"N{n + 1}"} for n in range(count - 1)]
    team.alice.http.put(f"/api/items/{part}/dag", json={"nodes": nodes, "edges": edges})
    assert len(team.alice.take(part, "N0")["dependency_cone"]) == count
    assert team.bob.take(part, f"N{count - 1}")["interference"] == "soft"
