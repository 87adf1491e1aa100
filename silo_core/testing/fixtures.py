"""The fixtures that pytest finds where ``silo-core`` is installed.

=========================  ============================================================================
``silo_server``            a running :class:`~silo_core.testing.Server`, with data of its own
``silo_clock``             that server's clock: ``silo_clock.move(3600)``
``silo_workstation``       makes a :class:`~silo_core.testing.Workstation` that is online:
                           ``silo_workstation("alice")``
``silo_network``           a :class:`~silo_core.testing.Proxy` before that server:
                           ``silo_workstation("alice", network=silo_network)``
``silo_plugins``           an empty :class:`~silo_core.testing.InstalledPlugins`, the only one in which
                           plugins are looked for
``silo_no_leaked_widgets`` fails the test if it leaves a window behind
=========================  ============================================================================

Name ``silo_plugins`` before the others where they are to see it: a test's fixtures are made in the order
of its arguments.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from silo_core.testing import Clock, InstalledPlugins, Proxy, Server, Workstation


class MakeWorkstation(Protocol):
    """Makes one for a user; ``environ``: more settings, as ``plugins_disabled="activity"``."""

    def __call__(
        self, user: str, *, network: Proxy | None = None, online: bool = True, **environ: str
    ) -> Workstation: ...


@pytest.fixture
def silo_plugins(tmp_path: Path) -> Iterator[InstalledPlugins]:
    """Plugins that are installed for this test, and no others."""
    from silo_core.testing import InstalledPlugins

    folder = tmp_path / "installed"
    folder.mkdir()
    plugins = InstalledPlugins(folder)
    with plugins.only():
        yield plugins


@pytest.fixture
def silo_server(tmp_path: Path) -> Iterator[Server]:
    """A server of this test's own, which runs."""
    from silo_core.testing import Server

    with Server(tmp_path / "silo-server") as server:
        yield server


@pytest.fixture
def silo_clock(silo_server: Server) -> Clock:
    """The clock of ``silo_server``."""
    return silo_server.clock


@pytest.fixture
def silo_network(silo_server: Server) -> Iterator[Proxy]:
    """Between workstations and ``silo_server``, for those that are told to use it."""
    from silo_core.testing import Proxy

    with Proxy(silo_server.url) as proxy:
        yield proxy


@pytest.fixture
def silo_workstation(silo_server: Server, tmp_path: Path) -> Iterator[MakeWorkstation]:
    """Makes workstations, and closes them all."""
    from silo_core.testing import Workstation

    with ExitStack() as stack:

        def make(
            user: str, *, network: Proxy | None = None, online: bool = True, **environ: str
        ) -> Workstation:
            home = tmp_path / user
            home.mkdir(exist_ok=True)
            server = (network.url if network else silo_server.url, silo_server.token(user))
            variables = {f"SILO_{key.upper()}": value for key, value in environ.items()}
            person = Workstation(user, f"CAD-{user}", home, server, variables)
            stack.callback(person.quit)
            if online:
                person.start()
            return person

        yield make


@pytest.fixture
def silo_no_leaked_widgets() -> Iterator[None]:
    """No window may be left when the test ends."""
    from silo_core.testing import no_leaked_widgets

    with no_leaked_widgets():
        yield
