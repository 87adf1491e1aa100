"""``silo sessions --watch``: each change as it happens."""

from __future__ import annotations

import json
import queue
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import NoReturn

from silo_core.model.errors import AuthError, BusyError, OfflineError
from silo_core.model.event import Event
from silo_core.model.exchange import Connection, ConnectionState
from silo_core.model.session import EditSession
from silo_core.ports.client import SiloClient
from silo_core.ports.events import EventStream
from silo_core.ports.wire import format_time
from silo_core.rules.presence import Presence, with_event, with_sessions
from silo_core.surfaces.cli.terminal import local, plain
from silo_locking.commands.asking import as_json, described, sessions_of, who
from silo_locking.commands.part import Part

_TURN_S = 0.5
"""How long one wait lasts: on Windows, Ctrl+C is noticed between two of them only."""
_GAP = "subscription.sync_required"

News = Event | Connection


@dataclass(frozen=True, slots=True)
class Printer:
    """Prints the sessions at the beginning and then one line for each change."""

    part: Part
    caller: str
    as_json: bool

    def begin(self, sessions: tuple[EditSession, ...], part_number: str | None) -> None:
        """What is so now."""
        if self.as_json:
            for session in sessions:
                self._print_json("held", session)
            return
        from silo_locking.commands.sessions import listing

        for line in listing(sessions, self.part, self.caller, part_number):
            print(line, flush=True)

    def acquired(self, session: EditSession) -> None:
        """Somebody edits an object from now on."""
        if self.as_json:
            self._print_json("acquired", session)
        else:
            self._print(f"{self._who(session)} edits {self._what(session)}")

    def released(self, session: EditSession, reason: str) -> None:
        """Somebody does not any more."""
        if self.as_json:
            self._print_json("released", session, reason=reason or None)
        else:
            why = f" ({reason})" if reason else ""
            self._print(f"{self._who(session)} no longer edits {self._what(session)}{why}")

    @staticmethod
    def note(text: str) -> None:
        """How things stand with the server, beside the output."""
        print(f"silo: {plain(text)}", file=sys.stderr, flush=True)

    def _who(self, session: EditSession) -> str:
        return who(session, self.caller)

    def _what(self, session: EditSession) -> str:
        title = described(session, self.part)
        return f"{title}, {session.context_level.value}, on {session.workstation}"

    @staticmethod
    def _print(text: str) -> None:
        print(f"{local(datetime.now(UTC), seconds=True)}  {plain(text)}", flush=True)

    def _print_json(self, event: str, session: EditSession, **more: str | None) -> None:
        told = {"event": event, "at": format_time(datetime.now(UTC)), **more}
        told |= as_json(session, self.part, self.caller)
        print(json.dumps(told), flush=True)


def watch(client: SiloClient, part_number: str | None, printer: Printer) -> NoReturn:
    """Print the sessions and each change from then on, until interrupted; a connection that is lost
    is made again.

    Raises:
        AuthError: the server does not accept the token any more.
        NotFoundError: it does not have the part any more.
        KeyboardInterrupt: the user has seen enough.
    """
    news: queue.SimpleQueue[News] = queue.SimpleQueue()
    # of no workstation: watching must neither keep edit sessions alive nor take anybody's messages
    stream = EventStream(client, "", news.put, news.put)
    stream.start()
    try:
        Watch(client, part_number, printer, news).run()
    finally:
        stream.stop()


class Watch:
    """Follows events, and a listing after each connect: what a server no longer holds it does not
    replay. Nothing is printed before the first listing."""

    def __init__(
        self,
        client: SiloClient,
        part_number: str | None,
        printer: Printer,
        news: queue.SimpleQueue[News],
    ) -> None:
        self._client = client
        self._part_number = part_number
        self._presence = Presence()
        self._printer = printer
        self._news = news
        self._has_begun = False
        self._is_away = False

    def run(self) -> NoReturn:
        """See :func:`watch`."""
        while True:
            try:
                self._take(self._news.get(timeout=_TURN_S))
            except queue.Empty:
                continue

    def _take(self, news: News) -> None:
        if isinstance(news, Connection):
            self._connection_is(news)
            return
        self._event_came(news)
        if news.type == _GAP:
            self._list()

    def _connection_is(self, connection: Connection) -> None:
        if connection.state is ConnectionState.REFUSED:
            raise AuthError(connection.reason)
        if connection.state is ConnectionState.OFFLINE and not self._is_away:
            self._is_away = True
            self._printer.note(connection.reason)
        if connection.state is ConnectionState.ONLINE:
            if self._is_away:
                self._printer.note("Connected again.")
            self._is_away = False
            self._list()

    def _list(self) -> None:
        """Compare with what the server has. Events that have come meanwhile go first: they know why."""
        asked = self._presence
        try:
            sessions = sessions_of(self._client, self._part_number)
        except (OfflineError, BusyError) as error:
            self._printer.note(error.message)  # the next connect lists again
            return
        waiting: list[Connection] = []
        while not self._news.empty():
            news = self._news.get()
            if isinstance(news, Connection):
                waiting.append(news)
            else:
                self._event_came(news)
        self._become(_listed(self._presence, asked, sessions))
        if not self._has_begun:
            self._has_begun = True
            self._printer.begin(tuple(_by_id(self._presence).values()), self._part_number)
        for news in waiting:
            self._news.put(news)

    def _event_came(self, event: Event) -> None:
        if self._part_number in (None, event.part_number):
            reason = event.data.get("reason") if event.type == "edit.session_released" else ""
            self._become(with_event(self._presence, event), str(reason or ""))

    def _become(self, presence: Presence, reason: str = "") -> None:
        before, after = _by_id(self._presence), _by_id(presence)
        self._presence = presence
        if not self._has_begun:
            return
        for session_id, session in before.items():
            if session_id not in after:
                self._printer.released(session, reason)
        for session_id, session in after.items():
            if session_id not in before:
                self._printer.acquired(session)


def _listed(presence: Presence, asked: Presence, sessions: Iterable[EditSession]) -> Presence:
    """``presence`` after a listing of all parts (or the one that is watched)."""
    of_part = {number: tuple(group) for number, group in groupby(sessions, lambda s: s.part_number)}
    for number in {**asked.sessions, **of_part}:
        presence = with_sessions(presence, number, of_part.get(number, ()), asked)
    return presence


def _by_id(presence: Presence) -> Mapping[str, EditSession]:
    return {id_: s for on_part in presence.sessions.values() for id_, s in on_part.items()}
