"""One server for all tests of this area, and an item of its own for each."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from silo_core.model.item import Version
from silo_core.ports.client import SiloClient
from silo_server.demo.player import Player
from silo_server.embedded import EmbeddedServer
from tests.subscriptions.kit import Hold
from tests.workbench.kit import Job, Site


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with EmbeddedServer(tmp_path_factory.mktemp("site")) as server:
        site = Site(server)
        yield site
        site.close()


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def job(site: Site, tmp_path: Path, stack: ExitStack) -> Job:
    return Job(site, tmp_path, stack)


@pytest.fixture
def alice(job: Job) -> Player:
    """At a workstation with the part open, without the news of subscriptions."""
    return job.join("alice", subscription_notify="false")


@pytest.fixture
def held_download(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, Hold]:
    """Downloads wait for the call; the event says that one has begun."""
    begun, go = threading.Event(), threading.Event()
    download = SiloClient.download_version

    def waiting(client: SiloClient, part_number: str, version: Version, target: Path) -> str:
        begun.set()
        go.wait(20)
        return download(client, part_number, version, target)

    monkeypatch.setattr(SiloClient, "download_version", waiting)
    return begun, go.set
