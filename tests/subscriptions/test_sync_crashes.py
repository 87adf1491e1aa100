"""Killed at any moment of a sync, and what a power cut leaves: no wrong, empty or half file is ever in a
file's place, and the next run completes it."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from silo_core.model.sync import SyncState
from silo_core.ports.client import SiloClient
from silo_core.ports.installation import fingerprint
from silo_server.embedded import EmbeddedServer
from tests.subscriptions.team import Colleague, Desk
from tests.workbench.kit import Job, renumbered, until

MOMENTS = int(os.environ.get("SILO_CRASH_MOMENTS", "4"))
FILES = int(os.environ.get("SILO_CRASH_FILES", "500" if MOMENTS >= 50 else "50"))
SIZE = 20_000
ROOT = Path(__file__).parents[2]


class Shop:
    """A server with many files of two versions, and a workstation that is subscribed to all of them."""

    def __init__(self, server: EmbeddedServer, folder: Path) -> None:
        self.folder = folder
        self.workspace = folder / "workspace"
        token = server.add_user("alice")
        self.environ = {
            **os.environ,
            "SILO_SERVER_URL": server.url,
            "SILO_TOKEN": token,
            "SILO_WORKSPACE": str(self.workspace),
            "SILO_SUBSCRIPTION_MAX_DOWNLOADS": "4",
        }
        self.contents: dict[str, set[str]] = {}
        """All that each file may ever hold, by SHA-256."""
        self.newest: dict[str, str] = {}
        with closing(SiloClient(server.url, token)) as client:
            self.machine = client.register_workstation("elsewhere", "elsewhere").id
            own = client.register_workstation("here", fingerprint(folder / "data")).id
            for number in range(FILES):
                client.create_item(f"F-{number}", file_name=f"{number}.step", projects=["all"])
            client.create_subscription(own, "project", "all")  # type: ignore[arg-type]
            self.push(client, 0)
        self.url, self.token = server.url, token

    def push(self, client: SiloClient, seed: int) -> None:
        """Another version of every file."""
        file = self.folder / "content"
        for number in range(FILES):
            content = random.Random(f"{seed} {number}").randbytes(SIZE)
            file.write_bytes(content)
            part = f"F-{number}"
            head = client.get_item(part).head
            client.push_checkpoint(
                part, file, "manual", None, None, workstation_id=self.machine,
                base=head.id if head else None,
            )  # fmt: skip
            self.newest[f"{number}.step"] = hashlib.sha256(content).hexdigest()
            self.contents.setdefault(f"{number}.step", set()).add(self.newest[f"{number}.step"])

    def start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.subscriptions.crashing", str(self.folder)],
            cwd=ROOT,
            env=self.environ,
            stdout=subprocess.PIPE,
            text=True,
        )

    def leftovers(self) -> list[Path]:
        return [path for path in self.workspace.iterdir() if path.name.startswith(".silo")]

    def age_leftovers(self) -> None:
        """As if the last crash were some minutes ago."""
        for path in self.leftovers():
            os.utime(path, (1, 1))

    def check(self) -> int:
        """Nothing but whole versions stands in a file's place; answers how many are the newest."""
        found = 0
        for path in self.workspace.iterdir() if self.workspace.exists() else ():
            if not path.name.startswith(".silo"):
                held = hashlib.sha256(path.read_bytes()).hexdigest()
                assert held in self.contents[path.name], path
                found += held == self.newest[path.name]
        return found


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with EmbeddedServer(tmp_path / "server") as server:
        yield Shop(server, tmp_path)


def _watch(shop: Shop, stop: threading.Event, wrong: list[BaseException]) -> None:
    """While it is at work: a half file would be seen by whoever looks."""
    while not stop.is_set():
        try:
            shop.check()
        except FileNotFoundError:
            continue  # replaced between listing and reading
        except BaseException as error:  # noqa: BLE001 - told by the test
            wrong.append(error)
            return
        time.sleep(0.05)


@pytest.mark.timeout(3600 if MOMENTS > 10 else 120)
def test_killed_at_any_moment_the_next_run_completes_it(shop: Shop) -> None:
    dice = random.Random(os.environ.get("SILO_CRASH_SEED", "7"))
    wrong: list[BaseException] = []
    stop = threading.Event()
    watcher = threading.Thread(target=_watch, args=(shop, stop, wrong))
    watcher.start()
    kills = 0
    try:
        for moment in range(MOMENTS):
            with shop.start() as process:
                assert process.stdout
                assert process.stdout.readline() == "ready\n"
                time.sleep(dice.uniform(0, 0.1 + FILES / 800))  # about as long as it takes
                kills += process.poll() is None
                process.kill()
            shop.check()
            if shop.check() == FILES:  # all is there: begin anew with newer versions
                with closing(SiloClient(shop.url, shop.token)) as client:
                    shop.push(client, moment + 1)
        for _ in range(2):  # the second one also clears what the first has had no use for
            shop.age_leftovers()
            with shop.start() as process:
                assert process.stdout
                told = process.stdout.read().split("\n")[1]
    finally:
        stop.set()
        watcher.join()
    assert not wrong, wrong
    assert kills
    assert told == f"{FILES} up_to_date"
    assert shop.check() == FILES
    assert shop.leftovers() == []


@pytest.mark.parametrize("damage", ["empty", "zeros", "half", "gone"])
def test_what_a_power_cut_left_of_a_file_is_fetched_again_and_never_sent(
    damage: str, job: Job
) -> None:
    bob, desk = Colleague(job), Desk.of(job).start()
    number = bob.item("bracket.FCStd")
    desk.subscribe(number)
    part = renumbered(job.base, job.folder / "b.FCStd", number, job.part)
    version = bob.push_file(number, part)
    desk.until_state(number, SyncState.UP_TO_DATE, version)
    desk.until_idle()
    file, whole = desk.workspace / "bracket.FCStd", part.read_bytes()
    stamp = file.stat()
    _crash(desk)
    contents = {"empty": b"", "zeros": bytes(len(whole)), "half": whole[: len(whole) // 2]}
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(contents[damage])
        os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))  # as a file system leaves it
    desk = Desk.of(job).start()
    assert until(lambda: file.exists() and file.read_bytes() == whole, desk.player)
    desk.until_state(number, SyncState.UP_TO_DATE, version)
    assert desk.player.workbench.store.outbox.pending() == ()
    head = job.site.admin.get_item(number).head
    assert head
    assert head.id == version.id


def _crash(desk: Desk) -> None:
    """As far as a process can do that to itself: the mark of a clean end is not there."""
    store = desk.player.workbench.store
    path = store.path
    desk.player.quit()
    from silo_core.ports.store import Store

    with closing(Store.open(path)) as again:
        again.meta.set("sync is running", "1")
