"""What subscriptions want, and many tracked files at once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from silo_core.model.item import Version, VersionKind
from silo_core.ports.store import Store, TrackedFile, WantedItem

VERSION = Version(
    "v1", VersionKind.CHECKPOINT, sha256="a" * 64, size=3, user="alice",
    created_at=datetime(2026, 3, 1, 8, tzinfo=UTC), changes=("wider",),
)  # fmt: skip


def test_what_is_wanted_comes_back_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    items = [
        WantedItem("P-2", "b.FCStd", VERSION, is_checkpoint=True, skipped=True),
        WantedItem("P-1", "", VERSION, is_checkpoint=False, acknowledged=True),
    ]
    store = Store.open(path)
    store.wanted.change(items)
    store.close()
    store = Store.open(path)
    assert store.wanted.all() == (items[1], items[0])
    store.wanted.change([WantedItem("P-1", "x", VERSION, is_checkpoint=True)], without=["P-2"])
    assert store.wanted.all() == (WantedItem("P-1", "x", VERSION, is_checkpoint=True),)
    store.close()


def test_many_files_are_recorded_at_once_and_can_be_doubted_at_once(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "store.sqlite3")
    files = [TrackedFile(f"P-{n}", tmp_path / str(n), "v1", None, "a" * 64, n, 7) for n in range(3)]
    store.tracked.put_all(files)
    assert store.tracked.all() == tuple(files)
    assert sorted(store.tracked.stamps()) == [
        (f"P-{n}", str(tmp_path / str(n)), "v1", n, 7) for n in range(3)
    ]
    store.tracked.read_again()
    assert {file.mtime_ns for file in store.tracked.all()} == {0}
    store.close()
