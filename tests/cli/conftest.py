"""A real server for the commands that talk to one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import keyring
import pytest

from tests.cli.kit import MemoryKeyring, Team
from tests.workbench.kit import Site


@pytest.fixture
def team(site: Site, stack: ExitStack) -> Team:
    return Team(site, stack)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No setting, no variable and no data of whoever runs the tests."""
    for variable in ("SILO_SERVER_URL", "SILO_API_URL", "SILO_TOKEN", "SILO_API_TOKEN"):
        monkeypatch.delenv(variable, raising=False)
    for folder in ("CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{folder}_HOME", str(tmp_path / folder.lower()))
    return tmp_path


@pytest.fixture
def as_user(home: Path, team: Team, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Run the commands from now on as this user."""

    def become(name: str) -> None:
        for variable, value in team.environ(name).items():
            monkeypatch.setenv(variable, value)

    return become


@pytest.fixture
def memory() -> Iterator[MemoryKeyring]:
    """A keyring of the test's own; the real one is never touched."""
    before, own = keyring.core._keyring_backend, MemoryKeyring()
    keyring.set_keyring(own)
    yield own
    keyring.core._keyring_backend = before
