"""The sync planner: each row of its table, and what holds for all situations."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silo_core.model.sync import SyncChoice
from silo_core.rules import sync
from silo_core.rules.sync import DAMAGED, SyncAction, Tree, plan

OLD, NEW, MINE = "a" * 64, "b" * 64, "c" * 64
REMOTE, BASE = Tree("v2", NEW), Tree("v1", OLD)

Row = tuple[tuple[Tree | None, str | None, Tree | None], dict[str, Any], SyncAction]

ROWS: dict[str, list[Row]] = {
    "removed, busy": [((None, OLD, BASE), {"removed": True, "is_open": True}, SyncAction.DEFER)],
    "removed, push": [((None, OLD, BASE), {"removed": True, "pushing": True}, SyncAction.DEFER)],
    "removed": [
        ((None, OLD, BASE), {"removed": True}, SyncAction.UNTRACK),
        ((None, MINE, BASE), {"removed": True}, SyncAction.UNTRACK),
    ],
    "nothing wanted": [((None, MINE, BASE), {}, SyncAction.NOTHING)],
    "same content": [
        ((REMOTE, NEW, BASE), {}, SyncAction.RECORD),
        ((REMOTE, NEW, None), {}, SyncAction.RECORD),
        ((REMOTE, NEW, BASE), {"is_open": True, "own": True}, SyncAction.RECORD),
    ],
    "paused": [
        ((REMOTE, OLD, BASE), {"paused": True}, SyncAction.PAUSE),
        ((REMOTE, None, None), {"paused": True}, SyncAction.PAUSE),
    ],
    "own push first": [
        ((REMOTE, OLD, BASE), {"pushing": True}, SyncAction.WAIT),
        ((REMOTE, MINE, BASE), {"pushing": True}, SyncAction.WAIT),
    ],
    "gone or damaged": [
        ((REMOTE, None, None), {}, SyncAction.DOWNLOAD),
        ((REMOTE, None, REMOTE), {}, SyncAction.DOWNLOAD),
        ((REMOTE, DAMAGED, REMOTE), {}, SyncAction.DOWNLOAD),
        ((REMOTE, DAMAGED, BASE), {"own": True}, SyncAction.DOWNLOAD),
    ],
    "gone, open": [
        ((REMOTE, None, BASE), {"is_open": True}, SyncAction.DEFER),
        ((REMOTE, DAMAGED, REMOTE), {"is_open": True}, SyncAction.DEFER),
    ],
    "agreed": [
        ((REMOTE, NEW, REMOTE), {}, SyncAction.NOTHING),
        ((REMOTE, MINE, REMOTE), {}, SyncAction.NOTHING),
    ],
    "clean": [
        ((REMOTE, OLD, BASE), {}, SyncAction.DOWNLOAD),
        ((REMOTE, OLD, BASE), {"own": True}, SyncAction.DOWNLOAD),
    ],
    "clean, open": [
        (
            (REMOTE, OLD, BASE),
            {"is_open": True, "choice": SyncChoice.RELOAD},
            SyncAction.RELOAD,
        )
    ],
    "clean, waiting": [((REMOTE, OLD, BASE), {"is_open": True}, SyncAction.DEFER)],
    "kept by choice": [
        ((REMOTE, MINE, BASE), {"choice": SyncChoice.SKIP}, SyncAction.SKIP),
        ((REMOTE, MINE, BASE), {"choice": SyncChoice.SKIP, "is_open": True}, SyncAction.SKIP),
    ],
    "modified, own": [((REMOTE, MINE, BASE), {"own": True}, SyncAction.SKIP)],
    "modified, open": [
        ((REMOTE, MINE, BASE), {"is_open": True}, SyncAction.DEFER),
        (
            (REMOTE, MINE, BASE),
            {"is_open": True, "choice": SyncChoice.OVERWRITE},
            SyncAction.DEFER,
        ),
    ],
    "overwritten": [((REMOTE, MINE, BASE), {"choice": SyncChoice.OVERWRITE}, SyncAction.REPLACE)],
    "merged": [((REMOTE, MINE, BASE), {"choice": SyncChoice.MERGE}, SyncAction.MERGE)],
    "modified": [
        ((REMOTE, MINE, BASE), {}, SyncAction.ASK),
        ((REMOTE, MINE, None), {}, SyncAction.ASK),
    ],
}


@pytest.mark.parametrize("name", ROWS)
def test_each_row_of_the_table(name: str) -> None:
    for trees, more, action in ROWS[name]:
        assert plan(*trees, **more) is action, (trees, more)


def test_every_row_of_the_table_has_a_test() -> None:
    table = (sync.__doc__ or "").split("action\n")[1].split("\n\n")[0]
    names = [line[4:20].strip() for line in table.splitlines() if line.strip()]
    actions = [line.split()[-1] for line in table.splitlines() if line.strip()]
    assert names == list(ROWS)
    assert actions == [rows[0][2].name for rows in ROWS.values()]


trees = st.sampled_from([None, BASE, REMOTE, Tree("v3", MINE), Tree("v4", OLD)])
locals_ = st.sampled_from([None, DAMAGED, OLD, NEW, MINE])
flags = st.fixed_dictionaries(
    {name: st.booleans() for name in ("is_open", "paused", "own", "removed", "pushing")}
    | {"choice": st.sampled_from([None, *SyncChoice])}
)
WRITES = {SyncAction.DOWNLOAD, SyncAction.REPLACE, SyncAction.MERGE, SyncAction.RELOAD}


@given(trees, locals_, trees, flags)
def test_work_is_overwritten_by_choice_only(
    remote: Tree | None, local: str | None, base: Tree | None, more: dict[str, Any]
) -> None:
    is_work = local not in (None, DAMAGED) and (base is None or local != base.sha256)
    action = plan(remote, local, base, **more)
    if is_work and action in WRITES:
        assert action in (SyncAction.REPLACE, SyncAction.MERGE)
        assert more["choice"] in (SyncChoice.OVERWRITE, SyncChoice.MERGE)


@given(trees, locals_, trees, flags)
def test_an_open_file_is_written_by_a_reload_only(
    remote: Tree | None, local: str | None, base: Tree | None, more: dict[str, Any]
) -> None:
    action = plan(remote, local, base, **{**more, "is_open": True})
    assert action not in WRITES - {SyncAction.RELOAD}
    if action is SyncAction.RELOAD:
        assert more["choice"] is SyncChoice.RELOAD


@given(trees, locals_, trees, flags)
def test_nothing_moves_while_paused_pushing_or_unwanted(
    remote: Tree | None, local: str | None, base: Tree | None, more: dict[str, Any]
) -> None:
    if remote is None or more["paused"] or more["pushing"] or more["removed"]:
        assert plan(remote, local, base, **more) not in WRITES


@given(trees, locals_, trees)
def test_what_was_done_leaves_nothing_to_do(
    remote: Tree | None, local: str | None, base: Tree | None
) -> None:
    action = plan(remote, local, base)
    if remote and action in (SyncAction.DOWNLOAD, SyncAction.RECORD):
        assert plan(remote, remote.sha256, remote) is SyncAction.NOTHING


def test_there_is_an_answer_to_everything() -> None:
    booleans = (False, True)
    seen = {
        plan(remote, local, base, is_open=a, paused=b, own=c, removed=d, pushing=e, choice=f)
        for remote, local, base, a, b, c, d, e, f in product(
            (None, REMOTE),
            (None, DAMAGED, OLD, NEW, MINE),
            (None, BASE, REMOTE),
            *[booleans] * 5,
            (None, *SyncChoice),
        )
    }
    assert seen == set(SyncAction)
