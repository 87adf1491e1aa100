"""Checkpoints: all or nothing, once and for good."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable

from silo_server.embedded import EmbeddedServer
from tests.server.kit import Team, error_of, fresh

Make = Callable[..., tuple[EmbeddedServer, Team]]
DAG = {"nodes": [{"node_key": "Pad"}], "edges": []}


def test_a_checkpoint_is_version_head_graph_and_the_end_of_its_sessions(make_server: Make) -> None:
    _, team = make_server()
    part = team.alice.item()
    body = team.alice.take(part, "Body", context_level="partdesign")["id"]
    sketch = team.alice.take(part, "Sketch")["id"]
    other = team.alice.take(part, "Other")["id"]
    with team.bob.stream() as bob:
        answer = team.alice.push(
            part, b"content", context="body_close", session_id=sketch, session_ids=[sketch, body],
            base=None, sha256=hashlib.sha256(b"content").hexdigest(), size=7, dag=DAG,
            changes=["Pad: Length 5 → 7"], comment="longer", future_member=1,
        )  # fmt: skip
        ended = [bob.until("edit.session_released")["data"] for _ in range(2)]
    assert answer.status_code == 201
    version = answer.json()["version"]
    assert answer.json() == {
        "checkpoint": version, "version": version, "subscribers_notified": 0, "handed_to": None
    }  # fmt: skip
    assert version == version | {
        "kind": "checkpoint", "revision_number": None, "size": 7, "user": "alice",
        "workstation_id": team.alice.workstation, "context": "body_close", "comment": "longer",
        "parent": None, "changes": ["Pad: Length 5 → 7"],
    }  # fmt: skip
    assert team.bob.head(part) == version
    assert team.bob.content(part, version["id"]).content == b"content"
    assert team.bob.http.get(f"/api/items/{part}/dag").json()["nodes"][0]["node_key"] == "Pad"
    assert team.bob.http.get(f"/api/items/{part}").json()["file_name"] == "part.FCStd"
    assert team.bob.held(part) == {other}
    assert [(end["session_id"], end["reason"]) for end in ended] == [
        (sketch, "checkpoint"), (body, "checkpoint")
    ]  # fmt: skip


def test_a_push_from_an_old_base_changes_nothing(team: Team) -> None:
    part = team.alice.item()
    first = team.alice.pushed(part, b"1", base=None, dag=DAG)
    head = team.bob.pushed(part, b"2", base=first["id"])
    session = team.alice.take(part, "Sketch")["id"]
    for base in (first["id"], None, "v-unknown"):
        answer = team.alice.push(part, b"3", base=base, session_id=session, dag={"nodes": []})
        assert error_of(answer) == (409, "head_moved")
        assert answer.json()["head"] == head
    assert team.alice.head(part) == head
    assert team.alice.held(part) == {session}
    assert len(team.alice.http.get(f"/api/items/{part}/dag").json()["nodes"]) == 1
    assert len(team.alice.http.get(f"/api/items/{part}/versions").json()["versions"]) == 2


def test_a_base_that_is_not_named_is_not_checked(team: Team) -> None:
    part = team.alice.item()
    first = team.alice.pushed(part, b"1")
    assert team.bob.pushed(part, b"2")["parent"] == first["id"]


def test_a_rescue_is_always_kept_and_never_head(team: Team) -> None:
    part = team.alice.item()
    first = team.alice.pushed(part, b"1", dag=DAG)
    head = team.bob.pushed(part, b"2", base=first["id"])
    session = team.alice.take(part, "Sketch")["id"]
    rescue = team.alice.pushed(
        part, b"mine", base=first["id"], rescue=True, session_id=session, dag={"nodes": []}
    )
    assert (rescue["kind"], rescue["parent"]) == ("rescue", first["id"])
    assert team.alice.head(part) == head
    assert team.alice.held(part) == set()
    assert team.alice.content(part, rescue["id"]).content == b"mine"
    assert len(team.alice.http.get(f"/api/items/{part}/dag").json()["nodes"]) == 1
    versions = team.alice.http.get(f"/api/items/{part}/versions").json()["versions"]
    assert versions[0] == rescue
    body = {"version": rescue["id"]}
    assert error_of(team.alice.http.post(f"/api/items/{part}/revisions", json=body)) == (
        409, "not_a_checkpoint"
    )  # fmt: skip


def test_content_that_is_not_what_was_announced_is_refused(team: Team) -> None:
    part = team.alice.item()
    session = team.alice.take(part, "Sketch")["id"]
    digest = hashlib.sha256(b"content").hexdigest()
    for sha256, size in ((digest, 8), ("0" * 64, 7), ("0" * 64, None), (None, 6)):
        answer = team.alice.push(part, b"content", session_id=session, sha256=sha256, size=size)
        assert error_of(answer) == (422, "content_mismatch")
    assert error_of(team.alice.push(part, b"x", sha256="short")) == (422, "invalid_value")
    assert team.alice.head(part) is None
    assert team.alice.held(part) == {session}


def test_a_repeated_push_is_one_checkpoint_even_after_a_restart(make_server: Make) -> None:
    server, team = make_server()
    part = team.alice.item()
    session = team.alice.take(part, "Sketch")["id"]
    members = {"base": None, "session_id": session, "key": "key-1"}
    first = team.alice.push(part, b"content", **members)
    assert first.status_code == 201
    team.bob.pushed(part, b"newer", base=first.json()["version"]["id"])
    for _ in range(2):
        again = team.alice.push(part, b"content", **members)
        assert (again.status_code, again.json()) == (201, first.json())
        server.stop()
        server.start()
    assert len(team.alice.http.get(f"/api/items/{part}/versions").json()["versions"]) == 2
    other = team.alice.push(part, b"other", **members)
    assert error_of(other) == (422, "idempotency_key_reused")
    elsewhere = team.alice.push(team.alice.item(), b"content", key="key-1", base=None)
    assert error_of(elsewhere) == (422, "idempotency_key_reused")
    assert team.bob.push(part, b"content", key="key-1").status_code == 201  # a key is its user's


def test_a_refused_push_does_not_use_its_key_up(team: Team) -> None:
    part, key = team.alice.item(), fresh("key")
    head = team.bob.pushed(part, b"1")
    assert team.alice.push(part, b"2", key=key, base=None).status_code == 409
    assert team.alice.push(part, b"2", key=key, base=head["id"]).status_code == 201


def test_the_same_push_many_times_at_once_is_one_checkpoint(team: Team) -> None:
    part, key = team.alice.item(), fresh("key")
    people = [team.person("alice") for _ in range(8)]
    answers: list[str] = []

    def push(number: int) -> None:
        answer = people[number].push(
            part, b"same", key=key, base=None, workstation_id=team.alice.workstation
        )
        answers.append(answer.text)

    threads = [threading.Thread(target=push, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(answers)) == 1
    assert len(team.alice.http.get(f"/api/items/{part}/versions").json()["versions"]) == 1


def test_a_session_that_ended_before_is_no_error(team: Team) -> None:
    part = team.alice.item()
    session = team.alice.take(part, "Sketch")["id"]
    team.alice.http.delete(f"/api/items/{part}/edit-sessions/{session}")
    assert team.alice.pushed(part, b"x", base=None, session_ids=[session, "es-never"])


def test_a_session_of_another_workstation_or_item_is_not_ended(team: Team) -> None:
    part, other = team.alice.item(), team.alice.item()
    theirs = team.bob.take(part, "Sketch")["id"]
    answer = team.alice.push(part, b"x", session_id=theirs)
    assert error_of(answer) == (403, "forbidden")
    elsewhere = team.alice.take(other, "Sketch")["id"]
    assert error_of(team.alice.push(part, b"x", session_id=elsewhere)) == (422, "invalid_value")
    assert team.alice.head(part) is None
    assert team.bob.held(part) == {theirs}
    assert team.bob.held(other) == {elsewhere}


def test_a_checkpoint_for_a_handoff_ends_its_session_as_one(make_server: Make) -> None:
    _, team = make_server()
    part = team.alice.item()
    session = team.alice.take(part, "Sketch")["id"]
    with team.bob.stream() as bob:
        team.alice.pushed(part, b"x", context="handoff", session_id=session)
        assert bob.until("edit.session_released")["data"]["reason"] == "handoff"


def test_bad_metadata_is_named(team: Team) -> None:
    part = team.alice.item()
    for members, named in (
        ({"context": "lunch"}, "context"),
        ({"size": -1}, "size"),
        ({"dag": {"nodes": [{}]}}, "dag.nodes.0.node_key"),
        ({"base": 5}, "base"),
    ):
        answer = team.alice.push(part, b"x", **members)
        assert error_of(answer) == (422, "invalid_value")
        assert named in answer.json()["message"]
    assert error_of(team.alice.push("NONE", b"x")) == (404, "not_found")


def test_metadata_may_come_as_a_part_of_type_json(team: Team) -> None:
    part = team.alice.item()
    metadata = json.dumps({"workstation_id": team.alice.workstation, "context": "manual"})
    answer = team.alice.http.post(
        f"/api/items/{part}/checkpoints",
        files={
            "metadata": ("metadata.json", metadata.encode(), "application/json"),
            "file": ("a.FCStd", b"x"),
        },
    )
    assert answer.status_code == 201


def test_a_large_graph_fits_beside_the_file(team: Team) -> None:
    part = team.alice.item()
    nodes = [{"node_key": f"Object{n}", "properties_hash": "0" * 64} for n in range(30_000)]
    assert team.alice.pushed(part, b"x", dag={"nodes": nodes, "edges": []})
