"""Networks and servers that fail within a push: it becomes one checkpoint all the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from silo_checkpoint import pushing
from silo_core.ports.client import chunked
from silo_core.testing import Proxy
from silo_server.demo.player import Player
from tests.checkpoint.crashing import history, spool_of, variant
from tests.workbench.kit import Job, sha256, until

TENTHS = range(1, 11)
MORE = 200_000


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pushing, "BACKOFF_S", 0.05)


def leave_with(player: Player, job: Job, number: int) -> str:
    """Leave a sketch changed as no other; answers the SHA-256."""
    content = variant(job, number, MORE)
    player.edit("Sketch001")
    player.change(content)
    player.edit()
    return sha256(content)


def arrives_once(job: Job, player: Player, expected: list[str]) -> None:
    assert until(lambda: player.workbench.store.outbox.pending() == (), player)
    assert history(job) == expected
    assert job.sessions() == []
    assert until(lambda: list(spool_of(player).glob("*")) == [], player)


@pytest.mark.parametrize("is_large", [False, True], ids=["in one request", "a chunk at a time"])
def test_an_upload_cut_at_each_tenth_of_its_bytes_is_one_checkpoint_each(
    job: Job, is_large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = job.proxy()
    alice = job.join("alice", proxy)
    push = f"POST /api/items/{job.part}/checkpoints"
    if is_large:
        monkeypatch.setattr(chunked, "DIRECT", MORE // 2)
        push = f"PUT /api/items/{job.part}/chunks"
    proxy.measure(push)
    expected = [leave_with(alice, job, 0)]
    arrives_once(job, alice, expected)
    whole = proxy.passed
    assert whole > MORE
    for tenth in TENTHS:
        # the last one is cut when all of it has passed, and before it is answered
        proxy.meet(push, "cut", after=whole * tenth // 10)
        expected.append(leave_with(alice, job, tenth))
        arrives_once(job, alice, expected)
        assert proxy.met == tenth


def three_times_500(proxy: Proxy, push: str) -> None:
    proxy.meet(push, "500", times=3)


def reply_dropped(proxy: Proxy, push: str) -> None:
    proxy.meet(push, "swallow", times=3)


def everything_at_once(proxy: Proxy, push: str) -> None:
    for action in ("cut", "500", "swallow", "503", "swallow"):
        proxy.meet(push, action)


@pytest.mark.parametrize("fault", [three_times_500, reply_dropped, everything_at_once])
def test_what_fails_and_is_tried_again_is_one_checkpoint(
    job: Job, fault: Callable[[Proxy, str], None]
) -> None:
    proxy = job.proxy()
    alice = job.join("alice", proxy)
    fault(proxy, f"POST /api/items/{job.part}/checkpoints")
    expected = [leave_with(alice, job, 0)]
    arrives_once(job, alice, expected)
    assert proxy.met >= 3
