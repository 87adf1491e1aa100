"""Somebody who makes versions, for the commands that show them and get them back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from silo_core.model.answers import ServerInfo
from silo_core.model.item import Item, Version
from silo_core.ports.client import SiloClient
from silo_core.surfaces.cli import main
from tests.cli.conftest import as_user, home, team
from tests.cli.kit import Team
from tests.workbench.kit import Job

__all__ = [
    "as_user", "failed", "forget_extensions", "home", "maker", "said", "team",
    "three",
]  # fmt: skip

AsUser = Callable[[str], None]
Output = pytest.CaptureFixture[str]


class Maker:
    """Alice, who makes the versions of a part."""

    def __init__(self, job: Job, team: Team) -> None:
        self.job = job
        self.person = team.person("alice", "CAD-07")

    def push(self, file: Path, *changes: str, **more: Any) -> Version:
        if "base" not in more:
            more["base"] = self.job.head().id
        pushed = self.person.client.push_checkpoint(
            self.job.part, file, "sketch_close", None, None, changes=changes, **more
        )
        return pushed.version

    def commit(self, version: Version, comment: str) -> Version:
        client, machine = self.person.client, self.person.machine
        return client.create_revision(self.job.part, machine.id, comment, version.id)


@pytest.fixture
def maker(job: Job, team: Team, as_user: AsUser) -> Maker:
    as_user("alice")
    return Maker(job, team)


@pytest.fixture
def three(maker: Maker) -> list[Version]:
    """Newest first: the wider bracket, the deeper one, the first one."""
    maker.push(maker.job.deeper, "Pocket.Length 5 mm → 7 mm", "Pocket002 added")
    maker.push(maker.job.wider, "Sketch redrawn")
    return list(maker.job.versions())


@pytest.fixture
def forget_extensions(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From then on the server has no extensions: it names no head, lists revisions only, and checks
    no base."""
    get_item = SiloClient.get_item

    def without_head(client: SiloClient, part_number: str) -> Item:
        return replace(get_item(client, part_number), head=None)

    def forget() -> None:
        monkeypatch.setattr(SiloClient, "server_info", lambda _client: ServerInfo())
        monkeypatch.setattr(SiloClient, "get_item", without_head)

    return forget


def failed(capsys: Output, *arguments: str) -> str:
    """The one sentence with which the command must fail."""
    assert main(arguments) == 2
    output = capsys.readouterr()
    assert output.out == ""
    (line,) = output.err.splitlines()
    return line.removeprefix("silo: ")


def said(capsys: Output, *arguments: str) -> str:
    assert main(arguments) == 0
    output = capsys.readouterr()
    assert output.err == ""
    return output.out
