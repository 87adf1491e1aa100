"""A server over a real socket, shared by the tests that can share one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from silo_core.rules.interference import judge_builtin
from silo_core.testing import Clock
from silo_server.embedded import EmbeddedServer
from tests.server.kit import ROLES, Team


def _team(server: EmbeddedServer) -> Team:
    return Team(server.url, {name: server.add_user(name, role) for name, role in ROLES.items()})


@pytest.fixture(scope="session")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """Alice and bob (editors), an admin and a viewer, on a server that all tests share: use ``fresh``
    names, and listen to what concerns your item only."""
    with EmbeddedServer(tmp_path_factory.mktemp("server"), judge=judge_builtin) as server:
        made = _team(server)
        yield made
        made.close()


@pytest.fixture
def clock() -> Clock:
    """The clock of ``make_server``."""
    return Clock.standing()


@pytest.fixture
def make_server(
    tmp_path: Path, clock: Clock
) -> Iterator[Callable[..., tuple[EmbeddedServer, Team]]]:
    """Starts a server of this test's own, with whatever EmbeddedServer takes."""
    with ExitStack() as stack:

        def make(**members: Any) -> tuple[EmbeddedServer, Team]:
            members.setdefault("judge", judge_builtin)
            server = EmbeddedServer(tmp_path / "data", clock=clock, **members)
            stack.enter_context(server)
            team = _team(server)
            stack.callback(team.close)
            return server, team

        yield make
