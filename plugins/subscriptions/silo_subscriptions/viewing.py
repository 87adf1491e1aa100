"""[View in Silo]: an item's page on the server, in the user's browser."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace

from silo_core.model.errors import SiloError
from silo_core.model.exchange import Action, ActivityEntry, ActivityKind, ConnectionState
from silo_core.model.language import QT_TRANSLATE_NOOP, translate
from silo_core.ports.host import CanBrowse
from silo_core.ports.services import Services
from silo_subscriptions.engine.messages import OWNER

VIEW = Action("silo_subscriptions.view", QT_TRANSLATE_NOOP("SiloButtons", "View in Silo →"))


def offered(services: Services) -> tuple[Action, ...]:
    """The button, where there are a page and a browser. Main thread; nothing is waited for."""
    client = services.client
    has_page = client is not None and client.has_pages
    return (VIEW,) if has_page and isinstance(services.host, CanBrowse) else ()


def with_view(services: Services, entry: ActivityEntry) -> ActivityEntry:
    """``entry``, which has no buttons, with this one where it is offered. Main thread."""
    return replace(entry, actions=offered(services), facts={**entry.facts, "plugin": OWNER})


def view(services: Services, part_number: str) -> str:
    """Open the item's page soon; can be done again and again."""
    client = services.client
    if client is None:
        return ""
    found = services.submit(lambda: client.page_address(part_number))
    found.add_done_callback(
        lambda ended: services.post(lambda: _browse(services, part_number, ended))
    )
    return ""


def problem(services: Services) -> str:
    """Why it cannot be done now."""
    if not isinstance(services.host, CanBrowse):
        return translate("SiloSubscriptions", "There is no browser to show it in.")
    client = services.client
    if client is None or services.connection.state is not ConnectionState.ONLINE:
        return translate("SiloSubscriptions", "The server cannot be reached.")
    if client.has_pages:
        return ""
    return translate("SiloSubscriptions", "This server has no pages of items.")


def _browse(services: Services, part_number: str, found: Future[str]) -> None:
    if found.cancelled() or not isinstance(services.host, CanBrowse):
        return
    error = found.exception()
    try:
        if error is not None:
            raise error if isinstance(error, SiloError) else SiloError("The log says more.")
        services.host.browse(found.result())
    except SiloError as why:
        text = translate(
            "SiloSubscriptions", "The page of {part} cannot be shown. {message}"
        ).format(part=part_number, message=why.message)
        entry = ActivityEntry(services.now(), ActivityKind.PROBLEM, text, part_number=part_number)
        services.post_activity(entry)
