"""A workstation with the activity plugin in sight."""

from __future__ import annotations

from silo_activity.plugin import Activity
from silo_core.model.exchange import ActivityEntry
from silo_server.demo.player import Player
from tests.workbench.kit import Job


def with_activity(job: Job, name: str, **environ: str) -> tuple[Player, Activity]:
    """A workstation that is online, with the part open, and the activity plugin it uses."""
    player = job.player(name, None, plugins_disabled="activity", **environ)
    activity = Activity()
    player.workbench.plugins.register(activity, "activity-in-sight")
    job.go_online(player)
    player.open(job.file_of(player))
    return player, activity


def entry_with(activity: Activity, text: str) -> ActivityEntry | None:
    """The newest entry that has ``text`` in its headline, as it is now."""
    assert activity.feed is not None
    return next((entry for entry in activity.feed if text in entry.text), None)
