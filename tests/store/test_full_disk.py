"""Files that cannot grow, as on a full disk: by the system's own limit, not simulated."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from silo_core.model.context import CheckpointContext
from silo_core.model.errors import FileError, StoreError
from silo_core.ports.bases import Bases
from silo_core.ports.durable import write_durably
from silo_core.ports.spool import Spool
from silo_core.ports.store import Leaving, Store

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")

ROOM = 100_000


@contextmanager
def no_file_grows_beyond(size: int) -> Iterator[None]:
    import resource

    before, bytecode = resource.getrlimit(resource.RLIMIT_FSIZE), sys.dont_write_bytecode
    sys.dont_write_bytecode = True  # Python would keep half of a module that is imported meanwhile
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        sys.dont_write_bytecode = bytecode


@pytest.fixture
def part(tmp_path: Path) -> Path:
    path = tmp_path / "part.FCStd"
    path.write_bytes(random.Random(1).randbytes(2 * ROOM))
    return path


def test_a_snapshot_that_finds_no_room_leaves_nothing(part: Path, tmp_path: Path) -> None:
    folder = tmp_path / "spool"
    with no_file_grows_beyond(ROOM), pytest.raises(FileError, match="make room for it"):
        Spool(folder).snapshot(part)
    assert list(folder.iterdir()) == []
    assert Spool(folder).snapshot(part).size == 2 * ROOM


def test_a_copy_of_a_version_that_finds_no_room_leaves_nothing(part: Path, tmp_path: Path) -> None:
    bases = Bases(tmp_path / "bases")
    sha256 = Spool(tmp_path / "spool").snapshot(part).sha256
    with no_file_grows_beyond(ROOM), pytest.raises(FileError, match="make room for it"):
        bases.copy(part, sha256)
    assert bases.find(sha256) is None
    assert list((tmp_path / "bases").iterdir()) == []
    assert bases.copy(part, sha256)


def test_a_file_that_finds_no_room_is_as_it_was(part: Path) -> None:
    before = part.read_bytes()
    with no_file_grows_beyond(ROOM), pytest.raises(FileError, match="make room for it"):
        write_durably(part, [b"x" * 4 * ROOM])
    assert part.read_bytes() == before
    assert list(part.parent.iterdir()) == [part]


def test_a_store_that_finds_no_room_says_so_and_goes_on_when_there_is_some(tmp_path: Path) -> None:
    def left(number: int) -> Leaving:
        path = tmp_path / f"{number}-{'a' * 200}.FCStd"
        return Leaving(f"PRT-{number}", path, CheckpointContext.MANUAL, ("s",) * 50, ("o",))

    with closing(Store.open(tmp_path / "store.sqlite3")) as store:
        store.leavings.begin(left(0))
        written = 1
        room = (tmp_path / "store.sqlite3-wal").stat().st_size + ROOM
        with no_file_grows_beyond(room), pytest.raises(StoreError):  # noqa: PT012
            while written < 1000:
                store.leavings.begin(left(written))
                written += 1
        assert 1 < written < 1000
        store.leavings.begin(left(written))
        found = {one.part_number for one in store.leavings.unfinished()}
    with closing(Store.open(tmp_path / "store.sqlite3")) as store:
        assert store.recovered_from is None
        assert {one.part_number for one in store.leavings.unfinished()} == found
    assert found == {f"PRT-{number}" for number in range(written + 1)}
