"""The client and the event stream against the reference server, over a real socket."""

from __future__ import annotations

import hashlib
import queue
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from silo_core.model.answers import HandoffAnswer
from silo_core.model.context import CheckpointContext, ContextLevel
from silo_core.model.dag import Dag, DagEdge, DagNode
from silo_core.model.errors import (
    AuthError,
    ConflictError,
    HardInterferenceError,
    HeadMovedError,
    NotFoundError,
    OfflineError,
    RejectedError,
)
from silo_core.model.event import Event
from silo_core.model.exchange import Connection, ConnectionState
from silo_core.model.item import VersionKind
from silo_core.model.subscription import Policy, TargetType
from silo_core.model.verdict import Verdict
from silo_core.ports.client import SiloClient
from silo_core.ports.events import EventStream
from silo_core.rules.interference import judge_builtin
from silo_server.embedded import EmbeddedServer

if TYPE_CHECKING:
    from silo_core.model.answers import Acquired, PushedCheckpoint

DATA = Path(__file__).parent.parent / "data"
BRACKET, CHANGED = DATA / "bracket.FCStd", DATA / "bracket-alice.FCStd"
CONE = {
    "Sketch001": ["Sketch001", "Pocket", "Fillet", "Body"],
    "Sketch002": ["Sketch002", "Pocket001", "Fillet", "Body"],
}


class Desk:
    """A user at a workstation, listening."""

    def __init__(self, url: str, token: str, name: str) -> None:
        self.client = SiloClient(url, token)
        self.id = self.client.register_workstation(name, f"fingerprint of {name}").id
        self.events: queue.Queue[Event] = queue.Queue()
        self.states: queue.Queue[Connection] = queue.Queue()
        self.stream = EventStream(
            self.client,
            self.id,
            self.events.put,
            self.states.put,
            first_pause=0.05,
            longest_pause=0.2,
        )

    def listen(self) -> None:
        self.stream.start()
        self.state(ConnectionState.ONLINE)

    def state(self, wanted: ConnectionState) -> None:
        while self.states.get(timeout=10).state is not wanted:
            pass

    def event(self, kind: str, part_number: str) -> Event:
        while True:
            event = self.events.get(timeout=10)
            if (event.type, event.part_number) == (kind, part_number):
                return event

    def enter(
        self, part_number: str, sketch: str = "Sketch001", base: str | None = None
    ) -> Acquired:
        level = ContextLevel.SKETCH
        return self.client.acquire_edit_session(
            part_number, self.id, level, sketch, CONE[sketch], base
        )

    def push(
        self,
        part_number: str,
        path: Path = BRACKET,
        *,
        session_id: str | None = None,
        base: str | None = None,
        rescue: bool = False,
        key: str | None = None,
        handoff_id: str = "",
    ) -> PushedCheckpoint:
        return self.client.push_checkpoint(
            part_number,
            path,
            CheckpointContext.SKETCH_CLOSE,
            session_id,
            Dag((DagNode("Sketch001", "sketch", "ab" * 32, {"label": "Hole"}),), ()),
            workstation_id=self.id,
            base=base,
            rescue=rescue,
            idempotency_key=key,
            handoff_id=handoff_id,
            changes=["Sketch001: radius"],
        )

    def close(self) -> None:
        self.stream.stop()
        self.client.close()


@dataclass
class Team:
    server: EmbeddedServer
    alice: Desk
    bob: Desk
    admin: SiloClient
    viewer: SiloClient


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    with EmbeddedServer(tmp_path_factory.mktemp("server"), judge=judge_builtin) as server:
        token = {
            name: server.add_user(name, role)
            for name, role in {
                "alice": "editor",
                "bob": "editor",
                "root": "admin",
                "eve": "viewer",
            }.items()
        }
        alice = Desk(server.url, token["alice"], "CAD-07")
        bob = Desk(server.url, token["bob"], "CAD-12")
        admin, viewer = SiloClient(server.url, token["root"]), SiloClient(server.url, token["eve"])
        alice.listen()
        bob.listen()
        yield Team(server, alice, bob, admin, viewer)
        for closing in (alice, bob, admin, viewer):
            closing.close()


@pytest.fixture
def part(team: Team, request: pytest.FixtureRequest) -> str:
    """A part of this test's own."""
    part_number = f"P-{hashlib.sha256(request.node.name.encode()).hexdigest()[:12]}"
    team.alice.client.create_item(part_number, description="a bracket", projects=["demo"])
    return part_number


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


def test_the_same_object_is_hard_and_a_shared_cone_is_soft(team: Team, part: str) -> None:
    mine = team.alice.enter(part)
    assert (mine.verdict, mine.session.user, mine.session.workstation) == (
        Verdict.NONE,
        "alice",
        "CAD-07",
    )
    assert mine.session.fence is not None
    assert team.alice.enter(part).session.id == mine.session.id
    with pytest.raises(HardInterferenceError) as caught:
        team.bob.enter(part)
    assert caught.value.holder is not None
    assert (caught.value.holder.user, caught.value.holder.workstation) == ("alice", "CAD-07")
    assert "alice" in caught.value.message
    theirs = team.bob.enter(part, "Sketch002")
    (reason,) = theirs.conflicts
    assert theirs.verdict is Verdict.SOFT
    assert reason.shared_nodes == ("Body", "Fillet")
    assert reason.session is not None
    assert (reason.session.user, reason.session.object_id) == ("alice", "Sketch001")
    assert {found.id for found in team.viewer.get_edit_sessions(part)} == {
        mine.session.id,
        theirs.session.id,
    }
    assert mine.session.id in {found.id for found in team.alice.client.list_edit_sessions()}
    team.alice.client.release_edit_session(part, mine.session.id)
    with pytest.raises(NotFoundError):
        team.alice.client.release_edit_session(part, mine.session.id)
    with pytest.raises(AuthError):
        team.alice.client.release_edit_session(part, theirs.session.id)
    with pytest.raises(AuthError):
        team.alice.client.force_release(part, theirs.session.id, "mine now")
    team.admin.force_release(part, theirs.session.id, "gone home")
    assert team.viewer.get_edit_sessions(part) == ()
    lost = team.bob.client.heartbeat(team.bob.id, [theirs.session.id], [part])
    assert (lost.alive, lost.lost) == ((), (theirs.session.id,))


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


def test_handoff_goes_there_and_back(team: Team, part: str) -> None:
    held = team.alice.enter(part).session
    handoff = team.bob.client.request_handoff(part, held.id, "please", workstation_id=team.bob.id)
    assert handoff is not None
    asked = team.alice.event("edit.handoff_requested", part)
    assert (asked.data["handoff_id"], asked.data["message"]) == (handoff, "please")
    team.alice.client.answer_handoff(handoff, HandoffAnswer.RELEASE)
    assert team.bob.event("edit.handoff_answered", part).data["answer"] == "release"
    with pytest.raises(HardInterferenceError, match="kept for bob") as caught:
        team.alice.enter(part)
    kept = caught.value.holder
    assert kept is not None
    assert (kept.session_id, kept.user, kept.workstation) == ("", "bob", "CAD-12")
    assert kept.reserved_until is not None
    assert team.bob.enter(part).verdict is Verdict.NONE


def test_a_push_hands_over(team: Team, part: str) -> None:
    held = team.alice.enter(part).session
    handoff = team.bob.client.request_handoff(part, held.id, workstation_id=team.bob.id)
    assert handoff is not None
    pushed = team.alice.push(part, session_id=held.id, handoff_id=handoff)
    assert pushed.handed_to == "bob"
    assert team.bob.event("edit.handoff_answered", part).data["handoff_id"] == handoff
    assert team.bob.enter(part).verdict is Verdict.NONE


def test_waiting_ends_with_being_told_and_getting_in(team: Team, part: str) -> None:
    held = team.alice.enter(part).session
    client, what = team.bob.client, (part, team.bob.id, ContextLevel.SKETCH, "Sketch001")
    assert client.keeps_waiting_lists
    assert [client.wait_for(*what), client.wait_for(*what)] == [1, 1]
    with pytest.raises(ConflictError, match="nothing to wait for"):
        team.alice.client.wait_for(part, team.alice.id, ContextLevel.SKETCH, "Sketch001")
    client.stop_waiting(*what)
    assert client.wait_for(*what) == 1
    team.alice.client.release_edit_session(part, held.id)
    told = team.bob.event("edit.object_free", part).data
    assert (told["object_id"], told["context_level"]) == ("Sketch001", "sketch")
    with pytest.raises(HardInterferenceError, match="who waited"):
        team.alice.enter(part)
    assert team.bob.enter(part).verdict is Verdict.NONE


def test_rules_are_explained_and_nothing_is_acquired(team: Team, part: str) -> None:
    team.alice.enter(part)
    what = (part, ContextLevel.SKETCH, "Sketch001")
    assert team.bob.client.explains_rules
    for workstation in (None, team.bob.id):
        answers = {answer.rule: answer for answer in team.bob.client.explain(*what, workstation)}
        assert answers["same_object"].verdict is Verdict.HARD
        session = answers["same_object"].reasons[0].session
        assert session is not None
        assert (session.user, session.workstation) == ("alice", "CAD-07")
        assert answers["reservation"].verdict is Verdict.NONE
    assert len(team.bob.client.get_edit_sessions(part)) == 1


def test_admins_read_the_audit_record(team: Team, part: str) -> None:
    held = team.alice.enter(part).session
    team.admin.force_release(part, held.id, "went home")
    (newest,) = team.admin.audit(1)
    assert (newest.admin, newest.reason, newest.part_number) == ("root", "went home", part)
    with pytest.raises(AuthError):
        team.alice.client.audit()


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
    assert states.get(timeout=5).state is ConnectionState.CONNECTING
    assert states.get(timeout=5).state is ConnectionState.REFUSED
    assert stream.stop()
    client.close()
