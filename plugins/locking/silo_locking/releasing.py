"""Giving edit sessions back: those that were left, and those that nobody here holds any more."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from contextlib import suppress
from functools import partial

from silo_core.model.answers import HandoffAnswer
from silo_core.model.errors import BusyError, NotFoundError, OfflineError, ServerError
from silo_core.model.session import EditSession
from silo_core.ports.client import SiloClient
from silo_core.ports.services import Services
from silo_locking.patience import Patience


class Releases:
    """Main thread, but for :meth:`end`."""

    def __init__(self, services: Services, patience: Patience) -> None:
        self._services = services
        self._patience = patience

    def release(self, session: EditSession) -> None:
        """End a session soon."""
        client = self._services.client
        if client:
            self._services.submit(partial(self.end, client, session))

    def hand_over(self, sessions: Sequence[EditSession], handoff_id: str) -> None:
        """End sessions that were left for a handoff soon: the answer comes first, as it keeps the
        object for who asked. A server without answers only sees the sessions end."""
        client = self._services.client
        if client is None:
            return

        def hand_over() -> None:
            with suppress(ServerError):  # whatever it says, nobody holds these sessions any more
                answer = partial(client.answer_handoff, handoff_id, HandoffAnswer.RELEASE)
                self._patience.call(answer, BusyError, OfflineError)
            for session in sessions:
                self.end(client, session)

        self._services.submit(hand_over)

    def answer(self, handoff_id: str, answer: HandoffAnswer) -> None:
        """Answer a request soon."""
        client = self._services.client
        if client:
            call = partial(client.answer_handoff, handoff_id, answer)
            self._services.submit(partial(self._patience.call, call, BusyError, OfflineError))

    def end(self, client: SiloClient, session: EditSession) -> None:
        """End a session now. Worker thread. An open event stream keeps it alive, so that one try is
        not enough.

        Raises:
            ServerError: it is still there.
        """
        call = partial(client.release_edit_session, session.part_number, session.id)
        with suppress(NotFoundError):  # it had ended already, which is what was wanted
            self._patience.call(call, BusyError, OfflineError)

    def sweep(self, listed: Callable[[Collection[str]], None]) -> None:
        """Release what the server still has for this workstation and nobody here holds: a crash, or
        an answer that was lost, leaves such sessions behind, and nothing else would end them.
        ``listed`` is told the ids of all that the server has."""
        client = self._services.client
        if client is None:
            return
        call = partial(self._patience.call, client.list_edit_sessions, BusyError, OfflineError)
        found = self._services.submit(call)
        found.add_done_callback(
            lambda done: self._services.post(partial(self._swept, listed, done))
        )

    def _swept(
        self,
        tell: Callable[[Collection[str]], None],
        listed: Future[tuple[EditSession, ...]],
    ) -> None:
        if listed.cancelled() or listed.exception():
            return
        tell({session.id for session in listed.result()})
        pushing = {id_ for job in self._services.store.outbox.pending() for id_ in job.session_ids}
        for session in listed.result():
            own = session.workstation_id == self._services.workstation_id
            if own and session.id not in pushing and not self._is_used(session):
                self.release(session)

    def _is_used(self, session: EditSession) -> bool:
        """Held, or about to be: who asks for an object is answered with the session there is."""
        wanted = (session.part_number, session.context_level, session.object_id)
        return any(
            wanted
            == (
                held.entry.document.part_number,
                held.context.level,
                held.context.object_id,
            )
            for held in self._services.held()
        )
