"""The buttons of this plugin's activity entries."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from silo_core.model.errors import SiloError
from silo_core.model.exchange import ActivityEntry, ActivityKind
from silo_core.model.language import QT_TRANSLATE_NOOP, translate
from silo_core.model.sync import SyncChoice
from silo_core.ports.services import Services
from silo_subscriptions import assembly_parts, viewing
from silo_subscriptions.behind import BehindDocuments
from silo_subscriptions.engine.engine import Engine
from silo_subscriptions.engine.messages import OPEN, OWNER, RELOAD_PART, chosen
from silo_subscriptions.viewing import VIEW

_GONE = QT_TRANSLATE_NOOP("SiloSubscriptions", "It is decided, or there is a newer version by now.")


def act(
    services: Services, engine: Engine, behind: BehindDocuments, entry: ActivityEntry, action: str
) -> str | None:
    """See ``silo_act``."""
    if entry.facts.get("plugin") != OWNER:
        return None
    if action == assembly_parts.SUBSCRIBE.name:
        return assembly_parts.subscribe(services, engine, entry)
    if action == VIEW.name:
        return None if viewing.problem(services) else viewing.view(services, entry.part_number)
    if action == OPEN.name:
        return _open(services, Path(entry.facts.get("path", "")))
    if problem(services, engine, behind, entry, action):
        return None
    return _decide(services, engine, behind, entry, action)


def _decide(
    services: Services, engine: Engine, behind: BehindDocuments, entry: ActivityEntry, action: str
) -> str:
    if action in (RELOAD_PART.name, SyncChoice.RELOAD):
        number = entry.facts.get("part") or entry.part_number
        return _reload(services, behind, number, entry)
    choice = SyncChoice(action)
    engine.resolve(entry.part_number, choice)
    return chosen(choice)


def _reload(
    services: Services, behind: BehindDocuments, part_number: str, entry: ActivityEntry
) -> str:
    """The button stays until it is done: it may fail, and be tried again."""

    def ended(is_newest: bool) -> None:
        if is_newest:
            services.post_activity(replace(entry, chosen=chosen(SyncChoice.RELOAD)))

    behind.reload(part_number, ended)
    return ""


def _open(services: Services, path: Path) -> str:
    try:
        services.host.open(path)
    except SiloError as error:
        now = services.now()
        services.post_activity(ActivityEntry(now, ActivityKind.PROBLEM, error.message))
        return translate("SiloSubscriptions", "Could not be opened")
    return translate("SiloSubscriptions", "Opened")


def problem(
    services: Services, engine: Engine, behind: BehindDocuments, entry: ActivityEntry, action: str
) -> str | None:
    """See ``silo_action_problem``."""
    if entry.facts.get("plugin") != OWNER:
        return None
    if action == assembly_parts.SUBSCRIBE.name:
        return ""
    if action == VIEW.name:
        return viewing.problem(services)
    if action == OPEN.name:
        path = Path(entry.facts.get("path", ""))
        gone = translate("SiloSubscriptions", "{path} is not there any more")
        return "" if path.is_file() else gone.format(path=path)
    status = engine.status_of(entry.part_number)
    if action in (RELOAD_PART.name, SyncChoice.RELOAD):
        version = entry.facts.get("version", "")
        is_part = action == RELOAD_PART.name
        return behind.problem(entry) if is_part else engine.reloading.problem(status, version)
    wanted = status.wanted.id if status and status.wanted else ""
    is_open = status is not None and wanted == entry.facts.get("version")
    return (
        ""
        if is_open and status and action in status.choices
        else translate("SiloSubscriptions", _GONE)
    )
