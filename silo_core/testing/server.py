"""A real server on loopback, and the people who may use it."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Self

from silo_core.model.errors import PluginError
from silo_core.testing.clock import Clock
from silo_core.testing.parts import SAMPLE, renumbered, share_part

if TYPE_CHECKING:
    from silo_core.model.item import Version
    from silo_core.model.session import EditSession
    from silo_core.ports.client import SiloClient
    from silo_server.embedded import EmbeddedServer

_numbers = itertools.count(1)


class Server:
    """The reference server, in a thread, with its data in ``folder`` and a clock that can be moved.
    ``stop`` and ``start`` may be repeated: it comes back at the same address, with all it had.

    It asks the conflict rules of the plugins that are installed when it starts.

    Raises:
        PluginError: the distribution ``silo-server`` is not installed.
    """

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.folder = folder
        self.embedded: EmbeddedServer = _embedded(folder / "server", self.clock)
        self._tokens: dict[str, str] = {}
        self._clients: list[SiloClient] = []

    def start(self) -> str:
        """Start it; answers its address."""
        return self.embedded.start()

    def stop(self) -> None:
        """Stop it; what it answered is on disk."""
        self.embedded.stop()

    @property
    def url(self) -> str:
        """Where it is reached."""
        return self.embedded.url

    def token(self, user: str, role: str = "editor") -> str:
        """The token of a user, who is added when first asked for: viewer, editor or admin."""
        if user not in self._tokens:
            self._tokens[user] = self.embedded.add_user(user, role)
        return self._tokens[user]

    def client(self, user: str = "admin", role: str = "admin") -> SiloClient:
        """Calls to the server as that user; closed with the server."""
        from silo_core.ports.client import SiloClient

        made = SiloClient(self.url, self.token(user, role))
        self._clients.append(made)
        return made

    def share(self, part_number: str = "", content: Path = SAMPLE) -> str:
        """Put a part on the server, the sample unless another file is named; answers its part number, a
        new one unless it is given."""
        part_number = part_number or f"PRT-{100 + next(_numbers)}"
        if content == SAMPLE:
            content = renumbered(SAMPLE, self.folder / f"{part_number}.FCStd", part_number)
        share_part(self._admin, part_number, content)
        return part_number

    def versions(self, part_number: str) -> tuple[Version, ...]:
        """Of a part, newest first."""
        return self._admin.list_versions(part_number).versions

    def sessions(self, part_number: str) -> tuple[EditSession, ...]:
        """Who edits what of a part."""
        return self._admin.get_edit_sessions(part_number)

    @property
    def _admin(self) -> SiloClient:
        return self._clients[0] if self._clients else self.client()

    def close(self) -> None:
        """Stop it for good."""
        for client in self._clients:
            client.close()
        self.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _embedded(folder: Path, clock: Clock) -> EmbeddedServer:
    try:
        from silo_server.embedded import EmbeddedServer
    except ImportError as error:
        raise PluginError(
            "This test needs a real server; install it with: pip install silo-server"
        ) from error
    folder.mkdir(parents=True, exist_ok=True)
    return EmbeddedServer(folder, clock=clock)
