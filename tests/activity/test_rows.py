"""The rows of the pane are what grouping says, whatever came, changed and was unfolded before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QApplication, QTreeView

from silo_activity.qt.model import ActivityModel
from silo_core.model.exchange import ActivityEntry, ActivityKind
from silo_core.rules.activity import Filter, grouped

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
KINDS = (ActivityKind.SYNCED, ActivityKind.SYNCED, ActivityKind.BLOCKED)


class Entries:
    """As much of a feed as rows need."""

    def __init__(self) -> None:
        self.known: dict[str, ActivityEntry] = {}
        self.unread: set[str] = set()

    def __iter__(self) -> Iterator[ActivityEntry]:
        return reversed(self.known.values())

    def get(self, entry_id: str) -> ActivityEntry | None:
        return self.known.get(entry_id)

    def new(self, kind: ActivityKind, text: str, details: int) -> ActivityEntry:
        number = len(self.known)
        entry = ActivityEntry(
            NOW + timedelta(seconds=number),
            kind,
            text,
            tuple(f"detail {detail}" for detail in range(details)),
            part_number=text,
            id=str(number),
        )
        self.known[entry.id] = entry
        return entry


ENTRY = st.tuples(st.sampled_from(KINDS), st.sampled_from("ab"), st.integers(0, 3))
STEP = st.one_of(
    st.tuples(st.just("come"), st.lists(ENTRY, min_size=1, max_size=4)),
    st.tuples(st.just("change"), st.tuples(st.integers(0, 40), st.integers(0, 3))),
    st.tuples(st.just("unfold"), st.integers(0, 10)),
    st.tuples(st.just("begin"), st.sampled_from([None, *KINDS])),
)


def ids(model: ActivityModel, above: QModelIndex) -> list[str]:
    """What the rows below a group are of."""
    lines = [model.line(model.index(row, 0, above)) for row in range(model.rowCount(above))]
    return [line.entry.id if line else "" for line in lines]


def check(model: ActivityModel, entries: Entries) -> None:
    groups = grouped(filter(model.wanted.lets_through, entries))
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == [
        group.text for group in groups
    ]
    for row, group in enumerate(groups):
        index, count = model.index(row, 0), len(group.entries)
        line = model.line(index)
        assert line
        assert line.group == group
        shown = ids(model, index)
        if count == 1:
            assert len(shown) == max(0, len(group.newest.details) - 1)
        else:
            assert shown in ([group.newest.id], [entry.id for entry in group.entries])
        for entry in group.entries:
            own = model.row_of(entry.id)
            assert own in (index, model.index(group.entries.index(entry), 0, index))
            if own != index or count == 1:
                assert model.rowCount(own) == max(0, len(entry.details) - 1)


def do(view: QTreeView, model: ActivityModel, entries: Entries, what: str, how: Any) -> None:
    """What a user, or somebody else, does."""
    if what == "come":
        model.add([entries.new(*one) for one in how][::-1])
    elif what == "change" and entries.known:
        number, details = how
        before = list(entries.known.values())[number % len(entries.known)]
        told = tuple(f"other {detail}" for detail in range(details))
        changed = entries.known[before.id] = replace(before, details=told, chosen="done")
        model.change(changed)
    elif what == "unfold" and model.rowCount():
        index = model.index(how % model.rowCount(), 0)
        view.expand(index)  # which fetches what is in it
    elif what == "begin":
        model.begin(Filter(kind=how))


@given(st.lists(ENTRY, max_size=6), st.lists(STEP, max_size=12))
def test_rows_are_what_grouping_says(
    qapp: QApplication,
    before: list[tuple[ActivityKind, str, int]],
    steps: list[tuple[str, Any]],
) -> None:
    entries = Entries()
    for one in before:
        entries.new(*one)
    model = ActivityModel(entries)  # type: ignore[arg-type]
    view = QTreeView()
    view.setModel(model)
    model.begin(Filter())
    check(model, entries)
    for what, how in steps:
        do(view, model, entries, what, how)
        check(model, entries)
    view.deleteLater()
    model.deleteLater()
