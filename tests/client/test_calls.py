"""What the calls send and how they read answers, of servers with and without extensions."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from silo_core.model.answers import HandoffAnswer, Heartbeat, ServerInfo
from silo_core.model.context import ContextLevel
from silo_core.model.errors import HardInterferenceError, NotFoundError, ProtocolError
from silo_core.model.event import Event
from silo_core.model.item import Version, VersionKind
from silo_core.model.subscription import Policy, TargetType
from silo_core.model.verdict import Verdict
from silo_core.rules.presence import Presence, with_event

if TYPE_CHECKING:
    from tests.client.conftest import FakeServer

VERSION = {"id": "v1", "kind": "checkpoint", "sha256": "", "size": 0}
ACQUIRED = {"session_id": "s1", "interference": "none", "conflicts": []}
SUBSCRIPTION = {
    "id": "sub1",
    "workstation_id": "w1",
    "target_type": "item",
    "target": "P-1",
    "policy": "latest",
    "paused": False,
    "created_at": "2026-11-01T10:00:00Z",
}
ALL = {"acks", "audit", "base", "explain", "handoff", "history", "idempotency", "lease", "waiting"}
HOLE = ("w1", ContextLevel.SKETCH, "Sk")


def acquire(server: FakeServer, **options: Any) -> Any:
    level = ContextLevel.SKETCH
    return server.client.acquire_edit_session("P-1", "w1", level, "Sk", ["Pad", "Sk"], **options)


# -- sessions ------------------------------------------------------------------------------------


def test_acquiring_answers_a_whole_session_even_from_a_server_that_says_little(
    server: FakeServer,
) -> None:
    server.on("POST /api/items/P-1/edit-sessions", ACQUIRED)
    got = acquire(server, base="v7")
    assert server.body == {
        "workstation_id": "w1",
        "context_level": "sketch",
        "object_id": "Sk",
        "dependency_cone": ["Pad", "Sk"],
    }
    assert (got.session.id, got.session.part_number, got.session.object_id) == ("s1", "P-1", "Sk")
    assert got.session.dependency_cone == ("Pad", "Sk")
    assert (got.verdict, got.conflicts, got.head, got.session.fence) == (
        Verdict.NONE,
        (),
        None,
        None,
    )


def test_acquiring_reads_conflicts_as_reasons_and_the_extensions(full_server: FakeServer) -> None:
    conflict = {
        "user": "alice",
        "workstation": "desk",
        "session_id": "s9",
        "object_id": "Sketch001",
        "context_level": "sketch",
        "shared_nodes": ["Pocket", "Body"],
        "reason": "alice edits Sketch001.",
    }
    answer = {
        "id": "s1",
        "interference": "soft",
        "conflicts": [conflict, {"reason": "Rule says careful."}],
        "fence": 12,
        "expires_at": "2026-11-01T10:01:00Z",
        "lease_seconds": 60,
        "head": VERSION,
    }
    full_server.on("POST /api/items/P-1/edit-sessions", answer)
    got = acquire(full_server)
    assert full_server.body["base"] is None
    assert (got.verdict, got.session.fence, got.lease_seconds) == (Verdict.SOFT, 12, 60.0)
    assert got.head == Version("v1", VersionKind.CHECKPOINT)
    first, second = got.conflicts
    assert (first.text, first.shared_nodes) == ("alice edits Sketch001.", ("Body", "Pocket"))
    assert first.session is not None
    assert first.session.user == "alice"
    assert (second.verdict, second.session) == (Verdict.SOFT, None)


def test_a_hard_conflict_carries_its_holder_and_message(server: FakeServer) -> None:
    holder = {
        "session_id": "s9",
        "username": "alice",
        "workstation": "desk",
        "context_level": "sketch",
        "object_id": "Sk",
        "acquired_at": "2026-11-01T10:00:00Z",
    }
    refusal = {"error": "hard_interference", "message": "alice edits Sk.", "holder": holder}
    server.on("POST /api/items/P-1/edit-sessions", refusal, 409)
    with pytest.raises(HardInterferenceError, match="alice edits Sk") as caught:
        acquire(server)
    assert caught.value.holder is not None
    assert (caught.value.holder.user, caught.value.status) == ("alice", 409)


@pytest.mark.parametrize("holder", [None, 7, {"session_id": None}, [], "alice"])
def test_a_hard_conflict_stays_hard_when_its_holder_cannot_be_read(
    server: FakeServer, holder: object
) -> None:
    refusal = {"error": "hard_interference", "holder": holder}
    server.on("POST /api/items/P-1/edit-sessions", refusal, 409)
    with pytest.raises(HardInterferenceError, match="edits this") as caught:
        acquire(server)
    assert caught.value.holder is None


def test_what_is_kept_for_somebody_has_a_holder_without_a_session(server: FakeServer) -> None:
    holder = {
        "session_id": "",
        "user": "bob",
        "workstation": "",
        "context_level": "sketch",
        "object_id": "Sk",
        "acquired_at": None,
        "reserved_until": "2026-11-01T10:00:00Z",
    }
    refusal = {"error": "hard_interference", "message": "Kept for bob.", "holder": holder}
    server.on("POST /api/items/P-1/edit-sessions", refusal, 409)
    with pytest.raises(HardInterferenceError, match="Kept for bob") as caught:
        acquire(server)
    found = caught.value.holder
    assert found is not None
    assert (found.session_id, found.user, found.acquired_at) == ("", "bob", None)
    assert found.reserved_until == datetime(2026, 11, 1, 10, tzinfo=UTC)


def test_a_session_granted_hard_or_otherwise_is_no_answer(server: FakeServer) -> None:
    for interference in ("hard", "", None):
        server.on("POST /api/items/P-1/edit-sessions", {"id": "s", "interference": interference})
        with pytest.raises(ProtocolError):
            acquire(server)


def test_sessions_are_listed_released_and_forced(server: FakeServer) -> None:
    known = {"user": "alice", "acquired_at": "2026-11-01T10:00:00Z"}
    session = {**asdict(_acquired_session(server)), **known}
    server.on("GET /api/items/P-1/edit-sessions", {"sessions": [session]})
    server.on("GET /api/edit-sessions", {"sessions": None})
    server.on("DELETE /api/items/P-1/edit-sessions/s1", b"", 204)
    server.on("DELETE /api/items/P-1/edit-sessions/s1/force-release", b"", 204)
    assert [found.id for found in server.client.get_edit_sessions("P-1")] == ["s1"]
    assert server.client.list_edit_sessions(of_all=True) == ()
    assert server.last.url.query == b"all=true"
    server.client.release_edit_session("P-1", "s1")
    server.client.force_release("P-1", "s1", "went home")
    assert server.body == {"reason": "went home"}
    with pytest.raises(NotFoundError):
        server.client.release_edit_session("P-1", "s2")


def _acquired_session(server: FakeServer) -> Any:
    server.on("POST /api/items/P-1/edit-sessions", ACQUIRED)
    return acquire(server).session


# -- extensions ----------------------------------------------------------------------------------


def test_the_server_is_asked_once_what_it_has(full_server: FakeServer) -> None:
    assert full_server.client.server_info() == full_server.client.server_info()
    assert full_server.client.server_info().extensions == ALL
    assert len(full_server.requests) == 1
    full_server.client.server_info(refresh=True)
    assert len(full_server.requests) == 2


def test_a_server_that_does_not_know_the_question_has_no_extensions(server: FakeServer) -> None:
    assert server.client.server_info() == ServerInfo()


def test_without_extensions_nothing_is_sent_that_the_server_does_not_know(
    server: FakeServer,
) -> None:
    assert server.client.heartbeat("w1", ["s1"], ["P-1"]) == Heartbeat(("s1",))
    server.client.answer_handoff("h1", HandoffAnswer.DEFER)
    assert [request.url.path for request in server.requests] == ["/api/server"]


def test_without_history_versions_are_the_revisions(server: FakeServer, tmp_path: Path) -> None:
    server.on(
        "GET /api/items/P-1/revisions",
        {"revisions": [{"revision_number": 1}, {"revision_number": 2, "comment": "second"}]},
    )
    server.on("GET /api/items/P-1/file/2", b"bytes")
    newest, _ = server.client.list_versions("P-1").versions
    assert (newest.id, newest.kind, newest.comment) == ("2", VersionKind.REVISION, "second")
    server.client.download_version("P-1", newest, tmp_path / "part.FCStd")
    assert (tmp_path / "part.FCStd").read_bytes() == b"bytes"
    with pytest.raises(NotFoundError):
        server.client.download_version(
            "P-1", Version("v1", VersionKind.CHECKPOINT), tmp_path / "other"
        )


def test_with_extensions_heartbeat_and_handoff_are_sent(full_server: FakeServer) -> None:
    full_server.on("POST /api/workstations/w1/heartbeat", {"alive": [], "lost": ["s1"]})
    full_server.on(
        "POST /api/items/P-1/edit-sessions/s1/request-handoff", {"handoff_id": "h1"}, 202
    )
    full_server.on("POST /api/handoffs/h1/answer", b"", 204)
    assert full_server.client.heartbeat("w1", ["s1"], ["P-1"]).lost == ("s1",)
    assert full_server.body == {"session_ids": ["s1"], "viewing": ["P-1"]}
    handoff = full_server.client.request_handoff("P-1", "s1", "please", workstation_id="w2")
    assert handoff == "h1"
    assert full_server.body == {"message": "please", "workstation_id": "w2"}
    full_server.client.answer_handoff("h1", HandoffAnswer.RELEASE)
    assert full_server.body == {"answer": "release"}


def test_waiting_answers_the_place_in_the_line(full_server: FakeServer) -> None:
    full_server.on("POST /api/items/P-1/waiting", {"position": 3}, 202)
    full_server.on("DELETE /api/items/P-1/waiting", b"", 204)
    client = full_server.client
    assert client.keeps_waiting_lists
    assert client.wait_for("P-1", *HOLE) == 3
    named = {"workstation_id": "w1", "context_level": "sketch", "object_id": "Sk"}
    assert full_server.body == named
    client.stop_waiting("P-1", *HOLE)
    assert dict(full_server.last.url.params) == named
    answers: list[object] = [{}, {"position": "first"}, []]
    for nonsense in answers:
        full_server.on("POST /api/items/P-1/waiting", nonsense, 202)
        with pytest.raises(ProtocolError):
            client.wait_for("P-1", *HOLE)


def test_rules_are_read_as_what_each_of_them_answered(full_server: FakeServer) -> None:
    hard = {
        "verdict": "hard",
        "text": "alice edits Sk.",
        "user": "alice",
        "workstation": "desk",
        "workstation_id": "w9",
        "session_id": "s9",
        "object_id": "Sk",
        "context_level": "sketch",
        "acquired_at": "2026-11-01T10:00:00Z",
    }
    rules = [
        {"rule": "same_object", "source": "silo-core", "verdict": "hard", "reasons": [hard]},
        {"rule": "quiet", "source": "acme", "verdict": "none", "reasons": []},
        {"rule": "broken", "source": "acme", "reasons": [{"text": "It failed."}], "problem": "bad"},
    ]
    full_server.on("GET /api/items/P-1/explain", {"interference": "hard", "rules": rules})
    first, quiet, broken = full_server.client.explain("P-1", ContextLevel.SKETCH, "Sk", "w1")
    assert full_server.client.explains_rules
    assert dict(full_server.last.url.params) == {
        "workstation_id": "w1",
        "context_level": "sketch",
        "object_id": "Sk",
    }
    assert (first.rule, first.source, first.verdict) == ("same_object", "silo-core", Verdict.HARD)
    (reason,) = first.reasons
    assert (reason.rule, reason.text) == ("same_object", "alice edits Sk.")
    assert reason.session is not None
    assert (reason.session.user, reason.session.id) == ("alice", "s9")
    assert (quiet.verdict, quiet.reasons) == (Verdict.NONE, ())
    assert (broken.verdict, broken.problem) == (Verdict.SOFT, "bad")

    full_server.client.explain("P-1", "sketch", "Sk")
    assert "workstation_id" not in full_server.last.url.params
    odd = {"rules": [{"rule": "x", "reasons": [{"verdict": "perhaps", "text": "?"}]}]}
    full_server.on("GET /api/items/P-1/explain", odd)
    with pytest.raises(ProtocolError, match="perhaps"):
        full_server.client.explain("P-1", "sketch", "Sk")


def test_the_audit_record_is_read_newest_first(full_server: FakeServer) -> None:
    entry = {
        "id": "a1",
        "at": "2026-11-01T10:00:00Z",
        "admin": "root",
        "action": "force_release",
        "part_number": "P-1",
        "subject": "Sk held by alice on desk",
        "reason": "went home",
    }
    full_server.on("GET /api/audit", {"entries": [entry]})
    (read,) = full_server.client.audit(5)
    assert dict(full_server.last.url.params) == {"limit": "5"}
    assert (read.admin, read.reason, read.part_number) == ("root", "went home", "P-1")


def test_a_server_without_them_is_not_asked_for_waiting_rules_or_audit(server: FakeServer) -> None:
    client = server.client
    assert not client.keeps_waiting_lists
    assert not client.explains_rules
    client.stop_waiting("P-1", *HOLE)
    with pytest.raises(NotFoundError, match="waiting lists"):
        client.wait_for("P-1", *HOLE)
    with pytest.raises(NotFoundError, match="does not explain"):
        client.explain("P-1", "sketch", "Sk")
    with pytest.raises(NotFoundError, match="audit"):
        client.audit()
    assert [request.url.path for request in server.requests] == ["/api/server"]


# -- items and subscriptions ---------------------------------------------------------------------


def test_items_are_listed_by_page_and_made(server: FakeServer) -> None:
    item = {"id": "1", "part_number": "P-1"}
    server.on("GET /api/items", {"items": [item], "next_cursor": "abc"})
    server.on("GET /api/items/P-1", item)
    server.on("POST /api/items", item, 201)
    page = server.client.list_items("brack et", limit=5)
    assert (page.items[0].part_number, page.next_cursor) == ("P-1", "abc")
    assert dict(server.last.url.params) == {"search": "brack et", "limit": "5"}
    assert server.client.get_item("P-1") == server.client.create_item("P-1", projects=["a"])
    assert server.body["projects"] == ["a"]


def test_graphs_and_revisions_travel_both_ways(server: FakeServer) -> None:
    dag = {"nodes": [{"node_key": "Sk", "node_type": "sketch", "properties_hash": ""}], "edges": []}
    server.on("GET /api/items/P-1/dag", dag)
    server.on("PUT /api/items/P-1/dag", b"", 204)
    server.on("POST /api/items/P-1/revisions", {**VERSION, "kind": "revision"}, 201)
    server.client.push_dag("P-1", server.client.get_dag("P-1"))
    assert server.body["nodes"][0]["node_key"] == "Sk"
    assert server.client.create_revision("P-1", "w1", "final", "v1").kind is VersionKind.REVISION


def test_subscriptions_and_sync(server: FakeServer) -> None:
    server.on("GET /api/subscriptions", {"subscriptions": [SUBSCRIPTION]})
    server.on("POST /api/subscriptions", SUBSCRIPTION, 201)
    server.on("PATCH /api/subscriptions/sub1", {"subscription": {**SUBSCRIPTION, "paused": True}})
    server.on("DELETE /api/subscriptions/sub1", b"", 204)
    entry = {"part_number": "P-1", "file_name": "p", "version": VERSION, "is_checkpoint": True}
    diff = {"entries": [{**entry, "reason": "new"}], "removed": None}
    server.on("GET /api/workstations/w1/sync/diff", diff)
    server.on("POST /api/workstations/w1/sync/ack", b"", 204)
    client = server.client
    assert client.list_subscriptions("w1")[0].revision is None
    assert client.create_subscription("w1", TargetType.ITEM, "P-1").policy is Policy.LATEST
    assert client.update_subscription("sub1", paused=True).paused
    assert server.body == {"paused": True}
    client.delete_subscription("sub1")
    found = client.get_sync_diff("w1")
    assert (found.entries[0].version.id, found.removed) == ("v1", ())
    client.ack_sync("w1", "P-1", "v1", is_checkpoint=True)
    assert server.body == {"part_number": "P-1", "version": "v1", "is_checkpoint": True}


def test_a_workstation_is_registered_and_listed(server: FakeServer) -> None:
    server.on("POST /api/workstations", {"workstation_id": "w1", "name": "desk"})
    server.on("GET /api/workstations", {"workstations": [{"id": "w1", "name": "desk"}]})
    server.on("DELETE /api/workstations/w1", b"", 204)
    assert server.client.register_workstation("desk", "f").id == "w1"
    assert server.client.list_workstations()[0].name == "desk"
    server.client.delete_workstation("w1")
    server.on("GET /api/me", {"user": "alice", "role": "editor"})
    assert server.client.me().user == "alice"


@pytest.mark.parametrize(("said", "believed"), [(60, 60), (-1, 0.3), (0, 0.3), (1e308, 86400)])
def test_a_lease_is_believed_within_reason(
    full_server: FakeServer, said: float, believed: float
) -> None:
    full_server.on("POST /api/workstations/w1/heartbeat", {"alive": [], "lease_seconds": said})
    assert full_server.client.heartbeat("w1", []).lease_seconds == believed


def test_a_listed_session_may_leave_out_what_an_event_may(server: FakeServer) -> None:
    session = {
        "session_id": "s1",
        "username": "bob",
        "workstation_id": "w2",
        "context_level": "sketch",
        "object_id": "Sk",
        "acquired_at": "2026-11-01T10:00:00Z",
    }
    server.on("GET /api/items/P-1/edit-sessions", {"sessions": [session]})
    (listed,) = server.client.get_edit_sessions("P-1")
    assert (listed.id, listed.part_number, listed.user) == ("s1", "P-1", "bob")
    event = Event(1, "edit.session_acquired", {**session, "part_number": "P-1"})
    assert with_event(Presence(), event).sessions_on("P-1") == (listed,)
    server.on("GET /api/items/P-1/edit-sessions", {"sessions": [{**session, "object_id": 7}]})
    with pytest.raises(ProtocolError, match="object_id"):
        server.client.get_edit_sessions("P-1")
