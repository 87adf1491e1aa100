"""Killed at any point of leaving a context: the next start finishes it, once."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from silo_core.model.context import CheckpointContext
from silo_core.ports.store import Leaving, Store
from tests.checkpoint.crashing import Doomed, Workstations, at_rest, patiently, variant
from tests.workbench.kit import Job, Site, sha256

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs fork and SIGKILL")

STORE = "silo_core.ports.store"
POINTS: dict[str, tuple[str, ...]] = {
    # name: when, on which thread, which function of the workstation's own
    "before the save": ("before", "main", "silo_core.surfaces.headless:HeadlessHost.save"),
    "after the save": ("after", "main", "silo_core.surfaces.headless:HeadlessHost.save"),
    "within the snapshot": ("before", "main", "silo_core.ports.spool:flush_file"),
    "after the snapshot": ("after", "main", "silo_core.ports.spool:Spool.snapshot"),
    "within the record": ("after", "main", f"{STORE}.leaving:insert"),
    "after the record": ("after", "main", f"{STORE}.leaving:Leavings.record"),
    "mid-upload": ("upload",),
    "after the reply": ("after", "worker", "silo_core.ports.client:SiloClient.push_checkpoint"),
    "before its record": ("before", "worker", f"{STORE}.outbox:Outbox.finished"),
    "within its record": ("after", "worker", f"{STORE}.outbox:Outbox._move_base"),
    "after its record": ("before", "worker", f"{STORE}.outbox:Outbox._delete_snapshot"),
}
UNSAVED = {"before the save"}


@pytest.fixture(scope="module")
def doomed(
    site: Site, workstations: Workstations, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Doomed]]:
    """All of them at once, as starting takes longest: each has one checkpoint on the server, and is
    leaving a sketch and its body."""
    with ExitStack() as stack:
        started = {}
        for name, point in POINTS.items():
            job = Job(site, tmp_path_factory.mktemp("doomed"), stack)
            first, second = variant(job, 1), variant(job, 2, more=300_000)
            steps = [
                (["Sketch001"], str(first), 0.3),
                (["Body", "Sketch002"], str(second), 0.0),
            ]
            started[name] = workstations.start(job, steps, point)
        yield started


@pytest.mark.parametrize("name", POINTS)
def test_killed_it_is_finished_at_the_next_start_once(
    name: str, doomed: dict[str, Doomed], stack: ExitStack
) -> None:
    dying = doomed[name]
    patiently(dying, 100)
    assert not dying.lives()
    job = dying.job
    first, second = (sha256(job.folder / f"variant-{number}.FCStd") for number in (1, 2))
    assert dying.told("leaving") == [first, second], "it died where it was to"
    at_rest(job, [first] if name in UNSAVED else [first, second])


def test_what_a_commit_was_cut_in_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    """The disk may have taken any part of what was written when the machine stopped."""
    path = tmp_path / "store.sqlite3"
    left = Leaving("PRT-1", tmp_path / "a.FCStd", CheckpointContext.MANUAL, ("s",), ("o",))
    with contextlib.closing(Store.open(path)) as store:
        store.meta.set("before", "there")
        log = path.with_name(f"{path.name}-wal")
        start = log.stat().st_size
        store.leavings.begin(left)
        end = log.stat().st_size
        found = []
        for number, size in enumerate(range(start, end + 1, max(1, (end - start) // 20))):
            copy = tmp_path / f"copy-{number}.sqlite3"
            shutil.copy(path, copy)
            copy.with_name(f"{copy.name}-wal").write_bytes(log.read_bytes()[:size])
            with contextlib.closing(Store.open(copy)) as cut:
                assert cut.recovered_from is None
                assert cut.meta.get("before") == "there"
                found.append(cut.leavings.unfinished())
    assert found[0] == ()
    assert found[-1] == (left,)
    assert set(found) == {(), (left,)}
