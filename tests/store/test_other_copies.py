"""Two copies of one item: what is pushed of one says nothing about what the other was made from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from silo_core.ports.store import Store
from silo_core.workbench.inheriting import inherit
from tests.store.test_outbox import job, leaving, tracked, version

ELSEWHERE = Path("/elsewhere/PRT-100.FCStd")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def store(data: Path) -> Iterator[Store]:
    with closing(Store.open(data / "server" / "store.sqlite3")) as store:
        yield store


@pytest.fixture
def other(data: Path) -> Iterator[Store]:
    """The store of an editor that does not run any more."""
    folder = data / "editor-2"
    (folder / "server").mkdir(parents=True)
    (folder / "in-use.sqlite3").touch()
    with closing(Store.open(folder / "server" / "store.sqlite3")) as store:
        yield store


def test_a_push_of_one_copy_does_not_move_the_base_of_another(store: Store) -> None:
    store.tracked.put(replace(tracked(), path=ELSEWHERE))
    store.outbox.add(job("a"))
    store.outbox.add(replace(job("b"), source_path=ELSEWHERE))
    store.leavings.begin(replace(leaving(), path=ELSEWHERE))
    store.outbox.finished(job("a"), version("v1"))
    (waiting,) = store.outbox.pending()
    (left,) = store.leavings.unfinished()
    known = store.tracked.get("PRT-100")
    assert known
    assert (waiting.base, left.base, known.base_version) == ("v0", "v0", "v0")


def test_what_another_editor_was_leaving_keeps_its_own_base(
    store: Store, other: Store, data: Path
) -> None:
    other.tracked.put(tracked("v0"))
    other.leavings.begin(leaving())
    store.tracked.put(tracked("v7"))
    inherit(store, data, data)
    (left,) = store.leavings.unfinished()
    assert left.base == "v0", "v7 would take back what others did since v0"
    assert left.session_ids == (), "they were another workstation's"
    assert other.leavings.unfinished() == ()


def test_what_is_being_left_here_does_not_give_way_to_what_another_editor_left(
    store: Store, other: Store, data: Path
) -> None:
    store.leavings.begin(leaving())
    other.leavings.begin(replace(leaving(), path=ELSEWHERE))
    inherit(store, data, data)
    (left,) = store.leavings.unfinished()
    assert left.path == leaving().path
    assert [left.path for left in other.leavings.unfinished()] == [ELSEWHERE], "the next time"


def test_one_lost_snapshot_keeps_nothing_else_from_being_taken_over(
    store: Store, other: Store, data: Path, tmp_path: Path
) -> None:
    there = tmp_path / "there.FCStd"
    there.write_bytes(b"content")
    other.outbox.add(job("gone"))
    other.outbox.add(replace(job("b", "PRT-200"), spool_path=there))
    inherit(store, data, data)
    assert [waiting.id for waiting in store.outbox.pending()] == ["b"]
    assert [waiting.id for waiting in other.outbox.pending()] == ["gone"]


def test_a_document_saved_under_another_name_is_the_same_copy(store: Store) -> None:
    store.tracked.put(tracked())
    store.outbox.add(job("a"))
    store.tracked.renamed("PRT-100", tracked().path, ELSEWHERE)
    (waiting,) = store.outbox.pending()
    store.outbox.add(replace(job("b"), source_path=ELSEWHERE))
    store.outbox.finished(waiting, version("v1"))
    known = store.tracked.get("PRT-100")
    assert known
    assert (known.path, known.base_version) == (ELSEWHERE, "v1")
    assert [waiting.base for waiting in store.outbox.pending()] == ["v1"]
    store.tracked.renamed("PRT-100", tracked().path, Path("/third.FCStd"))
    assert store.tracked.get("PRT-100") == known, "that copy is not the tracked one"
