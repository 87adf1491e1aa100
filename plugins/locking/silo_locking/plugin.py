"""The hooks of the locking plugin. Main thread."""

from __future__ import annotations

import re
from contextlib import suppress

from silo_core.hookspecs import hookimpl
from silo_core.model.context import Document
from silo_core.model.errors import FileError, HostError
from silo_core.model.event import Event
from silo_core.model.exchange import (
    ActivityEntry,
    ActivityKind,
    Connection,
    ConnectionState,
    ContextEntry,
    ContextExit,
    HeldContext,
)
from silo_core.model.session import EditSession, ReleaseReason
from silo_core.model.verdict import Judgement, Verdict
from silo_core.ports.durable import explaining_write
from silo_core.ports.services import Services
from silo_locking import buttons, entries, texts
from silo_locking.asking import Asker
from silo_locking.buttons import Wish
from silo_locking.gates import Gates, object_of_event
from silo_locking.handoff import Handoffs
from silo_locking.judging import STALE_COPY
from silo_locking.patience import Patience
from silo_locking.releasing import Releases
from silo_locking.stale import StaleCopies
from silo_locking.wishes import Wishes

SETTING = "edit_locking_enabled"
FORCED = "edit.force_released"
RELEASED = "edit.session_released"
FREED = ("edit.object_free", "edit.reservation_ended")
ASIDE = "set-aside"
"""The folder, beside the store, of what was changed before a late refusal."""


class Locking:
    """The entry gate: asks for edit sessions, and releases those that nothing else ends."""

    services: Services

    @hookimpl
    def silo_startup(self, services: Services) -> None:
        """Keep what the workbench offers."""
        self.services = services
        self.patience = Patience(lambda: services.post(self._catch_up))
        self.releases = Releases(services, self.patience)
        asker = Asker(services, self.releases, self.patience)
        self.gates = Gates(services, asker, self.releases, self)
        self.handoffs = Handoffs(services, self.releases)
        self.wishes = Wishes(services)
        self.stale = StaleCopies(services)
        self._let_in: set[str] = set()

    @hookimpl
    def silo_shutdown(self) -> None:
        """What is under way gets one try; what could not be released is found at the next start."""
        self.patience.stop()

    # -- entering --------------------------------------------------------------------------------

    @hookimpl
    def silo_context_enter(self, entry: ContextEntry) -> Judgement | None:
        """Known blocks first, then the server, for ``entry_wait_ms`` at most."""
        return self.gates.enter(entry, locking=self._enabled)

    @hookimpl
    def silo_context_entered(self, entry: ContextEntry, judgement: Judgement) -> None:
        """Warn of what is soft."""
        self.gates.passed_through(entry)
        self._let_in.add(entry.id)
        if judgement.verdict is Verdict.SOFT:
            self.warn(entry, judgement)

    @hookimpl
    def silo_context_refused(
        self, entry: ContextEntry, judgement: Judgement, session: EditSession | None
    ) -> None:
        """Say who is in the way, and offer to ask them for it."""
        if session:
            self.releases.release(session)
        self.gates.forget(entry)
        if entry.id in self._let_in:
            self._let_in.discard(entry.id)
            self._set_aside(entry)
        now = self.services.now()
        told = entries.judged(entry, ActivityKind.BLOCKED, judgement, now)
        wish = Wish(entry, self.wishes.path_to(entry))
        question = texts.blocked(entry, judgement, now)
        self.wishes.refused(wish, told, question, texts.holder_of(judgement))

    def _set_aside(self, entry: ContextEntry) -> None:
        """What the user changed while the answer was late is no business of the object's holder, and
        yet nothing is lost: it goes into a copy."""
        folder = self.services.store.path.parent / ASIDE
        name = re.sub(r"[^\w.-]", "_", f"{entry.document.part_number}-{entry.context.object_id}")
        suffix = entry.document.path.suffix if entry.document.path else ""
        copy = folder / f"{name}-{self.services.now():%Y%m%d-%H%M%S}-{entry.id[:6]}{suffix}"
        try:
            with explaining_write(folder):
                folder.mkdir(parents=True, exist_ok=True)
            kept = self.services.host.set_aside(entry.document.key, entry.context, copy)
        except (HostError, FileError) as error:
            self.services.post_activity(
                entries.not_set_aside(entry, error.message, self.services.now())
            )
            return
        if kept:
            self.services.post_activity(entries.set_aside(entry, copy, self.services.now()))
        else:
            with suppress(OSError):  # kept only while there is something in it
                folder.rmdir()

    # -- buttons -----------------------------------------------------------------------------------

    @hookimpl
    def silo_act(self, entry: ActivityEntry, action: str) -> str | None:
        """Requests, handoffs and updates."""
        if action in buttons.WISHES:
            return self.wishes.act(entry, action)
        if action in buttons.HANDOFFS:
            return self.handoffs.act(entry, action)
        return self.stale.act(entry, action) if action in buttons.UPDATES else None

    @hookimpl
    def silo_action_problem(self, entry: ActivityEntry, action: str) -> str | None:
        """Why not, as far as it is known here."""
        if action in buttons.WISHES:
            return self.wishes.problem(entry, action)
        if action in buttons.HANDOFFS:
            return self.handoffs.problem(entry, action)
        return self.stale.problem(entry) if action in buttons.UPDATES else None

    # -- leaving ---------------------------------------------------------------------------------

    @hookimpl
    def silo_context_exit(self, exit: ContextExit) -> bool:
        """Release directly what no push carries."""
        if exit.handoff_id:
            self.releases.hand_over(exit.sessions, exit.handoff_id)
        else:
            for session in exit.sessions:
                self.releases.release(session)
        return True

    @hookimpl
    def silo_context_exited(self, exit: ContextExit) -> None:
        """A session that is granted after this is for nobody."""
        self._let_in.difference_update(held.entry.id for held in exit.left)
        self.gates.leave(exit.left)
        self.handoffs.left(exit.left)
        self.stale.left(exit.document)

    @hookimpl
    def silo_document_closed(self, document: Document) -> None:
        """Nobody is asked about a document that is gone."""
        self.stale.closed(document)
        self.wishes.closed(document)

    # -- what happens while sessions are held ----------------------------------------------------

    @hookimpl
    def silo_connection_changed(self, connection: Connection) -> None:
        """Back online: ask for what was entered without a session, and for a place in line; release
        what is left over."""
        if connection.state is ConnectionState.ONLINE:
            self._catch_up()
            self.wishes.wait_again()

    def _catch_up(self) -> None:
        """Take up what the server could not answer, and find out what it did not tell."""
        self.patience.start_over()
        if self.services.connection.state is ConnectionState.ONLINE:  # else once it is
            self.gates.ask_again()
            self.releases.sweep(self.gates.expect_listed())

    @hookimpl
    def silo_sessions_lost(self, held: tuple[HeldContext, ...]) -> None:
        """Tell, and ask again: nobody may have taken it meanwhile."""
        self.gates.lost(held)

    @hookimpl
    def silo_server_event(self, event: Event) -> None:
        """Handoffs that are asked for, and how they were answered; sessions that ended, and those that
        an admin ended."""
        self.handoffs.event_came(event)
        self.wishes.event_came(event)
        if (
            self.patience.has_failed
        ):  # it is heard again, and others may wait for what is held for nobody
            self._catch_up()
        session_id = str(event.data.get("session_id"))
        if event.type == FORCED:
            entry = self.gates.forced(session_id)
            if entry:
                self.services.post_activity(entries.forced(entry, event, self.services.now()))
        elif event.type == RELEASED and event.data.get("reason") == ReleaseReason.FORCED:
            self.gates.forced(session_id)
        elif event.type in (RELEASED, *FREED):
            self.gates.released(session_id, object_of_event(event))

    @hookimpl
    def silo_settings_changed(self, keys: frozenset[str]) -> None:
        """Switched off while sessions are held: release them. Switched on: ask for them."""
        if SETTING in keys:
            self.gates.switch(on=self._enabled)

    @property
    def _enabled(self) -> bool:
        return self.services.settings.flag(SETTING)

    # -- what the gates have to tell -------------------------------------------------------------

    def warn(self, entry: ContextEntry, judgement: Judgement) -> None:
        """See ``Teller``. A stale copy is a question, the rest a warning."""
        rest = Judgement(tuple(r for r in judgement.reasons if not r.rule.startswith(STALE_COPY)))
        if rest.reasons:
            now, labels = self.services.now(), self.services.host.labels(entry.document.key)
            kind = ActivityKind.WARNING
            self.services.post_activity(entries.judged(entry, kind, rest, now, labels))
        self.stale.offer(entry, judgement)

    def kept(self, entry: ContextEntry) -> None:
        """See ``Teller``."""
        self.wishes.come_otherwise(entry)

    def lost(self, entry: ContextEntry) -> None:
        """See ``Teller``."""
        self.services.post_activity(entries.lost(entry, self.services.now()))

    def contested(self, entry: ContextEntry, judgement: Judgement) -> None:
        """See ``Teller``."""
        now = self.services.now()
        told = entries.taken(entry, judgement, now)
        wish = Wish(entry, self.wishes.path_to(entry))
        question = texts.contested(entry, judgement, now)
        self.wishes.refused(wish, told, question, texts.holder_of(judgement))

    def free_after_all(self, entry: ContextEntry) -> None:
        """See ``Teller``."""
        self.services.post_activity(entries.free_after_all(entry, self.services.now()))
        self.wishes.come_true(entry)
