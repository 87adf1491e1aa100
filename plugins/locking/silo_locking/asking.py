"""Asking the server for an edit session, and what becomes of an answer that nobody waits for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial

from silo_core.model.answers import Acquired
from silo_core.model.errors import BusyError, OfflineError
from silo_core.model.exchange import ContextEntry
from silo_core.model.interference import InterferenceQuery
from silo_core.model.session import EditSession
from silo_core.model.verdict import Judgement, Verdict
from silo_core.ports.client import SiloClient
from silo_core.ports.services import Services
from silo_core.rules.graph import dependents
from silo_locking.judging import BUILT_IN
from silo_locking.patience import Patience
from silo_locking.releasing import Releases


class Ask:
    """One question: to the rules installed here, and then, unless these forbid the entry, to the server.
    ``local`` is what the former said, once there is an ``answer``, which is None where they forbid it.

    Its session belongs to whoever asked, or, once they abandoned it, to
    nobody: it is then released by whoever finds out last, also while the editor quits."""

    def __init__(
        self,
        rules: Callable[[], Judgement],
        acquire: Callable[[], Acquired],
        release: Callable[[EditSession], None],
    ) -> None:
        self.answer: Future[Acquired | None]
        self.local = Judgement()
        self._rules = rules
        self._acquire = acquire
        self._release = release
        self._lock = threading.Lock()
        self._abandoned = False
        self._granted: EditSession | None = None

    def run(self) -> Acquired | None:
        """Ask. Worker thread. Raises ServerError."""
        self.local = self._rules()
        if self.local.verdict is Verdict.HARD:
            return None
        answer = self._acquire()
        with self._lock:
            self._granted = answer.session
            abandoned = self._abandoned
        if abandoned:
            self._release(answer.session)
        return answer

    def abandon(self) -> EditSession | None:
        """From now on nobody wants the answer. What was granted already, for the caller to release."""
        with self._lock:
            self._abandoned = True
            return self._granted


class Asker:
    """Puts the questions. Main thread."""

    def __init__(self, services: Services, releases: Releases, patience: Patience) -> None:
        self._services = services
        self._releases = releases
        self._patience = patience

    def query(self, entry: ContextEntry) -> InterferenceQuery:
        """The entry as conflict rules see it, with the sessions that are known here."""
        services, document = self._services, entry.document
        workstation_id, part_number = services.workstation_id or "", document.part_number or ""
        uses = services.host.uses(document.key)
        return InterferenceQuery(
            part_number=part_number,
            level=entry.context.level,
            object_id=entry.context.object_id,
            user=services.user,
            workstation_id=workstation_id,
            cone=dependents(uses, [entry.context.object_id]),
            sessions=services.presence.sessions_of_others(part_number, workstation_id),
            labels=services.host.labels(document.key),
            uses=uses,
        )

    def ask(self, query: InterferenceQuery) -> Ask | None:
        """Ask for a session; None when there is nobody to ask yet."""
        services, client = self._services, self._services.client
        if client is None or not query.workstation_id:
            return None
        tracked = services.store.tracked.get(query.part_number)
        call = partial(
            client.acquire_edit_session,
            query.part_number,
            query.workstation_id,
            query.level,
            query.object_id,
            query.cone,
            base=tracked.base_version if tracked else None,
        )
        acquire = partial(self._patience.call, call, BusyError, OfflineError)
        ask = Ask(partial(self._rules, query), acquire, partial(self._end, client))
        ask.answer = services.submit(ask.run)
        return ask

    def ask_rules(self, query: InterferenceQuery) -> Future[Judgement]:
        """Ask only the rules installed here. Without a connection it is not known any more who edits
        what, so that they can but warn."""
        return self._services.submit(lambda: self._services.hooks.interference(query).softened())

    def _rules(self, query: InterferenceQuery) -> Judgement:
        """What the built-in rules forbid is for the server to say: its list of sessions is not old."""
        judgement = self._services.hooks.interference(query)
        return Judgement(tuple(r for r in judgement.reasons if r.rule not in BUILT_IN))

    def _end(self, client: SiloClient, session: EditSession) -> None:
        self._releases.end(client, session)
