"""What Phase B is accepted by: one test for each line, named after it."""

from __future__ import annotations

from pathlib import Path

import pytest

from silo_core.fcstd import to_dag
from silo_core.hookspecs import hookimpl
from silo_core.model.context import CheckpointContext, Context, ContextLevel
from silo_core.model.dag import Dag
from silo_core.model.exchange import ContextExit
from silo_core.ports.files import read_file
from silo_server.demo.player import Player
from tests.checkpoint.crashing import history, variant
from tests.workbench.kit import Job, count, held_with_session, settle, sha256, until

ASSEMBLY = Context(ContextLevel.ASSEMBLY, "Assembly")
BODY = Context(ContextLevel.PARTDESIGN, "Body")
SKETCH = Context(ContextLevel.SKETCH, "Sketch001")


def go(player: Player, *path: Context) -> None:
    """Be in these contexts, each with its edit session."""
    (document,) = player.host.documents()
    player.host.enter(document.key, *path)
    names = [context.object_id for context in path]
    assert until(lambda: held_with_session(player) == names, player)


# -- what is pushed ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("within", "then", "kind"),
    [
        ((BODY, SKETCH), (BODY,), CheckpointContext.SKETCH_CLOSE),
        ((BODY, SKETCH), (), CheckpointContext.BODY_CLOSE),
        ((BODY,), (), CheckpointContext.BODY_CLOSE),
        ((ASSEMBLY, BODY, SKETCH), (ASSEMBLY, BODY), CheckpointContext.SKETCH_CLOSE),
        ((ASSEMBLY, BODY), (ASSEMBLY,), CheckpointContext.BODY_CLOSE),
        ((ASSEMBLY, BODY, SKETCH), (), CheckpointContext.ASSEMBLY_CLOSE),
        ((ASSEMBLY,), (), CheckpointContext.ASSEMBLY_CLOSE),
    ],
    ids=lambda value: (
        "-".join(context.object_id for context in value) or "document"
        if isinstance(value, tuple)
        else str(value)
    ),
)
def test_upward_transitions_push(
    within: tuple[Context, ...], then: tuple[Context, ...], kind: CheckpointContext, job: Job
) -> None:
    alice = job.join("alice")
    for depth in range(1, len(within) + 1):
        go(alice, *within[:depth])
    assert len(job.versions()) == 1, "downward ones do not"
    alice.change(job.deeper)
    go(alice, *then)
    assert until(lambda: history(job) == [sha256(job.deeper)], alice)
    assert job.head().context == kind


def test_session_ids_ride_along_and_are_released_in_the_same_transaction(job: Job) -> None:
    proxy = job.proxy()
    alice = job.join("alice", proxy)
    go(alice, BODY)
    go(alice, BODY, SKETCH)
    sessions = {session.id for session in job.live()}
    proxy.meet("DELETE /api/items", "count", times=9)
    alice.change(job.deeper)
    proxy.pause()
    alice.edit()
    (push,) = alice.workbench.store.outbox.pending()
    assert set(push.session_ids) == sessions
    proxy.resume()
    assert until(lambda: len(job.versions()) == 2, alice)
    assert job.sessions() == []

    def ended_by_it() -> bool:
        return all(
            alice.recorder.has("edit.session_released", session_id=id_, reason="checkpoint")
            for id_ in sessions
        )

    assert until(ended_by_it, alice)
    assert proxy.met == 0, "nothing was released by a request of its own"


def test_unchanged_skips(job: Job) -> None:
    alice = job.join("alice")
    alice.edit("Body", "Sketch001")
    assert job.sessions() == [("alice", "Body"), ("alice", "Sketch001")]
    alice.edit()
    assert until(lambda: job.sessions() == [], alice)
    assert len(job.versions()) == 1


def test_content_is_pushed_once_however_often_a_context_is_left(job: Job) -> None:
    alice = job.join("alice")
    alice.edit("Sketch001")
    alice.change(job.deeper)
    alice.edit()
    alice.edit("Sketch001")
    alice.edit()
    assert until(lambda: len(job.versions()) == 2 and job.sessions() == [], alice)
    settle(alice)
    assert len(job.versions()) == 2


class Order:
    """Notes down what the file holds when a context is left, and after that."""

    def __init__(self) -> None:
        self.before: list[str] = []
        self.after: list[str] = []
        self.exits: list[ContextExit] = []

    def look(self, path: Path | None, into: list[str]) -> None:
        assert path is not None
        into.append(sha256(path))

    @hookimpl(tryfirst=True)
    def silo_context_exit(self, exit: ContextExit) -> None:
        self.exits.append(exit)
        self.look(exit.document.path, self.before)

    @hookimpl
    def silo_context_exited(self, exit: ContextExit) -> None:
        self.look(exit.document.path, self.after)


def test_saved_before_upload(job: Job) -> None:
    """And copied, and recorded."""
    proxy = job.proxy()
    alice = job.join("alice", proxy)
    order = Order()
    alice.workbench.plugins.register(order, "aa-order")
    alice.edit("Sketch001")
    alice.change(job.deeper)
    proxy.pause()
    alice.edit()
    # nothing was answered and no turn was given to the main loop: all of it is there already
    (waiting,) = alice.workbench.store.outbox.pending()
    assert order.before == [sha256(job.base)]
    assert order.after == [sha256(job.deeper)]
    assert sha256(waiting.spool_path) == waiting.sha256 == sha256(job.deeper)
    assert waiting.base == job.versions()[-1].id
    assert waiting.session_ids == tuple(session.id for session in order.exits[0].sessions)
    proxy.resume()
    assert until(lambda: job.head().sha256 == sha256(job.deeper), alice)
    assert until(lambda: not waiting.spool_path.exists(), alice)
    assert job.sessions() == []


def hashes(dag: Dag) -> dict[str, str]:
    return {node.node_key: node.properties_hash for node in dag.nodes}


def test_dag_included(job: Job) -> None:
    alice = job.join("alice")
    before = job.site.admin.get_dag(job.part)
    go(alice, SKETCH)
    alice.change(job.deeper)
    alice.edit()
    assert until(lambda: len(job.versions()) == 2, alice)
    dag = job.site.admin.get_dag(job.part)
    sent = to_dag(read_file(job.deeper))
    assert hashes(dag) == hashes(sent)
    assert set(dag.edges) == set(sent.edges)
    assert hashes(dag) != hashes(before)
    assert all(len(hash_) == 64 for hash_ in hashes(dag).values())


# -- what is not pushed --------------------------------------------------------------------------------


def test_the_setting_off_pushes_nothing_and_still_releases(job: Job) -> None:
    alice = job.join("alice", push_on_context_close="false")
    alice.edit("Sketch001")
    alice.change(job.deeper)
    alice.edit()
    assert until(lambda: job.sessions() == [], alice)
    assert len(job.versions()) == 1
    assert sha256(job.file_of(alice)) == sha256(job.base)


def test_the_setting_takes_effect_at_once_and_what_was_held_back_goes_with_the_next(
    job: Job,
) -> None:
    alice = job.join("alice", push_on_context_close="")
    for on, content in ((False, variant(job, 1)), (True, variant(job, 2))):
        alice.workbench.settings.set("push_on_context_close", on)
        go(alice, SKETCH)
        alice.change(content)
        alice.edit()
        assert until(lambda: job.sessions() == [], alice)
    assert until(lambda: history(job) == [sha256(content)], alice)


def test_failure_still_releases(job: Job) -> None:
    proxy = job.proxy()
    alice = job.join("alice", proxy)
    proxy.meet(f"POST /api/items/{job.part}/checkpoints", "500", times=99)
    go(alice, BODY)
    go(alice, BODY, SKETCH)
    alice.change(job.deeper)
    alice.edit()
    assert until(lambda: job.sessions() == [], alice)
    assert until(lambda: count(alice, "is kept here and sent later") == 1, alice)
    assert len(alice.workbench.store.outbox.pending()) == 1
    proxy.forgive()
    assert until(lambda: history(job) == [sha256(job.deeper)], alice)


# -- which sessions it ends ----------------------------------------------------------------------------


def test_sketch_close_keeps_the_body_session(job: Job) -> None:
    alice = job.join("alice")
    go(alice, BODY)
    go(alice, BODY, SKETCH)
    (body,) = (session for session in job.live() if session.object_id == "Body")
    alice.change(job.deeper)
    alice.edit("Body")
    assert until(lambda: len(job.versions()) == 2, alice)
    assert [session.id for session in job.live()] == [body.id]
    assert job.head().context == CheckpointContext.SKETCH_CLOSE
    assert held_with_session(alice) == ["Body"]


def test_body_close_releases_it(job: Job) -> None:
    alice = job.join("alice")
    go(alice, BODY)
    go(alice, BODY, SKETCH)
    alice.change(job.deeper)
    alice.edit("Body")
    alice.change(job.wider)
    alice.edit()
    assert until(lambda: history(job) == [sha256(job.deeper), sha256(job.wider)], alice)
    assert job.head().context == CheckpointContext.BODY_CLOSE
    assert until(lambda: job.sessions() == [], alice)
    assert held_with_session(alice) == []
