"""The outbox keeps every push, in order, until the server has answered it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from silo_core.model.context import CheckpointContext
from silo_core.model.errors import StoreError
from silo_core.model.item import Version, VersionKind
from silo_core.ports.store import Leaving, PushJob, Store, TrackedFile

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def job(key: str, part_number: str = "PRT-100", base: str | None = "v0") -> PushJob:
    return PushJob(
        id=key,
        part_number=part_number,
        spool_path=Path(f"/spool/{key}.FCStd"),
        file_name="bracket.FCStd",
        source_path=Path(f"/work space/{part_number}.FCStd"),
        context=CheckpointContext.SKETCH_CLOSE,
        session_ids=("s1", "s2"),
        object_ids=("Sketch001", "Skizze-ä"),
        base=base,
        sha256=f"sha of {key}",
        size=3,
        created_at=NOW,
        next_try_at=NOW,
    )


def version(key: str, kind: VersionKind = VersionKind.CHECKPOINT) -> Version:
    return Version(key, kind, revision_number=4)


def tracked(base: str | None = "v0", sha256: str = "old") -> TrackedFile:
    return TrackedFile("PRT-100", Path("/work space/PRT-100.FCStd"), base, 3, sha256, 2, 77)


def keys(jobs: tuple[PushJob, ...]) -> list[str]:
    return [entry.id for entry in jobs]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "store.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    store = Store.open(path)
    yield store
    store.close()


def test_a_job_comes_back_as_it_was_added_after_a_restart(store: Store, path: Path) -> None:
    later = replace(
        job("b"), base=None, attempts=2, next_try_at=NOW + timedelta(microseconds=1), rescue=True
    )
    store.outbox.add(job("a"))
    store.outbox.add(later)
    store.close()
    again = Store.open(path)
    assert again.outbox.pending() == (job("a"), later)
    again.close()


def test_only_the_oldest_job_of_each_item_is_due(store: Store) -> None:
    for key, part_number in (("a1", "A"), ("b1", "B"), ("a2", "A")):
        store.outbox.add(job(key, part_number))
    assert keys(store.outbox.due(NOW)) == ["a1", "b1"]
    assert keys(store.outbox.pending("A")) == ["a1", "a2"]


def test_a_failed_job_holds_back_its_own_item_only(store: Store) -> None:
    for key, part_number in (("a1", "A"), ("a2", "A"), ("b1", "B")):
        store.outbox.add(job(key, part_number))
    due_again = NOW + timedelta(seconds=30)
    failed = store.outbox.failed(job("a1", "A"), "No answer.", NOW, due_again)
    assert (failed.attempts, failed.last_error, failed.next_try_at) == (1, "No answer.", due_again)
    assert store.outbox.pending("A")[0] == failed
    assert keys(store.outbox.due(NOW)) == ["b1"]
    assert keys(store.outbox.due(due_again)) == ["a1", "b1"]


def test_next_due_is_the_earliest_of_the_jobs_that_are_next(store: Store) -> None:
    assert store.outbox.next_due() is None
    later, latest = NOW + timedelta(seconds=5), NOW + timedelta(seconds=9)
    store.outbox.add(replace(job("a1", "A"), next_try_at=latest))
    store.outbox.add(job("a2", "A"))  # behind a1, so its time does not count
    assert store.outbox.next_due() == latest
    store.outbox.add(replace(job("b1", "B"), next_try_at=later))
    assert store.outbox.next_due() == later


def test_retry_all_makes_everything_due_but_keeps_the_order(store: Store) -> None:
    store.outbox.add(replace(job("a"), next_try_at=NOW + timedelta(hours=1)))
    store.outbox.add(job("b"))
    store.outbox.retry_all(NOW)
    assert keys(store.outbox.due(NOW)) == ["a"]


def test_the_same_idempotency_key_twice_is_refused(store: Store) -> None:
    store.outbox.add(job("a"))
    with pytest.raises(StoreError):
        store.outbox.add(job("a"))
    assert keys(store.outbox.pending()) == ["a"]


def test_rescue_and_cleared_sessions_are_remembered(store: Store) -> None:
    store.outbox.add(job("a"))
    marked = store.outbox.clear_sessions(store.outbox.mark_rescue(job("a")))
    assert (marked.rescue, marked.session_ids) == (True, ())
    assert store.outbox.pending() == (marked,)


def test_a_base_that_is_found_out_is_that_of_all_jobs_without_one(store: Store) -> None:
    for key, base in (("a", None), ("b", None), ("c", "v9")):
        store.outbox.add(job(key, base=base))
    assert store.outbox.set_base(job("a", base=None), "v0").base == "v0"
    assert [entry.base for entry in store.outbox.pending()] == ["v0", "v0", "v9"]


def test_finished_moves_the_base_of_the_file_and_of_the_jobs_on_top(
    store: Store, tmp_path: Path
) -> None:
    snapshot = tmp_path / "snapshot"
    snapshot.write_bytes(b"abc")
    first = replace(job("a"), spool_path=snapshot)
    for entry in (first, job("b"), job("other base", base="v7"), job("other item", "PRT-101")):
        store.outbox.add(entry)
    store.tracked.put(tracked())

    store.outbox.finished(first, version("v1"))

    assert [(entry.id, entry.base) for entry in store.outbox.pending()] == [
        ("b", "v1"),
        ("other base", "v7"),
        ("other item", "v0"),
    ]
    assert store.tracked.get("PRT-100") == TrackedFile(
        "PRT-100", Path("/work space/PRT-100.FCStd"), "v1", 4, "sha of a", 3, 0
    )
    assert not snapshot.exists()

    store.outbox.finished(job("b"), version("v2"))
    found = store.tracked.get("PRT-100")
    assert found is not None
    assert found.base_version == "v2"


def test_finished_starts_to_track_a_file_that_was_not(store: Store) -> None:
    store.outbox.add(job("a", base=None))
    store.outbox.finished(job("a", base=None), version("v1"))
    found = store.tracked.get("PRT-100")
    assert found is not None
    assert (found.path, found.base_version) == (job("a").source_path, "v1")


def test_finished_keeps_the_files_time_if_its_content_was_pushed(store: Store) -> None:
    store.outbox.add(job("a"))
    store.tracked.put(tracked(sha256="sha of a"))
    store.outbox.finished(job("a"), version("v1"))
    found = store.tracked.get("PRT-100")
    assert found is not None
    assert found.mtime_ns == 77


@pytest.mark.parametrize("marked", [True, False])
def test_a_rescue_moves_no_base(store: Store, marked: bool) -> None:
    store.outbox.add(job("a"))
    store.outbox.add(job("b"))
    store.tracked.put(tracked())
    kind = VersionKind.CHECKPOINT if marked else VersionKind.RESCUE
    store.outbox.finished(replace(job("a"), rescue=marked), version("v1", kind))
    assert [(entry.id, entry.base) for entry in store.outbox.pending()] == [("b", "v0")]
    assert store.tracked.get("PRT-100") == tracked()


def test_a_late_answer_does_not_take_a_newer_download_back(store: Store) -> None:
    store.outbox.add(job("a"))
    store.tracked.put(tracked(base="v5"))
    store.outbox.finished(job("a"), version("v1"))
    assert store.tracked.get("PRT-100") == tracked(base="v5")


def test_finished_twice_is_harmless(store: Store) -> None:
    store.outbox.add(job("a"))
    store.outbox.finished(job("a"), version("v1"))
    store.outbox.finished(job("a"), version("v9"))
    found = store.tracked.get("PRT-100")
    assert found is not None
    assert found.base_version == "v1"


CRASH = """
import os, signal, sys
sys.path[:0] = [{folder!r}]
from test_outbox import *
store = Store.open(Path(sys.argv[1]))
store.outbox.add(job("a"))
if sys.argv[2] == "within":
    database = store.outbox._database
    execute = database.execute
    def die_after(sql, values=()):
        execute(sql, values)
        if sql.startswith("DELETE FROM outbox"):
            os.kill(os.getpid(), signal.SIGKILL)
    database.execute = die_after
    store.outbox.finished(job("a"), version("v1"))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
@pytest.mark.parametrize("moment", ["before", "within"])
def test_a_killed_program_leaves_the_job_whole(path: Path, moment: str) -> None:
    code = CRASH.format(folder=str(Path(__file__).parent))
    died = subprocess.run([sys.executable, "-c", code, str(path), moment], check=False)
    assert died.returncode == -signal.SIGKILL
    store = Store.open(path)
    assert store.recovered_from is None
    assert store.outbox.pending() == (job("a"),)
    assert store.tracked.all() == ()
    store.close()


# -- what is set aside, clocks, and what is being left ----------------------------------------------


def set_aside(store: Store, key: str, next_try_at: datetime) -> PushJob:
    (found,) = (entry for entry in store.outbox.pending() if entry.id == key)
    return store.outbox.failed(found, "No.", NOW, next_try_at, aside=True)


def test_what_is_set_aside_holds_nothing_back_and_is_tried_at_its_own_time(store: Store) -> None:
    later = NOW + timedelta(minutes=10)
    for key in ("a", "b"):
        store.outbox.add(job(key))
    set_aside(store, "a", later)
    assert keys(store.outbox.due(NOW)) == ["b"]
    assert keys(store.outbox.due(later)) == ["a"], "one of each item, and the oldest first"
    set_aside(store, "b", later + timedelta(minutes=1))
    assert store.outbox.next_due() == later
    assert [entry.set_aside for entry in store.outbox.pending()] == [True, True]


def test_a_push_moves_no_base_of_what_was_set_aside_before_it(store: Store) -> None:
    for key in ("a", "b", "c"):
        store.outbox.add(job(key))
    set_aside(store, "a", NOW)
    store.outbox.finished(job("b"), version("v1"))
    assert [(entry.id, entry.base) for entry in store.outbox.pending()] == [
        ("a", "v0"),
        ("c", "v1"),
    ]


def test_a_clock_that_was_set_back_holds_nothing_back(store: Store) -> None:
    hour = timedelta(hours=1)
    store.outbox.add(replace(job("new"), created_at=NOW + hour, next_try_at=NOW + hour))
    assert keys(store.outbox.due(NOW)) == ["new"]
    tried = store.outbox.failed(job("new"), "No.", NOW + hour, NOW + 2 * hour)
    assert keys(store.outbox.due(NOW)) == ["new"]
    assert keys(store.outbox.due(NOW + hour)) == []
    assert store.outbox.pending()[0].tried_at == tried.tried_at == NOW + hour


def leaving(part_number: str = "PRT-100") -> Leaving:
    return Leaving(
        part_number=part_number,
        path=Path("/work space/PRT-100.FCStd"),
        context=CheckpointContext.SKETCH_CLOSE,
        session_ids=("s1",),
        object_ids=("Skizze-ä",),
        handoff_id="h1",
    )


def test_what_is_being_left_is_remembered_with_its_base_until_it_ends(
    store: Store, path: Path
) -> None:
    store.tracked.put(tracked())
    begun = store.leavings.begin(leaving())
    assert begun == replace(leaving(), base="v0")
    store.leavings.begin(leaving("PRT-101"))
    store.close()
    again = Store.open(path)
    assert again.leavings.unfinished() == (begun, leaving("PRT-101"))
    again.leavings.end(begun)
    again.leavings.end(begun)
    assert again.leavings.unfinished() == (leaving("PRT-101"),)
    again.close()


def test_recording_ends_it_and_takes_the_base_that_a_push_moved_meanwhile(store: Store) -> None:
    store.tracked.put(tracked())
    store.outbox.add(job("a"))
    begun = store.leavings.begin(leaving())
    store.outbox.finished(job("a"), version("v1"))
    assert store.leavings.record(job("b", base=begun.base))
    assert store.leavings.unfinished() == ()
    assert [(entry.id, entry.base) for entry in store.outbox.pending()] == [("b", "v1")]


def test_two_programs_that_finish_one_leaving_record_it_once(store: Store) -> None:
    store.leavings.begin(leaving())
    assert store.leavings.record(job("mine"))
    assert not store.leavings.record(replace(job("theirs"), sha256=job("mine").sha256))
    assert store.leavings.record(replace(job("more"), sha256="other"))
    assert keys(store.outbox.pending()) == ["mine", "more"]


@pytest.mark.skipif(os.name == "nt", reason="paths are no bytes there")
def test_paths_of_any_bytes_come_back(store: Store) -> None:
    hostile = Path(os.fsdecode(b"/Gr\xf6\xdfe/bytes:%41\n\xff.FCStd"))
    store.outbox.add(replace(job("a"), source_path=hostile, spool_path=hostile))
    store.tracked.put(replace(tracked(), path=hostile))
    store.leavings.begin(replace(leaving(), path=hostile))
    (found,) = store.outbox.pending()
    assert found.source_path == found.spool_path == hostile
    assert store.tracked.at(hostile) == store.tracked.get("PRT-100")
    assert store.leavings.unfinished()[0].path == hostile
    store.outbox.failed(found, f"{hostile} cannot be read.", NOW, NOW)
    assert "cannot be read" in store.outbox.pending()[0].last_error
