"""A comparison of 10,000 tracked files that nobody has touched, against a bare ``os.stat`` of each.

    .venv/bin/python benchmarks/sync_unchanged.py

Both are taken in turns, in one process; the ratio is of the best of each. Opening a file fails the run.
"""

from __future__ import annotations

import builtins
import hashlib
import io
import os
import sys
import tempfile
import time
from pathlib import Path

from silo_core.model.item import Version, VersionKind
from silo_core.ports.bases import Bases
from silo_core.ports.store import TrackedFile, WantedItem
from silo_core.surfaces.headless import HeadlessHost
from silo_core.workbench import make_workbench
from silo_subscriptions.engine.plan import Situation, Survey
from silo_subscriptions.engine.planning import Surveyor

FILES = 10_000
ROUNDS = 21
LIMIT = 1.5


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        workbench = make_workbench(
            HeadlessHost(),
            config=folder / "none.toml",
            data=folder / "data",
            environ={"SILO_WORKSPACE": str(folder / "workspace")},
        )
        paths = _make(folder / "workspace", workbench.store)
        surveyor = Surveyor(workbench, Bases(folder / "bases"))
        _sync(surveyor)  # what was never told is told once
        _forbid_reading()
        bare, compared = [], []
        for _ in range(ROUNDS):
            bare.append(_timed(lambda: [os.stat(path) for path in paths]))
            compared.append(_timed(lambda: _sync(surveyor)))
        workbench.stop()
    one, other = min(bare), min(compared)
    ratio = other / one
    print(f"os.stat of {FILES} files: {one * 1e3:.1f} ms")
    print(f"comparison of {FILES} tracked files: {other * 1e3:.1f} ms, no file read")
    print(f"ratio: {ratio:.2f} (limit {LIMIT})")
    return 0 if ratio <= LIMIT else 1


def _make(workspace: Path, store: object) -> list[str]:
    workspace.mkdir()
    content = b"x" * 100
    sha256 = hashlib.sha256(content).hexdigest()
    tracked, wanted, paths = [], [], []
    for number in range(FILES):
        path = workspace / f"P-{number}.FCStd"
        path.write_bytes(content)
        found = path.stat()
        version = Version(f"v-{number}", VersionKind.CHECKPOINT, sha256=sha256, size=100)
        tracked.append(
            TrackedFile(f"P-{number}", path, version.id, None, sha256, 100, found.st_mtime_ns)
        )
        wanted.append(
            WantedItem(f"P-{number}", path.name, version, is_checkpoint=True, acknowledged=True)
        )
        paths.append(str(path))
    store.tracked.put_all(tracked)  # type: ignore[attr-defined]
    store.wanted.change(wanted)  # type: ignore[attr-defined]
    return paths


def _sync(surveyor: Surveyor) -> None:
    survey = Survey()
    surveyor.compare(None, Situation(), survey)
    assert not survey.fetch


def _timed(call: object) -> float:
    began = time.perf_counter()
    call()  # type: ignore[operator]
    return time.perf_counter() - began


def _forbid_reading() -> None:
    def refuse(file: object, *_: object, **__: object) -> None:
        raise AssertionError(f"{file} was opened")

    builtins.open = io.open = refuse  # type: ignore[assignment]


if __name__ == "__main__":
    sys.exit(main())
