"""The buttons of this plugin's activity entries."""

from __future__ import annotations

from silo_core.model.exchange import ActivityEntry
from silo_core.model.sync import SyncChoice
from silo_core.ports.services import Services
from silo_subscriptions import parts
from silo_subscriptions.engine import Engine
from silo_subscriptions.telling import CHOSEN, OWNER

_GONE = "It is decided, or there is a newer version by now."


def act(services: Services, engine: Engine, entry: ActivityEntry, action: str) -> str | None:
    """See ``silo_act``."""
    if entry.facts.get("plugin") != OWNER:
        return None
    if action == parts.ACTION:
        return parts.subscribe(services, engine, entry)
    if problem(engine, entry, action):
        return None
    choice = SyncChoice(action)
    engine.resolve(entry.part_number, choice)
    return CHOSEN[choice]


def problem(engine: Engine, entry: ActivityEntry, action: str) -> str | None:
    """See ``silo_action_problem``."""
    if entry.facts.get("plugin") != OWNER:
        return None
    if action == parts.ACTION:
        return ""
    status = engine.status_of(entry.part_number)
    wanted = status.wanted.id if status and status.wanted else ""
    is_open = status is not None and wanted == entry.facts.get("version")
    return "" if is_open and status and action in status.choices else _GONE
