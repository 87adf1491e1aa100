"""What the workbench knows of the team: who edits and views what, and how fresh that is."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from typing import TYPE_CHECKING

from silo_core.model.event import Event
from silo_core.model.session import EditSession
from silo_core.ports.services import Services
from silo_core.rules.presence import Presence, Viewer, differing, with_event, with_sessions

if TYPE_CHECKING:
    from silo_core.ports.client import SiloClient

Listing = tuple[tuple[EditSession, ...], tuple[Viewer, ...] | None]
Everywhere = dict[str, tuple[EditSession, ...]]
_MOST_ASKED = 50


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

    def rebuild(self) -> None:
        """After a connect: who edits what may have changed all over while nothing was heard."""
        client = self._services.client
        if client is None:
            return
        asked = self.presence
        found = self._services.submit(lambda: _everywhere(client, asked))
        found.add_done_callback(
            lambda future: self._services.post(lambda: self._rebuilt(future, asked))
        )

    def _rebuilt(self, future: Future[Everywhere], asked: Presence) -> None:
        if future.cancelled() or future.exception():
            return
        before = self.presence
        for number, sessions in future.result().items():
            self.presence = with_sessions(self.presence, number, sessions, asked)
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


def _everywhere(client: SiloClient, known: Presence) -> Everywhere:
    """All sessions by part number, empty for parts on which there are none any more. From a server that
    lists only one's own, those of the parts on which there were some. Raises ServerError."""
    if not client.lists_all_sessions:
        stale = sorted(known.sessions)[:_MOST_ASKED]
        return {number: client.get_presence(number)[0] for number in stale}
    found: dict[str, tuple[EditSession, ...]] = dict.fromkeys(known.sessions, ())
    for session in client.list_edit_sessions(of_all=True):
        found[session.part_number] = (*found.get(session.part_number, ()), session)
    return found
