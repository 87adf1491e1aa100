"""Workstations whose gates a test can look into, at a server whose clock it can put on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from silo_locking.machine import State
from silo_locking.plugin import Locking
from silo_server.demo.player import Player
from tests.workbench.kit import Job
from tests.workbench.proxy import Proxy


class ForwardClock:
    """The time, and what a test has put it on by."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def move(self, seconds: float) -> None:
        self._ahead += timedelta(seconds=seconds)


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
