"""Teams at work: a real server, real workstations with headless editors, and a part of their own."""

from __future__ import annotations

import hashlib
import itertools
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path

from silo_core.model.exchange import ActivityEntry, ConnectionState
from silo_core.model.item import Version
from silo_core.model.session import EditSession
from silo_core.ports.client import SiloClient
from silo_core.testing import Proxy, renumbered, share_part
from silo_core.testing.workstation import PATIENCE_S, until
from silo_server.demo.player import Player
from silo_server.embedded import EmbeddedServer

DATA = Path(__file__).parents[1] / "data"
__all__ = [
    "PATIENCE_S",
    "Job",
    "Proxy",
    "Site",
    "count",
    "held_with_session",
    "renumbered",
    "settle",
    "sha256",
    "until",
]
USERS = {"alice": "editor", "bob": "editor", "admin": "admin"}
_numbers = itertools.count(1)


def settle(*players: Player, seconds: float = 0.3) -> None:
    """Let everything that is under way arrive, to see afterwards that something did not happen."""
    until(lambda: False, *players, timeout=seconds)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Site:
    """A running server and its users."""

    def __init__(self, server: EmbeddedServer) -> None:
        self.server = server
        self.tokens = {name: server.add_user(name, role) for name, role in USERS.items()}
        self.admin = SiloClient(server.url, self.tokens["admin"])

    def close(self) -> None:
        self.admin.close()


class Job:
    """One part on the server, three states of its file, and those who work on it."""

    def __init__(self, site: Site, folder: Path, stack: ExitStack) -> None:
        self.site = site
        self.folder = folder
        self.stack = stack
        self.part = f"PRT-{next(_numbers)}-{folder.name[-6:]}"
        (folder / "parts").mkdir()
        self.base = self._state("bracket")
        self.share(self.part, self.base)

    @cached_property
    def deeper(self) -> Path:
        """Alice's state of the part."""
        return self._state("bracket-alice")

    @cached_property
    def wider(self) -> Path:
        """Bob's."""
        return self._state("bracket-bob")

    def _state(self, name: str) -> Path:
        return renumbered(
            DATA / f"{name}.FCStd", self.folder / "parts" / f"{name}.FCStd", self.part
        )

    def share(self, part_number: str, content: Path) -> None:
        """Put a new item on the server."""
        share_part(self.site.admin, part_number, content)

    # -- who ---------------------------------------------------------------------------------------

    def proxy(self, site: Site | None = None) -> Proxy:
        return self.stack.enter_context(Proxy((site or self.site).server.url))

    def player(self, name: str, proxy: Proxy | None = None, **environ: str) -> Player:
        """A workstation that has not started; the same one again for the same name."""
        home = self.folder / name
        if not home.exists():
            home.mkdir()
            (home / "bracket.FCStd").write_bytes(self.base.read_bytes())
        if environ.get("server_url") == "":  # set in the file, where a test can change it
            url = proxy.url if proxy else self.site.server.url
            (home / "settings.toml").write_text(f'server_url = "{url}"\n')
        server = (proxy.url if proxy else self.site.server.url, self.site.tokens[name])
        variables = {f"SILO_{key.upper()}": value for key, value in environ.items()}
        player = Player(name, f"CAD-{name}", home, server, _say_nothing, variables)
        self.stack.callback(player.quit)
        return player

    def join(self, name: str, proxy: Proxy | None = None, **environ: str) -> Player:
        """A workstation that is online, with the part open."""
        player = self.player(name, proxy, **environ)
        self.go_online(player)
        player.open(self.file_of(player))
        if "checkpoint" not in environ.get("plugins_disabled", ""):
            assert until(lambda: self.base_of(player) is not None, player)
        return player

    def go_online(self, player: Player) -> None:
        player.workbench.start()
        assert until(lambda: player.is_(ConnectionState.ONLINE), player)

    @staticmethod
    def file_of(player: Player) -> Path:
        return player.folder / "bracket.FCStd"

    def base_of(self, player: Player) -> str | None:
        tracked = player.workbench.store.tracked.get(self.part)
        return tracked.base_version if tracked else None

    # -- what the server has -------------------------------------------------------------------------

    def sessions(self) -> list[tuple[str, str]]:
        """User and object of each live session."""
        return sorted((held.user, held.object_id) for held in self.live())

    def live(self, part_number: str = "") -> tuple[EditSession, ...]:
        return self.site.admin.get_edit_sessions(part_number or self.part)

    def versions(self) -> tuple[Version, ...]:
        """Newest first."""
        return self.site.admin.list_versions(self.part).versions

    def contents(self) -> list[str]:
        return [version.sha256 for version in self.versions()]

    def head(self) -> Version:
        head = self.site.admin.get_item(self.part).head
        assert head is not None
        return head


def held_with_session(player: Player) -> list[str]:
    """The objects held with an edit session."""
    return [held.context.object_id for held in player.workbench.held() if held.session]


def count(player: Player, text: str) -> int:
    """How many entries with ``text`` in their headline were shown."""
    return sum(text in entry.text for entry in player.host.notices)


def _say_nothing(user: str, entry: ActivityEntry) -> None:
    pass
