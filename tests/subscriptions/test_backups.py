"""Backups: copies under names for people, for thirty days."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from silo_core.model.errors import FileError
from silo_subscriptions.backups import Backups

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


def test_a_backup_is_a_copy_with_a_name_that_tells_what_and_when(tmp_path: Path) -> None:
    file = tmp_path / "bracket.FCStd"
    file.write_bytes(b"as it was")
    folder = tmp_path / "backups"
    first, second = (Backups(folder).keep(file, NOW, "PRT-1") for _ in range(2))
    assert first.path.read_bytes() == second.path.read_bytes() == b"as it was"
    assert first.path != second.path
    assert first.path.name.startswith("bracket 20260301T080000Z ")
    assert first.path.suffix == ".FCStd"
    listed = Backups(folder).all()
    assert {backup.path for backup in listed} == {first.path, second.path}
    assert {(b.part_number, b.original, b.at, b.size) for b in listed} == {("PRT-1", file, NOW, 9)}
    assert listed[0].id in listed[0].path.name
    Backups(folder).discard(first.path)
    assert [backup.path for backup in Backups(folder).all()] == [second.path]


def test_a_backup_without_its_note_is_listed_all_the_same(tmp_path: Path) -> None:
    file = tmp_path / "bracket.FCStd"
    file.write_bytes(b"as it was")
    kept = Backups(tmp_path / "backups").keep(file, NOW)
    kept.path.with_name(kept.path.name + ".json").write_text("no JSON")
    (found,) = Backups(tmp_path / "backups").all()
    assert (found.path, found.part_number) == (kept.path, "")


def test_a_long_name_is_no_problem(tmp_path: Path) -> None:
    file = tmp_path / ("ü" * 120 + ".FCStd")
    file.write_bytes(b"x")
    assert Backups(tmp_path / "backups").keep(file, NOW).path.exists()


def test_backups_go_after_thirty_days(tmp_path: Path) -> None:
    backups, file = Backups(tmp_path / "backups"), tmp_path / "a.FCStd"
    backups.clean(NOW)  # there is no folder yet
    file.write_bytes(b"x")
    old, young = (backups.keep(file, NOW).path for _ in range(2))
    for path, age in ((old, timedelta(days=30, seconds=1)), (young, timedelta(days=29))):
        moment = (NOW - age).timestamp()
        os.utime(path, (moment, moment))
    backups.clean(NOW)
    assert not old.exists()
    assert young.exists()


def test_what_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be read"):
        Backups(tmp_path / "backups").keep(tmp_path / "gone.FCStd", NOW)
