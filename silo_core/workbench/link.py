"""The workstation's link to its server: registers, listens, renews leases, and says how things stand.

One thread each for the event stream and for the heartbeat; both report through callbacks, which the
workbench moves to the main thread.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Collection
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from silo_core.model.errors import AuthError, NotFoundError, SiloError
from silo_core.model.event import Event
from silo_core.model.exchange import Connection, ConnectionState
from silo_core.ports.connecting import user_of
from silo_core.rules.backoff import delay

if TYPE_CHECKING:
    from silo_core.ports.client import SiloClient

logger = logging.getLogger(__name__)

REGISTER_BACKOFF_S = 0.5
REGISTER_BACKOFF_CAP_S = 30.0
HEARTBEATS_PER_LEASE = 3
DEFAULT_LEASE_S = 60.0
SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 600.0
STOP_S = 5.0


@dataclass(frozen=True, slots=True)
class Identity:
    """Who this workstation is on the server."""

    user: str
    workstation_id: str


class LinkListener(Protocol):
    """What a link reports; called on the link's own threads."""

    def linked(self, identity: Identity) -> None:
        """The server knows this workstation now."""

    def connection_is(self, connection: Connection) -> None:
        """The connection came, went or was refused."""

    def event_came(self, event: Event) -> None:
        """The server told of something."""

    def sessions_lost(self, session_ids: Collection[str]) -> None:
        """The server does not hold these sessions any more."""

    def heard(self) -> None:
        """The server answered or told of something."""

    def heartbeat_content(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The session ids to renew and the part numbers being viewed, now."""


class Link:
    """Keeps a workstation known to its server from :meth:`start` to :meth:`stop`.

    ``client`` is None until ``connect``, called on the link's thread as the keyring may take its
    time, has made one.
    """

    def __init__(
        self,
        connect: Callable[[], SiloClient],
        listener: LinkListener,
        *,
        name: str,
        fingerprint: str,
    ) -> None:
        self.client: SiloClient | None = None
        self._connect = connect
        self._listener = listener
        self._name = name
        self._fingerprint = fingerprint
        self._stopped = threading.Event()
        self._beat_now = threading.Event()
        # A daemon: a keyring that waits for its user must not keep the editor from quitting
        self._thread = threading.Thread(target=self._run, name="silo-link", daemon=True)

    def start(self) -> None:
        """Begin. Returns at once; nothing is waited for."""
        self._thread.start()

    def stop(self) -> None:
        """Cut off what the client is doing, end both threads and wait for them. Harmless when
        repeated or never started."""
        self._stopped.set()
        self._beat_now.set()
        if self.client:
            self.client.close()
        if self._thread.is_alive():
            self._thread.join(STOP_S)

    def beat(self) -> None:
        """Send a heartbeat soon: what is viewed or held has changed."""
        self._beat_now.set()

    def _run(self) -> None:
        try:
            client = self.client = self._connect()
            with closing(client):
                while identity := self._register(client):
                    self._listener.linked(identity)
                    self._listen(client, identity)
        except SiloError as error:  # no token, no usable address, no store
            self._listener.connection_is(Connection(ConnectionState.REFUSED, error.message))

    def _listen(self, client: SiloClient, identity: Identity) -> None:
        from silo_core.ports.events import EventStream

        stream = EventStream(client, identity.workstation_id, self._event_came, self._state_is)
        stream.start()
        try:
            self._renew_leases(client, identity)
        finally:
            stream.stop()

    def _register(self, client: SiloClient) -> Identity | None:
        """Try until the server answers; None when it refuses or the link is stopped first."""
        attempt = 0
        while not self._stopped.is_set():
            try:
                workstation = client.register_workstation(self._name, self._fingerprint)
                return Identity(user_of(client), workstation.id)
            except AuthError as error:
                self._listener.connection_is(Connection(ConnectionState.REFUSED, error.message))
                return None
            except SiloError as error:
                self._listener.connection_is(Connection(ConnectionState.OFFLINE, error.message))
            pause = delay(attempt, REGISTER_BACKOFF_S, REGISTER_BACKOFF_CAP_S, random.random)
            self._stopped.wait(pause)
            attempt += 1
        return None

    def _event_came(self, event: Event) -> None:
        self._listener.heard()
        self._listener.event_came(event)

    def _state_is(self, connection: Connection) -> None:
        self._listener.connection_is(connection)
        if connection.state is ConnectionState.ONLINE:
            self._listener.heard()
        if connection.state in (ConnectionState.ONLINE, ConnectionState.OFFLINE):
            # leases may have run out while there was no connection, and where there is none the
            # server may not know this workstation any more
            self.beat()

    def _renew_leases(self, client: SiloClient, identity: Identity) -> None:
        """Send heartbeats, several a lease, so that one may get lost, until stopped or until the server
        has forgotten this workstation.

        Raises:
            AuthError: the server refuses them, as it does for a token that was revoked.
        """
        lease = DEFAULT_LEASE_S
        while not self._stopped.is_set():
            session_ids, viewing = self._listener.heartbeat_content()
            try:
                beat = client.heartbeat(identity.workstation_id, session_ids, viewing)
            except AuthError:  # the user is to know, and everything else would be refused as well
                raise
            except NotFoundError:
                if self._is_forgotten(client, identity):
                    return
            except SiloError as error:
                logger.debug("heartbeat: %s", error.message)
            else:
                self._listener.heard()
                lease = beat.lease_seconds or DEFAULT_LEASE_S
                if beat.lost:
                    self._listener.sessions_lost(beat.lost)
            self._beat_now.wait(pause_s(lease))
            self._beat_now.clear()

    def _is_forgotten(self, client: SiloClient, identity: Identity) -> bool:
        """Whether it was deleted on the server, which gives who registers again another id then."""
        try:
            again = client.register_workstation(self._name, self._fingerprint)
        except SiloError:
            return False  # the next heartbeat asks again
        return again.id != identity.workstation_id


def pause_s(lease: float) -> float:
    """Seconds between two heartbeats: several in a ``lease``, as the server says it, within reason."""
    return min(max(SHORTEST_PAUSE_S, lease / HEARTBEATS_PER_LEASE), LONGEST_PAUSE_S)
