"""Workstations that are killed, and what the next start makes of what they left."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from silo_core.testing import Proxy
from tests.workbench.kit import Job, settle, sha256, until

CHILD = """
import json, os, signal, sys, time
from pathlib import Path
from silo_core.model.exchange import ConnectionState
from silo_server.demo.player import Player

told = json.loads(sys.argv[1])
home = Path(told["home"])
player = Player("alice", "CAD-alice", home, (told["url"], told["token"]), lambda *_: None)
player.workbench.start()

def wait(holds):
    while not holds():
        player.pump()

def is_tracked():
    tracked = player.workbench.store.tracked.get(told["part"])
    return tracked is not None and tracked.base_version is not None

wait(lambda: player.is_(ConnectionState.ONLINE))
player.open(home / "bracket.FCStd")
wait(is_tracked)
player.edit("Sketch001")
player.change(Path(told["deeper"]))
print("editing", flush=True)
if told["leave"] == "offline":
    wait(lambda: player.is_(ConnectionState.OFFLINE))
    player.edit()
    print("left", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
wait(lambda: False)
"""


@contextmanager
def child(job: Job, proxy: Proxy, leave: str) -> Iterator[subprocess.Popen[str]]:
    """Alice in a process of her own. ``leave`` is when: ``""`` never, or ``offline``."""
    home = job.folder / "alice"
    home.mkdir()
    (home / "bracket.FCStd").write_bytes(job.base.read_bytes())
    told = {
        "home": str(home),
        "url": proxy.url,
        "token": job.site.tokens["alice"],
        "part": job.part,
        "deeper": str(job.deeper),
        "leave": leave,
    }
    command = [sys.executable, "-c", CHILD, json.dumps(told)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def says(process: subprocess.Popen[str], word: str) -> bool:
    assert process.stdout is not None
    return process.stdout.readline().strip() == word


def test_a_push_recorded_before_a_kill_is_finished_exactly_once(job: Job) -> None:
    proxy = job.proxy()
    with child(job, proxy, "offline") as process:
        assert says(process, "editing")
        assert job.sessions() == [("alice", "Sketch001")]
        proxy.down()
        assert says(process, "left")
        assert process.wait(10) == -9
    assert len(job.versions()) == 1
    proxy.up()
    for _ in range(2):
        restarted_has_pushed(job, proxy)


def restarted_has_pushed(job: Job, proxy: Proxy) -> None:
    alice = job.player("alice", proxy)
    job.go_online(alice)
    assert until(lambda: job.contents() == [sha256(job.deeper), sha256(job.base)], alice)
    assert until(lambda: alice.workbench.store.outbox.pending() == (), alice)
    assert job.sessions() == []
    alice.quit()
    assert list((alice.workbench.store.path.parent / "spool").iterdir()) == []


def test_a_session_that_a_killed_workstation_held_is_released_at_its_next_start(job: Job) -> None:
    proxy = job.proxy()
    with child(job, proxy, "") as process:
        assert says(process, "editing")
        process.kill()
    assert job.sessions() == [("alice", "Sketch001")]
    alice = job.join("alice", proxy)
    assert until(lambda: job.sessions() == [], alice)
    settle(alice, seconds=0.1)
    assert alice.editing() == ()


@pytest.mark.timeout(180)
def test_the_demo_holds_twice_at_once_and_leaves_nothing_behind(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "silo_core.surfaces.cli", "demo", "--json"]
    environ = {**os.environ, "TMPDIR": str(tmp_path)}
    demos = [
        subprocess.Popen(
            command, env=environ, start_new_session=True, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    answers = [demo.communicate(timeout=120)[0] for demo in demos]
    for demo, answer in zip(demos, answers, strict=True):
        told = json.loads(answer)
        assert demo.returncode == 0, answer
        assert told["held"] is True
        assert told["checks"]
        assert all(check["held"] for check in told["checks"])
        with pytest.raises(ProcessLookupError):
            os.killpg(demo.pid, 0)
    assert list(tmp_path.iterdir()) == []
