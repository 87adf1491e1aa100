"""Starting workstations that die, and looking at what the next start makes of what they left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from silo_core.model.item import VersionKind
from silo_server.demo.player import Player
from tests.workbench.kit import PATIENCE_S, Job, sha256, until

Step = tuple[list[str], str, float]
"""What to be in, outermost first; what to change the part to; and how long to stay out of it then."""


def variant(job: Job, number: int, more: int = 0) -> Path:
    """A state of the part as no other; ``more`` bytes of it cannot be packed."""
    path = job.folder / f"variant-{number}.FCStd"
    path.write_bytes((job.deeper, job.wider)[number % 2].read_bytes())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("variant.txt", f"{number}")
        archive.writestr("more.bin", os.urandom(more))
    return path


@dataclass
class Doomed:
    """A workstation that dies."""

    pid: int
    job: Job

    @property
    def report(self) -> list[list[str]]:
        path = self.job.folder / "report"
        lines = path.read_text().splitlines() if path.exists() else []
        return [json.loads(line) for line in lines]

    def told(self, word: str) -> list[str]:
        """What it said it was leaving, or had left: the SHA-256 of each."""
        return [words[1] for words in self.report if words[0] == word]

    def has_said(self, count: int) -> bool:
        return len(self.report) >= count or not self.lives()

    def lives(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        assert until(lambda: not self.lives())


class Workstations:
    """Starts them. Any thread."""

    def __init__(self) -> None:
        program = Path(__file__).with_name("workstation.py")
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, str(program)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def start(self, job: Job, steps: list[Step], point: tuple[str, ...] = ()) -> Doomed:
        home = job.folder / "alice"
        home.mkdir()
        (home / "bracket.FCStd").write_bytes(job.base.read_bytes())
        order = {
            "home": str(home),
            "url": job.site.server.url,
            "token": job.site.tokens["alice"],
            "part": job.part,
            "report": str(job.folder / "report"),
            "steps": steps,
            "point": point,
        }
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin
        assert stdout
        with self._lock:
            stdin.write(json.dumps(order) + "\n")
            stdin.flush()
            return Doomed(int(stdout.readline()), job)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate()


def restart(job: Job) -> Player:
    """Alice again, in this process, once everything she had left is at rest."""
    alice = job.player("alice")
    age_spool(alice)
    job.go_online(alice)
    store = alice.workbench.store
    assert until(lambda: store.leavings.unfinished() == () == store.outbox.pending(), alice)
    assert until(lambda: job.sessions() == [], alice), job.sessions()
    return alice


def age_spool(player: Player) -> None:
    """What a crash left is kept for an hour, as it may be about to be recorded by another program."""
    long_ago = time.time() - 7200
    for path in spool_of(player).glob("*"):
        os.utime(path, (long_ago, long_ago))


def spool_of(player: Player) -> Path:
    return player.workbench.store.path.parent / "spool"


def history(job: Job) -> list[str]:
    """The contents the server has, oldest first, without the one it began with; each was made from the
    one before, and none is beside the head."""
    versions = job.versions()[::-1]
    assert [version.kind for version in versions] == [VersionKind.CHECKPOINT] * len(versions)
    parents = [version.parent for version in versions[1:]]
    assert parents == [version.id for version in versions[:-1]]
    assert versions[0].sha256 == sha256(job.base)
    return [version.sha256 for version in versions[1:]]


def at_rest(job: Job, expected: list[str]) -> None:
    """After a restart, and another: history is as expected, and nothing is left over here."""
    for _ in range(2):
        alice = restart(job)
        assert until(lambda: history(job) == expected, alice), history(job)
        alice.quit()
    assert list(spool_of(alice).glob("*")) == []
    assert sha256(job.file_of(alice)) == (expected or [sha256(job.base)])[-1]


def patiently(doomed: Doomed, count: int) -> None:
    """Wait until it has said so much, or died."""
    assert until(lambda: doomed.has_said(count), timeout=4 * PATIENCE_S)
