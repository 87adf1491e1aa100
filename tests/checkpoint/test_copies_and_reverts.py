"""What the local file was made from, where that is not what it seems: after a merge, with two copies."""

from __future__ import annotations

from pathlib import Path

from silo_checkpoint.comparing import what_changed
from silo_core.model.context import CheckpointContext
from silo_core.model.item import VersionKind
from silo_server.demo.player import Player
from tests.workbench.kit import Job, sha256, until


def leave(player: Player, change: Path) -> None:
    player.edit("Body", "Sketch001")
    player.change(change)
    player.edit()


def head_file(job: Job) -> Path:
    target = job.folder / "head.FCStd"
    job.site.admin.download_version(job.part, job.head(), target)
    return target


def test_what_is_taken_back_after_a_merge_is_taken_back(job: Job) -> None:
    """The open file does not hold what came from others; it is still made from the version before."""
    alice, bob = job.join("alice"), job.join("bob")
    bob.edit("Sketch002")
    leave(alice, job.deeper)
    assert until(lambda: job.head().sha256 == sha256(job.deeper), alice, bob)
    bob.change(job.wider)
    bob.edit()
    assert until(lambda: len(job.versions()) == 3, bob)
    assert until(lambda: bob.workbench.store.outbox.pending() == (), bob)
    merged = job.head()
    assert merged.kind is VersionKind.CHECKPOINT
    bob.edit("Sketch002")
    bob.change(job.base)
    bob.edit()
    assert until(lambda: job.head().id != merged.id, bob), "taking it back is a change"
    assert what_changed(job.deeper, head_file(job)) is None, "alice's stays, bob's is gone"


def test_each_of_two_open_copies_has_a_base_of_its_own(job: Job) -> None:
    bob = job.join("bob")
    first = bob._key
    newer = job.site.admin.push_checkpoint(
        job.part,
        job.deeper,
        CheckpointContext.MANUAL,
        None,
        None,
        workstation_id=job.site.admin.register_workstation("setup", "setup").id,
        base=job.head().id,
    ).version
    second = bob.folder / "second.FCStd"
    second.write_bytes(job.deeper.read_bytes())
    bob.open(second)
    assert until(lambda: job.base_of(bob) == newer.id, bob)
    bob._key = first
    bob.edit("Sketch002")
    bob.change(job.wider)
    bob.edit()
    assert until(lambda: len(job.versions()) == 3, bob)
    if job.head().id != newer.id:
        changes = what_changed(job.wider, head_file(job))
        assert changes, "what the other copy has was taken back without a word"


def test_what_was_changed_here_outside_an_editor_goes_to_the_server_by_the_next_leaving(
    job: Job,
) -> None:
    bob = job.join("bob")
    file = job.file_of(bob)
    bob.host.close(bob._key, save=False)
    file.write_bytes(job.deeper.read_bytes())
    bob.open(file)
    bob.edit("Sketch002")
    bob.edit()
    assert until(lambda: len(job.versions()) == 2, bob)
    assert what_changed(job.deeper, head_file(job)) is None
