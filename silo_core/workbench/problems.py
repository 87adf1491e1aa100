"""What went wrong before there was anybody to tell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from silo_core.model.exchange import ActivityEntry, ActivityKind
from silo_core.model.language import translate
from silo_core.ports.plugins import PluginInfo, PluginManager, PluginState
from silo_core.ports.settings import Settings

if TYPE_CHECKING:
    from silo_core.ports.store import Store


def at_start(
    plugins: PluginManager, settings: Settings, store: Store, now: datetime
) -> Iterator[ActivityEntry]:
    """Plugins that failed to load, settings that are not used, a store that was damaged."""
    for info in plugins.plugins():
        if info.state is PluginState.FAILED:
            yield of_plugin(info, now)
    for problem in settings.problems:
        yield problem_entry(translate("SiloProblems", "A setting is not used"), problem, now)
    if store.recovered_from:
        text = translate("SiloProblems", "The local store was damaged, and a new one was begun")
        yield problem_entry(
            text,
            translate("SiloProblems", "The damaged one is kept as {recovered_from}.").format(
                recovered_from=store.recovered_from
            ),
            now,
        )


def of_plugin(info: PluginInfo, now: datetime) -> ActivityEntry:
    """A plugin that failed to load or was switched off."""
    return problem_entry(
        translate("SiloProblems", "The plugin {name} is not in use").format(name=info.name),
        info.error,
        now,
    )


def problem_entry(text: str, detail: str, now: datetime) -> ActivityEntry:
    """An activity entry of kind PROBLEM."""
    return ActivityEntry(now, ActivityKind.PROBLEM, text, (detail,))
