"""Disks that are full, folders that may not be written or are gone: each is one sentence and a clear
state, the rest goes on, and it recovers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from silo_core.model.sync import ItemStatus, SyncState
from silo_core.ports.client import SiloClient
from silo_subscriptions.engine.downloads import Downloads
from silo_subscriptions.engine.installing import Landed
from silo_subscriptions.engine.plan import Fetch
from tests.store.test_full_disk import no_file_grows_beyond
from tests.subscriptions.team import Colleague, Desk
from tests.workbench.kit import Job, until

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
ROOM = 8 << 20
"""More than any database in this process needs."""


@pytest.fixture
def bob(job: Job) -> Colleague:
    return Colleague(job)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Nothing can be made, replaced or deleted in it, not even by an administrator."""
    program = shutil.which("chattr")
    if os.name == "nt" or (os.geteuid() == 0 and program is None):
        pytest.skip("there is no way to make a folder read-only for this user")
    if os.geteuid() == 0:
        assert program
        made = subprocess.run([program, "+i", str(folder)], check=False, capture_output=True)
        if made.returncode:
            pytest.skip("this file system has no folders that nobody may write")
        undo = [program, "-i", str(folder)]
    else:
        folder.chmod(0o500)
        undo = ["chmod", "700", str(folder)]
    try:
        yield
    finally:
        subprocess.run(undo, check=True)


def _failed(desk: Desk, number: str, *said: str) -> ItemStatus:
    status = desk.until_state(number, SyncState.FAILED)
    for words in said:
        assert words in status.reason
    assert "\n" not in status.reason
    return status


@pytest.fixture
def arrived() -> threading.Event:
    """Set once a download has all there is."""
    return threading.Event()


@pytest.fixture
def go_on(monkeypatch: pytest.MonkeyPatch, arrived: threading.Event) -> threading.Event:
    """Downloads do not end before this is set."""
    real, go_on = SiloClient.download_version, threading.Event()

    def slow(client: SiloClient, *more: Any, **named: Any) -> str:
        sha256 = real(client, *more, **named)
        arrived.set()
        go_on.wait(60)
        return sha256

    monkeypatch.setattr(SiloClient, "download_version", slow)
    return go_on


def test_retry_wins_over_a_cancelled_download_that_has_not_ended(
    job: Job, bob: Colleague, arrived: threading.Event, go_on: threading.Event
) -> None:
    number = bob.item()
    version = bob.push(number, b"first")
    desk = Desk.of(job).start()
    desk.subscribe(number)
    assert until(arrived.is_set, desk.player)
    desk.engine.cancel(number)
    desk.engine.retry(number)
    assert until(lambda: number in desk.engine._downloads._todo, desk.player)
    go_on.set()
    desk.until_state(number, SyncState.UP_TO_DATE, version)
    assert desk.has(number, b"first")
    assert desk.leftovers() == []


def test_a_version_that_is_overtaken_while_it_arrives_leaves_nothing(
    job: Job, bob: Colleague, go_on: threading.Event
) -> None:
    number = bob.item()
    bob.push(number, b"first")
    desk = Desk.of(job).start()
    desk.subscribe(number)
    assert until(lambda: len(desk.leftovers()) == 1, desk.player)
    newer = bob.push(number, b"second")
    running = desk.engine._downloads._running
    assert until(lambda: running[number].is_stopped, desk.player)
    go_on.set()
    desk.until_state(number, SyncState.UP_TO_DATE, newer)
    assert desk.has(number, b"second")
    assert desk.leftovers() == []


def test_what_has_arrived_is_not_fetched_once_more_while_it_is_recorded(
    job: Job, bob: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a comparison wants it that looked just before."""
    number, go_on = bob.item(), threading.Event()
    fetched: list[object] = []
    wanted: list[Fetch] = []
    download, record, queue = SiloClient.download_version, Downloads._record, Downloads.queue

    def counted(*arguments: Any, **named: Any) -> str:
        fetched.append(arguments)
        return download(*arguments, **named)

    def slowly(downloads: Downloads, landed: list[Landed]) -> None:
        go_on.wait(60)
        record(downloads, landed)

    def noted(downloads: Downloads, fetch: Fetch) -> None:
        wanted.append(fetch)
        queue(downloads, fetch)

    monkeypatch.setattr(SiloClient, "download_version", counted)
    monkeypatch.setattr(Downloads, "_record", slowly)
    monkeypatch.setattr(Downloads, "queue", noted)
    version = bob.push(number, b"first")
    desk = Desk.of(job).start()
    desk.subscribe(number)
    assert until(lambda: desk.has(number, b"first"), desk.player)
    desk.engine._downloads.queue(wanted[0])
    desk.engine._downloads.start()
    go_on.set()
    desk.until_state(number, SyncState.UP_TO_DATE, version)
    desk.until_idle()
    assert len(fetched) == 1
    assert desk.leftovers() == []


@posix
def test_a_full_disk_fails_what_does_not_fit_until_there_is_room(job: Job, bob: Colleague) -> None:
    large, small = os.urandom(ROOM + (1 << 20)), b"fits"
    big, little = bob.item(), bob.item()
    version = bob.push(big, large)
    desk = Desk.of(job).start()
    with no_file_grows_beyond(ROOM):
        desk.subscribe(big)
        _failed(desk, big, str(desk.workspace), "make room")
        desk.subscribe(little)
        bob.push(little, small)
        desk.until_state(little, SyncState.UP_TO_DATE)
        desk.until_idle()
    assert desk.has(little, small)
    assert not desk.file(big).exists()
    assert desk.leftovers() == []
    (entry,) = desk.entries(f"Not updated: {big}")
    assert "make room" in entry.text
    desk.engine.retry(big)
    desk.until_state(big, SyncState.UP_TO_DATE, version)
    assert desk.has(big, large)


def test_a_read_only_folder_fails_its_files_until_it_is_writable(job: Job, bob: Colleague) -> None:
    desk = Desk.of(job).start()
    number, elsewhere = bob.item(), bob.item()
    for part in (number, elsewhere):
        bob.push(part, b"old")
        desk.subscribe(part)
        desk.until_state(part, SyncState.UP_TO_DATE)
    desk.until_idle()
    moved = _moved(desk, elsewhere)
    with read_only(desk.workspace):
        version = bob.push(number, b"new")
        _failed(desk, number, str(desk.workspace), "you may write there")
        newer = bob.push(elsewhere, b"newer")
        desk.until_state(elsewhere, SyncState.UP_TO_DATE, newer)
        desk.until_idle()
        assert desk.has(number, b"old")
        assert moved.read_bytes() == b"newer"
    desk.engine.sync_now()
    desk.until_state(number, SyncState.UP_TO_DATE, version)
    assert desk.has(number, b"new")
    assert desk.leftovers() == []


def test_a_workspace_that_vanished_is_not_made_anew_and_recovers(job: Job, bob: Colleague) -> None:
    """It may be a drive that is not there: another folder in its place would hide what it holds."""
    desk = Desk.of(job).start()
    number, elsewhere = bob.item(), bob.item()
    for part in (number, elsewhere):
        bob.push(part, b"old")
        desk.subscribe(part)
        desk.until_state(part, SyncState.UP_TO_DATE)
    desk.until_idle()
    moved = _moved(desk, elsewhere)
    unplugged = desk.workspace.rename(job.folder / "unplugged")
    version = bob.push(number, b"new")
    _failed(desk, number, f"{desk.workspace} is gone", "see that its drive is there")
    newer = bob.push(elsewhere, b"newer")
    desk.until_state(elsewhere, SyncState.UP_TO_DATE, newer)
    desk.until_idle()
    assert moved.read_bytes() == b"newer"
    assert not desk.workspace.exists()
    unplugged.rename(desk.workspace)
    desk.engine.sync_now()
    desk.until_state(number, SyncState.UP_TO_DATE, version)
    assert desk.has(number, b"new")


def test_a_folder_in_a_files_place_is_left_alone(job: Job, bob: Colleague) -> None:
    desk = Desk.of(job).start()
    number, other = bob.item(), bob.item()
    desk.file(number).mkdir(parents=True)
    version = bob.push(number, b"one")
    desk.subscribe(number)
    _failed(desk, number, "is not a file")
    bob.push(other, b"two")
    desk.subscribe(other)
    desk.until_state(other, SyncState.UP_TO_DATE)
    desk.file(number).rmdir()
    desk.engine.sync_now()
    desk.until_state(number, SyncState.UP_TO_DATE, version)
    assert desk.has(number, b"one")


def _moved(desk: Desk, number: str) -> Path:
    """The user keeps the file outside of the workspace."""
    target = desk.job.folder / f"{number}.step"
    desk.file(number).rename(target)
    store = desk.player.workbench.store
    known = store.tracked.get(number)
    assert known
    store.tracked.put(replace(known, path=target))
    return target
