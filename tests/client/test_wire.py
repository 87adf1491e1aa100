"""The model as JSON: nothing is converted in silence, and what servers vary in is accepted."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silo_core.model.answers import Heartbeat, ServerInfo, Workstation
from silo_core.model.dag import Dag, DagEdge, DagNode
from silo_core.model.errors import ProtocolError
from silo_core.model.item import Item, Version, VersionKind
from silo_core.model.session import EditSession, Holder
from silo_core.ports.wire import from_wire, parse_time, to_wire

SESSION = {
    "id": "s1",
    "part_number": "P-1",
    "user": "alice",
    "workstation_id": "w1",
    "workstation": "desk",
    "context_level": "sketch",
    "object_id": "Sketch001",
    "dependency_cone": ["Sketch001", "Pad"],
    "acquired_at": "2026-11-01T10:00:00.5Z",
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from([*SESSION, "head", "kind", "nodes"]) | st.text(), inner)
    ),
    max_leaves=12,
)


def test_session_is_read_and_written_with_both_names_of_its_id() -> None:
    session = from_wire(EditSession, SESSION)
    written = to_wire(session)
    assert session.dependency_cone == ("Sketch001", "Pad")
    assert written["id"] == written["session_id"] == "s1"
    assert written["acquired_at"] == "2026-11-01T10:00:00.500000Z"
    assert from_wire(EditSession, json.loads(json.dumps(written))) == session


@pytest.mark.parametrize(
    ("kind", "data", "member", "value"),
    [
        (EditSession, {**SESSION, "id": None, "session_id": "s2"}, "id", "s2"),
        (Workstation, {"workstation_id": "w1", "name": "desk"}, "id", "w1"),
        (Holder, {**SESSION, "session_id": "s", "user": None, "username": "bob"}, "user", "bob"),
    ],
)
def test_either_name_of_a_member_is_accepted(
    kind: type, data: dict[str, Any], member: str, value: str
) -> None:
    assert getattr(from_wire(kind, data), member) == value


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("user", None),
        ("user", 7),
        ("user", ["alice"]),
        ("user", "\ud800"),
        ("object_id", True),
        ("fence", "7"),
        ("fence", True),
        ("fence", 1.5),
        ("dependency_cone", "Sketch001"),
        ("dependency_cone", {"Sketch001": 1}),
        ("dependency_cone", [None]),
        ("context_level", "drawing"),
        ("acquired_at", "2026-11-01T10:00:00"),
        ("acquired_at", 0),
        ("acquired_at", "0001-01-01T00:00:00+14:00"),
        ("expires_at", "soon"),
    ],
)
def test_a_member_of_another_kind_is_an_error_that_names_it(member: str, value: object) -> None:
    with pytest.raises(ProtocolError, match=r"EditSession.*address") as caught:
        from_wire(EditSession, {**SESSION, member: value})
    assert len(caught.value.message) < 400


@pytest.mark.parametrize("data", [None, [], "text", 1, {}, {"id": "s"}])
def test_what_is_no_object_or_lacks_members_is_an_error(data: object) -> None:
    with pytest.raises(ProtocolError):
        from_wire(EditSession, data)


def test_null_reads_as_left_out_where_there_is_a_default_and_as_an_empty_list() -> None:
    item = from_wire(
        Item, {"id": "1", "part_number": "P-1", "description": None, "projects": None, "head": None}
    )
    assert (item.description, item.projects, item.head) == ("", (), None)
    assert from_wire(EditSession, {**SESSION, "dependency_cone": None}).dependency_cone == ()


def test_unknown_members_are_ignored() -> None:
    assert from_wire(EditSession, {**SESSION, "colour": "red"}).id == "s1"


def test_a_long_list_of_problems_is_cut_short() -> None:
    nodes = [{"node_key": 1, "node_type": 2, "properties_hash": 3}] * 1000
    with pytest.raises(ProtocolError) as caught:
        from_wire(Dag, {"nodes": nodes, "edges": []})
    assert len(caught.value.message) < 600


def test_graph_travels_there_and_back() -> None:
    dag = Dag(
        (DagNode("Sketch", "sketch", "ab" * 32, {"label": "Skizze"}), DagNode("Pad", "pad", "")),
        (DagEdge("Sketch", "Pad"),),
        revision_number=3,
    )
    assert from_wire(Dag, json.loads(json.dumps(to_wire(dag)))) == dag


def test_metadata_that_is_no_text_is_kept_as_json() -> None:
    node = {
        "node_key": "Pad",
        "node_type": "pad",
        "properties_hash": "",
        "metadata": {"label": "Pad", "length": 10.5, "symmetric": False},
    }
    assert from_wire(DagNode, node).metadata == {
        "label": "Pad",
        "length": "10.5",
        "symmetric": "false",
    }


def test_numbers_and_sets_are_read_for_what_they_are() -> None:
    assert from_wire(Heartbeat, {"alive": ["s"], "lease_seconds": 60}).lease_seconds == 60.0
    for endless in ("NaN", "Infinity", "1e999", "1" + "0" * 400):
        with pytest.raises(ProtocolError):
            from_wire(Heartbeat, {"alive": [], "lease_seconds": json.loads(endless)})
    with pytest.raises(ProtocolError):
        from_wire(Heartbeat, {"alive": [], "lease_seconds": "60"})
    info = from_wire(ServerInfo, {"name": "silo", "extensions": ["base", "lease"]})
    assert info.extensions == {"base", "lease"}


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-01T10:00:00Z",
        "2026-11-01T11:00:00+01:00",
        "2026-11-01T10:00:00.000000123Z",
    ],
)
def test_times_of_any_zone_and_precision_come_out_as_utc(text: str) -> None:
    assert parse_time(text) == datetime(2026, 11, 1, 10, tzinfo=UTC)


@given(st.sampled_from([EditSession, Item, Version, Dag, Workstation, Heartbeat]), JSON)
def test_any_json_reads_as_the_kind_or_is_a_protocol_error(kind: type, data: object) -> None:
    try:
        value: object = from_wire(kind, data)
    except ProtocolError:
        return
    assert isinstance(value, kind)
    assert from_wire(kind, to_wire(value)) == value


@given(
    st.builds(
        Version,
        id=st.text(min_size=1),
        kind=st.sampled_from(VersionKind),
        size=st.integers(),
        created_at=st.none() | st.datetimes(timezones=st.just(UTC)),
        changes=st.lists(st.text()).map(tuple),
    )
)
def test_versions_come_back_as_they_were_sent(version: Version) -> None:
    assert from_wire(Version, json.loads(json.dumps(to_wire(version)))) == version
