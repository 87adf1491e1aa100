"""Snapshots: whole, verified by hash, and one sentence where none can be taken."""

from __future__ import annotations

import errno
import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from silo_core.model.errors import FileError
from silo_core.ports import spool
from silo_core.ports.durable import write_durably
from silo_core.ports.spool import Spool


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "spool"


@pytest.fixture
def part(tmp_path: Path) -> Path:
    path = tmp_path / "Größe 1.FCStd"
    path.write_bytes(os.urandom(3_000_000))
    return path


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "PAUSE_S", 0.001)


def test_a_snapshot_is_the_file_as_it_was(folder: Path, part: Path) -> None:
    content = part.read_bytes()
    snapshot = Spool(folder).snapshot(part)
    with part.open("r+b") as file:  # in place, as programs other than FreeCAD save
        file.write(b"changed")
    assert snapshot.path.parent == folder
    assert snapshot.path.suffix == ".FCStd"
    assert snapshot.path.read_bytes() == content
    assert (snapshot.sha256, snapshot.size) == (hashlib.sha256(content).hexdigest(), len(content))


def test_two_snapshots_of_one_file_are_two_files(folder: Path, part: Path) -> None:
    one, two = Spool(folder).snapshot(part), Spool(folder).snapshot(part)
    assert one.path != two.path
    assert one.sha256 == two.sha256


def test_a_file_that_changes_while_it_is_read_is_read_again(
    folder: Path, part: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = spool._read
    changes = iter([b"first", b"second"])

    def read_while_written(source: BinaryIO, path: Path) -> bytes:
        if change := next(changes, b""):
            with part.open("ab") as file:
                file.write(change)
        return read(source, path)

    monkeypatch.setattr(spool, "_read", read_while_written)
    snapshot = Spool(folder).snapshot(part)
    assert snapshot.path.read_bytes() == part.read_bytes()
    assert list(folder.iterdir()) == [snapshot.path]


def test_a_save_by_rename_while_it_is_read_is_noticed(
    folder: Path, part: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, saves = spool._read, iter([True])

    def read_while_saved(source: BinaryIO, path: Path) -> bytes:
        if next(saves, False):
            write_durably(part, [b"saved meanwhile"])
        return read(source, path)

    monkeypatch.setattr(spool, "_read", read_while_saved)
    assert Spool(folder).snapshot(part).path.read_bytes() == b"saved meanwhile"


def test_a_file_that_never_stops_changing_is_one_sentence(
    folder: Path, part: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = spool._read

    def read_while_written(source: BinaryIO, path: Path) -> bytes:
        piece = read(source, path)
        if not piece:  # each time the whole of it was read
            with part.open("ab") as file:
                file.write(b"x")
        return piece

    monkeypatch.setattr(spool, "_read", read_while_written)
    with pytest.raises(FileError, match="keeps changing"):
        Spool(folder).snapshot(part)
    assert list(folder.iterdir()) == []


def test_a_missing_file_is_one_sentence(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"gone\.FCStd cannot be read .*still there"):
        Spool(folder).snapshot(tmp_path / "gone.FCStd")


def test_a_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="is not a file"):
        Spool(folder).snapshot(tmp_path)


def test_a_file_that_vanishes_while_it_is_read_is_one_sentence(
    folder: Path, part: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = spool._read

    def read_and_lose(source: BinaryIO, path: Path) -> bytes:
        part.unlink(missing_ok=True)
        return read(source, path)

    monkeypatch.setattr(spool, "_read", read_and_lose)
    with pytest.raises(FileError, match="cannot be read"):
        Spool(folder).snapshot(part)
    assert list(folder.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file that answers with an I/O error")
def test_a_disk_that_cannot_be_read_is_one_sentence(folder: Path) -> None:
    with pytest.raises(FileError, match="cannot be read"):
        Spool(folder).snapshot(Path("/proc/self/mem"))
    assert list(folder.iterdir()) == []


def test_a_spool_that_cannot_be_made_is_one_sentence(tmp_path: Path, part: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FileError, match="cannot be written"):
        Spool(tmp_path / "file" / "spool").snapshot(part)


def test_a_full_disk_is_one_sentence_and_leaves_nothing(
    folder: Path, part: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError, match=r"No space left.*make room"):
        Spool(folder).snapshot(part)
    assert list(folder.iterdir()) == []


def test_orphans_are_the_old_files_that_nobody_knows(folder: Path, part: Path) -> None:
    keeper = Spool(folder)
    assert keeper.orphans([]) == ()
    known, lost, fresh = (keeper.snapshot(part).path for _ in range(3))
    unfinished = folder / "cut off.FCStd.part"
    unfinished.touch()
    for path in (known, lost, unfinished):
        os.utime(path, (1, 1))
    assert set(keeper.orphans([known])) == {lost, unfinished}
    for path in keeper.orphans([known]):
        keeper.discard(path)
        keeper.discard(path)
    assert set(folder.iterdir()) == {known, fresh}


def test_a_durable_write_replaces_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "file"
    write_durably(target, [b"one", b"two"])
    assert target.read_bytes() == b"onetwo"

    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ValueError("cut off")

    with pytest.raises(ValueError, match="cut off"):
        write_durably(target, broken())
    assert target.read_bytes() == b"onetwo"
    assert list(target.parent.iterdir()) == [target]


def test_a_durable_write_that_is_not_possible_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be written") as caught:
        write_durably(tmp_path, [b""])
    assert caught.value.concerns == str(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(FileError, match="cannot be written"):
        write_durably(tmp_path / "file" / "x", [b""])
