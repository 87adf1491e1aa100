"""The hooks of the subscriptions plugin."""

from __future__ import annotations

from collections.abc import Callable

from silo_core.hookspecs import hookimpl
from silo_core.model.context import Document
from silo_core.model.event import Event
from silo_core.model.exchange import ActivityEntry, ActivityKind
from silo_core.ports.services import Services
from silo_subscriptions.texts import headline
from silo_subscriptions.updating import Updater


class Subscriptions:
    """Tells the user what others made of the items this workstation is subscribed to."""

    def __init__(self) -> None:
        self._services: Services | None = None
        self._updater: Updater | None = None

    @hookimpl
    def silo_startup(self, services: Services) -> None:
        """Keep what the workbench offers."""
        self._services = services
        self._updater = Updater(services)

    @hookimpl
    def silo_shutdown(self) -> None:
        """Give up what is being fetched."""
        if self._updater:
            self._updater.stop()

    @hookimpl
    def silo_update(self, document: Document, done: Callable[[bool], None]) -> bool | None:
        """Fetch the newest version in the background, and have the editor read it."""
        return self._updater.update(document, done) if self._updater else None

    @hookimpl
    def silo_server_event(self, event: Event) -> None:
        """A new checkpoint or revision of a subscribed item, unless this workstation made it or the
        user does not want to be told."""
        services = self._services
        text = headline(event)
        if services is None or text is None or not services.settings.flag("subscription_notify"):
            return
        if event.data.get("workstation_id") == services.workstation_id:
            return
        entry = ActivityEntry(
            at=services.now(),
            kind=ActivityKind.UPDATED,
            text=text,
            part_number=event.part_number or "",
            user=str(event.data.get("checkpoint_user") or event.data.get("user") or ""),
        )
        services.post_activity(entry)
