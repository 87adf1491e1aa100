"""The store's file: where it is, its schema, what damage and other threads do to it."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from silo_core.model.context import CheckpointContext
from silo_core.model.errors import StoreError
from silo_core.model.exchange import Action, ActivityEntry, ActivityKind
from silo_core.ports.store import PushJob, Store, TrackedFile, recovery, store_path
from silo_core.ports.store.activity import KEPT
from silo_core.ports.store.schema import NEWEST

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PAGE = 4096


def job(number: int) -> PushJob:
    return PushJob(
        id=f"key-{number}",
        part_number=f"PRT-{number}",
        spool_path=Path(f"/spool/{number}"),
        file_name="part.FCStd",
        source_path=Path(f"/parts/{number}.FCStd"),
        context=CheckpointContext.MANUAL,
        session_ids=(),
        object_ids=(),
        base=None,
        sha256="0" * 64,
        size=1,
        created_at=NOW,
        next_try_at=NOW,
    )


def entry(number: int) -> ActivityEntry:
    return ActivityEntry(
        NOW + timedelta(seconds=number), ActivityKind.CHECKPOINT, f"entry {number}", ("a", "ü")
    )


def filled(path: Path, jobs: int) -> None:
    """A closed store with ``jobs`` pushes waiting."""
    with contextlib.closing(Store.open(path)) as store:
        store.meta.set("workstation_id", "w1")
        for number in range(jobs):
            store.outbox.add(job(number))


def test_the_path_tells_servers_apart_and_spellings_of_one_not(tmp_path: Path) -> None:
    path = store_path(tmp_path, "https://silo.example:8443/team")
    assert path == store_path(tmp_path, " HTTPS://Silo.Example:8443/team/ ")
    assert path.parent.parent == tmp_path
    assert path.parent.name.startswith("silo.example_8443-")
    others = ("http://silo.example:8443/team", "https://silo.example:8443/Team", "https://silo", "")
    assert len({path, *(store_path(tmp_path, other) for other in others)}) == 5


def test_a_hostile_address_stays_in_the_data_folder(tmp_path: Path) -> None:
    path = store_path(tmp_path, "https://../../etc")
    assert tmp_path in path.resolve().parents
    assert "secret" not in str(store_path(tmp_path, "https://user:secret@host"))


def test_a_store_is_made_with_its_folder_and_keeps_facts(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "store.sqlite3"
    with contextlib.closing(Store.open(path)) as store:
        assert (store.path, store.recovered_from) == (path, None)
        assert store.meta.get("user") is None
        store.meta.set("user", "alice")
        store.meta.set("user", "bob")
    with contextlib.closing(Store.open(path)) as store:
        assert store.meta.get("user") == "bob"


def test_tracked_files_are_one_per_item_and_one_per_path(tmp_path: Path) -> None:
    first = TrackedFile("PRT-1", tmp_path / "a", None, None, "aa", 1, 2**62)
    with contextlib.closing(Store.open(tmp_path / "store")) as store:
        store.tracked.put(first)
        assert store.tracked.get("PRT-1") == store.tracked.at(tmp_path / "a") == first
        store.tracked.put(replace(first, base_version="v1", base_revision=2))
        store.tracked.put(replace(first, part_number="PRT-2", path=tmp_path / "b"))
        assert [file.part_number for file in store.tracked.all()] == ["PRT-1", "PRT-2"]
        store.tracked.put(replace(first, part_number="PRT-3"))  # its part number was changed
        assert [file.part_number for file in store.tracked.all()] == ["PRT-2", "PRT-3"]
        store.tracked.remove("PRT-2")
        assert store.tracked.get("PRT-2") is store.tracked.at(tmp_path / "b") is None


def test_activity_comes_back_newest_first_and_the_oldest_goes(tmp_path: Path) -> None:
    path = tmp_path / "store"
    with contextlib.closing(Store.open(path)) as store:
        with store._database.transaction():
            store._database.execute(
                "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
                "INSERT INTO activity (at, kind, text, details, part_number, object_id, user) "
                "SELECT '2026-01-01T00:00:00Z', 'checkpoint', i, '[]', '', '', '' FROM n",
                (KEPT,),
            )
        store.activity.add(entry(1))
        store.activity.add(entry(2))
        assert store.activity.newest(2) == (entry(2), entry(1))
        kept = store.activity.newest(KEPT + 10)
        assert len(kept) == KEPT
        assert kept[-1].text == "3"


def test_an_activity_entry_takes_the_place_of_an_earlier_one_of_its_id(tmp_path: Path) -> None:
    asks = replace(
        entry(1),
        id="a",
        actions=(Action("release", "Release Now"), Action("defer", "Defer")),
        facts={"handoff": "h1"},
    )
    with contextlib.closing(Store.open(tmp_path / "store")) as store:
        for told in (asks, entry(2), replace(asks, chosen="Released to bob")):
            store.activity.add(told)
        kept = store.activity.newest()
        assert kept == (entry(2), replace(asks, chosen="Released to bob"))
        assert kept[1].id == "a"


def test_an_activity_entry_that_was_read_stays_so_when_it_changes(tmp_path: Path) -> None:
    asks, other = replace(entry(1), id="a"), replace(entry(2), id="b")
    with contextlib.closing(Store.open(tmp_path / "store")) as store:
        store.activity.add(asks, other)
        assert store.activity.unread() == {"a", "b"}
        store.activity.mark_read(["a"])
        store.activity.add(replace(asks, chosen="Released to bob"), replace(other, chosen="Opened"))
        assert store.activity.unread() == {"b"}


def test_a_newer_schema_is_refused_and_left_untouched(tmp_path: Path) -> None:
    path = tmp_path / "store"
    filled(path, 1)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {NEWEST + 1}")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="newer version of Silo"):
        Store.open(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["store"]


@pytest.mark.parametrize(
    "content", [b"not a database at all" * 300, b"SQLite format 3\0" + b"\xff" * 90]
)
def test_what_is_no_database_is_kept_aside(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "store"
    path.write_bytes(content)
    with contextlib.closing(Store.open(path)) as store:
        aside = store.recovered_from
        assert aside == tmp_path / "store.damaged-1"
        assert aside.read_bytes() == content
        store.outbox.add(job(1))
    path.write_bytes(content)
    with contextlib.closing(Store.open(path)) as store:
        assert store.recovered_from == tmp_path / "store.damaged-2"


def test_a_damaged_store_is_remembered_while_it_is_kept(tmp_path: Path) -> None:
    """Its snapshots must outlive the next start, too: no other list of them may be left."""
    path = tmp_path / "store"
    path.write_bytes(b"no database" * 1000)
    aside = tmp_path / "store.damaged-1"
    for _ in range(2):
        with contextlib.closing(Store.open(path)) as store:
            assert store.recovered_from == aside
    aside.unlink()
    with contextlib.closing(Store.open(path)) as store:
        assert store.recovered_from is None


def test_a_damaged_store_that_cannot_even_be_opened_keeps_no_new_one_from_beginning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with contextlib.closing(Store.open(tmp_path / "store")):
        recovery.take_over(tmp_path / "gone", tmp_path / "store")
    assert "nothing could be read" in caplog.text


def test_a_torn_database_is_kept_aside_and_readable_pushes_are_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "store"
    filled(path, 200)
    content = bytearray(path.read_bytes())
    # as after a power cut: the last page of the table of pushes holds something else
    last = content.rindex(b"key-150") // PAGE * PAGE
    content[last : last + PAGE] = b"\x5a" * PAGE
    path.write_bytes(content)
    with contextlib.closing(Store.open(path)) as store:
        assert store.recovered_from is not None
        assert store.meta.get("workstation_id") == "w1"
        rescued = store.outbox.pending()
        assert len(rescued) > 50
        assert rescued == tuple(map(job, range(len(rescued))))


def test_a_truncated_database_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "store"
    filled(path, 50)
    path.write_bytes(path.read_bytes()[: 3 * PAGE + 100])
    with contextlib.closing(Store.open(path)) as store:
        assert store.recovered_from is not None
        store.outbox.add(job(1000))


def test_an_empty_file_is_a_new_store(tmp_path: Path) -> None:
    path = tmp_path / "store"
    path.touch()
    with contextlib.closing(Store.open(path)) as store:
        assert store.recovered_from is None
        store.outbox.add(job(1))


def test_a_store_that_cannot_be_opened_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be made"):
        Store.open(tmp_path / "file" / "store")
    with pytest.raises(StoreError, match="cannot be used"):
        Store.open(tmp_path)


def test_a_closed_store_answers_with_a_store_error(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "store")
    store.close()
    store.close()
    with pytest.raises(StoreError):
        store.meta.get("user")


def test_many_threads_use_one_store(tmp_path: Path) -> None:
    with contextlib.closing(Store.open(tmp_path / "store")) as store:
        barrier = threading.Barrier(8)

        def work(worker: int) -> None:
            barrier.wait()
            for number in range(5):
                store.outbox.add(job(worker * 5 + number))
                store.activity.add(entry(number))
                assert store.outbox.due(NOW)

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(work, range(8)))
        assert {entry.id for entry in store.outbox.pending()} == {f"key-{n}" for n in range(40)}
        assert len(store.activity.newest()) == 40


def test_two_programs_may_open_one_store(tmp_path: Path) -> None:
    path = tmp_path / "store"
    with contextlib.closing(Store.open(path)) as one, contextlib.closing(Store.open(path)) as two:
        one.outbox.add(job(1))
        two.outbox.add(job(2))
        assert [entry.id for entry in one.outbox.pending()] == ["key-1", "key-2"]
