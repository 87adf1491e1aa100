"""Users at workstations who talk to the reference server as the client does."""

from __future__ import annotations

import hashlib
import queue
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from silo_core.fcstd import to_dag
from silo_core.model.answers import Acquired, PushedCheckpoint, ServerInfo
from silo_core.model.context import CheckpointContext, ContextLevel
from silo_core.model.dag import Dag, DagNode
from silo_core.model.event import Event
from silo_core.model.exchange import Connection, ConnectionState
from silo_core.model.item import Version
from silo_core.ports.client import SiloClient
from silo_core.ports.events import EventStream
from silo_core.ports.files import read_file
from silo_core.testing import Proxy
from silo_server.embedded import EmbeddedServer

PUSH = "POST /api/items/"
DATA = Path(__file__).parent.parent / "data"
BRACKET, CHANGED = DATA / "bracket.FCStd", DATA / "bracket-alice.FCStd"
CONE = {
    "Sketch001": ["Sketch001", "Pocket", "Fillet", "Body"],
    "Sketch002": ["Sketch002", "Pocket001", "Fillet", "Body"],
}


class Desk:
    """A user at a workstation, listening."""

    def __init__(self, url: str, token: str, name: str) -> None:
        self.client = SiloClient(url, token)
        self.id = self.client.register_workstation(name, f"fingerprint of {name}").id
        self.events: queue.Queue[Event] = queue.Queue()
        self.states: queue.Queue[Connection] = queue.Queue()
        self.stream = EventStream(
            self.client,
            self.id,
            self.events.put,
            self.states.put,
            first_pause=0.05,
            longest_pause=0.2,
        )

    def listen(self) -> None:
        self.stream.start()
        self.state(ConnectionState.ONLINE)

    def state(self, wanted: ConnectionState) -> None:
        while self.states.get(timeout=60).state is not wanted:
            pass

    def event(self, kind: str, part_number: str) -> Event:
        while True:
            event = self.events.get(timeout=60)
            if (event.type, event.part_number) == (kind, part_number):
                return event

    def enter(
        self, part_number: str, sketch: str = "Sketch001", base: str | None = None
    ) -> Acquired:
        level = ContextLevel.SKETCH
        return self.client.acquire_edit_session(
            part_number, self.id, level, sketch, CONE[sketch], base
        )

    def push(
        self,
        part_number: str,
        path: Path = BRACKET,
        *,
        session_id: str | None = None,
        base: str | None = None,
        rescue: bool = False,
        key: str | None = None,
        handoff_id: str = "",
    ) -> PushedCheckpoint:
        return self.client.push_checkpoint(
            part_number,
            path,
            CheckpointContext.SKETCH_CLOSE,
            session_id,
            Dag((DagNode("Sketch001", "sketch", "ab" * 32, {"label": "Hole"}),), ()),
            workstation_id=self.id,
            base=base,
            rescue=rescue,
            idempotency_key=key,
            handoff_id=handoff_id,
            changes=["Sketch001: radius"],
        )

    def close(self) -> None:
        self.stream.stop()
        self.client.close()


@dataclass
class Team:
    server: EmbeddedServer
    alice: Desk
    bob: Desk
    admin: SiloClient
    viewer: SiloClient


class Bench:
    """A workstation behind a proxy."""

    def __init__(self, team: Team, part: str) -> None:
        self.team, self.part = team, part
        self.proxy = Proxy(team.server.url)
        self.client = SiloClient(self.proxy.url, team.alice.client.new_transport()._token)
        self.client.server_info()

    def push(self, path: Path, base: Version | None = None, **members: Any) -> Version:
        return self.client.push_checkpoint(
            self.part,
            path,
            CheckpointContext.MANUAL,
            None,
            to_dag(read_file(path)) if path.suffix == ".FCStd" else None,
            workstation_id=self.team.alice.id,
            base=base.id if base else None,
            **members,
        ).version

    def content(self, version: Version, tmp_path: Path) -> bytes:
        target = tmp_path / "content"
        self.team.alice.client.download_version(self.part, version, target)
        return target.read_bytes()

    def history(self) -> list[str]:
        versions = self.team.alice.client.list_versions(self.part).versions
        return [version.sha256 for version in versions]

    def close(self) -> None:
        self.client.close()
        self.proxy.close()


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def without(what: set[str]) -> Callable[..., ServerInfo]:
    asked = SiloClient.server_info

    def answer(client: SiloClient, *, refresh: bool = False) -> ServerInfo:
        info = asked(client, refresh=refresh)
        return ServerInfo(info.name, info.version, info.extensions - what)

    return answer


STRANGE_BASES = [CHANGED, Path("no such file"), Path(__file__)]
"""Files that are not what a push or a download takes for its base."""


def does_no_harm(bench: Bench, base_file: Path, folder: Path) -> None:
    """A base file that is not what it should be: what arrives is right all the same, both ways."""
    base = bench.push(BRACKET)
    changed = bench.push(CHANGED, base, base_file=base_file)
    assert bench.content(changed, folder) == CHANGED.read_bytes()
    target = folder / "a.FCStd"
    bench.client.download_version(bench.part, base, target, base_file)
    assert target.read_bytes() == BRACKET.read_bytes()
