from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import repeat

import pytest

from silo_core.model.context import ContextLevel
from silo_core.model.interference import InterferenceQuery
from silo_core.model.session import EditSession
from silo_core.model.verdict import Reason, Verdict
from silo_core.rules.interference import builtin_answers, judge_builtin, reasons_from

ALICE = EditSession(
    id="s1",
    part_number="BRK-001",
    user="alice",
    workstation_id="w1",
    workstation="CAD-07",
    context_level=ContextLevel.SKETCH,
    object_id="Sketch001",
    dependency_cone=("Sketch001", "Pocket001", "Fillet", "Body"),
    acquired_at=datetime(2026, 1, 2, tzinfo=UTC),
)
BOB_ASKS = InterferenceQuery(
    part_number="BRK-001",
    level=ContextLevel.SKETCH,
    object_id="Sketch002",
    user="bob",
    workstation_id="w2",
    cone=frozenset({"Sketch002", "Pocket001", "Fillet", "Body"}),
    sessions=(ALICE,),
)
BOB_ASKS_THE_SAME = replace(BOB_ASKS, object_id="Sketch001", cone=frozenset(ALICE.dependency_cone))


def the_reason(query: InterferenceQuery) -> Reason:
    (reason,) = judge_builtin(query).reasons
    return reason


def test_the_same_object_is_hard_and_reported_once() -> None:
    query = replace(BOB_ASKS_THE_SAME, labels={"Sketch001": "Mounting holes"})
    reason = the_reason(query)
    assert reason.verdict is Verdict.HARD
    assert reason.rule == "same_object"
    assert reason.text == "alice is currently editing Mounting holes (Sketch001) on CAD-07"
    assert reason.session is ALICE


def test_the_same_user_on_another_workstation_is_told_so() -> None:
    query = replace(BOB_ASKS_THE_SAME, user="alice")
    assert the_reason(query).text == "You are editing Sketch001 on CAD-07 already"


def test_meeting_cones_are_soft_and_say_where_they_meet() -> None:
    reason = the_reason(BOB_ASKS)
    assert reason.verdict is Verdict.SOFT
    assert reason.rule == "shared_cone"
    assert reason.session is ALICE
    assert reason.shared_nodes == ("Body", "Fillet", "Pocket001")
    assert reason.text == (
        "alice is editing Sketch001 on CAD-07; "
        "it shares Body, Fillet and Pocket001 with what you are about to edit"
    )


def test_shared_objects_go_by_their_labels() -> None:
    one_shared = replace(
        BOB_ASKS, cone=frozenset({"Sketch002", "Body"}), labels={"Body": "Bracket", "Fillet": "x"}
    )
    assert "it shares Bracket (Body) with" in the_reason(one_shared).text


def test_many_shared_objects_are_counted_rather_than_listed() -> None:
    names = tuple(f"Pad{n:03}" for n in range(100))
    holder = replace(ALICE, dependency_cone=("Sketch001", *names))
    reason = the_reason(replace(BOB_ASKS, cone=frozenset(names), sessions=(holder,)))
    assert "shares Pad000, Pad001, Pad002, Pad003, Pad004 and 95 more with" in reason.text
    assert reason.shared_nodes == names


def test_an_object_that_lies_in_the_other_cone_is_told_as_dependence() -> None:
    downstream = replace(
        ALICE, context_level=ContextLevel.PARTDESIGN, object_id="Body", dependency_cone=()
    )
    assert the_reason(replace(BOB_ASKS, sessions=(downstream,))).text == (
        "alice is editing Body on CAD-07; it depends on what you are about to edit"
    )
    asks_body = replace(
        BOB_ASKS, level=ContextLevel.PARTDESIGN, object_id="Body", cone=frozenset({"Body"})
    )
    assert the_reason(asks_body).text == (
        "alice is editing Sketch001 on CAD-07; what you are about to edit depends on it"
    )


def test_the_same_object_at_another_level_is_soft() -> None:
    query = replace(BOB_ASKS_THE_SAME, level=ContextLevel.ASSEMBLY)
    reason = the_reason(query)
    assert reason.verdict is Verdict.SOFT
    assert reason.text.endswith("; it is also what you are about to edit")


@pytest.mark.parametrize("cone", [(), ("Sketch001",)])
def test_an_empty_cone_is_the_object_itself(cone: tuple[str, ...]) -> None:
    holder = replace(ALICE, dependency_cone=cone)
    asks = replace(BOB_ASKS, cone=frozenset({"Sketch001", "Sketch002"}), sessions=(holder,))
    assert the_reason(asks).shared_nodes == ("Sketch001",)
    asks = replace(BOB_ASKS, object_id="Sketch001", level=ContextLevel.ASSEMBLY, cone=frozenset())
    assert the_reason(asks).shared_nodes == ("Sketch001",)


def test_cones_apart_and_no_sessions_give_no_reason() -> None:
    apart = replace(ALICE, dependency_cone=("Sketch001", "Pad"))
    assert judge_builtin(replace(BOB_ASKS, sessions=(apart,))).verdict is Verdict.NONE
    assert judge_builtin(replace(BOB_ASKS, sessions=())).reasons == ()


@pytest.mark.parametrize("query", [BOB_ASKS, BOB_ASKS_THE_SAME])
def test_sessions_of_the_asking_workstation_never_conflict(query: InterferenceQuery) -> None:
    assert judge_builtin(replace(query, workstation_id="w1")).reasons == ()


def test_the_strictest_reason_comes_first() -> None:
    other = replace(ALICE, id="s2", user="carol", workstation_id="w3", object_id="Sketch002")
    judgement = judge_builtin(replace(BOB_ASKS, sessions=(ALICE, other)))
    assert judgement.verdict is Verdict.HARD
    assert [r.session and r.session.id for r in judgement.reasons] == ["s2", "s1"]


REASON = Reason(Verdict.SOFT, "frozen", "it is frozen")


def test_answers_of_a_rule_become_reasons() -> None:
    assert reasons_from(None) == ()
    assert reasons_from(REASON) == (REASON,)
    assert reasons_from([]) == ()
    assert reasons_from(reason for reason in (REASON, REASON)) == (REASON, REASON)


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ("hard", "str 'hard'"),
        ("", "str ''"),
        (b"", "bytes"),
        (True, "bool True"),
        ({}, "dict {}"),
        (Verdict.HARD, "Verdict"),
        ([REASON, "hard"], "str 'hard'"),
        ([None], "NoneType None"),
        ([[REASON]], "list"),
    ],
)
def test_nonsense_answers_are_refused_by_what_came(answer: object, shown: str) -> None:
    with pytest.raises(TypeError, match="a conflict rule answers None, a Reason") as caught:
        reasons_from(answer)
    assert shown in str(caught.value)


@pytest.mark.parametrize(
    "change",
    [
        {"verdict": 2},
        {"verdict": "hard"},
        {"text": None},
        {"text": "half a pair: \ud800"},
        {"rule": None},
        {"session": "s1"},
        {"shared_nodes": None},
        {"shared_nodes": "Pad"},
        {"shared_nodes": (1,)},
    ],
)
def test_a_reason_that_cannot_be_compared_shown_or_sent_is_refused(
    change: dict[str, object],
) -> None:
    broken = Reason(**{"verdict": Verdict.HARD, "rule": "r", "text": "t", **change})  # type: ignore[arg-type]  # that is what a plugin without type checks does
    with pytest.raises(TypeError, match="a Reason has a Verdict and a text"):
        reasons_from(broken)


def test_an_answer_without_end_is_refused() -> None:
    with pytest.raises(TypeError, match="at most 1000 Reasons"):
        reasons_from(repeat(REASON))
    assert len(reasons_from(repeat(REASON, 1000))) == 1000


def test_what_each_built_in_rule_answered_can_be_told_apart() -> None:
    soft = builtin_answers(BOB_ASKS)
    assert [(a.rule, a.source, a.verdict, a.problem) for a in soft] == [
        ("same_object", "silo-core", Verdict.NONE, ""),
        ("shared_cone", "silo-core", Verdict.SOFT, ""),
    ]
    hard = builtin_answers(BOB_ASKS_THE_SAME)
    assert [answer.verdict for answer in hard] == [Verdict.HARD, Verdict.NONE]
