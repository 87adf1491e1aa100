"""Files in chunks, up and down, between the client and a real server."""

from __future__ import annotations

import os
import random
import threading
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from silo_core.chunks import split
from silo_core.fcstd import to_dag
from silo_core.model.errors import HeadMovedError, OfflineError, SiloError
from silo_core.model.item import Version
from silo_core.ports.client import SiloClient, chunked
from silo_core.ports.files import read_file
from silo_server.app import Options
from silo_server.embedded import EmbeddedServer
from silo_server.guard import Limits
from tests.client.kit import (
    BRACKET,
    CHANGED,
    PUSH,
    STRANGE_BASES,
    Bench,
    does_no_harm,
    sha256,
    without,
)


def test_a_part_saved_again_takes_few_bytes(bench: Bench, tmp_path: Path) -> None:
    base = bench.push(BRACKET)
    bench.proxy.measure(PUSH)
    changed = bench.push(CHANGED, base, base_file=BRACKET)
    assert bench.proxy.passed < CHANGED.stat().st_size / 3
    assert bench.content(changed, tmp_path) == CHANGED.read_bytes()
    dag = bench.client.get_dag(bench.part)
    assert dag == to_dag(read_file(CHANGED))


def test_only_what_differs_is_fetched(bench: Bench, tmp_path: Path) -> None:
    base = bench.push(BRACKET)
    changed = bench.push(CHANGED, base)
    told: list[tuple[int, int | None]] = []
    target = tmp_path / "a.FCStd"
    bench.client.download_version(
        bench.part, changed, target, BRACKET, lambda *step: told.append(step)
    )
    assert target.read_bytes() == CHANGED.read_bytes()
    assert told[-1][0] == told[-1][1]
    assert told[-1][0] < CHANGED.stat().st_size / 3


@pytest.mark.parametrize("base_file", STRANGE_BASES)
def test_a_base_that_is_not_what_it_should_be_does_no_harm(
    bench: Bench, tmp_path: Path, base_file: Path
) -> None:
    does_no_harm(bench, base_file, tmp_path)


def test_without_a_base_file_the_server_is_asked_what_it_has(bench: Bench, tmp_path: Path) -> None:
    base = bench.push(BRACKET)
    changed = bench.push(CHANGED, base, base_file=BRACKET)
    bench.proxy.measure(PUSH)
    back = bench.push(BRACKET, changed)  # as silo restore does
    assert bench.proxy.passed < BRACKET.stat().st_size / 2
    assert bench.content(back, tmp_path) == BRACKET.read_bytes()


def test_a_head_that_moved_is_told_before_anything_is_put_together(bench: Bench) -> None:
    base = bench.push(BRACKET)
    bench.push(CHANGED, base, base_file=BRACKET)
    with pytest.raises(HeadMovedError) as caught:
        bench.push(CHANGED, base, base_file=BRACKET)
    assert caught.value.head
    assert len(bench.history()) == 2


def whole_size(bench: Bench, base: Version) -> int:
    bench.proxy.measure(PUSH)
    bench.push(CHANGED, base, base_file=BRACKET)
    return bench.proxy.passed


def test_a_server_without_chunks_gets_the_file(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = bench.push(BRACKET)
    monkeypatch.setattr(SiloClient, "server_info", without({"chunks"}))
    assert whole_size(bench, base) > CHANGED.stat().st_size


def test_a_python_without_zstandard_sends_the_file(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = bench.push(BRACKET)
    monkeypatch.setattr("silo_core.ports.client.extensions.available", lambda: False)
    assert whole_size(bench, base) > CHANGED.stat().st_size


def test_a_server_without_zstandard_has_no_chunks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "silo_core.chunks.codec._zstd", lambda: (_ for _ in ()).throw(ImportError())
    )
    with EmbeddedServer(tmp_path) as server:
        client = SiloClient(server.url, server.add_user("alice"))
        assert not client.server_info().extensions & {"chunks", "packs"}
        client.close()


def test_another_zlib_on_the_other_end_gets_the_file(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    base = bench.push(BRACKET)
    from silo_core.chunks import rebuild

    def differently(plain: bytes, level: int) -> Iterator[bytes]:
        yield zlib.compress(plain, 1)

    monkeypatch.setattr(rebuild, "deflated", differently)
    assert whole_size(bench, base) > CHANGED.stat().st_size
    assert bench.history()[0] == sha256(CHANGED)
    assert len(bench.history()) == 2
    newest = bench.team.alice.client.get_item(bench.part).head
    assert newest
    target = tmp_path / "a.FCStd"  # and this end makes do without, too
    bench.client.download_version(bench.part, newest, target, BRACKET)
    assert target.read_bytes() == CHANGED.read_bytes()


def test_compressed_bytes_do_where_a_zlib_differs(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    noise = random.Random(5).randbytes(300_000).hex().encode()
    first, second = tmp_path / "a.zip", tmp_path / "b.zip"
    for path, last in ((first, b"one"), (second, b"two")):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(zipfile.ZipInfo("big"), noise, zipfile.ZIP_DEFLATED)
            archive.writestr(zipfile.ZipInfo("small"), last * 99, zipfile.ZIP_DEFLATED)
    bench.client._deflates_alike = False
    from silo_core.chunks import rebuild

    monkeypatch.setattr(rebuild, "deflated", lambda plain, level: iter((b"",)))
    with second.open("rb") as file:
        parts = split(file, inflate=False)
    base = bench.push(first)
    bench.proxy.measure("PUT ")
    made = bench.push(second, base, base_file=first)
    assert bench.content(made, tmp_path) == second.read_bytes()
    assert all(part.chunk.deflate is None for part in parts.parts)


def test_a_server_that_fails_at_chunks_gets_the_file(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = bench.push(BRACKET)

    def fail(*_: object) -> NoReturn:
        raise ZeroDivisionError

    monkeypatch.setattr("silo_server.chunking.Assembly.of_pack", fail)
    assert whole_size(bench, base) > CHANGED.stat().st_size
    assert bench.history() == [sha256(CHANGED), sha256(BRACKET)]


def test_what_does_not_shrink_is_sent_whole(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "noise.bin"
    path.write_bytes(random.Random(6).randbytes(50_000))
    version = bench.push(path)
    assert bench.content(version, tmp_path) == path.read_bytes()


# -- large files ------------------------------------------------------------------------------------


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that is sent a chunk at a time."""
    monkeypatch.setattr(chunked, "DIRECT", 40_000)
    monkeypatch.setattr(chunked, "BIG", 5_000)
    path = tmp_path / "large.zip"
    noise = random.Random(7)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(10):
            name = zipfile.ZipInfo(f"shape{number}")
            archive.writestr(name, noise.randbytes(8_000).hex(), zipfile.ZIP_DEFLATED)
    return path


@pytest.mark.parametrize("tenth", range(1, 10))
def test_what_arrived_before_a_cut_is_not_sent_again(bench: Bench, large: Path, tenth: int) -> None:
    def stop(done: int, total: int | None) -> None:
        if total and done > total * tenth / 10:
            raise SiloError("cut")

    with pytest.raises(SiloError, match="cut"):
        bench.push(large, progress=stop)
    assert bench.history() == []
    bench.proxy.measure("PUT ")
    bench.push(large, idempotency_key=bench.part)
    sent = bench.proxy.passed
    assert sent < large.stat().st_size * (11 - tenth) / 10 + 9_000
    assert bench.history() == [sha256(large)]


@pytest.mark.parametrize("tenth", range(1, 10))
def test_a_connection_cut_at_any_place_leads_to_one_checkpoint(bench: Bench, tenth: int) -> None:
    base = bench.push(BRACKET)
    bench.proxy.measure(PUSH)
    changed = bench.push(CHANGED, base, base_file=BRACKET)
    size = bench.proxy.passed
    back = bench.push(BRACKET, changed)
    key = os.urandom(8).hex()
    bench.proxy.meet(PUSH, "cut", after=size * tenth // 10)
    with pytest.raises(OfflineError):
        bench.push(CHANGED, back, base_file=BRACKET, idempotency_key=key)
    bench.push(CHANGED, back, base_file=BRACKET, idempotency_key=key)
    assert bench.history() == [sha256(path) for path in (CHANGED, BRACKET) * 2]


def test_a_lost_reply_leads_to_one_checkpoint(bench: Bench, large: Path) -> None:
    base = bench.push(BRACKET)
    for path, key, then in ((CHANGED, "a", base), (large, "b", None)):
        head = then or bench.team.alice.client.get_item(bench.part).head
        bench.proxy.meet(f"{PUSH}{bench.part}/checkpoints", "swallow")
        with pytest.raises(OfflineError):
            bench.push(path, head, base_file=BRACKET, idempotency_key=key + bench.part)
        bench.push(path, head, base_file=BRACKET, idempotency_key=key + bench.part)
    assert bench.history() == [sha256(large), sha256(CHANGED), sha256(BRACKET)]


def test_a_restart_between_chunks_and_checkpoint_loses_nothing(tmp_path: Path, large: Path) -> None:
    with EmbeddedServer(tmp_path / "data", options=Options(limits=Limits())) as server:
        client = SiloClient(server.url, server.add_user("alice"))
        client.create_item("P-1")
        client.register_workstation("CAD-1", "f")

        def stop(done: int, total: int | None) -> None:
            if total and done > total / 2:
                raise SiloError("cut")

        def push(**members: Any) -> None:
            client.push_checkpoint("P-1", large, "manual", None, None, **members)

        with pytest.raises(SiloError, match="cut"):
            push(progress=stop)
        server.stop()
        server.start()
        told: list[int] = []
        push(progress=lambda done, total: told.append(total or 0))
        assert told[-1] < large.stat().st_size * 0.7
        client.close()


def test_two_pushes_at_once(bench: Bench, large: Path) -> None:
    outcomes: list[object] = []

    def push(key: str) -> None:
        try:
            outcomes.append(bench.push(large, idempotency_key=key).sha256)
        except HeadMovedError as error:
            outcomes.append(error)

    threads = [threading.Thread(target=push, args=(f"{n}{bench.part}",)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["HeadMovedError", "str"]
    assert bench.history() == [sha256(large)]


def test_progress_counts_up_to_the_whole(bench: Bench, large: Path) -> None:
    told: list[tuple[int, int | None]] = []
    bench.push(large, progress=lambda *step: told.append(step))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1][0] == told[-1][1]
