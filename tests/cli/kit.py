"""People whose edit sessions the commands show, and a place of its own for what a command keeps."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack

from silo_core.model.answers import Acquired
from silo_core.model.context import ContextLevel
from silo_core.ports.client import SiloClient
from tests.cli.memory_keyring import MemoryKeyring
from tests.workbench.kit import Site

__all__ = ["MemoryKeyring", "Person", "Team"]


class Person:
    """A user at one workstation."""

    def __init__(self, site: Site, name: str, machine: str) -> None:
        self.client = SiloClient(site.server.url, site.tokens[name])
        self.machine = self.client.register_workstation(machine, f"{name}-{machine}")

    def take(self, part_number: str, object_id: str, level: str = "sketch") -> Acquired:
        """An edit session that must be granted."""
        return self.client.acquire_edit_session(
            part_number, self.machine.id, ContextLevel(level), object_id
        )


class Team:
    """Makes people, and closes their connections."""

    def __init__(self, site: Site, stack: ExitStack) -> None:
        self._site = site
        self._stack = stack

    def person(self, name: str, machine: str = "") -> Person:
        made = Person(self._site, name, machine or f"CAD-{name}")
        self._stack.callback(made.client.close)
        return made

    def environ(self, name: str) -> Mapping[str, str]:
        """The variables with which a command runs as ``name``."""
        return {"SILO_SERVER_URL": self._site.server.url, "SILO_TOKEN": self._site.tokens[name]}
