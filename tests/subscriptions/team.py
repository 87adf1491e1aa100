"""Workstations that subscribe, and a team on the other side of a real server."""

from __future__ import annotations

import hashlib
import itertools
import shutil
from pathlib import Path

from silo_core.model.context import CheckpointContext
from silo_core.model.exchange import ActivityEntry, ConnectionState
from silo_core.model.item import Version
from silo_core.model.subscription import Policy, Subscription, TargetType
from silo_core.model.sync import ItemStatus, SyncState
from silo_core.ports.client import SiloClient
from silo_server.demo.player import Player
from silo_subscriptions import Subscriptions
from silo_subscriptions.engine.engine import Engine
from tests.workbench.kit import Job, renumbered, until

_numbers = itertools.count(1)


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def engine_of(player: Player) -> Engine:
    """The engine of a workstation that runs."""
    plugin = player.workbench.plugins.plugin("subscriptions")
    assert isinstance(plugin, Subscriptions)
    assert isinstance(plugin.sync, Engine)
    return plugin.sync


class Colleague:
    """Somebody elsewhere who makes items and versions, without an editor."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.client: SiloClient = job.site.admin
        self.workstation = self.client.register_workstation("elsewhere", "elsewhere").id

    def item(self, file_name: str = "", **more: object) -> str:
        number = f"S-{next(_numbers)}-{self.job.folder.name[-6:]}".replace("_", "-")
        name = file_name or f"{number}.step"
        self.client.create_item(number, file_name=name, **more)  # type: ignore[arg-type]
        return number

    def push(self, number: str, content: bytes, name: str = "x.step") -> Version:
        """A newer version than the newest."""
        file = self.job.folder / f"pushing-{name}"
        file.write_bytes(content)
        return self.push_file(number, file)

    def push_file(self, number: str, file: Path) -> Version:
        head = self.client.get_item(number).head
        return self.client.push_checkpoint(
            number,
            file,
            CheckpointContext.MANUAL,
            None,
            None,
            workstation_id=self.workstation,
            base=head.id if head else None,
        ).version

    def release(self, number: str) -> Version:
        head = self.client.get_item(number).head
        assert head
        return self.client.create_revision(number, self.workstation, "done", head.id)


class Desk:
    """A workstation with a workspace of its own, and what it is subscribed to."""

    def __init__(self, job: Job, name: str, player: Player) -> None:
        self.job = job
        self.name = name
        self.player = player
        self.workspace = player.workbench.settings.workspace
        self.client = SiloClient(job.site.server.url, job.site.tokens[name])
        """Past any proxy."""
        job.stack.callback(self.client.close)

    @classmethod
    def of(cls, job: Job, name: str = "alice", proxy: object = None, **environ: str) -> Desk:
        """A workstation that has not started; the same one again for the same name."""
        workspace = job.folder / name / "workspace"
        settings = {"workspace": str(workspace), **environ}
        player = job.player(name, proxy, **settings)  # type: ignore[arg-type]
        return cls(job, name, player)

    @property
    def engine(self) -> Engine:
        return engine_of(self.player)

    def start(self) -> Desk:
        self.job.go_online(self.player)
        return self

    def subscribe(
        self,
        target: str,
        kind: TargetType = TargetType.ITEM,
        policy: Policy = Policy.LATEST,
        revision: int | None = None,
    ) -> Subscription:
        workstation = self.player.workbench.workstation_id
        assert workstation
        return self.client.create_subscription(workstation, kind, target, policy, revision=revision)

    def until_idle(self, timeout: float = 20) -> None:
        assert until(lambda: not self.engine.busy, self.player, timeout=timeout), self.engine

    def status(self, number: str) -> ItemStatus | None:
        return self.engine.status_of(number)

    def until_state(
        self, number: str, state: SyncState, version: Version | None = None
    ) -> ItemStatus:
        def reached() -> bool:
            status = self.status(number)
            if status is None or status.state is not state:
                return False
            return version is None or (status.wanted is not None and status.wanted.id == version.id)

        assert until(reached, self.player, timeout=15), (self.status(number), state, version)
        status = self.status(number)
        assert status
        return status

    def file(self, number: str) -> Path:
        return self.workspace / f"{number}.step"

    def has(self, number: str, content: bytes) -> bool:
        file = self.file(number)
        return file.exists() and file.read_bytes() == content

    def is_acknowledged(self, *numbers: str) -> bool:
        """Whether the server has nothing left for these."""
        workstation = self.player.workbench.workstation_id
        assert workstation
        diff = self.client.get_sync_diff(workstation)
        listed = {entry.part_number for entry in diff.entries} | set(diff.removed)
        return not listed & set(numbers)

    def entries(self, text: str) -> list[ActivityEntry]:
        return [entry for entry in self.player.host.notices if text in entry.text]

    def leftovers(self) -> list[str]:
        found = self.workspace.iterdir() if self.workspace.exists() else ()
        return [path.name for path in found if path.name.startswith(".silo")]

    def part(self, source: Path, number: str, name: str = "") -> Path:
        """A part file of that item, where its subscription would put it."""
        self.workspace.mkdir(parents=True, exist_ok=True)
        return renumbered(source, self.workspace / (name or f"{number}.FCStd"), number)

    def is_online(self) -> bool:
        return self.player.is_(ConnectionState.ONLINE)


def copied(source: Path, target: Path) -> Path:
    shutil.copy(source, target)
    return target
