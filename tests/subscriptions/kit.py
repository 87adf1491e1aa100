"""An update of an open document, and what is left of the file afterwards."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from silo_core.model.context import CheckpointContext
from silo_core.model.exchange import ActivityEntry, ActivityKind
from silo_core.model.item import Version
from silo_core.ports.store import TrackedFile
from silo_server.demo.player import Player
from tests.workbench.kit import Job, sha256, until

Hold = Callable[[], None]


class Update:
    """An update that was asked for, and what came of it."""

    def __init__(self, player: Player) -> None:
        self._player = player
        self._before = len(player.host.notices)
        self.answers: list[bool] = []
        (self.document,) = player.host.documents()
        self.accepted = player.workbench.hooks.update(self.document, self.answers.append)

    def finish(self) -> tuple[bool, ActivityEntry]:
        """What ``done`` was told, and what the user was."""
        assert self.accepted
        assert until(lambda: bool(self.answers and self._entries()), self._player)
        (answer,), (entry,) = self.answers, self._entries()
        return answer, entry

    def _entries(self) -> list[ActivityEntry]:
        kinds = (ActivityKind.UPDATED, ActivityKind.CONFLICT, ActivityKind.PROBLEM)
        return [e for e in self._player.host.notices[self._before :] if e.kind in kinds]


def publish(job: Job, content: Path) -> Version:
    """Somebody else's newer version."""
    admin = job.site.admin
    setup = admin.register_workstation("setup", "setup")
    pushed = admin.push_checkpoint(
        job.part,
        content,
        CheckpointContext.MANUAL,
        None,
        None,
        workstation_id=setup.id,
        base=job.head().id,
    )
    return pushed.version


def tracked(job: Job, player: Player) -> TrackedFile:
    known = player.workbench.store.tracked.get(job.part)
    assert known is not None
    return known


def backups(player: Player) -> list[Path]:
    folder = player.workbench.store.path.parent / "backups"
    found = folder.iterdir() if folder.exists() else ()
    return sorted(path for path in found if path.suffix != ".json")


def is_untouched(job: Job, player: Player) -> bool:
    """The file is what it was, and nothing else is left behind."""
    file = job.file_of(player)
    leftovers = [path.name for path in file.parent.iterdir() if path.name.startswith(".silo")]
    return sha256(file) == sha256(job.base) and not leftovers and not backups(player)


def fail(error: Exception) -> Callable[..., Any]:
    def raising(*_: object, **__: object) -> None:
        raise error

    return raising
