"""Two workstations leave different sketches of one part at the same moment, again and again."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from typing import Any

import pytest

from silo_core.model.answers import PushedCheckpoint
from silo_core.model.item import Version, VersionKind
from silo_core.ports.client import SiloClient
from silo_server.demo.player import Player
from tests.checkpoint.crashing import variant
from tests.workbench.kit import Job, held_with_session, sha256, until

ROUNDS = int(os.environ.get("SILO_PUSH_ROUNDS", "5"))


@pytest.fixture
def _same_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first push of each is sent when both are ready to send."""
    push, both, seen = SiloClient.push_checkpoint, threading.Barrier(2), set()

    def at_once(client: SiloClient, *args: Any, **named: Any) -> PushedCheckpoint:
        key = named.get("idempotency_key")
        if named.get("workstation_id") and key not in seen and named.get("session_ids"):
            seen.add(key)
            if len(str(key)) == len("0" * 32):
                both.wait(5)
        return push(client, *args, **named)

    monkeypatch.setattr(SiloClient, "push_checkpoint", at_once)


def bring_up_to_date(job: Job, player: Player, head: Version) -> None:
    """As an update does: from here on both work from the same version again."""
    job.site.admin.download_version(job.part, head, job.file_of(player))
    store = player.workbench.store
    tracked = store.tracked.get(job.part)
    assert tracked
    store.tracked.put(
        replace(
            tracked,
            base_version=head.id,
            base_revision=head.revision_number,
            sha256=head.sha256,
            size=head.size,
            mtime_ns=0,
        )
    )
    (document,) = player.host.documents()
    player.host.reload(document.key)


def all_versions(job: Job) -> list[Version]:
    """Oldest first."""
    versions: list[Version] = []
    cursor = None
    while True:
        page = job.site.admin.list_versions(job.part, limit=100, cursor=cursor)
        versions += page.versions
        cursor = page.next_cursor
        if cursor is None:
            return versions[::-1]


@pytest.mark.timeout(300)
@pytest.mark.usefixtures("_same_moment")
def test_no_push_is_silently_overwritten_and_every_version_is_in_history(job: Job) -> None:
    players = {"Sketch001": job.join("alice"), "Sketch002": job.join("bob")}
    everybody = list(players.values())
    left: list[str] = []
    for number in range(ROUNDS):
        head = job.head()
        for place, (sketch, player) in enumerate(players.items()):
            bring_up_to_date(job, player, head)
            player.edit(sketch)
            content = variant(job, 2 * number + place)
            left.append(sha256(content))
            player.change(content)
        assert until(lambda: all(held_with_session(player) for player in everybody), *everybody)
        for player in everybody if number % 2 else reversed(everybody):
            player.edit()
        assert until(
            lambda: not any(player.workbench.store.outbox.pending() for player in everybody),
            *everybody,
        )
    versions = all_versions(job)
    assert sorted(version.sha256 for version in versions[1:]) == sorted(left)
    heads = [version for version in versions if version.kind is not VersionKind.RESCUE]
    assert [head.parent for head in heads[1:]] == [head.id for head in heads[:-1]]
    assert len(heads) == 1 + ROUNDS, "of each pair one became the head, and one is kept beside it"
    assert job.head().id == heads[-1].id
    assert until(lambda: job.sessions() == [], *everybody)
