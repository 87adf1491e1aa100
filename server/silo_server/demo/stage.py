"""Where the demo plays: a server in a temporary folder, the players, and the list of checks."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from silo_core.model.errors import PluginError
from silo_core.model.exchange import ConnectionState
from silo_core.model.subscription import Policy, TargetType
from silo_core.ports.client import SiloClient
from silo_core.ports.plugins import PluginState
from silo_core.ports.plugins.discovery import spelt
from silo_core.testing import SAMPLE, share_part
from silo_core.testing.parts import PART_NUMBER, PARTS
from silo_server.demo.narrator import Narrator
from silo_server.demo.player import Player
from silo_server.embedded import EmbeddedServer

NEEDED_PLUGINS = ("checkpoint", "locking", "subscriptions")
PATIENCE_S = 60.0
"""How long something that takes a moment may take; far more than it needs."""


@dataclass(frozen=True, slots=True)
class Check:
    """Something the demo made sure of."""

    text: str
    held: bool


@dataclass
class Stage:
    """Everything the acts work with."""

    server: EmbeddedServer
    alice: Player
    bob: Player
    parts: Path
    narrator: Narrator
    checks: list[Check] = field(default_factory=list)

    def check(self, text: str, holds: Callable[[], bool]) -> None:
        """Wait until ``holds`` is true, for a while, and note down whether it was."""
        self.checks.append(Check(text, self.until(holds)))
        self.narrator.checked(self.checks[-1].text, self.checks[-1].held)

    def until(self, holds: Callable[[], bool]) -> bool:
        """Run both editors until ``holds``; False if it takes too long."""
        deadline = time.monotonic() + PATIENCE_S
        while not holds():
            if time.monotonic() > deadline:
                return False
            for player in (self.alice, self.bob):
                player.pump()
        return True

    def sessions(self) -> list[tuple[str, str]]:
        """Who edits what, as the server has it: user and object."""
        found = self.alice.client.get_edit_sessions(PART_NUMBER)
        return sorted((session.user, session.object_id) for session in found)

    def versions(self) -> int:
        """How many versions the server has."""
        return len(self.alice.client.list_versions(PART_NUMBER).versions)

    def head_sha256(self) -> str:
        """The hash of the newest content on the server."""
        head = self.alice.client.get_item(PART_NUMBER).head
        return head.sha256 if head else ""


@contextmanager
def stage(narrator: Narrator, cast: Callable[..., Player] = Player) -> Iterator[Stage]:
    """Set the stage, and leave no thread, port or file behind, also when interrupted. ``cast`` makes
    the players. Main thread."""
    with ExitStack() as stack:
        stack.callback(signal.signal, signal.SIGINT, signal.getsignal(signal.SIGINT))
        try:
            yield _set_up(stack, narrator, cast)
        finally:  # a second Ctrl+C does not keep it from being put away
            signal.signal(signal.SIGINT, signal.SIG_IGN)


def _set_up(stack: ExitStack, narrator: Narrator, cast: Callable[..., Player]) -> Stage:
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="silo-demo-")))
    server = stack.enter_context(EmbeddedServer(folder / "server"))
    tokens = {name: server.add_user(name, "editor") for name in ("alice", "bob")}
    players = []
    for name, machine in (("alice", "CAD-07"), ("bob", "CAD-12")):
        home = folder / name
        home.mkdir()
        player = cast(name, machine, home, (server.url, tokens[name]), narrator.entry)
        stack.callback(player.quit)
        players.append(player)
    alice, bob = players
    need_plugins(alice)
    _share_the_part(alice.client, bob.client, (alice.folder, bob.folder))
    for player in players:
        player.workbench.start()
    play = Stage(server, alice, bob, PARTS, narrator)
    play.until(lambda: all(player.is_(ConnectionState.ONLINE) for player in players))
    for player in players:
        player.open(player.folder / "bracket.FCStd")
        play.until(_is_tracked(player))
    _subscribe(bob)  # to the copy that is open, and not to another one
    return play


def need_plugins(player: Player) -> None:
    """The demo plays what these plugins do.

    Raises:
        PluginError: one of them is not installed, cannot be used, or another one has its name.
    """
    at_work = {
        info.name
        for info in player.workbench.plugins.plugins()
        if info.state is PluginState.ENABLED
        and spelt(info.distribution) in ("", f"silo-{info.name}")
    }
    missing = [name for name in NEEDED_PLUGINS if name not in at_work]
    if missing:
        raise PluginError(
            f"silo demo needs Silo's own plugins {', '.join(NEEDED_PLUGINS)}, and here "
            f"{', '.join(missing)} is missing, off or replaced; install with: pip install "
            f"{' '.join(f'silo-{name}' for name in missing)} (silo plugins list shows what is "
            "installed).",
            concerns=missing[0],
        )


def _share_the_part(alice: SiloClient, bob: SiloClient, folders: tuple[Path, Path]) -> None:
    """Alice puts the part under its number; both fetch it."""
    share_part(alice, PART_NUMBER, SAMPLE, "Mounting Bracket")
    for client, folder in zip((alice, bob), folders, strict=True):
        head = client.get_item(PART_NUMBER).head
        if head:
            client.download_version(PART_NUMBER, head, folder / "bracket.FCStd")


def _subscribe(player: Player) -> None:
    workstation_id = player.workbench.workstation_id or ""
    player.client.create_subscription(workstation_id, TargetType.ITEM, PART_NUMBER, Policy.LATEST)


def _is_tracked(player: Player) -> Callable[[], bool]:
    """Which version the file is gets found out in the background."""

    def holds() -> bool:
        tracked = player.workbench.store.tracked.get(PART_NUMBER)
        return tracked is not None and tracked.base_version is not None

    return holds
