"""Workstations in processes of their own, which die where or when they are told to.

Run as a program it imports everything once; then each line of its input is an order, for which it forks
one workstation and answers its process id. A workstation writes down what it does, as it does it.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from silo_core.model.exchange import ConnectionState
from silo_server.demo.player import Player

LONGEST_S = 120.0
UPLOADED = 100_000
"""Bytes of an upload that are on the wire when ``mid-upload`` strikes."""


class Workstation:
    """Alice, who edits what her order says and leaves it."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.order = order
        self.home = Path(order["home"])
        server = (order["url"], order["token"])
        self.player = Player("alice", "CAD-alice", self.home, server, lambda *_: None)
        self.armed = False
        self.deadline = time.monotonic() + LONGEST_S

    def work(self) -> None:
        player, steps = self.player, self.order["steps"]
        player.workbench.start()
        self.wait(lambda: player.is_(ConnectionState.ONLINE))
        player.open(self.home / "bracket.FCStd")
        self.wait(self.is_ready)
        self.inject(self.order["point"])
        self.tell("ready")
        for number, (names, content, pause) in enumerate(steps):
            player.edit(*names)
            self.wait(lambda: all(held.session for held in player.workbench.held()))
            player.change(Path(content))
            sha256 = hashlib.sha256(Path(content).read_bytes()).hexdigest()
            if self.order["point"] and number == len(steps) - 1:
                self.wait(self.is_idle)
                self.armed = True
            self.tell("leaving", sha256)
            player.edit()
            self.tell("left", sha256)
            self.pump(pause)
        self.wait(self.is_idle)
        self.tell("done")
        self.wait(lambda: False)

    def is_ready(self) -> bool:
        tracked = self.player.workbench.store.tracked.get(self.order["part"])
        bases = self.player.workbench.store.path.parent / "bases"
        known = tracked is not None and tracked.base_version is not None
        return known and any(path.suffix != ".part" for path in bases.glob("*"))

    def is_idle(self) -> bool:
        return self.player.workbench.store.outbox.pending() == ()

    def tell(self, *words: str) -> None:
        with Path(self.order["report"]).open("a") as report:
            report.write(json.dumps(words) + "\n")

    def wait(self, holds: Callable[[], bool]) -> None:
        while not holds():
            if time.monotonic() > self.deadline:
                os._exit(3)
            self.player.pump()

    def pump(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        self.wait(lambda: time.monotonic() >= until)

    # -- dying -----------------------------------------------------------------------------------

    def inject(self, point: list[str]) -> None:
        """``point``: nothing, ``["upload"]``, or when, on which thread, and which function."""
        if point == ["upload"]:
            self._die_uploading()
        elif point:
            when, thread, target = point
            module, _, path = target.partition(":")
            owner: Any = import_module(module)
            *outer, name = path.split(".")
            for each in outer:
                owner = getattr(owner, each)
            setattr(owner, name, self._deadly(getattr(owner, name), when, thread))

    def _deadly(self, real: Callable[..., Any], when: str, thread: str) -> Callable[..., Any]:
        def strikes(now: str) -> bool:
            here = threading.current_thread() is threading.main_thread()
            return self.armed and now == when and here is (thread == "main")

        def call(*args: Any, **named: Any) -> Any:
            if strikes("before"):
                die()
            result = real(*args, **named)
            if strikes("after"):
                die()
            return result

        return call

    def _die_uploading(self) -> None:
        from silo_core.ports.client import network

        class_: Any = network._Stream
        real, sent = class_.write, [0, 0]

        def write(stream: Any, buffer: bytes, timeout: float | None = None) -> None:
            real(stream, buffer, timeout)
            sent[0] = sent[0] or (self.armed and b"/checkpoints HTTP" in bytes(buffer[:500]))
            sent[1] += len(buffer) if sent[0] else 0
            if sent[1] > UPLOADED:
                die()

        class_.write = write


def die() -> None:
    """As with ``kill -9``."""
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """See above. Ends, with every workstation, when its input does."""
    for name in ("checkpoint", "locking", "subscriptions", "activity"):
        import_module(f"silo_{name}")
    import_module("silo_core.ports.client.network")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            sys.stdin.close()
            try:
                Workstation(json.loads(line)).work()
            finally:
                os._exit(4)
        print(pid, flush=True)


if __name__ == "__main__":
    main()
