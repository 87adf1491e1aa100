"""Entering and leaving with the plugins that are installed, and with some of them turned off."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from silo_core.model.item import VersionKind
from tests.workbench.kit import Job, count, held_with_session, settle, sha256, until


def test_without_locking_nothing_is_acquired_and_checkpoints_still_land(job: Job) -> None:
    alice = job.join("alice", plugins_disabled="locking")
    alice.edit("Sketch001")
    settle(alice)
    assert job.sessions() == []
    alice.change(job.deeper)
    alice.edit()
    assert until(lambda: job.head().sha256 == sha256(job.deeper), alice)


def test_without_checkpoint_sessions_are_released_and_the_document_is_left_alone(job: Job) -> None:
    alice = job.join("alice", plugins_disabled="checkpoint")
    alice.edit("Sketch001")
    assert job.sessions() == [("alice", "Sketch001")]
    alice.change(job.deeper)
    alice.edit()
    assert until(lambda: job.sessions() == [], alice)
    assert len(job.versions()) == 1
    assert sha256(job.file_of(alice)) == sha256(job.base)


def test_without_both_the_document_is_left_alone(job: Job) -> None:
    alice = job.join("alice", plugins_disabled="checkpoint,locking")
    alice.edit("Body", "Sketch001")
    alice.change(job.deeper)
    alice.edit()
    settle(alice)
    assert job.sessions() == []
    assert len(job.versions()) == 1
    assert sha256(job.file_of(alice)) == sha256(job.base)


@pytest.mark.parametrize("name", ["locking", "checkpoint", "subscriptions", "activity"])
def test_a_disabled_plugin_is_never_imported(name: str, tmp_path: Path) -> None:
    script = f"""
        import sys
        from pathlib import Path
        from silo_core.surfaces.headless import HeadlessHost
        from silo_core.workbench import make_workbench
        folder = Path({str(tmp_path)!r})
        workbench = make_workbench(HeadlessHost(), config=folder / "settings.toml", data=folder,
                                   environ={{"SILO_PLUGINS_DISABLED": {name!r}}})
        workbench.start()
        workbench.stop()
        print(*sorted(module for module in sys.modules if module.startswith("silo_")))
    """
    ran = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True
    )
    modules = ran.stdout.split()
    assert not [module for module in modules if module.startswith(f"silo_{name}")]
    others = {"locking", "checkpoint", "subscriptions", "activity"} - {name}
    assert {f"silo_{other}" for other in others} <= set(modules)


def test_who_comes_back_at_once_still_has_a_session(job: Job) -> None:
    """The server answers with the session that the push, still under way, is about to end."""
    alice = job.join("alice")
    for content in (job.deeper, job.wider, job.base):
        alice.edit("Sketch001")
        alice.change(content)
        alice.edit()
        alice.edit("Sketch001")
    assert until(lambda: len(job.versions()) == 4, alice)
    settle(alice)
    assert until(lambda: held_with_session(alice) == ["Sketch001"], alice)
    assert job.sessions() == [("alice", "Sketch001")]


def test_who_comes_back_at_once_without_a_change_still_has_a_session(job: Job) -> None:
    alice = job.join("alice")
    for _ in range(10):
        alice.edit("Sketch001")
        alice.edit()
    alice.edit("Sketch001")
    settle(alice)
    assert until(lambda: held_with_session(alice) == ["Sketch001"], alice)
    assert job.sessions() == [("alice", "Sketch001")]


def test_the_second_of_two_from_one_base_is_kept_beside_the_head_and_nothing_is_lost(
    job: Job,
) -> None:
    alice, bob = job.join("alice"), job.join("bob", plugins_disabled="merge")
    alice.edit("Sketch001")
    bob.edit("Sketch002")
    assert job.sessions() == [("alice", "Sketch001"), ("bob", "Sketch002")]
    alice.change(job.deeper)
    bob.change(job.wider)
    alice.edit()
    assert until(lambda: len(job.versions()) == 2, alice, bob)
    bob.edit()
    assert until(lambda: len(job.versions()) == 3 and job.sessions() == [], alice, bob)
    rescue, head, _ = job.versions()
    assert rescue.kind is VersionKind.RESCUE
    assert (rescue.user, rescue.sha256) == ("bob", sha256(job.wider))
    assert head.id == job.head().id
    assert head.sha256 == sha256(job.deeper)
    for version, content in ((rescue, job.wider), (head, job.deeper)):
        fetched = job.folder / version.id
        job.site.admin.download_version(job.part, version, fetched)
        assert fetched.read_bytes() == content.read_bytes()
    assert until(lambda: count(bob, "Kept beside the newest version") == 1, alice, bob)
    bob.edit("Sketch002")
    bob.edit()
    settle(alice, bob)
    assert len(job.versions()) == 3, "the same content is not kept twice"
    assert job.sessions() == []
