"""Workstations with an editor for their dialogs, on the one server of the test run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend

from silo_core.testing import Proxy, Workstation
from silo_core.testing.parts import SAMPLE, renumbered, share_part
from tests.cli.memory_keyring import MemoryKeyring
from tests.dialogs.desk import Desk, Editor
from tests.workbench.conftest import _no_thread_is_left, _short_pauses  # noqa: F401
from tests.workbench.kit import Site

Sit = Callable[..., Desk]


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Iterator[KeyringBackend]:
    """A keyring that is this test's own; no token is in the environment."""
    for name in ("SILO_TOKEN", "SILO_API_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    before, own = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(own)
    yield own
    keyring.set_keyring(before)


@pytest.fixture
def sit(qapp: object, site: Site, tmp_path: Path, stack: ExitStack) -> Sit:
    """A workstation; ``url`` and ``token`` in place of the server's and the user's own."""

    def make(
        user: str = "alice",
        url: str = "",
        token: str | None = None,
        *,
        online: bool = True,
        **env: str,
    ) -> Desk:
        folder = tmp_path / user
        folder.mkdir()
        editor = Editor()
        server = (url or site.server.url, site.tokens[user] if token is None else token)
        variables = {f"SILO_{key.upper()}": value for key, value in env.items()}
        workstation = Workstation(user, f"CAD-{user}", folder, server, variables, editor)
        stack.callback(workstation.quit)
        if online:
            workstation.start()
        else:
            workstation.workbench.start()
        return Desk(workstation, editor)

    return make


@pytest.fixture
def proxy(site: Site, stack: ExitStack) -> Proxy:
    """Between a workstation and the server."""
    return stack.enter_context(Proxy(site.server.url))


@pytest.fixture
def part(site: Site, tmp_path: Path) -> str:
    """A part on the server, under a number that nobody else uses."""
    number = f"DLG-{tmp_path.name[-24:]}".replace("_", "-").rstrip("-.")[:64]
    share_part(site.admin, number, renumbered(SAMPLE, tmp_path / "shared.FCStd", number))
    return number
