"""One server for all tests of this area, and an item of its own for each."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from silo_core.ports.client import SiloClient
from silo_server.demo.player import Player
from tests.subscriptions.kit import Hold
from tests.workbench.kit import Job


@pytest.fixture
def alice(job: Job) -> Player:
    """At a workstation with the part open, without the news of subscriptions."""
    return job.join("alice", subscription_notify="false")


@pytest.fixture
def held_download(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, Hold]:
    """Downloads wait for the call; the event says that one has begun."""
    begun, go = threading.Event(), threading.Event()
    download = SiloClient.download_version

    def waiting(*arguments: Any, **named: Any) -> str:
        begun.set()
        go.wait(20)
        return download(*arguments, **named)

    monkeypatch.setattr(SiloClient, "download_version", waiting)
    return begun, go.set
