"""Hands the durable event log to whoever listens.

Each event is encoded once and its bytes are shared by all listeners. Every listener has a bounded
queue: one that does not keep up is dropped, and finds what it missed in the log when it returns.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from silo_server.storage.ports import MetadataStore
from silo_server.storage.records import LoggedEvent

log = logging.getLogger(__name__)

HEARTBEAT = b": heartbeat\n\n"
_PAGE = 500


def encode(event: LoggedEvent) -> bytes:
    """The event as a server-sent event. JSON has no line breaks, so ``data`` is one line."""
    return f"id: {event.id}\nevent: {event.type}\ndata: {event.data}\n\n".encode()


@dataclass(eq=False, slots=True)
class Listener:
    """One open event stream. ``token_sha256`` is what it was opened with; ``after`` the id of the last
    event that is not for it."""

    workstation_id: str | None
    token_sha256: str
    limit: int
    after: int = 0
    queue: asyncio.Queue[bytes] = field(default_factory=asyncio.Queue)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def offer(self, encoded: bytes) -> None:
        """Queue bytes to be sent; too many waiting already, and the listener is dropped."""
        if self.queue.qsize() >= self.limit:
            log.info("A listener of workstation %s was too slow; dropped.", self.workstation_id)
            self.ended.set()
        else:
            self.queue.put_nowait(encoded)

    def may_see(self, event: LoggedEvent) -> bool:
        """Whether the event came after it began to listen, for everybody or for this workstation."""
        is_heard = event.audience is None or self.workstation_id in event.audience
        return is_heard and event.id > self.after


class Hub:
    """Follows the log on the event loop. What it holds can be lost: the log has everything."""

    def __init__(self, store: MetadataStore, queue_limit: int) -> None:
        self._store = store
        self._queue_limit = queue_limit
        self._listeners: set[Listener] = set()
        self._connected: Counter[str] = Counter()
        self._news = asyncio.Event()
        self._position = self.newest()
        self.closed = False

    @property
    def position(self) -> int:
        """Id of the last event that was handed out."""
        return self._position

    def newest(self) -> int:
        """Id of the last event in the log, which may not be handed out yet."""
        return self._store.read(lambda reader: reader.event_range())[1]

    def connected(self) -> frozenset[str]:
        """Workstations that have an open stream; asked from any thread."""
        return frozenset(self._connected.copy())

    def tokens(self) -> frozenset[str]:
        """The token hashes that streams were opened with."""
        return frozenset(listener.token_sha256 for listener in self._listeners)

    def join(self, workstation_id: str | None, token_sha256: str) -> Listener:
        """A listener for everything after ``position``."""
        listener = Listener(workstation_id, token_sha256, self._queue_limit)
        self._listeners.add(listener)
        if workstation_id is not None:
            self._connected[workstation_id] += 1
        if self.closed:
            listener.ended.set()
        return listener

    def leave(self, listener: Listener) -> None:
        """The stream of ``listener`` is over."""
        self._listeners.discard(listener)
        name = listener.workstation_id
        if name is not None:
            self._connected[name] -= 1
            if not self._connected[name]:
                del self._connected[name]

    def wake(self) -> None:
        """There are new events in the log."""
        self._news.set()

    def beat(self) -> None:
        """Show every listener that the connection lives."""
        for listener in self._listeners:
            listener.offer(HEARTBEAT)

    def end(self, *, workstation_id: str | None = None, token_sha256: str | None = None) -> None:
        """End the streams of a workstation that is gone, or of a token that is not valid any more."""
        for listener in self._listeners:
            gone = workstation_id is not None and listener.workstation_id == workstation_id
            if gone or listener.token_sha256 == token_sha256:
                listener.ended.set()

    def close(self) -> None:
        """End all streams, and any that is opened from now on."""
        self.closed = True
        for listener in self._listeners:
            listener.ended.set()

    async def follow(self) -> None:
        """Hand out the log as it grows, until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            while events := self._page(self._position):
                for event in events:
                    encoded = encode(event)
                    for listener in self._listeners:
                        if listener.may_see(event):
                            listener.offer(encoded)
                self._position = events[-1].id
                await asyncio.sleep(0)  # let the listeners send before the next page

    def replay(self, listener: Listener, after: int, until: int) -> Iterator[bytes]:
        """What the log holds for ``listener`` between two ids, the second included."""
        oldest, newest = self._store.read(lambda reader: reader.event_range())
        if after < oldest - 1 or after > newest:
            yield _gap(max(oldest - 1, 0) if after < oldest else newest)
        while after < until and (events := self._page(after)):
            for event in events:
                if event.id <= until and listener.may_see(event):
                    yield encode(event)
            after = events[-1].id

    def _page(self, after: int) -> list[LoggedEvent]:
        return self._store.read(lambda reader: reader.events(after, _PAGE))


def greeting(position: int) -> bytes:
    """First on a stream that replays nothing: where the log stands, so that a reconnect can replay."""
    return f"id: {position}\nevent: heartbeat\ndata: {{}}\n\n".encode()


def _gap(position: int) -> bytes:
    """Events are missing: what follows begins after ``position``."""
    return encode(LoggedEvent(position, "subscription.sync_required", '{"reason":"gap"}', None))
