"""A soft conflict says why: by the way in the feature graph from their object to yours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silo_core.model.context import ContextLevel
from silo_core.model.interference import InterferenceQuery
from silo_core.model.session import EditSession
from silo_core.model.verdict import Reason, Verdict
from silo_core.ports.files import read_file
from silo_core.rules.graph import DependencyGraph
from silo_core.rules.interference import judge_builtin

BRACKET = Path(__file__).parents[1] / "data" / "bracket.FCStd"
NOW = datetime(2026, 1, 2, tzinfo=UTC)
HOLES = {"Sketch001": "Mounting holes"}
PART = {
    "Pad": ("Sketch",),
    "Pocket": ("Pad", "Sketch001"),
    "Pocket001": ("Pocket", "Sketch002"),
    "Fillet": ("Pocket001",),
    "Body": ("Fillet", "Pad", "Pocket", "Pocket001", "Sketch", "Sketch001", "Sketch002"),
}
"""The bracket, as FreeCAD builds it: the body uses everything in it."""

Uses = Mapping[str, tuple[str, ...]]


def query(
    uses: Uses, asked: str, *held: str, user: str = "bob", labels: dict[str, str] | None = None
) -> InterferenceQuery:
    """``user`` asks for ``asked`` while alice holds ``held``, with the cones that ``uses`` gives."""
    graph = DependencyGraph(uses)
    sessions = tuple(
        EditSession(
            f"s{number}",
            "BRK-001",
            "alice",
            "w1",
            "CAD-07",
            ContextLevel.PARTDESIGN,
            name,
            tuple(sorted(graph.cone(name))),
            NOW,
        )
        for number, name in enumerate(held)
    )
    return InterferenceQuery(
        "BRK-001",
        ContextLevel.SKETCH,
        asked,
        user,
        "w2",
        graph.cone(asked),
        sessions,
        labels or {},
        uses,
    )


def why(question: InterferenceQuery) -> str:
    (reason,) = judge_builtin(question).reasons
    assert (reason.verdict, reason.rule) == (Verdict.SOFT, "shared_cone")
    head, _, relation = reason.text.partition("; ")
    held = reason.session.object_id if reason.session else ""
    named = {"Sketch001": "Mounting holes (Sketch001)"}.get(held, held)
    assert head in (
        f"alice is editing {named} on CAD-07",
        f"You are editing {named} on CAD-07 already",
    )
    return relation


def chain(length: int) -> Uses:
    return {f"n{n:05}": (f"n{n - 1:05}",) for n in range(1, length)}


@pytest.mark.parametrize(
    ("asked", "held", "relation"),
    [
        ("Pocket", "Sketch001", "your Pocket is built on alice's Mounting holes (Sketch001)"),
        ("Sketch001", "Pocket", "alice's Pocket is built on your Mounting holes (Sketch001)"),
        (
            "Pocket001",
            "Sketch001",
            "your Pocket001 is built on Pocket, which alice's Mounting holes (Sketch001) shapes",
        ),
        (
            "Sketch001",
            "Pocket001",
            "alice's Pocket001 is built on Pocket, which your Mounting holes (Sketch001) shapes",
        ),
        (
            "Fillet",
            "Sketch001",
            (
                "your Fillet is built on Pocket001, "
                "which alice's Mounting holes (Sketch001) shapes through Pocket"
            ),
        ),
        (
            "Fillet",
            "Sketch",
            ("your Fillet is built on Pocket001, which alice's Sketch shapes through 2 more"),
        ),
        (
            "Sketch002",
            "Sketch001",
            (
                "your Sketch002 and alice's Mounting holes (Sketch001) meet in Pocket001: "
                "yours directly, alice's through Pocket"
            ),
        ),
        ("Sketch002", "Pocket", "your Sketch002 and alice's Pocket both shape Pocket001"),
        (
            "Sketch",
            "Sketch002",
            (
                "your Sketch and alice's Sketch002 meet in Pocket001: "
                "yours through Pocket and 1 more, alice's directly"
            ),
        ),
    ],
)
def test_the_way_between_two_objects_of_the_bracket(asked: str, held: str, relation: str) -> None:
    labels = {**HOLES, "Pad": "Pad"}
    assert why(query(PART, asked, held, labels=labels)) == relation


def test_the_bracket_is_built_as_these_tests_say() -> None:
    built = DependencyGraph.from_document(read_file(BRACKET))
    assert DependencyGraph(PART).cone("Sketch001") == built.cone("Sketch001")
    assert built.path_between("Sketch001", "Fillet") == (
        "Sketch001", "Pocket", "Pocket001", "Fillet",
    )  # fmt: skip


def test_steps_on_the_way_go_by_their_labels_too() -> None:
    labels = {"Sketch001": "Mounting holes", "Pocket": "Holes", "Pocket001": "Slots"}
    assert why(query(PART, "Fillet", "Sketch001", labels=labels)) == (
        "your Fillet is built on Slots (Pocket001), "
        "which alice's Mounting holes (Sketch001) shapes through Holes (Pocket)"
    )


@pytest.mark.parametrize(
    ("asked", "held", "relation"),
    [
        ("Pocket", "Sketch001", "Pocket here is built on Mounting holes (Sketch001) there"),
        (
            "Sketch001",
            "Pocket001",
            "Pocket001 there is built on Pocket, which Mounting holes (Sketch001) here shapes",
        ),
        ("Sketch002", "Pocket", "Sketch002 here and Pocket there both shape Pocket001"),
        (
            "Sketch002",
            "Sketch001",
            (
                "Sketch002 here and Mounting holes (Sketch001) there meet in Pocket001: "
                "here directly, there through Pocket"
            ),
        ),
    ],
)
def test_the_same_user_at_two_desks_is_told_which_is_which(
    asked: str, held: str, relation: str
) -> None:
    question = query(PART, asked, held, user="alice", labels=HOLES)
    assert why(question) == relation
    assert "your" not in judge_builtin(question).reasons[0].text.lower()


def test_both_ways_to_where_they_meet_are_told() -> None:
    uses = {"Pocket": ("Sketch",), "Pocket001": ("Sketch001",), "Fillet": ("Pocket", "Pocket001")}
    assert why(query(uses, "Sketch", "Sketch001", labels=HOLES)) == (
        "your Sketch and alice's Mounting holes (Sketch001) meet in Fillet: "
        "yours through Pocket, alice's through Pocket001"
    )


def test_long_ways_are_shortened() -> None:
    assert why(query(chain(9), "n00008", "n00000")) == (
        "your n00008 is built on n00007, which alice's n00000 shapes through 6 more"
    )
    fork = {**chain(5), "end": ("n00004", "b"), "b": ("a",)}
    assert why(query(fork, "n00000", "a")) == (
        "your n00000 and alice's a meet in end: yours through n00004 and 3 more, alice's through b"
    )


def test_each_of_several_sessions_has_its_own_why() -> None:
    reasons = judge_builtin(query(PART, "Sketch002", "Sketch001", "Fillet", "Pocket")).reasons
    assert [reason.text.partition("; ")[2] for reason in reasons] == [
        (
            "your Sketch002 and alice's Sketch001 meet in Pocket001: "
            "yours directly, alice's through Pocket"
        ),
        "alice's Fillet is built on Pocket001, which your Sketch002 shapes",
        "your Sketch002 and alice's Pocket both shape Pocket001",
    ]


@pytest.mark.parametrize("uses", [{}, {"Other": ("Thing",)}, {"Sketch002": ()}])
def test_without_a_way_in_the_graph_the_cones_are_what_is_told(uses: Uses) -> None:
    question = replace(query(PART, "Sketch002", "Pocket"), uses=uses)
    assert why(question) == "it shares Body, Fillet and Pocket001 with what you are about to edit"
    question = replace(query(PART, "Fillet", "Sketch002"), uses=uses)
    assert why(question) == "what you are about to edit depends on it"
    question = replace(query(PART, "Sketch002", "Fillet"), uses=uses)
    assert why(question) == "it depends on what you are about to edit"


def test_a_cycle_is_told_as_the_dependence_it_is() -> None:
    ring = {"a": ("c",), "b": ("a",), "c": ("b",)}
    assert why(query(ring, "a", "b")) == "your a is built on c, which alice's b shapes"
    tail = {"x": ("a", "y"), "y": ("b", "x"), "z": ("x", "y")}
    assert why(query(tail, "a", "b")) == (
        "your a and alice's b meet in x: yours directly, alice's through y"
    )


# -- Whatever the graph --------------------------------------------------------------------------

NAMES = st.sampled_from("abcdefgh")
GRAPHS = st.dictionaries(NAMES, st.lists(NAMES, max_size=3).map(tuple))


def relation_or_nothing(question: InterferenceQuery) -> str:
    reasons = judge_builtin(question).reasons
    return reasons[0].text.partition("; ")[2] if reasons else ""


def the_meeting(relation: str) -> str:
    found = re.search(r"(?:both shape|meet in) (\w+)", relation)
    return found[1] if found else ""


@given(GRAPHS, NAMES, NAMES)
def test_who_asks_first_changes_nothing_about_where_both_meet(
    uses: Uses, one: str, other: str
) -> None:
    mine = relation_or_nothing(query(uses, one, other))
    theirs = relation_or_nothing(query(uses, other, one))
    assert bool(mine) == bool(theirs)
    assert the_meeting(mine) == the_meeting(theirs)


@given(GRAPHS, NAMES, NAMES)
def test_every_way_that_is_named_is_one_in_the_graph(uses: Uses, one: str, other: str) -> None:
    """As long as the ways are short enough to be named in full."""
    relation = relation_or_nothing(query(uses, one, other))
    graph = DependencyGraph(uses)
    for path in ways_in(relation, one, other):
        assert all(used in uses.get(user, ()) for used, user in pairwise(path)), relation
    if meeting := the_meeting(relation):
        shared = graph.cone(one) & graph.cone(other)
        assert meeting in shared
        first = [name for name in shared if not (shared - {name}) & set(uses.get(name, ()))]
        assert meeting in first or not first


def ways_in(relation: str, mine: str, theirs: str) -> list[tuple[str, ...]]:
    """The ways that a sentence names, from what is used to what uses it."""
    owners = {"your": mine, "alice's": theirs, "yours": mine}
    if found := re.fullmatch(r"\S+ (\w) is built on \S+ (\w)", relation):
        return [(found[2], found[1])]
    pattern = r"\S+ (\w) is built on (\w), which \S+ (\w) shapes(?: through (\w))?"
    if found := re.fullmatch(pattern, relation):
        return [(found[3], *filter(None, (found[4],)), found[2], found[1])]
    if found := re.fullmatch(r".* both shape (\w)", relation):
        return [(mine, found[1]), (theirs, found[1])]
    if " meet in " not in relation:
        return []
    meeting = the_meeting(relation)
    ways = re.findall(r"(yours|alice's) (?:(directly)|through (\w)( and)?)", relation)
    assert len(ways) == 2
    # Of a longer way only the last step is named.
    return [
        (meeting,) if more else (owners[who], *filter(None, (step,)), meeting)
        for who, _, step, more in ways
    ] + [(step, meeting) for _, _, step, more in ways if more]


@given(GRAPHS, st.text(max_size=3), st.text(max_size=3), st.lists(st.text(max_size=3), max_size=3))
def test_unknown_objects_and_odd_cones_never_raise(
    uses: Uses, asked: str, held: str, cone: list[str]
) -> None:
    question = query(uses, asked, held)
    odd = replace(question.sessions[0], dependency_cone=tuple(cone))
    judge_builtin(replace(question, sessions=(odd, *question.sessions), cone=frozenset(cone)))


@pytest.mark.parametrize("closing", [(), ("n09999",)], ids=["chain", "ring"])
def test_a_way_through_10_000_objects_is_told(closing: tuple[str, ...]) -> None:
    uses = {**chain(10_000), "n00000": closing}
    assert why(query(uses, "n09999", "n00000")).endswith("shapes through 9997 more")


def test_a_part_of_10_000_objects_is_searched_once_for_each_object_in_hand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In one search no object is looked at twice, so that it is the searches which count."""
    searched: list[str] = []
    search = DependencyGraph.ways_from

    def counted(graph: DependencyGraph, root: str) -> object:
        searched.append(root)
        return search(graph, root)

    uses = {f"n{n:05}": (f"n{n // 2:05}", f"n{n - 1:05}") for n in range(1, 10_000)}
    question = query(uses, "n00002", "n00009", "n09999", "n00009")
    monkeypatch.setattr(DependencyGraph, "ways_from", counted)
    reasons: tuple[Reason, ...] = judge_builtin(question).reasons
    assert len(reasons) == 3
    assert sorted(searched) == ["n00002", "n00009", "n09999"]
