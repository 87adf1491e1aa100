"""One server for all tests of this area, an item of its own for each, and no thread left behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from silo_checkpoint import pushing
from silo_core.ports.events import EventStream
from silo_core.workbench import link
from silo_locking import patience
from silo_server.embedded import EmbeddedServer
from tests.workbench.kit import Job, Site

MakeJob = Callable[[Callable[[Path], EmbeddedServer]], Job]
PAUSE_S = 0.3
_OF_THE_SERVER = ("AnyIO worker thread", "asyncio_", "silo-server", "silo-writer")


def _ours() -> set[threading.Thread]:
    return {
        thread for thread in threading.enumerate() if not thread.name.startswith(_OF_THE_SERVER)
    }


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    before = _ours()
    yield
    deadline = time.monotonic() + 5
    while (left := _ours() - before) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not left


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits half a minute for a reconnect here."""
    defaults = EventStream.__init__.__kwdefaults__
    assert defaults is not None
    monkeypatch.setitem(defaults, "longest_pause", PAUSE_S)
    monkeypatch.setattr(link, "REGISTER_BACKOFF_CAP_S", PAUSE_S)
    monkeypatch.setattr(pushing, "BACKOFF_S", PAUSE_S)
    monkeypatch.setattr(patience, "PAUSES_S", (PAUSE_S, PAUSE_S))


@pytest.fixture
def make_job(tmp_path: Path, stack: ExitStack) -> MakeJob:
    """A job at a server of the test's own."""

    def make(server_in: Callable[[Path], EmbeddedServer]) -> Job:
        site = Site(stack.enter_context(server_in(tmp_path / "server")))
        stack.callback(site.close)
        folder = tmp_path / "own"
        folder.mkdir()
        return Job(site, folder, stack)

    return make
