"""The hooks of the locking plugin. All of it runs on the main thread but what is submitted."""

from __future__ import annotations

from concurrent.futures import Future, wait
from functools import partial

from silo_core.hookspecs import hookimpl
from silo_core.model.answers import Acquired
from silo_core.model.errors import BusyError, OfflineError
from silo_core.model.event import Event
from silo_core.model.exchange import (
    ActivityKind,
    Connection,
    ConnectionState,
    ContextEntry,
    ContextExit,
    HeldContext,
)
from silo_core.model.interference import InterferenceQuery
from silo_core.model.session import EditSession, ReleaseReason
from silo_core.model.verdict import Judgement, Verdict
from silo_core.ports.services import Services
from silo_locking import texts
from silo_locking.handoff import Handoffs
from silo_locking.judging import judge_failure, judge_grant, with_local
from silo_locking.patience import Patience
from silo_locking.releasing import Releases

SETTING = "edit_locking_enabled"
FORCED = "edit.force_released"


class Locking:
    """The entry gate: asks for edit sessions, and releases those that nothing else ends."""

    services: Services
    handoffs: Handoffs
    releases: Releases
    patience: Patience

    def __init__(self) -> None:
        """Ids of entries: asked for, left before the answer came, bereft of their session (and of
        which), and by an admin, whose word is not asked against."""
        self._asking: set[str] = set()
        self._left: set[str] = set()
        self._lost: dict[str, str] = {}
        self._forced: set[str] = set()
        self._unsettled: dict[str, EditSession] = {}

    @hookimpl
    def silo_startup(self, services: Services) -> None:
        """Keep what the workbench offers."""
        self.services = services
        self.handoffs = Handoffs(services)
        self.patience = Patience()
        self.releases = Releases(services, self.patience)

    @hookimpl
    def silo_shutdown(self) -> None:
        """What is under way gets one try."""
        self.patience.stop()

    # -- entering --------------------------------------------------------------------------------

    @hookimpl
    def silo_context_enter(self, entry: ContextEntry) -> Judgement | None:
        """Known blocks first, then the server, for ``entry_wait_ms`` at most."""
        if not self._enabled:
            return None
        state = self.services.connection.state
        query = self._query(entry)
        local = self.services.hooks.interference(query)
        if local.verdict is Verdict.HARD or state is ConnectionState.UNCONFIGURED:
            return local
        if state in (ConnectionState.OFFLINE, ConnectionState.REFUSED):
            return Judgement.combine([local, texts.offline(entry, self.services.connection)])
        asked = self._ask(entry, query.cone)
        return self._answered_in_time(entry, local, asked) if asked else local

    @hookimpl
    def silo_context_entered(self, entry: ContextEntry, judgement: Judgement) -> None:
        """Warn of what is soft."""
        if judgement.verdict is Verdict.SOFT:
            self._post(entry, ActivityKind.WARNING, judgement)

    @hookimpl
    def silo_context_refused(
        self, entry: ContextEntry, judgement: Judgement, session: EditSession | None
    ) -> None:
        """Say who is in the way, and offer to ask them for it."""
        if session:
            self.releases.release(session)
        self._post(entry, ActivityKind.BLOCKED, judgement)
        self.handoffs.offer(entry, judgement)

    # -- leaving ---------------------------------------------------------------------------------

    @hookimpl
    def silo_context_exit(self, exit: ContextExit) -> bool:
        """Release directly what no push carries."""
        for session in exit.sessions:
            self.releases.release(session)
        return True

    @hookimpl
    def silo_context_exited(self, exit: ContextExit) -> None:
        """A session that is granted after this is for nobody."""
        for held in exit.left:
            self._lost.pop(held.entry.id, None)
            self._forced.discard(held.entry.id)
            if held.entry.id in self._asking:
                self._left.add(held.entry.id)
            granted = self._unsettled.pop(held.entry.id, None)
            if granted:
                self.releases.release(granted)

    # -- what happens while sessions are held ----------------------------------------------------

    @hookimpl
    def silo_connection_changed(self, connection: Connection) -> None:
        """Back online: ask for what was entered without a session, release what is left over."""
        if connection.state is ConnectionState.ONLINE:
            self._ask_for_missing()
            self.releases.sweep()

    @hookimpl
    def silo_sessions_lost(self, held: tuple[HeldContext, ...]) -> None:
        """Tell, and ask again: nobody may have taken it meanwhile. Not before the event that ended
        them has been read here too: what an admin ended is not asked for."""
        self._lost.update({lost.entry.id: lost.session.id for lost in held if lost.session})
        self.services.post(partial(self._ask_for_lost, [lost.entry for lost in held]))

    @hookimpl
    def silo_server_event(self, event: Event) -> None:
        """Handoffs that are asked for, and how they were answered; what an admin ended. And who comes
        back to an object while the push or release of the last time is under way shares the session
        it ends."""
        self.handoffs.event_came(event)
        if event.type == FORCED or event.data.get("reason") == ReleaseReason.FORCED:
            self._forced_out(event)
        own = event.data.get("workstation_id") == self.services.workstation_id
        if own and event.type == "edit.session_released":
            self._ask_for_missing()

    @hookimpl
    def silo_settings_changed(self, keys: frozenset[str]) -> None:
        """Switched off while sessions are held: release them. Switched on: ask for them."""
        if SETTING not in keys:
            return
        if self._enabled:
            self._ask_for_missing()
            return
        sessions = [held.session for held in self.services.held() if held.session]
        self.services.detach_sessions([session.id for session in sessions])
        for session in sessions:
            self.releases.release(session)

    # -- how -------------------------------------------------------------------------------------

    @property
    def _enabled(self) -> bool:
        return self.services.settings.flag(SETTING)

    def _query(self, entry: ContextEntry) -> InterferenceQuery:
        services, document = self.services, entry.document
        workstation_id = services.workstation_id or ""
        part_number = document.part_number or ""
        return InterferenceQuery(
            part_number=part_number,
            level=entry.context.level,
            object_id=entry.context.object_id,
            user=services.user,
            workstation_id=workstation_id,
            cone=self._cone(entry),
            sessions=services.presence.sessions_of_others(part_number, workstation_id),
            labels=services.host.labels(document.key),
        )

    def _cone(self, entry: ContextEntry) -> frozenset[str]:
        return self.services.host.cone(entry.document.key, entry.context.object_id)

    def _ask(self, entry: ContextEntry, cone: frozenset[str]) -> Future[Acquired] | None:
        """Ask the server on a worker thread; None when there is nobody to ask yet."""
        services, client = self.services, self.services.client
        workstation_id = services.workstation_id
        if client is None or workstation_id is None:
            return None
        part_number = entry.document.part_number or ""
        tracked = services.store.tracked.get(part_number)
        call = partial(
            client.acquire_edit_session,
            part_number,
            workstation_id,
            entry.context.level,
            entry.context.object_id,
            cone,
            base=tracked.base_version if tracked else None,
        )

        def acquire() -> Acquired:
            answer = self.patience.call(call, BusyError, OfflineError)
            self._unsettled[entry.id] = answer.session
            if entry.id in self._left:  # nobody may be there to hear of it when the editor quits
                self.releases.end(client, answer.session)
            return answer

        self._asking.add(entry.id)
        asked = services.submit(acquire)
        asked.add_done_callback(lambda _: self._answered(entry))
        return asked

    def _answered(self, entry: ContextEntry) -> None:
        self._asking.discard(entry.id)
        self._left.discard(entry.id)

    def _answered_in_time(
        self, entry: ContextEntry, local: Judgement, asked: Future[Acquired]
    ) -> Judgement:
        """Wait ``entry_wait_ms``; a later answer confirms the entry, or backs out of it."""
        seconds = self.services.settings.number("entry_wait_ms") / 1000
        if not wait([asked], seconds).done:
            asked.add_done_callback(partial(self._answered_late, entry, local))
            return local
        return self._judged(entry, local, asked)

    def _judged(self, entry: ContextEntry, local: Judgement, asked: Future[Acquired]) -> Judgement:
        error = asked.exception()
        if error:
            return with_local(judge_failure(entry, error, self.services.now()), local)
        return self._granted(entry, asked.result(), local)

    def _granted(self, entry: ContextEntry, answer: Acquired, local: Judgement) -> Judgement:
        """Keep the session, or give it back at once if it is not wanted any more."""
        session = answer.session
        self._unsettled.pop(entry.id, None)
        wanted = self._enabled and entry.id not in self._forced
        if not wanted or not self.services.attach_session(entry, session):
            self.releases.release(session)
        tracked = self.services.store.tracked.get(session.part_number)
        return with_local(judge_grant(entry, answer, tracked), local)

    def _answered_late(
        self, entry: ContextEntry, local: Judgement, asked: Future[Acquired]
    ) -> None:
        self.services.post(partial(self._settle, entry, local, asked))

    def _settle(self, entry: ContextEntry, local: Judgement, asked: Future[Acquired]) -> None:
        """The answer to an entry that was let in without one."""
        if asked.cancelled():
            return
        judgement = self._judged(entry, local, asked)
        if entry.id in self._lost:  # it stays entered, and its work is pushed like any other
            judgement = judgement.softened()
        if judgement.verdict is Verdict.HARD:
            self.services.settle_entry(entry, judgement)
        elif judgement.verdict is Verdict.SOFT and judgement != local and self._is_held(entry):
            self._post(entry, ActivityKind.WARNING, judgement)

    def _ask_for_lost(self, entries: list[ContextEntry]) -> None:
        for entry in entries:
            if entry.id not in self._forced:
                self.services.post_activity(texts.lost(entry, self.services.now()))
        self._ask_for_missing()

    def _forced_out(self, event: Event) -> None:
        """Never ask for this entry again, and give back what was asked for before this was known."""
        for held in self.services.held():
            if self._lost.get(held.entry.id) != event.data.get("session_id"):
                continue
            self._forced.add(held.entry.id)
            if held.session:
                self.services.detach_sessions([held.session.id])
                self.releases.release(held.session)
            if event.type == FORCED:  # the other one does not say who and why
                self.services.post_activity(texts.forced(held.entry, event, self.services.now()))

    def _ask_for_missing(self) -> None:
        """Ask for every context that is held without a session, is not being asked for, and was not
        ended by an admin."""
        settled = self._asking | self._forced
        for held in self.services.held():
            if held.session or held.entry.id in settled or not self._enabled:
                continue
            asked = self._ask(held.entry, self._cone(held.entry))
            if asked:
                asked.add_done_callback(partial(self._answered_late, held.entry, Judgement()))

    def _is_held(self, entry: ContextEntry) -> bool:
        return any(held.entry.id == entry.id for held in self.services.held(entry.document.key))

    def _post(self, entry: ContextEntry, kind: ActivityKind, judgement: Judgement) -> None:
        self.services.post_activity(texts.judged(entry, kind, judgement, self.services.now()))
