"""Groups of activity entries: their laws, and what users see of them."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from silo_core.model.exchange import Action, ActivityEntry, ActivityKind
from silo_core.rules.activity import (
    BULK_AT_LEAST,
    BULK_GAP,
    MARKS,
    Filter,
    Group,
    Grouping,
    grouped,
    regrouped,
)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def synced(number: int, seconds: float = 0) -> ActivityEntry:
    at, part = NOW - timedelta(seconds=seconds), f"PRT-{number}"
    return ActivityEntry(
        at, ActivityKind.SYNCED, f"Synced: {part}", part_number=part, id=str(number)
    )


@st.composite
def histories(draw: st.DrawFn) -> tuple[ActivityEntry, ...]:
    """Newest first, from few enough texts that neighbours often say the same."""
    kinds = st.sampled_from([ActivityKind.SYNCED, ActivityKind.SYNCED, *ActivityKind])
    rows = draw(st.lists(st.tuples(kinds, st.sampled_from("ab"), st.integers(0, 200)), max_size=25))
    at, entries = NOW, []
    for index, (kind, text, seconds) in enumerate(rows):
        at -= timedelta(seconds=seconds)
        entries.append(ActivityEntry(at, kind, text, part_number=text, id=str(index)))
    return tuple(entries)


def flat(groups: tuple[Group, ...]) -> list[str]:
    return [entry.id for group in groups for entry in group.entries]


@given(histories())
def test_nothing_is_lost_and_the_order_is_kept(entries: tuple[ActivityEntry, ...]) -> None:
    assert flat(grouped(entries)) == [entry.id for entry in entries]


@given(histories())
def test_grouping_what_was_grouped_changes_nothing(entries: tuple[ActivityEntry, ...]) -> None:
    groups = grouped(entries)
    assert grouped(entry for group in groups for entry in group.entries) == groups
    for group in groups:
        assert grouped(group.entries) == (group,)


@given(histories())
def test_neighbours_that_say_the_same_are_one_line(entries: tuple[ActivityEntry, ...]) -> None:
    groups = grouped(entries)
    for one, other in itertools.pairwise(groups):
        assert (
            Grouping.BULK in (one.how, other.how)
            or one.newest.text != other.newest.text
            or (one.newest.kind != other.newest.kind)
        )
    for group in groups:
        assert (len(group.entries) > 1) == (group.how is not Grouping.ONE)


@given(histories())
def test_only_files_that_were_fetched_soon_after_each_other_are_bulk(
    entries: tuple[ActivityEntry, ...],
) -> None:
    for group in grouped(entries):
        if group.how is Grouping.BULK:
            assert len(group.entries) >= BULK_AT_LEAST
            assert {entry.kind for entry in group.entries} == {ActivityKind.SYNCED}
            for newer, older in zip(group.entries, group.entries[1:], strict=False):
                assert newer.at - older.at <= BULK_GAP or newer.text == older.text


@given(histories(), st.integers(0, 25))
def test_what_is_newer_only_joins_the_front(entries: tuple[ActivityEntry, ...], cut: int) -> None:
    assert regrouped(grouped(entries[cut:]), entries[:cut]) == grouped(entries)


def test_bulk_syncs_are_one_line_that_unfolds() -> None:
    entries = [synced(number, number) for number in range(12)]
    (group,) = grouped(entries)
    assert (group.how, group.text) == (Grouping.BULK, "Synced: 12 items")
    assert group.entries == tuple(entries)


def test_two_syncs_and_syncs_of_another_time_stay_lines_of_their_own() -> None:
    later = 3 * BULK_GAP.total_seconds()
    assert [g.how for g in grouped([synced(1), synced(2, 1)])] == [Grouping.ONE] * 2
    apart = [synced(number, number * later) for number in range(4)]
    assert len(grouped(apart)) == 4


def test_what_tells_of_many_already_is_not_counted_once_more() -> None:
    many = ActivityEntry(NOW, ActivityKind.SYNCED, "Synced: 40 items (3.0 MB)", id="many")
    groups = grouped([synced(1), synced(2), many, synced(3), synced(4), synced(5)])
    assert [group.text for group in groups][2:] == [many.text, "Synced: 3 items"]


def test_repeats_are_counted_and_have_the_buttons_of_the_newest() -> None:
    first = ActivityEntry(
        NOW, ActivityKind.BLOCKED, "Blocked: x", actions=(Action("a", "A"),), id="1"
    )
    others = [replace(first, id=str(n), actions=(), details=(str(n),)) for n in range(2, 5)]
    (group,) = grouped([first, *others])
    assert group.text == "Blocked: x ×4"
    assert group.newest.actions == first.actions


def test_every_kind_has_a_mark_with_a_word() -> None:
    assert set(MARKS) == set(ActivityKind)
    assert all(mark.icon and mark.word for mark in MARKS.values())


def test_filters_take_person_part_kind_words_and_what_is_unread() -> None:
    entry = ActivityEntry(
        NOW, ActivityKind.UPDATED, "Updated: PRT-1", ("Pocket.Length 5 mm",), "PRT-1", "", "alice"
    )
    entry = replace(entry, id="7")
    for wanted in (
        Filter(),
        Filter(person="alice"),
        Filter(part_number="PRT-1"),
        Filter(kind=ActivityKind.UPDATED),
        Filter(text="POCKET alice"),
        Filter(unread=frozenset({"7"})),
    ):
        assert wanted.lets_through(entry)
    for unwanted in (
        Filter(person="bob"),
        Filter(part_number="PRT-2"),
        Filter(kind=ActivityKind.BLOCKED),
        Filter(text="pocket bob"),
        Filter(unread=frozenset()),
    ):
        assert not unwanted.lets_through(entry)
