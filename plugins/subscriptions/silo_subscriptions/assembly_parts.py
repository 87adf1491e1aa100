"""A subscription to an assembly offers its parts: without them it cannot be opened."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from silo_core.model.errors import ConflictError, ServerError
from silo_core.model.exchange import Action, ActivityEntry, ActivityKind
from silo_core.model.language import QT_TRANSLATE_NOOP, translate
from silo_core.model.subscription import TargetType
from silo_core.ports.client import SiloClient
from silo_core.ports.services import Services
from silo_core.rules.names import file_name_problem, folded
from silo_subscriptions.engine.download import Fetched
from silo_subscriptions.engine.links import links_of
from silo_subscriptions.engine.messages import OWNER

if TYPE_CHECKING:
    from silo_subscriptions.engine.engine import Engine

SUBSCRIBE = Action("subscribe_parts", QT_TRANSLATE_NOOP("SiloButtons", "Subscribe to its parts"))
MOST = 500
"""Parts that are subscribed to at once."""
_SHOWN = 10


def offer(services: Services, fetched: Iterable[Fetched]) -> None:
    """Look at files that have just arrived; what they link to and is not here is offered. Worker."""
    for one in fetched:
        path = one.fetch.look.target
        missing = sorted(link.name for link in links_of(path) if _is_missing(link, path))[:MOST]
        if missing:
            services.post_activity(_entry(services, one, missing))


def _is_missing(link: Path, path: Path) -> bool:
    """What lies elsewhere is not for a subscription to bring."""
    beside = link.parent == path.parent and not file_name_problem(link.name)
    return beside and not link.exists()


def _entry(services: Services, one: Fetched, missing: list[str]) -> ActivityEntry:
    number, count = one.fetch.part_number, len(missing)
    more = (
        (translate("SiloSubscriptions", "and {count} more").format(count=count - _SHOWN),)
        if count > _SHOWN
        else ()
    )
    said = (
        translate("SiloSubscriptions", "{part} links to 1 file that you do not have")
        if count == 1
        else translate("SiloSubscriptions", "{part} links to {count} files that you do not have")
    )
    return ActivityEntry(
        at=services.now(),
        kind=ActivityKind.SYNCED,
        text=said.format(part=number, count=count),
        details=(*missing[:_SHOWN], *more),
        part_number=number,
        user=one.fetch.wanted.version.user,
        actions=(SUBSCRIBE,),
        facts={"plugin": OWNER, "files": "\n".join(missing)},
    )


def subscribe(services: Services, engine: Engine, entry: ActivityEntry) -> str | None:
    """Subscribe to the items whose files these are, in the background."""
    client, workstation = services.client, services.workstation_id
    if client is None or workstation is None:
        return None
    names = [name for name in entry.facts.get("files", "").split("\n") if name][:MOST]
    done = services.submit(partial(_subscribe, client, workstation, names))

    def told() -> None:
        error = done.exception() if not done.cancelled() else None
        unknown = [] if error or done.cancelled() else done.result()
        if error or unknown:
            services.post_activity(_left(services, entry, unknown, error))
        engine.look_at()

    done.add_done_callback(lambda _: services.post(told))
    return translate("SiloSubscriptions", "Subscribing to its parts")


def _subscribe(client: SiloClient, workstation: str, names: list[str]) -> list[str]:
    """Answers the names that no item has. Raises ServerError."""
    unknown = []
    for name in names:
        number = _item_with(client, name)
        if number is None:
            unknown.append(name)
            continue
        try:
            client.create_subscription(workstation, TargetType.ITEM, number)
        except ConflictError:
            continue  # subscribed already
    return unknown


def _item_with(client: SiloClient, name: str) -> str | None:
    """The item whose file is called so."""
    stem = name.rpartition(".")[0] or name
    for search in dict.fromkeys((name, stem)):
        for item in client.list_items(search).items:
            if folded(item.file_name or f"{item.part_number}.FCStd") == folded(name):
                return item.part_number
    return None


def _left(
    services: Services, entry: ActivityEntry, unknown: list[str], error: BaseException | None
) -> ActivityEntry:
    why = (
        error.message
        if isinstance(error, ServerError)
        else translate("SiloSubscriptions", "No item has a file of that name.")
    )
    text = translate("SiloSubscriptions", "Not all parts of {part} could be subscribed to").format(
        part=entry.part_number
    )
    details = (*unknown[:_SHOWN], why)
    return ActivityEntry(services.now(), ActivityKind.PROBLEM, text, details, entry.part_number)
