"""The hooks of the activity plugin."""

from __future__ import annotations

from silo_core.hookspecs import hookimpl
from silo_core.model.exchange import ActivityEntry, ActivityKind, Connection, ConnectionState
from silo_core.ports.services import Services

_TEXTS = {
    ConnectionState.ONLINE: "Connected to the server",
    ConnectionState.OFFLINE: "Offline: you can go on working, and it is sent when the server is back",
    ConnectionState.REFUSED: "The server refused this workstation",
}


class Activity:
    """Keeps every activity entry in the local store, and adds those of the connection."""

    def __init__(self) -> None:
        self._services: Services | None = None
        self._told: ConnectionState | None = None

    @hookimpl
    def silo_startup(self, services: Services) -> None:
        """Keep what the workbench offers."""
        self._services, self._told = services, None

    @hookimpl
    def silo_activity(self, entry: ActivityEntry) -> None:
        """Keep the entry."""
        if self._services:
            self._services.store.activity.add(entry)

    @hookimpl
    def silo_connection_changed(self, connection: Connection) -> None:
        """Coming online, going offline and being refused are worth a line; another try that comes to
        nothing is not."""
        text = _TEXTS.get(connection.state)
        if text is None or self._services is None or connection.state is self._told:
            return
        self._told = connection.state
        details = (connection.reason,) if connection.reason else ()
        now = self._services.now()
        self._services.post_activity(ActivityEntry(now, ActivityKind.CONNECTION, text, details))
