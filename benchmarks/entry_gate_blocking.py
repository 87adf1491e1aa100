"""How long a server that answers nothing can hold up the editor's main thread.

    .venv/bin/python benchmarks/entry_gate_blocking.py [SECONDS]

A real server behind a proxy that passes requests on and keeps every answer back, for 30 s. Meanwhile
a user enters, edits, leaves and enters elsewhere, again and again. Every call that the editor makes on
its main thread is timed: each move, each change and each turn of the main loop. The floor is the same
moves with edit locking switched off, in the same run: saving and copying the file, and what this
machine does besides. In the end the answers are let through, and all must come right: no session is
left, and everything that was saved is on the server.
"""

from __future__ import annotations

import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from silo_core.model.exchange import ConnectionState
from silo_server.demo.player import Player
from silo_server.embedded import EmbeddedServer
from tests.workbench.kit import Job, Site, sha256, until

WAIT_MS = 400
SILENCE_S = 30.0
FLOOR_S = 5.0
USER_PAUSE_S = 0.05
MOVES = (("Body", "Sketch001"), ("Body", "Sketch002"), ("Sketch001",), ("Body",), ())


@dataclass
class Calls:
    """The main thread's calls, each with how long it took in seconds, by what it was."""

    took: dict[str, list[float]] = field(default_factory=dict)

    def time(self, what: str, call: Callable[[], object]) -> None:
        started = time.perf_counter()
        call()
        self.took.setdefault(what, []).append(time.perf_counter() - started)

    def longest(self) -> dict[str, float]:
        """Of each kind, in milliseconds."""
        return {what: max(took) * 1000 for what, took in self.took.items()}

    def count(self) -> int:
        return sum(map(len, self.took.values()))


class User:
    """Somebody who enters, edits, leaves and enters elsewhere."""

    def __init__(self, job: Job, player: Player) -> None:
        self._job = job
        self._player = player
        self._states = 0
        self.saved: set[str] = set()

    def work(self, seconds: float) -> Calls:
        """For so long; every call of the main thread, timed."""
        calls, player = Calls(), self._player
        deadline = time.monotonic() + seconds
        move = 0
        while time.monotonic() < deadline:
            path = MOVES[move % len(MOVES)]
            self._go(calls, path)
            if path:
                calls.time("change", partial(player.change, self._new_state()))
            self._pause(calls)
            move += 1
        self._go(calls, ())
        return calls

    def _go(self, calls: Calls, path: tuple[str, ...]) -> None:
        """Straight there, as by a double click: what is left and entered is so in one call."""
        player, held = self._player, self._player.editing()
        leaves, enters = set(held) - set(path), set(path) - set(held)
        what = "leave" * bool(leaves) + " and " * bool(leaves and enters) + "enter" * bool(enters)
        calls.time(what, lambda: player.edit(*path))
        if leaves:
            self.saved.add(sha256(self._job.file_of(player)))

    def _pause(self, calls: Calls) -> None:
        until = time.monotonic() + USER_PAUSE_S
        while time.monotonic() < until:
            calls.time("turn of the main loop", lambda: self._player.host.run_pending(0))
            time.sleep(0.002)

    def _new_state(self) -> Path:
        self._states += 1
        path = self._job.folder / f"state-{self._states}.FCStd"
        path.write_bytes(self._job.deeper.read_bytes())
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("state.txt", str(self._states))
        return path


def measure(folder: Path, stack: ExitStack, silence: float) -> None:
    site = Site(stack.enter_context(EmbeddedServer(folder / "server")))
    stack.callback(site.close)
    (folder / "job").mkdir()
    job = Job(site, folder / "job", stack)
    proxy = job.proxy()
    alice = job.join("alice", proxy, entry_wait_ms=str(WAIT_MS))
    user = User(job, alice)

    alice.workbench.settings.set("edit_locking_enabled", False)
    until(lambda: False, alice, timeout=0.1)
    report(f"floor: edit locking off, {FLOOR_S:.0f} s", floor := user.work(FLOOR_S))
    alice.workbench.settings.set("edit_locking_enabled", True)
    assert until(lambda: not alice.workbench.store.outbox.pending(), alice)

    proxy.pause()
    report(f"a server that answers nothing, {silence:.0f} s", silent := user.work(silence))
    longest, unhindered = max(silent.longest().values()), max(floor.longest().values())
    print(
        f"\nlongest call of the main thread: {longest:.1f} ms; entry_wait_ms {WAIT_MS},"
        f" longest call of the floor {unhindered:.1f} ms"
    )

    proxy.resume()
    started = time.monotonic()
    assert until(lambda: alice.is_(ConnectionState.ONLINE), alice, timeout=60)
    assert until(lambda: not alice.workbench.store.outbox.pending(), alice, timeout=60)
    assert until(lambda: job.sessions() == [], alice, timeout=60), job.sessions()
    assert user.saved <= all_contents(job)
    print(
        f"all right {time.monotonic() - started:.1f} s after the answers were let through:"
        f" no session left, {len(user.saved)} saved states on the server"
    )


def all_contents(job: Job) -> set[str]:
    """Of every version there is, page after page."""
    found, cursor = set[str](), None
    while True:
        page = job.site.admin.list_versions(job.part, cursor=cursor)
        found.update(version.sha256 for version in page.versions)
        cursor = page.next_cursor
        if not cursor:
            return found


def report(title: str, calls: Calls) -> None:
    print(f"{title}: {calls.count()} calls")
    for what, longest in calls.longest().items():
        print(f"  {what:22} {len(calls.took[what]):6} times, longest {longest:7.1f} ms")


def main() -> None:
    silence = float(sys.argv[1]) if len(sys.argv) > 1 else SILENCE_S
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        measure(Path(folder), stack, silence)


if __name__ == "__main__":
    main()
