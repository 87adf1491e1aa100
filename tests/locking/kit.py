"""Workstations whose gates a test can look into, at a server whose clock it can put on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from typing import Any

import pytest

from silo_core.testing import Proxy
from silo_locking import standstill
from silo_locking.machine import State
from silo_locking.plugin import Locking
from silo_server.demo.player import Player
from tests.workbench.kit import Job

ROUNDING_S = 0.05
"""A wait may end a little before its time is over, and the rest is waited then."""


def with_gates(
    job: Job, name: str, proxy: Proxy | None = None, **environ: str
) -> tuple[Player, Locking]:
    """A workstation that is online, with the part open, and the locking plugin it uses."""
    player = job.player(name, proxy, plugins_disabled="locking", **environ)
    locking = Locking()
    player.workbench.plugins.register(locking, "locking-in-sight")
    job.go_online(player)
    return player, locking


def states(locking: Locking) -> dict[str, State]:
    """Where the gate of each object stands."""
    return {gate.entry.context.object_id: gate.state for gate in locking.gates}


@contextmanager
def recorded_waits() -> Iterator[list[float]]:
    """For how many seconds the main thread was ready to wait, each time it waited for an answer: what
    it is allowed to, which a busy machine does not change."""
    asked: list[float] = []
    main = threading.get_ident()
    result = Future.result

    def waited(futures: list[Future[Any]], timeout: float | None = None) -> object:
        asked.append(float("inf") if timeout is None else timeout)
        return wait(futures, timeout)

    def got(future: Future[Any], timeout: float | None = None) -> object:
        if threading.get_ident() == main and not future.done():
            asked.append(float("inf") if timeout is None else timeout)
        return result(future, timeout)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(standstill, "wait", waited)
        patch.setattr(Future, "result", got)
        yield asked
