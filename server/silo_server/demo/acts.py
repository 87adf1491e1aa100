"""The acts of the demo, in order. Each plays a part of the main job and checks it as it goes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from silo_core.model.exchange import ActivityKind, ConnectionState
from silo_core.testing.parts import PART_NUMBER
from silo_server.demo.stage import Stage

MEETING = "Pocket001"


def alice_takes_a_sketch(stage: Stage) -> None:
    """No interference: nothing is noticed."""
    stage.narrator.does("alice opens Sketch001 of the Mounting Bracket")
    before = len(stage.alice.host.notices)
    stage.alice.edit("Sketch001")
    stage.check(
        "alice holds Sketch001 on the server",
        lambda: stage.sessions() == [("alice", "Sketch001")],
    )
    stage.check("alice was not bothered", lambda: len(stage.alice.host.notices) == before)
    stage.check(
        "bob's workstation knows before he clicks",
        lambda: stage.bob.workbench.presence.editors(PART_NUMBER) == ("alice",),
    )


def bob_is_blocked(stage: Stage) -> None:
    """Hard interference: the holder is shown, and the editor backs out."""
    stage.narrator.does("bob tries to open Sketch001 as well")
    stage.bob.edit("Sketch001")
    stage.check("bob is not in Sketch001", lambda: stage.bob.editing() == ())
    stage.check(
        "bob is told who holds it, where and since when",
        lambda: _names(stage.bob.shown("Blocked"), "alice", "CAD-07", "since "),
    )
    stage.check(
        "bob is offered to request it",
        lambda: any("Request Handoff" in asked.options for asked in stage.bob.host.questions),
    )
    stage.check(
        "the server gave Sketch001 to nobody else",
        lambda: stage.sessions() == [("alice", "Sketch001")],
    )


def bob_is_warned(stage: Stage) -> None:
    """Soft interference: the dependency cones meet."""
    stage.narrator.does("bob opens Sketch002 instead")
    stage.bob.edit("Sketch002")
    stage.check("bob edits Sketch002", lambda: ("bob", "Sketch002") in stage.sessions())
    stage.check(
        "bob is warned of alice, Sketch001 and where the two meet",
        lambda: _names(stage.bob.shown("is editing"), "alice", "Sketch001", MEETING),
    )


def bob_asks_for_it(stage: Stage) -> None:
    """A handoff request reaches the holder."""
    stage.narrator.does("bob presses [Request Handoff]")
    if stage.bob.host.questions:
        stage.bob.host.answer("Request Handoff")
    stage.check(
        "alice sees that bob requests Sketch001, with [Release Now] [Defer] [Dismiss]",
        lambda: any(
            "bob requests" in asked.title
            and {"Release Now", "Defer", "Dismiss"} == set(asked.options)
            for asked in stage.alice.host.questions
        ),
    )


def alice_leaves(stage: Stage) -> None:
    """One checkpoint carries her work and ends her session."""
    versions = stage.versions()
    deeper = stage.parts / "bracket-alice.FCStd"
    stage.narrator.does("alice makes the pocket deeper (5 mm → 7 mm) and closes the sketch")
    stage.alice.change(deeper)
    stage.alice.edit()
    stage.check("one checkpoint landed", lambda: stage.versions() == versions + 1)
    stage.check("it is alice's file, bit for bit", lambda: stage.head_sha256() == _sha256(deeper))
    stage.check("her session is gone", lambda: stage.sessions() == [("bob", "Sketch002")])
    stage.check(
        "bob's event stream says so",
        lambda: stage.bob.recorder.has(
            "edit.session_released", object_id="Sketch001", reason="checkpoint"
        ),
    )
    stage.check(
        "bob, who subscribed, is told of it", lambda: bool(stage.bob.shown("Updated: PRT-100"))
    )
    stage.narrator.does("bob leaves Sketch002 without a change")
    stage.bob.edit()
    stage.check("bob's session is gone as well", lambda: stage.sessions() == [])
    stage.check("and he made no checkpoint", lambda: stage.versions() == versions + 1)


def alice_leaves_two_at_once(stage: Stage) -> None:
    """From Sketcher straight to the document."""
    versions = stage.versions()
    stage.narrator.does("alice opens Body, and Sketch001 within it")
    stage.alice.edit("Body")
    stage.alice.edit("Body", "Sketch001")
    stage.check(
        "she holds both",
        lambda: stage.sessions() == [("alice", "Body"), ("alice", "Sketch001")],
    )
    stage.narrator.does("alice undoes the deeper pocket and goes straight back to the document")
    stage.alice.change(stage.parts / "bracket.FCStd")
    stage.alice.edit()
    stage.check("both sessions ended", lambda: stage.sessions() == [])
    stage.check("with one checkpoint", lambda: stage.versions() == versions + 1)


def alice_works_offline(stage: Stage) -> None:
    """Nothing is lost without a server."""
    versions = stage.versions()
    redrawn = stage.parts / "bracket-bob.FCStd"
    stage.narrator.does("the server is stopped")
    stage.server.stop()
    stage.check("alice's workstation notices", lambda: stage.alice.is_(ConnectionState.OFFLINE))
    stage.narrator.does("alice opens Sketch002, redraws it, and closes it")
    stage.alice.edit("Sketch002")
    stage.check("she is let in, with a warning", lambda: "offline" in stage.alice.shown("Warning"))
    stage.alice.change(redrawn)
    stage.alice.edit()
    stage.check(
        "her checkpoint waits in the outbox",
        lambda: len(stage.alice.workbench.store.outbox.pending()) == 1,
    )
    stage.narrator.does("the server is back")
    stage.server.start()
    stage.check("her checkpoint landed", lambda: _online_versions(stage) == versions + 1)
    stage.check("it is her file, bit for bit", lambda: stage.head_sha256() == _sha256(redrawn))
    stage.check(
        "she is told of it",
        lambda: stage.alice.host.notices[-1].kind is ActivityKind.CHECKPOINT,
    )
    stage.check(
        "the outbox is empty, and no session is left",
        lambda: not stage.alice.workbench.store.outbox.pending() and stage.sessions() == [],
    )


ACTS: tuple[tuple[str, Callable[[Stage], None]], ...] = (
    ("1. alice edits a sketch", alice_takes_a_sketch),
    ("2. bob wants the same sketch", bob_is_blocked),
    ("3. bob takes another one", bob_is_warned),
    ("4. bob asks for the first one", bob_asks_for_it),
    ("5. alice leaves", alice_leaves),
    ("6. two contexts, one checkpoint", alice_leaves_two_at_once),
    ("7. without a server", alice_works_offline),
)


def _online_versions(stage: Stage) -> int:
    """The number of versions once alice is connected again; -1 until then."""
    return stage.versions() if stage.alice.is_(ConnectionState.ONLINE) else -1


def _names(text: str, *needed: str) -> bool:
    return all(word in text for word in needed)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
