from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silo_core.model.context import ContextLevel
from silo_core.model.session import EditSession
from silo_core.rules.wire import edit_session_from_wire

FULL: dict[str, Any] = {
    "id": "s1",
    "session_id": "s1",
    "part_number": "BRK-001",
    "user": "alice",
    "workstation_id": "w1",
    "workstation": "CAD-07",
    "context_level": "sketch",
    "object_id": "Sketch001",
    "dependency_cone": ["Sketch001", "Body"],
    "acquired_at": "2026-01-02T03:04:05Z",
    "expires_at": "2026-01-02T04:05:05+01:00",
    "fence": 7,
    "of no concern": {},
}
SESSION = EditSession(
    id="s1",
    part_number="BRK-001",
    user="alice",
    workstation_id="w1",
    workstation="CAD-07",
    context_level=ContextLevel.SKETCH,
    object_id="Sketch001",
    dependency_cone=("Sketch001", "Body"),
    acquired_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    expires_at=datetime(2026, 1, 2, 3, 5, 5, tzinfo=UTC),
    fence=7,
)


def without(*members: str, **more: Any) -> dict[str, Any]:
    return {key: value for key, value in FULL.items() if key not in members} | more


def test_a_full_session_is_read() -> None:
    session = edit_session_from_wire(FULL)
    assert session == SESSION
    assert session.expires_at is not None
    assert session.expires_at.tzinfo is UTC


@pytest.mark.parametrize(
    "data", [without("id"), without("session_id"), without("user", username="alice")]
)
def test_either_name_of_a_member_will_do(data: dict[str, Any]) -> None:
    assert edit_session_from_wire(data) == SESSION


@pytest.mark.parametrize(
    "absent", [{}, {"expires_at": None, "fence": None, "dependency_cone": None}]
)
def test_what_extensions_add_may_be_absent_or_null(absent: dict[str, Any]) -> None:
    data = without("expires_at", "fence", "dependency_cone", "workstation") | absent
    session = edit_session_from_wire(data)
    assert (session.expires_at, session.fence, session.dependency_cone) == (None, None, ())
    assert session.workstation == "w1"


def test_nanoseconds_are_read() -> None:
    session = edit_session_from_wire(FULL | {"acquired_at": "2026-01-02T03:04:05.123456789Z"})
    assert session.acquired_at.microsecond == 123456


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("id", 5),
        ("id", ""),
        ("id", "\ud83d"),
        ("dependency_cone", ["\ud83d"]),
        ("part_number", None),
        ("user", ["alice"]),
        ("workstation_id", None),
        ("workstation", 7),
        ("context_level", "part"),
        ("object_id", {}),
        ("dependency_cone", "Body"),
        ("dependency_cone", ["Body", 1]),
        ("acquired_at", None),
        ("acquired_at", "2026-01-02T03:04:05"),
        ("acquired_at", "0001-01-01T00:00:00+14:00"),
        ("expires_at", "soon"),
        ("fence", True),
        ("fence", "7"),
        ("fence", 7.5),
    ],
)
def test_a_bad_member_is_named(member: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"edit session: {member} should be"):
        edit_session_from_wire(without("session_id") | {member: value})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(sorted(FULL)), json_values)
def test_any_json_gives_a_session_or_a_value_error(member: str, value: object) -> None:
    try:
        session = edit_session_from_wire(FULL | {member: value})
    except ValueError as error:
        named = str(error)
    else:
        named = member
        assert isinstance(session, EditSession)
    assert member in named
