"""What is told although nobody was there to hear it at the time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from silo_core.hookspecs import hookimpl
from silo_core.model.errors import PluginError
from silo_core.model.exchange import ActivityEntry, ActivityKind, CheckpointPushed
from silo_server.demo.stage import need_plugins
from tests.workbench.kit import Job, settle


class Listener:
    """A plugin that keeps what it is told."""

    def __init__(self) -> None:
        self.pushed: list[CheckpointPushed] = []
        self.activity: list[ActivityEntry] = []

    @hookimpl
    def silo_checkpoint_pushed(self, pushed: CheckpointPushed) -> None:
        self.pushed.append(pushed)

    @hookimpl
    def silo_activity(self, entry: ActivityEntry) -> None:
        self.activity.append(entry)


class Broken:
    """A plugin that cannot be loaded."""

    @hookimpl
    def silo_context_entrance(self) -> None:
        """No hook is called that."""


def test_a_checkpoint_that_lands_while_the_editor_quits_is_told(job: Job) -> None:
    alice, listener = job.player("alice"), Listener()
    alice.workbench.plugins.register(listener, "listener")
    job.go_online(alice)
    alice.open(job.file_of(alice))
    settle(alice)
    alice.edit("Sketch001")
    alice.change(job.deeper)
    alice.workbench.stop()
    assert [pushed.part_number for pushed in listener.pushed] == [job.part]
    assert ActivityKind.CHECKPOINT in [entry.kind for entry in listener.activity]


def test_a_plugin_that_cannot_be_used_and_a_bad_setting_are_told_at_start(job: Job) -> None:
    alice, listener = job.player("alice", max_nonsense="1", entry_wait_ms="soon"), Listener()
    alice.workbench.plugins.register(listener, "listener")
    alice.workbench.plugins.register(Broken(), "broken", "silo-broken", "1.0")
    job.go_online(alice)
    told = [entry for entry in listener.activity if entry.kind is ActivityKind.PROBLEM]
    texts = " ".join(text for entry in told for text in (entry.text, *entry.details))
    assert [entry.text for entry in told].count("The plugin broken is not in use") == 1
    assert "silo_context_entrance" in texts
    assert "silo-broken" in texts
    assert "entry_wait_ms" in texts


def test_a_plugin_that_is_switched_off_is_told(job: Job) -> None:
    class Failing:
        @hookimpl
        def silo_presence_changed(self) -> None:
            raise RuntimeError("never works")

    alice, listener = job.player("alice"), Listener()
    alice.workbench.plugins.register(listener, "listener")
    alice.workbench.plugins.register(Failing(), "failing")
    job.go_online(alice)
    for _ in range(5):
        alice.workbench.hooks.presence_changed(frozenset({job.part}))
    settle(alice)
    assert any("failing" in entry.text for entry in listener.activity)


def test_the_demo_says_which_plugin_it_lacks(job: Job) -> None:
    with pytest.raises(
        PluginError, match="checkpoint, locking, subscriptions, and here locking is"
    ):
        need_plugins(job.player("alice", plugins_disabled="locking"))


def test_the_demo_says_which_plugin_has_another_in_its_place(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = job.player("alice")
    need_plugins(alice)
    known = alice.workbench.plugins.plugins()
    strict = tuple(
        replace(info, distribution="silo-strict") if info.name == "locking" else info
        for info in known
    )
    monkeypatch.setattr(alice.workbench.plugins, "plugins", lambda: strict)
    with pytest.raises(PluginError, match="locking is missing, off or replaced"):
        need_plugins(alice)
