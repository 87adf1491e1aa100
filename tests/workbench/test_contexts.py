"""The context tracker behind a real headless host and a real plugin manager."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silo_core.hookspecs import hookimpl
from silo_core.model.context import CheckpointContext, Context, ContextLevel, Document
from silo_core.model.exchange import ContextEntry, ContextExit
from silo_core.model.session import EditSession
from silo_core.model.verdict import Judgement, Reason, Verdict
from silo_core.ports.plugins import Hooks, PluginManager
from silo_core.surfaces.headless import HeadlessHost
from silo_core.workbench.contexts import ContextTracker

DATA = Path(__file__).parents[1] / "data"
ASSEMBLY = Context(ContextLevel.ASSEMBLY, "Assembly")
BODY = Context(ContextLevel.PARTDESIGN, "Body")
SKETCH = Context(ContextLevel.SKETCH, "Sketch")
SKETCH1 = Context(ContextLevel.SKETCH, "Sketch001")


class Gate:
    """A plugin that answers as told and records what it was called for."""

    def __init__(self) -> None:
        self.verdicts: dict[Context, Verdict] = {}
        self.calls: list[tuple[str, tuple[str, ...]]] = []
        self.kinds: list[CheckpointContext] = []
        self.entries: list[ContextEntry] = []
        self.refused_sessions: list[EditSession | None] = []
        self.during_enter: Callable[[ContextEntry], None] = lambda entry: None

    @hookimpl
    def silo_context_enter(self, entry: ContextEntry) -> Judgement:
        self.calls.append(("enter", (entry.context.object_id,)))
        self.entries.append(entry)
        self.during_enter(entry)
        return judgement(self.verdicts.get(entry.context, Verdict.NONE))

    @hookimpl
    def silo_context_entered(self, entry: ContextEntry, judgement: Judgement) -> None:
        self.calls.append((f"entered {judgement.verdict.wire_name}", (entry.context.object_id,)))

    @hookimpl
    def silo_context_refused(self, entry: ContextEntry, session: EditSession | None) -> None:
        self.calls.append(("refused", (entry.context.object_id,)))
        self.refused_sessions.append(session)

    @hookimpl
    def silo_context_exit(self, exit: ContextExit) -> bool:
        self.calls.append(("exit", tuple(held.context.object_id for held in exit.left)))
        self.kinds.append(exit.kind)
        return True

    @hookimpl
    def silo_document_opened(self, document: Document) -> None:
        self.calls.append(("opened", (str(document.part_number),)))

    @hookimpl
    def silo_document_closed(self, document: Document) -> None:
        self.calls.append(("closed", (str(document.part_number),)))


class Bench:
    """A host with an open part, the tracker and the recording gate."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "bracket.FCStd"
        shutil.copy(DATA / "bracket.FCStd", self.path)
        self.gate = Gate()
        manager = PluginManager()
        manager.register(self.gate, "gate")
        self.host = HeadlessHost()
        self.tracker = ContextTracker(self.host, Hooks(manager))
        self.host.attach(self.tracker)
        self.key = self.host.open(self.path)
        self.gate.calls.clear()

    def edit(self, *contexts: Context) -> None:
        self.host.enter(self.key, *contexts)
        self.host.run_pending()

    def held(self) -> tuple[Context, ...]:
        return tuple(held.context for held in self.tracker.held())

    def calls(self) -> list[tuple[str, tuple[str, ...]]]:
        calls, self.gate.calls = self.gate.calls, []
        return calls


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def judgement(verdict: Verdict) -> Judgement:
    return Judgement((Reason(verdict, "gate", "because"),) if verdict else ())


def session(id_: str = "s1") -> EditSession:
    return EditSession(
        id_, "PRT-100", "alice", "w", "CAD", ContextLevel.SKETCH, "Sketch", (), datetime.now(UTC)
    )


def test_leaving_sketch_and_body_at_once_is_one_exit_deepest_first(bench: Bench) -> None:
    bench.edit(BODY, SKETCH)
    bench.calls()
    bench.edit()
    assert bench.calls() == [("exit", ("Sketch", "Body"))]
    assert bench.gate.kinds == [CheckpointContext.BODY_CLOSE]


def test_the_same_report_twice_does_nothing(bench: Bench) -> None:
    bench.edit(BODY, SKETCH)
    bench.calls()
    bench.edit(BODY, SKETCH)
    assert bench.calls() == []


def test_a_lateral_move_leaves_one_sketch_and_enters_the_other(bench: Bench) -> None:
    bench.edit(BODY, SKETCH)
    bench.calls()
    bench.edit(BODY, SKETCH1)
    assert bench.calls() == [
        ("exit", ("Sketch",)),
        ("enter", ("Sketch001",)),
        ("entered none", ("Sketch001",)),
    ]
    assert bench.gate.kinds == [CheckpointContext.SKETCH_CLOSE]


def test_a_blocked_entry_bounces_and_pushes_nothing(bench: Bench) -> None:
    bench.gate.verdicts[SKETCH] = Verdict.HARD
    bench.edit(SKETCH)
    assert bench.calls() == [("enter", ("Sketch",)), ("refused", ("Sketch",))]
    assert bench.held() == ()
    assert bench.host.documents()  # backing out did not close anything


def test_a_refused_entry_is_asked_again_only_when_it_is_entered_again(bench: Bench) -> None:
    bench.gate.verdicts[SKETCH] = Verdict.HARD
    bench.host.enter(bench.key, SKETCH)
    bench.host.enter(bench.key, SKETCH)  # the editor has not backed out yet
    assert [call for call in bench.calls() if call[0] == "enter"] == [("enter", ("Sketch",))]
    bench.host.run_pending()
    bench.gate.verdicts.clear()
    bench.edit(SKETCH)
    assert bench.held() == (SKETCH,)


def test_a_body_held_elsewhere_is_passed_through_to_a_free_sketch(bench: Bench) -> None:
    bench.gate.verdicts[BODY] = Verdict.HARD
    bench.edit(BODY, SKETCH)
    assert bench.calls() == [
        ("enter", ("Body",)),
        ("entered soft", ("Body",)),
        ("enter", ("Sketch",)),
        ("entered none", ("Sketch",)),
    ]


def test_a_body_that_was_passed_through_is_refused_when_it_is_edited_itself(bench: Bench) -> None:
    bench.gate.verdicts[BODY] = Verdict.HARD
    bench.edit(BODY, SKETCH)
    bench.calls()
    bench.edit(BODY)
    assert bench.calls() == [("exit", ("Sketch",)), ("enter", ("Body",)), ("refused", ("Body",))]
    assert bench.held() == ()


def test_a_session_attached_before_the_refusal_is_handed_on_to_be_released(bench: Bench) -> None:
    mine = session()

    def attach(entry: ContextEntry) -> None:
        assert bench.tracker.attach_session(entry, mine)

    bench.gate.during_enter = attach
    bench.gate.verdicts[SKETCH] = Verdict.HARD
    bench.edit(SKETCH)
    assert bench.gate.refused_sessions == [mine]


def test_a_late_refusal_backs_out_and_a_late_answer_to_a_left_context_does_nothing(
    bench: Bench,
) -> None:
    bench.edit(SKETCH)
    (entry,) = bench.gate.entries
    bench.tracker.settle_entry(entry, judgement(Verdict.HARD))
    bench.host.run_pending()
    assert bench.held() == ()
    bench.calls()
    bench.tracker.settle_entry(entry, judgement(Verdict.HARD))
    assert bench.calls() == []


def test_a_late_refusal_of_a_body_warns_once_and_leaves_the_sketch_within_it_alone(
    bench: Bench,
) -> None:
    bench.edit(BODY, SKETCH)
    bench.calls()
    for _ in range(2):  # it is asked for again after a reconnect
        bench.tracker.settle_entry(bench.gate.entries[0], judgement(Verdict.HARD))
    bench.host.run_pending()
    assert bench.calls() == [("entered soft", ("Body",))]
    assert SKETCH in bench.held()


def test_a_session_is_not_attached_to_a_context_that_was_left(bench: Bench) -> None:
    bench.edit(SKETCH)
    (entry,) = bench.gate.entries
    assert bench.tracker.attach_session(entry, session())
    bench.edit()
    assert not bench.tracker.attach_session(entry, session())


def test_closing_a_document_leaves_what_is_held_in_it(bench: Bench) -> None:
    bench.edit(BODY, SKETCH)
    bench.calls()
    bench.host.close(bench.key)
    assert bench.calls() == [("exit", ("Sketch", "Body")), ("closed", ("PRT-100",))]
    assert bench.held() == ()


def test_stopping_leaves_everything_as_if_the_user_had(bench: Bench) -> None:
    bench.edit(BODY, SKETCH)
    bench.calls()
    bench.tracker.leave_all()
    assert bench.calls() == [("exit", ("Sketch", "Body"))]
    assert bench.gate.kinds == [CheckpointContext.BODY_CLOSE]


def test_a_report_while_the_gate_is_asked_is_taken_up_afterwards(bench: Bench) -> None:
    bench.gate.during_enter = lambda entry: (
        bench.host.enter(bench.key) if entry.context == SKETCH else None
    )
    bench.edit(SKETCH)
    assert bench.calls()[-1] == ("exit", ("Sketch",))
    assert bench.held() == ()


paths = st.sampled_from(
    [(), (SKETCH,), (SKETCH1,), (BODY,), (BODY, SKETCH), (BODY, SKETCH1), (ASSEMBLY, BODY, SKETCH)]
)
refusals = st.sets(st.sampled_from([ASSEMBLY, BODY, SKETCH, SKETCH1]))


@settings(max_examples=60)
@given(moves=st.lists(st.tuples(paths, refusals), max_size=8))
def test_whatever_happens_nothing_is_left_that_was_not_held_and_nothing_is_held_twice(
    moves: list[tuple[tuple[Context, ...], set[Context]]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    bench = Bench(tmp_path_factory.mktemp("bench"))
    for path, refused in moves:
        bench.gate.verdicts = dict.fromkeys(refused, Verdict.HARD)
        bench.edit(*path)
        held = bench.held()
        assert len(set(held)) == len(held)
        assert set(held) <= set(path)
    bench.edit()
    assert bench.held() == ()
    entered: list[str] = []
    for what, names in bench.calls():
        if what.startswith("entered"):
            entered.append(names[0])
        for name in names if what == "exit" else ():
            entered.remove(name)  # raises if it was left without having been entered
