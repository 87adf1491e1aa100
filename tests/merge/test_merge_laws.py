"""What holds for every merge."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silo_core.fcstd.merging import Yields
from tests.merge.kit import (
    Change,
    added,
    cells,
    edited,
    formulas,
    joined,
    label,
    length,
    merged,
    put,
    same,
    sample,
)

BRACKET = sample("bracket")
OWNERS = st.sampled_from(["Pad", "Pocket", "Pocket001"])
NUMBERS = st.integers(1, 4)
CHANGES: st.SearchStrategy[Change] = st.one_of(
    st.builds(length, OWNERS, NUMBERS),
    st.builds(length, OWNERS, NUMBERS, st.just("Length2")),
    st.builds(length, st.just("Fillet"), NUMBERS, st.just("Radius")),
    st.builds(label, st.sampled_from(["Pad", "Sketch", "Body"]), st.sampled_from(["One", "Two"])),
    st.builds(
        lambda owner, rows: formulas(owner, **rows),
        OWNERS,
        st.dictionaries(st.sampled_from(["Offset", "TaperAngle"]), st.sampled_from(["1 + 1", "2"])),
    ),
)
NEW = st.builds(added, st.sampled_from(["Box", "Box001"]), NUMBERS, st.sampled_from(["", "Pad"]))
EDITS = st.builds(
    lambda changes, new: edited(BRACKET, *changes, *new),
    st.lists(CHANGES, max_size=4),
    st.lists(NEW, max_size=1),
)


PLATE, MOTOR = sample("plate"), sample("motor")
EDITS_OF_A_PLATE = st.builds(
    lambda changes: edited(PLATE, *changes),
    st.lists(
        st.one_of(
            st.builds(
                lambda rows: cells(**rows),
                st.dictionaries(
                    st.sampled_from(["A1", "B1", "C3"]), st.sampled_from(["1", "=2 mm"])
                ),
            ),
            st.builds(length, st.just("Pad"), NUMBERS, st.just("Length2")),
            st.builds(label, st.sampled_from(["Pad", "Spreadsheet"]), st.sampled_from(["A", "B"])),
        ),
        max_size=3,
    ),
)
EDITS_OF_AN_ASSEMBLY = st.builds(
    lambda changes: edited(MOTOR, *changes),
    st.lists(
        st.one_of(
            st.builds(label, st.sampled_from(["Link", "Link001"]), st.sampled_from(["A", "B"])),
            st.builds(
                lambda owner, file: put(
                    owner, "LinkedObject", f'<XLink file="{file}.FCStd" stamp="" name="Body"/>'
                ),
                st.sampled_from(["Link", "Link001"]),
                st.sampled_from(["bracket", "plate", "other"]),
            ),
        ),
        max_size=3,
    ),
)


@pytest.mark.parametrize(
    ("base", "edits"),
    [(PLATE, EDITS_OF_A_PLATE), (MOTOR, EDITS_OF_AN_ASSEMBLY)],
    ids=["plate", "motor"],
)
@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_all_of_it_holds_for_the_other_samples(
    base: bytes, edits: st.SearchStrategy[bytes], data: st.DataObject
) -> None:
    one, other = data.draw(edits), data.draw(edits)
    assert same(joined(base, one, base), one)
    assert same(joined(base, base, one), one)
    assert same(joined(base, one, one), one)
    here, merged_here = merged(base, one, other)
    there, merged_there = merged(base, other, one)
    assert len(here.conflicts) == len(there.conflicts)
    assert here.conflicts or same(merged_here, merged_there)


@settings(max_examples=6, deadline=None)
@given(EDITS)
def test_one_edit_alone_is_what_comes_out(one: bytes) -> None:
    assert same(joined(BRACKET, one, BRACKET), one)
    assert same(joined(BRACKET, BRACKET, one), one)
    assert same(joined(BRACKET, one, one), one)


@settings(max_examples=10, deadline=None)
@given(EDITS, EDITS)
def test_whose_edit_is_ours_makes_no_difference(one: bytes, other: bytes) -> None:
    here, merged_here = merged(BRACKET, one, other)
    # New objects of one name: the same person's give way, whoever that is.
    there, merged_there = merged(BRACKET, other, one, Yields.OURS)
    assert len(here.conflicts) == len(there.conflicts)
    if not here.conflicts:
        assert same(merged_here, merged_there)
        assert same(joined(BRACKET, merged_here, one), merged_here)
