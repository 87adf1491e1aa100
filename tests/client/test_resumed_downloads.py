"""A download that is cut off goes on where it stopped, whoever tries next."""

from __future__ import annotations

import errno
import hashlib
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from silo_core.model.errors import FileError, OfflineError, ProtocolError, SiloError
from silo_core.model.item import Version, VersionKind
from silo_core.ports.client import SiloClient, arriving, downloads
from tests.client.kit import Bench, sha256, without

if TYPE_CHECKING:
    from tests.client.conftest import FakeServer

SIZE = 600_000
Steps = list[tuple[int, int | None]]


@pytest.fixture(autouse=True)
def _kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is cut off is kept, small as it is."""
    monkeypatch.setattr(arriving, "KEEP", 1000)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "part.bin"
    path.write_bytes(random.Random(3).randbytes(SIZE))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "here"
    found.mkdir()
    return found


def part_of(folder: Path) -> Path:
    (found,) = folder.glob(".silo-arriving-*.part")
    return found


def cut(bench: Bench, version: Version, target: Path, after: int, base: Path | None = None) -> int:
    """Lose the connection when so many bytes have come of what is fetched; answers what is kept."""
    packs = bench.client._extensions().takes_packs
    what = (
        f"versions/{version.id}/{'pack' if base else 'content'}" if packs or not base else "chunks/"
    )
    bench.proxy.meet(f"GET /api/items/{bench.part}/{what}", "drop", after=after)
    with pytest.raises(OfflineError):
        bench.client.download_version(bench.part, version, target, base)
    assert not target.exists()
    return part_of(target.parent).stat().st_size


def fetch(
    bench: Bench, version: Version, target: Path, base: Path | None = None, **new: str
) -> Steps:
    """With a client of its own, as after a restart; answers the steps that it told."""
    client = SiloClient(bench.proxy.url, bench.client.new_transport()._token)
    told: Steps = []
    answer = client.download_version(
        bench.part, version, target, base, lambda *step: told.append(step)
    )
    client.close()
    assert answer == sha256(target) == version.sha256
    assert list(target.parent.iterdir()) == [target]
    return told


@pytest.mark.parametrize("tenth", range(1, 10))
def test_what_came_before_the_connection_was_cut_is_not_fetched_again(
    bench: Bench, file: Path, folder: Path, tenth: int
) -> None:
    version = bench.push(file)
    kept = cut(bench, version, folder / "a.bin", SIZE * tenth // 10)
    assert kept > SIZE * tenth / 10 - 10_000  # heads of answers count as well
    told = fetch(bench, version, folder / "under another name.bin")
    assert told[0][0] > kept
    assert told[-1] == (SIZE, SIZE)


def test_it_can_be_cut_again_and_again(bench: Bench, file: Path, folder: Path) -> None:
    version = bench.push(file)
    kept = [cut(bench, version, folder / "a.bin", SIZE // 5) for _ in range(4)]
    assert kept == sorted(set(kept))
    assert fetch(bench, version, folder / "a.bin")[0][0] > kept[-1]


def test_a_program_that_is_killed_leaves_what_came(bench: Bench, file: Path, folder: Path) -> None:
    version = bench.push(file)
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from silo_core.model.item import Version, VersionKind\n"
        "from silo_core.ports.client import SiloClient\n"
        "url, token, part, id_, hash_, size, target = sys.argv[1:]\n"
        "def die(done, total):\n"
        "    if done > total / 2: os.kill(os.getpid(), signal.SIGKILL)\n"
        "version = Version(id_, VersionKind.CHECKPOINT, sha256=hash_, size=int(size))\n"
        "SiloClient(url, token).download_version(part, version, Path(target), progress=die)\n"
    )
    token = bench.client.new_transport()._token
    asked = (bench.proxy.url, token, bench.part, version.id, version.sha256, str(SIZE))
    died = subprocess.run(
        [sys.executable, "-c", program, *asked, str(folder / "a.bin")], check=False
    )
    assert died.returncode != 0
    kept = part_of(folder).stat().st_size
    assert kept > SIZE / 4
    assert fetch(bench, version, folder / "a.bin")[0][0] > kept


def test_who_cancels_can_go_on(bench: Bench, file: Path, folder: Path) -> None:
    version = bench.push(file)

    def stop(done: int, total: int | None) -> None:
        if done > SIZE / 2:
            raise SiloError("Cancelled.")

    with pytest.raises(SiloError, match="Cancelled"):
        bench.client.download_version(bench.part, version, folder / "a", progress=stop)
    assert fetch(bench, version, folder / "a")[0][0] > SIZE / 2


@pytest.mark.parametrize("size", [SIZE // 2, SIZE, SIZE + 1, 2 * SIZE])
def test_a_part_that_holds_something_else_does_no_harm(
    bench: Bench, file: Path, folder: Path, size: int
) -> None:
    version = bench.push(file)
    cut(bench, version, folder / "a", SIZE // 3)
    part_of(folder).write_bytes(b"x" * size)
    fetch(bench, version, folder / "a")


def test_what_came_whole_is_not_asked_for_again(bench: Bench, file: Path, folder: Path) -> None:
    version = bench.push(file)
    cut(bench, version, folder / "a", SIZE // 3)
    part_of(folder).write_bytes(file.read_bytes())
    assert fetch(bench, version, folder / "a") == []


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_a_link_of_that_name_is_not_followed(bench: Bench, file: Path, folder: Path) -> None:
    version = bench.push(file)
    cut(bench, version, folder / "a", SIZE // 3)
    precious = folder.parent / "precious"
    precious.write_bytes(b"mine")
    for make in (Path.symlink_to, Path.hardlink_to):
        link = part_of(folder)
        link.unlink()
        make(link, precious)
        bench.client.download_version(bench.part, version, folder / "a")
        assert precious.read_bytes() == b"mine"
        assert sha256(folder / "a") == version.sha256
        assert part_of(folder).samefile(precious)


def test_two_at_once_do_not_mix(bench: Bench, file: Path, folder: Path) -> None:
    version = bench.push(file)
    cut(bench, version, folder / "a", SIZE // 3)
    both = threading.Barrier(2)
    waited: set[int] = set()

    def meet(done: int, total: int | None) -> None:
        if threading.get_ident() not in waited:
            waited.add(threading.get_ident())
            both.wait(20)

    targets = [folder / "a", folder / "b"]
    threads = [
        threading.Thread(
            target=bench.client.download_version, args=(bench.part, version, target, None, meet)
        )
        for target in targets
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {sha256(target) for target in targets} == {version.sha256}
    assert sorted(folder.iterdir()) == targets


def test_little_is_not_kept_and_what_nobody_wants_goes(
    bench: Bench, file: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = bench.push(file)
    cut(bench, version, folder / "a", SIZE // 3)
    long_ago = time.time() - arriving.KEPT_FOR_S - 60
    forgotten = folder / f".silo-arriving-{'0' * 32}.part"
    others = folder / f".silo-{'0' * 32}.part"
    for path in (forgotten, others):
        path.touch()
        os.utime(path, (long_ago, long_ago))
    monkeypatch.setattr(arriving, "KEEP", 2 * SIZE)
    monkeypatch.setattr(arriving, "LOOK_AGAIN_S", 0.0)

    def stop(*_: object) -> None:
        raise SiloError("Cancelled.")

    with pytest.raises(SiloError, match="Cancelled"):
        bench.client.download_version(bench.part, version, folder / "a", progress=stop)
    assert list(folder.iterdir()) == [others]


def test_a_full_disk_keeps_nothing(
    bench: Bench, file: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = bench.push(file)

    def no_room(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(arriving, "flush_file", no_room)
    with pytest.raises(FileError, match="No space left"):
        bench.client.download_version(bench.part, version, folder / "a")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("status", [200, 206])
def test_a_server_that_gives_everything_again_is_understood(
    full_server: FakeServer, folder: Path, status: int
) -> None:
    content = random.Random(4).randbytes(5000)
    version = Version(
        "v1", VersionKind.CHECKPOINT, sha256=hashlib.sha256(content).hexdigest(), size=5000
    )
    part = folder / f".silo-arriving-{version.sha256[:32]}.part"
    part.write_bytes(content[:3000])
    full_server.on("GET /api/items/P-1/versions/v1/content", content, status)
    if status == 206:  # not the range that was asked for
        with pytest.raises(ProtocolError, match="another range"):
            full_server.client.download_version("P-1", version, folder / "a")
        assert list(folder.iterdir()) == []
        return
    full_server.client.download_version("P-1", version, folder / "a")
    assert full_server.last.headers["Range"] == "bytes=3000-"
    assert full_server.last.headers["If-Range"] == f'"{version.sha256}"'
    assert (folder / "a").read_bytes() == content
    assert list(folder.iterdir()) == [folder / "a"]


# -- differences -----------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", [set(), {"packs"}], ids=["packs", "chunks alone"])
def test_a_difference_goes_on_where_it_was_cut(
    bench: Bench,
    two: tuple[Path, Path],
    folder: Path,
    missing: set[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    base, new = two
    version = bench.push(new, bench.push(base))
    monkeypatch.setattr(SiloClient, "server_info", without(missing))
    kept = cut(bench, version, folder / "a", 150_000, base)
    told = fetch(bench, version, folder / "a", base)
    assert missing or told[0][0] > kept
    fresh = fetch(bench, version, folder / "a", base)
    assert len(told) < len(fresh)
    assert told[-1][1] == fresh[-1][1] != version.size


@pytest.mark.parametrize("missing", [set(), {"packs"}], ids=["packs", "chunks alone"])
@pytest.mark.parametrize(
    "damage", [lambda data: data[:-1000] + b"x" * 1000, lambda data: data * 5, lambda _: b"x" * 500]
)
def test_what_was_kept_of_a_difference_and_is_wrong_does_no_harm(
    bench: Bench,
    two: tuple[Path, Path],
    folder: Path,
    missing: set[str],
    damage: Callable[[bytes], bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    base, new = two
    version = bench.push(new, bench.push(base))
    monkeypatch.setattr(SiloClient, "server_info", without(missing))
    cut(bench, version, folder / "a", 150_000, base)
    part = part_of(folder)
    part.write_bytes(damage(part.read_bytes()))
    fetch(bench, version, folder / "a", base)


def test_a_pack_of_another_server_version_is_fetched_as_the_file(
    bench: Bench, two: tuple[Path, Path], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, new = two
    version = bench.push(new, bench.push(base))
    monkeypatch.setattr(downloads, "MAX_PACK", 1000)
    told = fetch(bench, version, folder / "a", base)
    assert told[-1] == (version.size, version.size)
