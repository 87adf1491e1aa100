"""Dependency cones."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silo_core.fcstd import to_dag
from silo_core.model.dag import Dag, DagEdge
from silo_core.ports.files import read_file
from silo_core.rules.graph import DependencyGraph, dependents

BRACKET = Path(__file__).parents[1] / "data" / "bracket.FCStd"
NAMES = st.sampled_from("abcdefgh")
GRAPHS = st.dictionaries(NAMES, st.lists(NAMES, max_size=4))


def naive(uses: dict[str, list[str]], roots: list[str]) -> set[str]:
    """Add whoever uses something in the cone until nothing changes."""
    cone = set(roots)
    while more := {user for user, used in uses.items() if cone & set(used)} - cone:
        cone |= more
    return cone


@given(GRAPHS, st.lists(NAMES, max_size=3))
def test_a_cone_is_the_closure_of_usage(uses: dict[str, list[str]], roots: list[str]) -> None:
    assert dependents(uses, roots) == naive(uses, roots)


@given(GRAPHS, NAMES, NAMES)
def test_a_path_exists_just_where_the_cone_reaches(
    uses: dict[str, list[str]], used: str, user: str
) -> None:
    graph = DependencyGraph(uses)
    path = graph.path_between(used, user)
    assert bool(path) == (user in graph.cone(used))
    if path:
        assert path[0] == used
        assert path[-1] == user
        assert len(set(path)) == len(path)
        assert all(before in uses[after] for before, after in pairwise(path))


def test_the_shortest_path_is_taken() -> None:
    graph = DependencyGraph({"b": ["a"], "c": ["b"], "d": ["c", "a"]})
    assert graph.path_between("a", "d") == ("a", "d")
    assert graph.path_between("a", "a") == ("a",)
    assert graph.path_between("d", "a") == ()


def test_of_several_shortest_paths_the_one_whose_names_sort_first_is_taken() -> None:
    for names in (["x", "b", "m"], ["m", "x", "b"]):
        graph = DependencyGraph({"end": names, **{name: ["a"] for name in names}})
        assert graph.path_between("a", "end") == ("a", "b", "end")


@given(GRAPHS, NAMES, NAMES)
def test_two_objects_meet_just_where_their_cones_do(
    uses: dict[str, list[str]], one: str, other: str
) -> None:
    graph = DependencyGraph(uses)
    ways = graph.ways_from(one), graph.ways_from(other)
    meeting = graph.meeting(*ways)
    shared = graph.cone(one) & graph.cone(other)
    assert (meeting in shared) if shared else meeting is None
    assert meeting == graph.meeting(*reversed(ways))


def test_two_objects_meet_in_what_is_built_first_and_not_in_what_holds_everything() -> None:
    graph = DependencyGraph({"c": ["a"], "d": ["b", "c"], "body": ["a", "b", "c", "d"]})
    assert graph.meeting(graph.ways_from("a"), graph.ways_from("b")) == "d"


def test_an_unknown_root_is_its_own_cone() -> None:
    assert dependents({"b": ["a"]}, ["gone"]) == {"gone"}
    assert dependents({}, []) == frozenset()


@pytest.mark.parametrize("closing", [[], ["n99999"]], ids=["chain", "ring"])
def test_a_chain_of_100000_objects_needs_no_recursion(closing: list[str]) -> None:
    uses = {f"n{number}": [f"n{number - 1}"] for number in range(1, 100_000)}
    graph = DependencyGraph({**uses, "n0": closing})
    assert len(graph.cone("n0")) == 100_000
    assert len(graph.path_between("n0", "n99999")) == 100_000


def test_the_cones_of_the_bracket() -> None:
    document = read_file(BRACKET)
    for graph in (
        DependencyGraph.from_document(document),
        DependencyGraph.from_dag(to_dag(document)),
    ):
        assert graph.cone("Sketch001") == {"Sketch001", "Pocket", "Pocket001", "Fillet", "Body"}
        assert graph.cone("Sketch002") == {"Sketch002", "Pocket001", "Fillet", "Body"}
        assert graph.cone("Sketch") == {
            *("Sketch", "Pad", "Pocket", "Pocket001", "Fillet", "Body"),
        }
        assert graph.cone("Body") == {"Body"}
        assert graph.cone("Sketch001", "Sketch002") == (
            graph.cone("Sketch001") | graph.cone("Sketch002")
        )


def test_edges_to_nodes_that_a_graph_does_not_list_count() -> None:
    dag = Dag(nodes=(), edges=(DagEdge("a", "b"), DagEdge("b", "c")))
    assert DependencyGraph.from_dag(dag).cone("a") == {"a", "b", "c"}
