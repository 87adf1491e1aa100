"""Telling the server what this workstation has: one request at a time, for all that came meanwhile."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from concurrent.futures import Future
from functools import partial

from silo_core.model.exchange import ConnectionState
from silo_core.ports.services import Services
from silo_subscriptions.engine.plan import Acks
from silo_subscriptions.engine.planning import Surveyor
from silo_subscriptions.engine.worker import Lane

logger = logging.getLogger(__name__)


class Acknowledging:
    """Main thread. Only what is recorded may be handed in."""

    def __init__(
        self,
        services: Services,
        lane: Lane,
        surveyor: Surveyor,
        ask_about: Callable[[Collection[str]], None],
        is_over: Callable[[], None],
    ) -> None:
        """``ask_about`` is given doubtful items once they are acknowledged; ``is_over`` is called when
        nothing is being sent any more."""
        self._services = services
        self._lane = lane
        self._surveyor = surveyor
        self._ask_about = ask_about
        self._is_over = is_over
        self._waiting: Acks = {}
        self._doubtful: set[str] = set()
        self.is_sending = False

    def add(self, acks: Acks, doubtful: Collection[str] = ()) -> None:
        """Tell the server soon. What does not arrive is told after the next connect."""
        self._waiting.update(acks)
        self._doubtful.update(doubtful)
        self._send()

    def _send(self) -> None:
        client, workstation = self._services.client, self._services.workstation_id
        if self._services.connection.state is not ConnectionState.ONLINE:
            self._waiting, self._doubtful = {}, set()
        if self.is_sending or not self._waiting or client is None or workstation is None:
            return
        acks, self._waiting = self._waiting, {}
        doubtful, self._doubtful = self._doubtful, set()
        self.is_sending = True
        sent = self._services.submit(partial(client.ack_syncs, workstation, acks))
        sent.add_done_callback(
            lambda future: self._services.post(partial(self._sent, acks, doubtful, future))
        )

    def _sent(self, acks: Acks, doubtful: Collection[str], future: Future[None]) -> None:
        self.is_sending = False
        if future.cancelled():
            return
        if not future.exception():
            named = {number: version for number, (version, _) in acks.items()}
            self._lane.run(
                lambda: self._surveyor.mark(named, acknowledged=True),
                lambda _: self._ask_about(doubtful),
                lambda error: logger.warning("%s", error.message),
            )
        self._send()
        if not self.is_sending:
            self._is_over()
