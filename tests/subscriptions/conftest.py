"""One server for all tests of this area, and an item of its own for each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from silo_server.embedded import EmbeddedServer
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
