"""The client and the event stream against the reference server, over a real socket."""

from __future__ import annotations

import hashlib
import queue
from pathlib import Path

import pytest

from silo_core.model.context import CheckpointContext
from silo_core.model.dag import Dag, DagEdge, DagNode
from silo_core.model.errors import (
    AuthError,
    ConflictError,
    HeadMovedError,
    NotFoundError,
    OfflineError,
    RejectedError,
)
from silo_core.model.exchange import Connection, ConnectionState
from silo_core.model.item import VersionKind
from silo_core.model.subscription import Policy, TargetType
from silo_core.ports.client import SiloClient
from silo_core.ports.events import EventStream
from silo_core.rules.interference import judge_builtin
from silo_server.embedded import EmbeddedServer
from tests.client.kit import BRACKET, CHANGED, Desk, Team


def test_the_server_tells_who_is_asking_and_what_it_has(team: Team) -> None:
    assert {"lease", "base", "history", "handoff", "idempotency"} <= (
        team.alice.client.server_info().extensions
    )
    me = team.alice.client.me()
    assert (me.user, me.role) == ("alice", "editor")
    again = team.alice.client.register_workstation("CAD-07", "fingerprint of CAD-07")
    assert again.id == team.alice.id
    assert [found.id for found in team.alice.client.list_workstations()] == [team.alice.id]


def test_plain_texts_and_the_five_arguments_of_a_push_are_enough(team: Team, part: str) -> None:
    client = team.alice.client
    granted = client.acquire_edit_session(part, team.alice.id, "sketch", "Sketch001", ["Sketch001"])
    pushed = client.push_checkpoint(part, BRACKET, "sketch_close", granted.session.id, None)
    assert pushed.version.workstation_id == team.alice.id
    assert client.get_edit_sessions(part) == ()


def test_roles_and_tokens_are_enforced(team: Team, part: str) -> None:
    stranger = SiloClient(team.server.url, "silo_nonsense")
    with pytest.raises(AuthError) as caught:
        stranger.me()
    assert caught.value.status == 401
    stranger.close()
    with pytest.raises(AuthError) as caught:
        team.viewer.create_item("P-eve")
    assert caught.value.status == 403
    assert team.viewer.get_item(part).description == "a bracket"


def test_a_checkpoint_releases_its_session_and_reaches_the_listener(
    team: Team, part: str, tmp_path: Path
) -> None:
    team.bob.client.create_subscription(team.bob.id, TargetType.ITEM, part)
    entered = team.alice.enter(part)
    assert entered.head is None
    pushed = team.alice.push(part, session_id=entered.session.id, key="key-1 of " + part)
    again = team.alice.push(part, session_id=entered.session.id, key="key-1 of " + part)
    assert again == pushed
    assert pushed.subscribers_notified == 1
    assert team.bob.event("edit.session_acquired", part).data["user"] == "alice"
    released = team.bob.event("edit.session_released", part)
    assert (released.data["reason"], released.data["session_id"]) == (
        "checkpoint",
        entered.session.id,
    )
    team.bob.event("subscription.checkpoint", part)
    assert team.alice.client.get_edit_sessions(part) == ()
    (entry,) = team.bob.client.get_sync_diff(team.bob.id).entries
    assert (entry.version.id, entry.is_checkpoint) == (pushed.version.id, True)
    target = tmp_path / entry.file_name
    assert (
        team.bob.client.download_version(part, entry.version, target)
        == hashlib.sha256(BRACKET.read_bytes()).hexdigest()
    )
    assert target.read_bytes() == BRACKET.read_bytes()
    team.bob.client.ack_sync(team.bob.id, part, entry.version.id, is_checkpoint=True)
    assert team.bob.client.get_sync_diff(team.bob.id).entries == ()
    assert [node.node_key for node in team.bob.client.get_dag(part).nodes] == ["Sketch001"]


def test_a_push_from_an_old_base_moves_nothing_but_can_be_kept_as_a_rescue(
    team: Team, part: str
) -> None:
    first = team.alice.push(part).version
    second = team.bob.push(part, CHANGED, base=first.id).version
    with pytest.raises(HeadMovedError) as caught:
        team.alice.push(part, base=first.id)
    assert caught.value.head is not None
    assert caught.value.head.id == second.id
    rescue = team.alice.push(part, base=first.id, rescue=True).version
    assert rescue.kind is VersionKind.RESCUE
    head = team.alice.client.get_item(part).head
    assert head is not None
    assert head.id == second.id
    page = team.alice.client.list_versions(part, limit=2)
    assert [version.id for version in page.versions] == [rescue.id, second.id]
    rest = team.alice.client.list_versions(part, cursor=page.next_cursor)
    assert [version.id for version in rest.versions] == [first.id]
    assert rest.versions[0].changes == ("Sketch001: radius",)


def test_bytes_that_are_not_what_was_announced_are_rejected(team: Team, part: str) -> None:
    with pytest.raises(RejectedError, match="sha256"):
        team.alice.client.push_checkpoint(
            part,
            BRACKET,
            CheckpointContext.MANUAL,
            None,
            None,
            workstation_id=team.alice.id,
            sha256="0" * 64,
        )
    assert team.alice.client.get_item(part).head is None


def test_revisions_are_made_listed_and_fetched(team: Team, part: str, tmp_path: Path) -> None:
    uploaded = team.alice.client.upload_file(part, BRACKET, "first issue")
    assert (uploaded.kind, uploaded.revision_number) == (VersionKind.REVISION, 1)
    checkpoint = team.alice.push(part, CHANGED, base=uploaded.id).version
    made = team.alice.client.create_revision(part, team.alice.id, "second issue", checkpoint.id)
    assert made.revision_number == 2
    assert [found.revision_number for found in team.alice.client.list_revisions(part)] == [2, 1]
    target = tmp_path / "part.FCStd"
    team.viewer.download_file(part, 2, target)
    assert target.read_bytes() == CHANGED.read_bytes()
    with pytest.raises(NotFoundError):
        team.viewer.download_file(part, 3, target)
    assert target.read_bytes() == CHANGED.read_bytes()


def test_items_graphs_and_subscriptions(team: Team, part: str) -> None:
    client = team.bob.client
    with pytest.raises(ConflictError):
        client.create_item(part)
    with pytest.raises(RejectedError, match="part_number"):
        client.create_item("no/part number")
    assert part in {item.part_number for item in client.list_items(project="demo").items}
    assert client.list_items(search="no such thing").items == ()
    dag = Dag((DagNode("A", "sketch", ""), DagNode("B", "pad", "")), (DagEdge("A", "B"),))
    client.push_dag(part, dag)
    assert client.get_dag(part).edges == dag.edges
    made = client.create_subscription(team.bob.id, TargetType.PROJECT, part + "-project")
    changed = client.update_subscription(made.id, policy=Policy.PINNED, revision=2, paused=True)
    assert (changed.policy, changed.revision, changed.paused) == (Policy.PINNED, 2, True)
    assert changed in client.list_subscriptions(team.bob.id)
    client.delete_subscription(made.id)
    assert made.id not in {found.id for found in client.list_subscriptions(team.bob.id)}


def test_what_the_server_does_not_have_keeps_no_other_ack_from_it(
    team: Team, part: str, caplog: pytest.LogCaptureFixture
) -> None:
    client, here = team.bob.client, team.bob.id
    client.create_subscription(here, TargetType.ITEM, part)
    pushed = team.alice.client.push_checkpoint(part, BRACKET, "manual", None, None)
    acks = {"GONE-1": ("v1", True), part: (pushed.version.id, True), "GONE-2": (None, False)}
    client.ack_syncs(here, acks)
    assert client.get_sync_diff(here).entries == ()
    assert [name in caplog.text for name in ("GONE-1", "GONE-2", part)] == [True, True, False]


def test_a_stream_comes_back_after_a_restart_and_gets_what_it_missed(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path, judge=judge_builtin)
    server.start()
    alice = Desk(server.url, server.add_user("alice"), "CAD-07")
    bob = Desk(server.url, server.add_user("bob"), "CAD-12")
    try:
        alice.listen()
        bob.client.create_item("P-1")
        number = alice.event("item.created", "P-1").id
        server.stop()
        alice.state(ConnectionState.OFFLINE)
        with pytest.raises(OfflineError):
            bob.client.me()
        alice.stream.stop()
        server.start()
        bob.client.create_item("P-2")
        alice.listen()
        missed = alice.event("item.created", "P-2")
        assert number is not None
        assert missed.id is not None
        assert missed.id > number
        assert alice.stream.stop()
    finally:
        alice.close()
        bob.close()
        server.stop()


def test_a_stream_with_a_bad_token_is_refused(team: Team) -> None:
    states: queue.Queue[Connection] = queue.Queue()
    client = SiloClient(team.server.url, "silo_nonsense")
    stream = EventStream(client, team.alice.id, lambda _: None, states.put)
    stream.start()
    assert states.get(timeout=60).state is ConnectionState.CONNECTING
    assert states.get(timeout=60).state is ConnectionState.REFUSED
    assert stream.stop()
    client.close()
