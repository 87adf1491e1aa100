"""What went wrong before there was anybody to tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from silo_core.model.errors import SiloError
from silo_core.model.exchange import ActivityEntry, ActivityKind
from silo_core.model.language import translate
from silo_core.ports.plugins import PluginInfo, PluginManager, PluginState
from silo_core.ports.plugins.hung import Hung
from silo_core.ports.plugins.info import SWITCH_ON, WITHOUT
from silo_core.ports.settings import Settings, slips

if TYPE_CHECKING:
    from silo_core.ports.store import Store


def at_start(
    plugins: PluginManager, settings: Settings, store: Store, now: datetime
) -> Iterator[ActivityEntry]:
    """Settings that are not used, a damaged store."""
    known = [info.name for info in plugins.plugins()]
    likely = [slip.what for slip in slips(settings, known) if slip.is_likely]
    for problem in (*settings.problems, *likely):
        yield problem_entry(translate("SiloProblems", "A setting is not used"), problem, now)
    if store.recovered_from:
        text = translate("SiloProblems", "The local store was damaged, and a new one was begun")
        yield problem_entry(
            text,
            translate("SiloProblems", "The damaged one is kept as {path}.").format(
                path=store.recovered_from
            ),
            now,
        )


def same_server(error: SiloError, now: datetime) -> ActivityEntry:
    """The store of another server cannot be opened."""
    text = translate("SiloProblems", "The server stays the same until the editor is started again")
    return problem_entry(text, error.message, now)


def stopped(error: SiloError, now: datetime) -> ActivityEntry:
    """One server was left, and there was no beginning with the other."""
    text = translate("SiloProblems", "Silo has stopped, and nobody is told what you edit")
    advice = translate("SiloProblems", "Save your work, and start the editor again.")
    return problem_entry(text, f"{error.message} {advice}", now)


def of_plugin(info: PluginInfo, now: datetime) -> ActivityEntry:
    """A plugin that failed to load or was switched off: what that means, why, and what to do."""
    text = translate("SiloProblems", "The plugin {name} is not in use").format(name=info.name)
    known = WITHOUT.get(info.name, "")
    is_off = info.state is PluginState.SWITCHED_OFF
    return replace(
        problem_entry(text, info.error, now),
        details=(*((translate("SiloProblems", known),) if known else ()), info.error),
        actions=(SWITCH_ON,) if is_off else (),
        facts={"switch_on": info.name} if is_off else {},
    )


def of_hanging(found: Hung, now: datetime) -> ActivityEntry:
    """A call of a plugin that took far too long, and has returned."""
    if not found.kept_waiting:
        text = translate("SiloProblems", "The plugin {name} was at work for a long time")
        return problem_entry(
            text.format(name=found.plugin), f"{found.label} has {found.what}.", now
        )
    text = translate("SiloProblems", "The plugin {name} kept the editor waiting")
    advice = translate("SiloProblems", "Tell its author. One that does so twice is switched off.")
    detail = f"{found.label} has {found.what}. {advice}"
    return problem_entry(text.format(name=found.plugin), detail, now)


def of_killing(found: Hung, now: datetime) -> ActivityEntry:
    """A call of a plugin that had not returned when the last editor ended."""
    text = translate("SiloProblems", "The plugin {name} was still at work when your editor ended")
    detail = f"{found.label} had {found.what} and more."
    return problem_entry(text.format(name=found.plugin), detail, now)


def problem_entry(text: str, detail: str, now: datetime) -> ActivityEntry:
    """An activity entry of kind PROBLEM."""
    return ActivityEntry(now, ActivityKind.PROBLEM, text, (detail,))
