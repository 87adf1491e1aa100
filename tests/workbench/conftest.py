"""One server for all tests of this area, an item of its own for each, and no thread left behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from silo_server.embedded import EmbeddedServer
from tests.workbench.kit import Job, Site

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
def make_job(tmp_path: Path, stack: ExitStack) -> Callable[[EmbeddedServer], Job]:
    """A job at a server of the test's own."""

    def make(server: EmbeddedServer) -> Job:
        stack.enter_context(server)
        site = Site(server)
        stack.callback(site.close)
        return Job(site, tmp_path, stack)

    return make
