"""Listening to a server's events, for as long as it takes."""

from __future__ import annotations

import json
import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from silo_core.model.errors import AuthError, BusyError, OfflineError, ProtocolError, SiloError
from silo_core.model.event import Event
from silo_core.model.exchange import Connection, ConnectionState
from silo_core.model.frozen import frozen
from silo_core.rules.backoff import at_least, delay
from silo_core.rules.sse import SseDecoder, SseMessage

if TYPE_CHECKING:
    import httpx

    from silo_core.ports.client import SiloClient
    from silo_core.ports.client.transport import Transport

logger = logging.getLogger(__name__)

IDLE_TIMEOUT_S = 45.0
"""The published server sends something at least every 30 s; one heartbeat may come late."""
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
SETTLED_S = 5.0
"""A connection that lasted this long was a good one: the next pauses begin short again."""
STOP_WAIT_S = 1.0

_GAP = "subscription.sync_required"
_HEARTBEAT = "heartbeat"


class EventStream:
    """Reads the event stream of one workstation on a thread of its own.

    It reconnects by itself, with growing pauses and full jitter, and resumes behind the last event
    it got; an event that comes twice is passed on once. It gives up only where the token is
    refused, in state REFUSED. ``on_event`` and ``on_state`` are called on the stream's thread; what
    they raise is logged. After each ONLINE whoever listens has to ask for sessions and for the sync
    diff: what a server no longer holds is not replayed.
    """

    def __init__(
        self,
        client: SiloClient,
        workstation_id: str,
        on_event: Callable[[Event], None],
        on_state: Callable[[Connection], None],
        *,
        idle_timeout: float = IDLE_TIMEOUT_S,
        first_pause: float = FIRST_PAUSE_S,
        longest_pause: float = LONGEST_PAUSE_S,
        rand: Callable[[], float] = random.random,
    ) -> None:
        """Times are in seconds; ``idle_timeout`` is how long the stream may be silent before it
        counts as dead; ``rand`` gives 0 up to 1."""
        self._client = client
        self._plan = _Plan(
            workstation_id, on_event, on_state, idle_timeout, first_pause, longest_pause, rand
        )
        self._position = _Position()
        self._lock = threading.Lock()
        self._run: _Run | None = None

    def start(self) -> None:
        """Begin to listen; harmless when it listens already. After a stop it resumes."""
        with self._lock:
            if self._run is None or not self._run.thread.is_alive():
                self._run = _Run(self._plan, self._position, self._client.new_transport())
                self._run.thread.start()

    def stop(self) -> bool:
        """Stop listening, at once, whatever the connection is doing. Harmless when repeated.

        Answers whether the thread has ended: it has, unless a callback still runs (as the one does
        that calls this on the stream's own thread).
        """
        with self._lock:
            run, self._run = self._run, None
        return run is None or run.stop()


@dataclass(frozen=True, slots=True)
class _Plan:
    workstation_id: str
    on_event: Callable[[Event], None]
    on_state: Callable[[Connection], None]
    idle_timeout: float
    first_pause: float
    longest_pause: float
    rand: Callable[[], float]


class _Position:
    """Where in the server's log the stream is, over all its connections."""

    def __init__(self) -> None:
        self.resume_from = ""
        """What ``Last-Event-ID`` says, empty at the beginning."""
        self._newest: int | None = None
        self._last: SseMessage | None = None

    def connected(self) -> None:
        """A new connection begins."""
        self._last = None

    def forget(self) -> None:
        """Begin anew: what comes next cannot be told from what came before."""
        self.resume_from = ""
        self._newest = self._last = None

    def event_of(self, message: SseMessage) -> tuple[bool, int | None]:
        """Whether a message is new, and its number in the log if it has one of its own.

        Numbers only grow, but for a gap: there the server says that its count and ours do not meet.
        A message that has the number of the one before has none itself (an id stays in force until
        the next), or is that one once more.
        """
        if message.event == _GAP:
            self._newest = self._last = None
        number, last = _number(message.id), self._last
        if number is None:
            return True, None
        if last is not None and number == _number(last.id):
            return (message.event, message.data) != (last.event, last.data), None
        self._last = message
        if self._newest is not None and number <= self._newest:
            return False, number
        self._newest = number
        return True, number


class _Run:
    """One life of a stream, from start to stop, on its thread."""

    def __init__(self, plan: _Plan, position: _Position, transport: Transport) -> None:
        self._plan = plan
        self._position = position
        self._transport = transport
        self._stopped = threading.Event()
        self._asked_pause = 0.0
        self._online_since: float | None = None
        self._told: Connection | None = None
        self.thread = threading.Thread(target=self._listen, name="silo-events")

    def stop(self) -> bool:
        self._stopped.set()
        self._transport.close()
        if self.thread is threading.current_thread():
            return False
        self.thread.join(STOP_WAIT_S)
        if self.thread.is_alive():
            logger.warning("the event stream has not ended yet: a callback still runs")
        return not self.thread.is_alive()

    def _listen(self) -> None:
        attempt = 0
        try:
            while not self._stopped.is_set():
                self._online_since = None
                failure = self._connect_once()
                if failure is None:
                    return
                since = self._online_since
                if since is not None and time.monotonic() - since > SETTLED_S:
                    attempt = 0
                self._stopped.wait(self._pause(attempt, failure))
                attempt += 1
        finally:
            self._transport.close()

    def _connect_once(self) -> SiloError | None:
        """Listen until the connection ends. Why it did, None if there is not to be another."""
        self._tell(ConnectionState.CONNECTING)
        try:
            with self._transport.exchange(
                "GET",
                "events",
                query={"workstation_id": self._plan.workstation_id},
                headers=self._headers(),
                read_timeout=self._plan.idle_timeout,
            ) as response:
                self._check(response)
                self._online_since = time.monotonic()
                self._tell(ConnectionState.ONLINE)
                self._read(response)
            failure: SiloError = OfflineError("The server ended the event stream; reconnecting.")
        except AuthError as error:
            self._tell(ConnectionState.REFUSED, error.message)
            return None
        except SiloError as error:
            failure = error
        self._tell(ConnectionState.OFFLINE, failure.message)
        return failure

    def _headers(self) -> dict[str, str]:
        headers = {"Accept": "text/event-stream", "Cache-Control": "no-store"}
        resume_from = self._position.resume_from
        # an id is opaque; one that is no header value is not worth failing for
        if resume_from.isascii() and resume_from.isprintable() and resume_from:
            headers["Last-Event-ID"] = resume_from
        return headers

    def _check(self, response: httpx.Response) -> None:
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if response.status_code != 200 or kind != "text/event-stream":
            raise ProtocolError(
                f"{self._transport.address} sent no event stream; "
                "check that server_url is the address of a Silo server.",
                status=response.status_code,
            )

    def _read(self, response: httpx.Response) -> None:
        decoder = SseDecoder()
        self._position.connected()
        for chunk in response.iter_bytes():
            try:
                messages = decoder.feed(chunk)
            except ProtocolError:
                # Resuming would only bring the same oversized event again.
                self._position.forget()
                raise
            for message in messages:
                if self._stopped.is_set():
                    return
                self._pass_on(message)
                self._position.resume_from = message.id or self._position.resume_from
            # an id may come without an event: where the log stands when the connection begins
            self._position.resume_from = decoder.last_event_id or self._position.resume_from
            if decoder.retry is not None:
                self._asked_pause = decoder.retry / 1000

    def _pass_on(self, message: SseMessage) -> None:
        if message.event == _HEARTBEAT:
            return
        is_new, number = self._position.event_of(message)
        data = _data(message) if is_new else None
        if data is not None:
            # one for all plugins: what one of them changed, the others would see
            event = Event(number, message.event, data)
            self._call(lambda: self._plan.on_event(event))

    def _pause(self, attempt: int, failure: SiloError) -> float:
        """Seconds until the next try, the longest pause at most. ``retry:`` is where they begin."""
        longest = self._plan.longest_pause
        base = max(self._plan.first_pause, min(self._asked_pause, longest))
        pause = delay(attempt, base, longest, self._plan.rand)
        asked = failure.retry_after if isinstance(failure, BusyError) else None
        return min(at_least(pause, asked), longest)

    def _tell(self, state: ConnectionState, reason: str = "") -> None:
        connection = Connection(state, reason)
        if connection != self._told and not self._stopped.is_set():
            self._told = connection
            self._call(lambda: self._plan.on_state(connection))

    def _call(self, callback: Callable[[], None]) -> None:
        try:
            callback()
        except Exception:  # a listener's mistake must not end the stream for the others
            logger.exception("a listener of the event stream failed")


def _number(text: str | None) -> int | None:
    """The server's counter; None where the id is no number."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 20 else None


def _data(message: SseMessage) -> dict[str, object] | None:
    """The members of an event, None (and a line in the log) where it has none."""
    try:
        data = frozen(json.loads(message.data))
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        logger.warning("event %s of type %r was skipped: no JSON object", message.id, message.event)
        return None
    return data
