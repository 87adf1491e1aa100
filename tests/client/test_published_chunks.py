"""A server with the protocol's [chunks] and none of our own extensions to it: each chunk travels on its
own, and what the file consists of as JSON."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from silo_core.fcstd import to_dag
from silo_core.model.errors import HeadMovedError, OfflineError, SiloError
from silo_core.model.item import Version
from silo_core.ports.client import SiloClient, chunked, downloads
from silo_core.ports.files import read_file
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

Two = tuple[Path, Path]


@pytest.fixture(autouse=True)
def _published(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SiloClient, "server_info", without({"packs"}))


@pytest.fixture
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests cost nothing, so that small files travel in chunks as well."""
    monkeypatch.setattr(chunked, "REQUEST", 0)
    monkeypatch.setattr(downloads, "REQUEST", 0)


def counted(bench: Bench, head: str) -> None:
    bench.proxy.forgive()
    bench.proxy.met = 0
    bench.proxy.meet(f"{head} /api/items/{bench.part}/chunks", "count", times=999)


def test_only_chunks_that_are_new_are_sent(bench: Bench, two: Two, tmp_path: Path) -> None:
    first, second = two
    base = bench.push(first)
    counted(bench, "PUT")
    bench.proxy.measure("PUT ")
    made = bench.push(second, base, base_file=first)
    assert bench.proxy.met >= 10
    assert bench.proxy.passed < second.stat().st_size * 0.4
    assert bench.content(made, tmp_path) == second.read_bytes()
    assert bench.history() == [sha256(second), sha256(first)]


@pytest.mark.usefixtures("_patient")
def test_a_part_saved_again_is_its_differences_with_its_graph(bench: Bench, tmp_path: Path) -> None:
    base = bench.push(BRACKET)
    bench.proxy.measure("PUT ")
    changed = bench.push(CHANGED, base, base_file=BRACKET)
    headers = 600 * bench_chunks(CHANGED)
    assert 0 < bench.proxy.passed < CHANGED.stat().st_size / 4 + headers
    assert bench.content(changed, tmp_path) == CHANGED.read_bytes()
    assert changed.parent == base.id
    assert bench.client.get_dag(bench.part) == to_dag(read_file(CHANGED))


def bench_chunks(path: Path) -> int:
    with path.open("rb") as file:
        return len(chunked.SplitFile(file).hashes)


def test_a_small_part_of_many_members_is_sent_and_fetched_whole(
    bench: Bench, tmp_path: Path
) -> None:
    base = bench.push(BRACKET)
    counted(bench, "PUT")
    bench.proxy.measure(PUSH)
    made = bench.push(CHANGED, base, base_file=BRACKET)
    assert bench.proxy.met == 0
    assert bench.proxy.passed > CHANGED.stat().st_size
    counted(bench, "GET")
    target = tmp_path / "a.FCStd"
    bench.client.download_version(bench.part, made, target, BRACKET)
    assert bench.proxy.met == 0
    assert target.read_bytes() == CHANGED.read_bytes()


def test_only_chunks_that_are_new_are_fetched(bench: Bench, two: Two, tmp_path: Path) -> None:
    first, second = two
    made = bench.push(second, bench.push(first))
    told: list[tuple[int, int | None]] = []
    counted(bench, "GET")
    target = tmp_path / "a.zip"
    bench.client.download_version(bench.part, made, target, first, lambda *step: told.append(step))
    assert 10 <= bench.proxy.met < bench_chunks(second)
    assert target.read_bytes() == second.read_bytes()
    assert told[-1][0] == told[-1][1]
    assert told == sorted(told)


@pytest.mark.usefixtures("_patient")
def test_what_differs_a_little_is_fetched_as_a_difference(bench: Bench, tmp_path: Path) -> None:
    base = bench.push(BRACKET)
    changed = bench.push(CHANGED, base)
    codings: list[str] = []
    exchange = bench.client._transport.exchange

    def noting(*args: Any, **members: Any) -> Any:
        codings.append((members.get("headers") or {}).get("Accept-Encoding", ""))
        return exchange(*args, **members)

    bench.client._transport.exchange = noting  # type: ignore[method-assign]
    target = tmp_path / "a.FCStd"
    bench.client.download_version(bench.part, changed, target, BRACKET)
    assert target.read_bytes() == CHANGED.read_bytes()
    assert "dcz, zstd" in codings


@pytest.mark.usefixtures("_patient")
@pytest.mark.parametrize("base_file", STRANGE_BASES)
def test_a_base_that_is_not_what_it_should_be_does_no_harm(
    bench: Bench, tmp_path: Path, base_file: Path
) -> None:
    does_no_harm(bench, base_file, tmp_path)


@pytest.mark.usefixtures("_patient")
def test_a_head_that_moved_is_told(bench: Bench) -> None:
    base = bench.push(BRACKET)
    bench.push(CHANGED, base, base_file=BRACKET)
    with pytest.raises(HeadMovedError) as caught:
        bench.push(CHANGED, base, base_file=BRACKET)
    assert caught.value.head
    assert len(bench.history()) == 2


@pytest.mark.parametrize("tenth", [1, 5, 9])
def test_what_arrived_before_a_cut_is_not_sent_again(
    bench: Bench, two: Two, tenth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also of a file that the server knows nothing of, if it is large."""
    monkeypatch.setattr(chunked, "DIRECT", 40_000)
    (path, _), key = two, os.urandom(8).hex()

    def stop(done: int, total: int | None) -> None:
        if total and done > total * tenth / 10:
            raise SiloError("cut")

    with pytest.raises(SiloError, match="cut"):
        bench.push(path, progress=stop, idempotency_key=key)
    assert bench.history() == []
    bench.proxy.measure("PUT ")
    bench.push(path, idempotency_key=key)
    assert bench.proxy.passed < path.stat().st_size * (10 - tenth) / 10 + 75_000
    assert bench.history() == [sha256(path)]


def test_a_lost_reply_leads_to_one_checkpoint(bench: Bench, two: Two) -> None:
    first, second = two
    base, key = bench.push(first), os.urandom(8).hex()
    bench.proxy.meet(f"{PUSH}{bench.part}/checkpoints", "swallow")
    with pytest.raises(OfflineError):
        bench.push(second, base, base_file=first, idempotency_key=key)
    bench.push(second, base, base_file=first, idempotency_key=key)
    assert bench.history() == [sha256(second), sha256(first)]


def test_another_zlib_on_the_other_end_gets_what_needs_none(
    bench: Bench, two: Two, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first, second = two
    base = bench.push(first)
    from silo_core.chunks import rebuild

    def differently(plain: bytes, level: int) -> Iterator[bytes]:
        yield plain[:1]

    with monkeypatch.context() as patch:
        patch.setattr(rebuild, "deflated", differently)
        made = bench.push(second, base, base_file=first)
        assert not bench.client._deflates_alike
        target = tmp_path / "a.zip"  # and this end gets the file
        bench.client.download_version(bench.part, made, target, first)
        assert target.read_bytes() == second.read_bytes()
    assert bench.history() == [sha256(second), sha256(first)]


def test_a_server_that_fails_at_chunks_gets_the_file(
    bench: Bench, two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = two
    base = bench.push(first)

    def fail(*_: object) -> NoReturn:
        raise ZeroDivisionError

    monkeypatch.setattr("silo_server.chunking.Assembly.of_manifest", fail)
    bench.push(second, base, base_file=first)
    assert bench.history() == [sha256(second), sha256(first)]


def test_a_chunk_that_comes_wrong_is_noticed_and_the_file_fetched(
    bench: Bench, two: Two, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = two
    made: Version = bench.push(second, bench.push(first))
    monkeypatch.setattr("silo_server.chunking.ItemChunks.held", lambda *_: b"something else")
    target = tmp_path / "a.zip"
    bench.client.download_version(bench.part, made, target, first)
    assert target.read_bytes() == second.read_bytes()
