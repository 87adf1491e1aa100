"""[Reload]: an open document becomes the version that its subscription wants, at once. Main thread."""

from __future__ import annotations

from collections.abc import Callable

from silo_core.model.context import Document
from silo_core.model.exchange import ConnectionState
from silo_core.model.language import translate
from silo_core.model.sync import ItemStatus, SyncChoice, SyncState
from silo_core.ports.services import Services
from silo_subscriptions.engine.updating import Updater

Done = Callable[[bool], None]


def waits(status: ItemStatus | None, version: str) -> bool:
    """Whether that version waits as the item's file is open: the user is told so, with [Reload]."""
    wanted = status.wanted if status and SyncChoice.RELOAD in status.choices else None
    return wanted is not None and wanted.id == version


class Reloading:
    """What is being read again now, and why something cannot be."""

    def __init__(
        self, services: Services, updater: Updater, updated: Callable[[Document], None]
    ) -> None:
        """``updated`` is told which document may be another now."""
        self._services = services
        self._updater = updater
        self._updated = updated
        self._running: set[str] = set()

    def problem(self, status: ItemStatus | None, version: str) -> str:
        """Why that version of an item cannot be read now; empty if it can."""
        if status is None:
            return translate("SiloSubscriptions", "No subscription reaches it any more.")
        if status.wanted is None or status.wanted.id != version:
            return translate("SiloSubscriptions", "There is a newer version by now.")
        if status.state is SyncState.UP_TO_DATE:
            return translate("SiloSubscriptions", "Your file is this version by now.")
        document = self._document(status)
        if document is None or SyncChoice.RELOAD not in status.choices:
            return status.reason or translate("SiloSubscriptions", "It is not open any more.")
        return self.hindrance(document, status.part_number)

    def hindrance(self, document: Document, part_number: str) -> str:
        """What is in the way of it, for a moment."""
        if part_number in self._running:
            return translate("SiloSubscriptions", "It is being read.")
        if self._services.held(document.key):
            return translate(
                "SiloSubscriptions", "An object of it is being edited; leave it first."
            )
        if self._services.connection.state is not ConnectionState.ONLINE:
            return translate("SiloSubscriptions", "The server cannot be reached.")
        return ""

    def begin(self, status: ItemStatus, done: Done = lambda _: None) -> None:
        """Get it, and have the editor read it; ``done`` is told whether the file is that version now."""
        document, number = self._document(status), status.part_number
        if document is None:
            return

        def ended(is_newest: bool) -> None:
            self._running.discard(number)
            self._updated(document)
            done(is_newest)

        if self._updater.update(document, ended, status.wanted):
            self._running.add(number)

    def _document(self, status: ItemStatus) -> Document | None:
        documents = self._services.host.documents()
        return next((d for d in documents if d.part_number == status.part_number), None)
