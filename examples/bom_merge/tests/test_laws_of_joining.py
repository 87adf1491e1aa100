"""What holds for any tables. Run with ``pytest`` where this distribution is installed."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from silo_example_bom_merge.joining import join
from silo_example_bom_merge.table import Table, TableError, read, write

KEYS = st.lists(st.sampled_from("123456"), unique=True, max_size=6)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Small ones, so that two of them have much in common."""
    names = ["pos", *draw(st.permutations(["part", "q", "s"]))[: draw(st.integers(1, 3))]]
    rows = [
        [key, *(draw(st.sampled_from(["", "x", "y"])) for _ in names[1:])] for key in draw(KEYS)
    ]
    return read("".join(",".join(row) + "\n" for row in [names, *rows]).encode())


def said(table: Table) -> dict[str, dict[str, str]]:
    """The values by row and column."""
    return {
        key: {name: row.cells[name].value if name in row.cells else "" for name in table.names}
        for key, row in table.rows.items()
    }


@given(st.text(alphabet='ab",;\n\r\t 1', max_size=40))
def test_what_is_read_is_written_as_it_was(text: str) -> None:
    content = text.encode()
    try:
        table = read(content)
    except TableError:
        return
    assert write(table) == content


@settings(deadline=None)
@given(tables(), tables())
def test_what_one_side_alone_changed_is_the_result(base: Table, other: Table) -> None:
    for ours, theirs in ((other, base), (base, other), (other, other)):
        joined = join(base, ours, theirs, "bob").table
        assert joined is not None
        assert said(joined) == said(other)
        assert (list(joined.names), list(joined.rows)) == (list(other.names), list(other.rows))


@settings(deadline=None)
@given(tables(), tables(), tables())
def test_both_sides_come_to_the_same(base: Table, one: Table, other: Table) -> None:
    here, there = join(base, one, other, "bob"), join(base, other, one, "alice")
    assert bool(here.conflicts) == bool(there.conflicts)
    if here.table and there.table:
        assert said(here.table) == said(there.table)
