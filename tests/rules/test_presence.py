from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silo_core.model.event import Event
from silo_core.model.session import EditSession
from silo_core.rules.presence import (
    MAX_ENDED,
    Dot,
    Presence,
    Viewer,
    differing,
    with_event,
    with_sessions,
)
from silo_core.rules.wire import edit_session_from_wire

PART, OTHER_PART = "BRK-001", "BRK-002"
START = datetime(2026, 1, 2, tzinfo=UTC)


def wire(n: int, user: str = "alice", part: str = PART, **members: Any) -> dict[str, Any]:
    """Session number ``n``; objects recur among the sessions, ids do not."""
    return {
        "id": f"s{n}",
        "part_number": part,
        "user": user,
        "workstation_id": f"w-{user}",
        "workstation": f"CAD-{user}",
        "context_level": "sketch",
        "object_id": f"Sketch{n % 3}",
        "dependency_cone": [],
        "acquired_at": (START + timedelta(minutes=n)).isoformat(),
    } | members


def session(n: int, user: str = "alice", part: str = PART) -> EditSession:
    return edit_session_from_wire(wire(n, user, part))


def acquired(n: int, user: str = "alice", part: str = PART) -> Event:
    return Event(n, "edit.session_acquired", wire(n, user, part))


def released(n: int, part: str = PART, type_: str = "edit.session_released") -> Event:
    return Event(n, type_, {"part_number": part, "session_id": f"s{n}"})


def viewing(user: str, on: object, part: str = PART) -> Event:
    """``user`` has the part open now, or nothing; what is no bool is sent as it is."""
    opened = on if not isinstance(on, bool) else [part] if on else []
    data = {"user": user, "workstation_id": f"w-{user}", "workstation": "CAD", "viewing": opened}
    return Event(None, "presence.viewing", data)


def viewer(user: str) -> Viewer:
    return Viewer(user, f"w-{user}", "CAD")


def after(*events: Event, start: Presence | None = None) -> Presence:
    return reduce(with_event, events, start or Presence())


def test_it_knows_who_edits_what() -> None:
    presence = after(acquired(2, "bob"), acquired(1), acquired(4), acquired(3, part=OTHER_PART))
    assert presence.sessions_on(PART) == (session(1), session(2, "bob"), session(4))
    assert presence.editors(PART) == ("alice", "bob")
    assert presence.sessions_of_others(PART, "w-alice") == (session(2, "bob"),)
    assert presence.editors("unknown") == ()


@pytest.mark.parametrize("type_", ["edit.session_released", "edit.force_released"])
def test_an_ended_session_is_gone(type_: str) -> None:
    presence = after(acquired(1), acquired(2), released(1, type_=type_))
    assert presence.sessions_on(PART) == (session(2),)


def test_a_listing_replaces_the_sessions_of_its_part_alone() -> None:
    presence = after(acquired(1), acquired(2, part=OTHER_PART))
    listed = with_sessions(presence, PART, [session(3, "bob"), session(4, part=OTHER_PART)])
    assert listed.sessions_on(PART) == (session(3, "bob"),)
    assert listed.sessions_on(OTHER_PART) == (session(2, part=OTHER_PART),)
    assert PART not in with_sessions(listed, PART, []).sessions


def test_a_late_listing_does_not_undo_what_events_have_told_since_it_was_asked_for() -> None:
    asked = after(acquired(1), acquired(2))
    now = after(acquired(3, "bob"), released(1), start=asked)
    listed = with_sessions(now, PART, [session(1)], asked=asked)
    assert listed.sessions_on(PART) == (session(3, "bob"),)


def test_an_acquire_seen_after_its_release_does_not_resurrect() -> None:
    assert after(released(1), acquired(1)).sessions_on(PART) == ()
    assert after(acquired(1), released(1), acquired(1)).sessions_on(PART) == ()


def test_the_object_can_be_taken_again_under_a_new_session() -> None:
    assert after(acquired(1), released(1), acquired(4)).sessions_on(PART) == (session(4),)


def test_viewers_come_and_go() -> None:
    presence = after(viewing("bob", True), viewing("carol", True), viewing("bob", False))
    assert presence.viewing == {PART: frozenset({viewer("carol")})}
    assert after(viewing("carol", False), start=presence).viewing == {}
    elsewhere = after(viewing("carol", True, OTHER_PART), start=presence)
    assert elsewhere.viewing == {OTHER_PART: frozenset({viewer("carol")})}
    assert elsewhere.other_viewers(OTHER_PART, "w-bob") == (viewer("carol"),)
    assert elsewhere.other_viewers(OTHER_PART, "w-carol") == ()


def test_a_listing_brings_viewers_that_no_event_has_contradicted() -> None:
    asked = after(viewing("bob", True))
    listed = with_sessions(asked, PART, [], asked, [viewer("carol")])
    assert listed.other_viewers(PART, "") == (viewer("carol"),)
    assert with_sessions(asked, PART, [], asked).other_viewers(PART, "") == (viewer("bob"),)
    with_more = after(viewing("dora", True), start=asked)
    both = with_sessions(with_more, PART, [], asked, [viewer("carol")]).other_viewers(PART, "")
    assert both == (viewer("carol"), viewer("dora"))
    later = after(viewing("bob", False), start=asked)
    assert with_sessions(later, PART, [], asked, [viewer("bob")]).viewing == {}


def test_a_deleted_item_is_forgotten_and_its_sessions_do_not_come_back() -> None:
    deleted = Event(9, "item.deleted", {"part_number": PART})
    before = after(acquired(1), viewing("bob", True), acquired(2, part=OTHER_PART))
    presence = after(deleted, acquired(1), start=before)
    assert presence.sessions_on(PART) == ()
    assert presence.viewing == {}
    assert presence.editors(OTHER_PART) == ("alice",)


def test_memory_of_ended_sessions_is_bounded() -> None:
    presence = after(*(released(n) for n in range(MAX_ENDED + 10)))
    assert len(presence.ended) == MAX_ENDED
    assert presence.ended[-1] == f"s{MAX_ENDED + 9}"


events = st.one_of(
    st.builds(acquired, st.integers(0, 6), st.sampled_from(["alice", "bob"])),
    st.builds(released, st.integers(0, 6)),
    st.builds(released, st.integers(0, 6), type_=st.just("edit.force_released")),
    st.builds(viewing, st.sampled_from(["alice", "bob"]), st.booleans()),
    st.just(Event(None, "item.deleted", {"part_number": PART})),
)


@given(st.lists(events, max_size=20), events)
def test_an_event_told_twice_is_told_once(history: list[Event], event: Event) -> None:
    once = after(*history, event)
    assert with_event(once, event) == once


@given(st.lists(events, max_size=20), st.lists(events, max_size=20), st.integers(0, 6))
def test_once_released_never_seen_again(before: list[Event], later: list[Event], n: int) -> None:
    presence = after(*before, released(n), *later)
    presence = with_sessions(presence, PART, [*presence.sessions_on(PART), session(n)])
    assert f"s{n}" not in {s.id for s in presence.sessions_on(PART)}


@given(st.lists(st.integers(0, 6).map(lambda n: [acquired(n), released(n)]), max_size=8), st.data())
def test_a_replay_from_any_point_ends_where_the_log_ends(
    pairs: list[list[Event]], data: st.DataObject
) -> None:
    log = [event for pair in pairs for event in pair] + [acquired(7), viewing("bob", True)]
    end = after(*log)
    point = data.draw(st.integers(0, len(log)))
    assert after(*log[point:], start=end) == end


@given(st.permutations([acquired(1), released(1), acquired(2), released(3), acquired(3)]))
def test_the_order_of_sessions_events_does_not_matter(shuffled: list[Event]) -> None:
    assert after(*shuffled).sessions_on(PART) == (session(2),)


@given(st.lists(events, max_size=10), events)
def test_a_step_changes_nothing_in_place(history: list[Event], event: Event) -> None:
    presence, same = after(*history), after(*history)
    with_event(presence, event)
    with_sessions(presence, PART, [session(1)])
    assert presence == same


@given(st.lists(events, max_size=10), events)
def test_what_differs_is_what_an_event_changed(history: list[Event], event: Event) -> None:
    before = after(*history)
    now = with_event(before, event)
    assert differing(before, before) == frozenset()
    assert differing(before, now) <= {PART, OTHER_PART}
    if (before.sessions, before.viewing) != (now.sessions, now.viewing):
        assert differing(before, now) == {PART}


json_values = st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.lists(st.none())
TYPES = ["edit.session_acquired", "edit.session_released", "presence.viewing", "item.deleted", "x"]


@given(
    st.sampled_from(TYPES),
    st.dictionaries(st.sampled_from([*wire(1), "session_id", "viewing"]), json_values),
)
def test_malformed_events_never_raise(type_: str, data: dict[str, object]) -> None:
    presence = with_event(after(acquired(1)), Event(1, type_, data))
    assert presence.sessions_on(PART) == (session(1),)


@pytest.mark.parametrize(
    "event",
    [
        Event(1, "subscription.checkpoint", {"part_number": PART}),
        Event(1, "edit.session_acquired", wire(2, acquired_at="yesterday")),
        Event(1, "edit.session_released", {"session_id": "s1"}),
        Event(1, "edit.session_released", {"part_number": PART, "session_id": 1}),
        Event(1, "item.deleted", {}),
        viewing("bob", 1),
        viewing("bob", "yes"),
    ],
)
def test_events_of_no_concern_or_malformed_change_nothing(event: Event) -> None:
    presence = after(acquired(1), viewing("carol", True))
    assert with_event(presence, event) is presence


CONTENT = frozenset({"Sketch0", "Sketch1"})


def test_dots_show_the_strongest_thing_others_do() -> None:
    presence = after(viewing("carol", True))
    assert presence.dot(PART, "Sketch1", "w-bob") is Dot.VIEWING
    presence = after(acquired(1), start=presence)
    assert presence.dot(PART, "Sketch1", "w-bob") is Dot.OTHER_EDITING_THIS
    assert presence.dot(PART, "Body", "w-bob", CONTENT) is Dot.EDITING_WITHIN
    assert presence.dot(PART, "Sketch2", "w-bob") is Dot.VIEWING
    assert presence.dot(OTHER_PART, "Sketch1", "w-bob") is Dot.NONE


def test_what_one_does_oneself_gives_no_dot() -> None:
    presence = after(acquired(1), viewing("alice", True))
    assert presence.dot(PART, "Sketch1", "w-alice") is Dot.NONE
    assert presence.dot(PART, "Body", "w-alice", CONTENT) is Dot.NONE
