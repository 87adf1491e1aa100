"""What the workbench knows of the team: who edits and views what, and how fresh that is."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime

from silo_core.model.event import Event
from silo_core.model.session import EditSession
from silo_core.ports.services import Services
from silo_core.rules.presence import Presence, Viewer, differing, with_event, with_sessions

Listing = tuple[tuple[EditSession, ...], tuple[Viewer, ...] | None]


class Team:
    """Kept current by events and listings. Main thread, but for :meth:`heard`."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.presence = Presence()
        self.last_contact: datetime | None = None

    def heard(self) -> None:
        """The server was heard of just now. Any thread."""
        self.last_contact = self._services.now()

    def event(self, event: Event) -> None:
        """Take an event in, and tell what it changed."""
        before, self.presence = self.presence, with_event(self.presence, event)
        if parts := differing(before, self.presence):
            self._services.hooks.presence_changed(parts)

    def refresh(self, part_number: str, done: Callable[[], None]) -> None:
        """See ``Services.refresh_presence``."""
        client = self._services.client
        if client is None:
            return
        asked = self.presence
        found: Future[Listing] = self._services.submit(lambda: client.get_presence(part_number))

        def listed(answer: Future[Listing]) -> None:
            if not answer.cancelled() and not answer.exception():
                self._services.post(lambda: apply(*answer.result()))

        def apply(sessions: tuple[EditSession, ...], viewers: tuple[Viewer, ...] | None) -> None:
            self.presence = with_sessions(self.presence, part_number, sessions, asked, viewers)
            self._services.hooks.presence_changed(frozenset({part_number}))
            done()

        found.add_done_callback(listed)
