"""The gates of this workstation: each signal is looked up in the state machine and done. Main thread."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from silo_core.model.answers import Acquired
from silo_core.model.event import Event
from silo_core.model.exchange import ConnectionState, ContextEntry, HeldContext
from silo_core.model.session import EditSession
from silo_core.model.verdict import Judgement, Verdict
from silo_core.ports.services import Services
from silo_core.rules.interference import judge_builtin
from silo_locking import entries
from silo_locking.asking import Ask, Asker
from silo_locking.judging import judge_failure, judge_grant, with_local
from silo_locking.machine import Do, Signal, State, step
from silo_locking.releasing import Releases
from silo_locking.standstill import Standstill

logger = logging.getLogger(__name__)

OBJECT = tuple[str | None, str, str]
"""Part number, level and internal name: what there is one session for."""


class Teller(Protocol):
    """Who tells the user. Main thread."""

    def warn(self, entry: ContextEntry, judgement: Judgement) -> None:
        """An answer came later and is to be known."""

    def kept(self, entry: ContextEntry) -> None:
        """The entry has a session now."""

    def lost(self, entry: ContextEntry) -> None:
        """The entry's session ended without the user's doing."""

    def contested(self, entry: ContextEntry, judgement: Judgement) -> None:
        """Somebody else has what the user has been editing, and goes on editing, without a session."""

    def free_after_all(self, entry: ContextEntry) -> None:
        """An entry was refused for a session that the server does not have any more."""


@dataclass(slots=True)
class Gate:
    """One entry. ``told``: what was said when the user was let in without an answer; ``sessions``:
    ids of those it ever had, the last one being ``session_id``; ``again``: the answer that is on its
    way may be old already."""

    entry: ContextEntry
    state: State = State.NEW
    ask: Ask | None = None
    told: Judgement = field(default_factory=Judgement)
    session_id: str = ""
    sessions: set[str] = field(default_factory=set)
    contested: bool = False
    again: bool = False

    @property
    def object(self) -> OBJECT:
        """What it stands before."""
        return object_of(self.entry)


def object_of(entry: ContextEntry) -> OBJECT:
    """What an entry wants a session for."""
    return entry.document.part_number, entry.context.level.value, entry.context.object_id


def object_of_event(event: Event) -> OBJECT:
    """The object that an event of the server is about."""
    level, object_id = event.data.get("context_level", ""), event.data.get("object_id", "")
    return event.part_number, str(level), str(object_id)


class Gates:
    """All gates that stand before or around what is edited here."""

    def __init__(
        self, services: Services, asker: Asker, releases: Releases, teller: Teller
    ) -> None:
        self._services = services
        self._asker = asker
        self._releases = releases
        self._teller = teller
        self._gates: dict[str, Gate] = {}
        self._forced: set[str] = set()
        self._standstill = Standstill(services)

    def __iter__(self) -> Iterator[Gate]:
        return iter(tuple(self._gates.values()))

    # -- entering and leaving --------------------------------------------------------------------

    def enter(self, entry: ContextEntry, *, locking: bool) -> Judgement | None:
        """Decide an entry: at once, or within ``entry_wait_ms``, or provisionally. A body and a sketch
        in it that are entered in one go share the wait."""
        self._replace(entry)
        gate = self._gates[entry.id] = Gate(entry)
        if not locking:
            self._signal(gate, Signal.SWITCHED_OFF)
            return None
        self._standstill.begin(entry)
        query = self._asker.query(entry)
        online = self._services.connection.state is ConnectionState.ONLINE
        known = judge_builtin(query)
        if online and known.verdict is Verdict.HARD:
            self._signal(gate, Signal.BLOCKED_HERE)
            return known
        gate.ask = self._asker.ask(query) if self._can_ask() else None
        self._signal(gate, Signal.ASKED if gate.ask else Signal.NOBODY_TO_ASK)
        if gate.ask is None:
            return self._without_server(gate, self._asker.ask_rules(query))
        gate.told = known.softened()
        return self._answer_in_time(gate, gate.ask)

    def _can_ask(self) -> bool:
        return self._services.connection.state in (
            ConnectionState.ONLINE,
            ConnectionState.CONNECTING,
        )

    def _without_server(self, gate: Gate, rules: Future[Judgement]) -> Judgement:
        """What the rules installed here say in time: a late warning would warn of nothing new."""
        local = rules.result() if self._standstill.waited_for(rules) else Judgement()
        connection = self._services.connection
        if connection.state in (ConnectionState.OFFLINE, ConnectionState.REFUSED):
            return Judgement.combine([local, entries.offline(gate.entry, connection)])
        return local

    def _answer_in_time(self, gate: Gate, ask: Ask) -> Judgement:
        if self._standstill.waited_for(ask.answer):
            return self._answered(gate, ask)
        self._signal(gate, Signal.WAITED)
        self._answer_later(gate, ask)
        return gate.told

    def passed_through(self, entry: ContextEntry) -> None:
        """The editor did not back out of a refused entry: something within it is edited."""
        gate = self._gates.get(entry.id)
        if gate and gate.state is State.REFUSED:
            self._signal(gate, Signal.PASSED_THROUGH)

    def leave(self, left: Collection[HeldContext]) -> None:
        """These contexts were left: what is granted for them from now on is for nobody."""
        for held in left:
            gate = self._gates.pop(held.entry.id, None)
            if gate:
                self._signal(gate, Signal.LEFT)

    def forget(self, entry: ContextEntry) -> None:
        """The editor backs out of an entry that was refused, here or by another plugin."""
        gate = self._gates.pop(entry.id, None)
        if gate:
            self._signal(gate, Signal.LEFT)

    def _replace(self, entry: ContextEntry) -> None:
        """A body that was passed through is entered again when it is edited itself."""
        before = [
            gate
            for gate in self
            if gate.entry.document.key == entry.document.key and gate.entry.context == entry.context
        ]
        for gate in before:
            del self._gates[gate.entry.id]
            self._signal(gate, Signal.LEFT)

    # -- answers ---------------------------------------------------------------------------------

    def _answer_later(self, gate: Gate, ask: Ask) -> None:
        """Take the answer up when it comes, unless nobody waits for it then."""

        def answered() -> None:
            if gate.ask is ask and not ask.answer.cancelled():
                self._answered(gate, ask)

        ask.answer.add_done_callback(lambda _: self._services.post(answered))

    def _answered(self, gate: Gate, ask: Ask) -> Judgement:
        """What the answer says, and what the gate does about it."""
        gate.ask = None
        error = ask.answer.exception()
        answer = None if error else ask.answer.result()
        if answer:
            return self._granted(gate, answer, ask.local)
        judgement = ask.local
        if error:
            failure = judge_failure(gate.entry, error, self._services.user, self._services.now())
            judgement = with_local(failure, ask.local)
        if judgement.verdict is not Verdict.HARD:
            self._signal(gate, Signal.UNANSWERED, judgement)
        elif gate.state is State.ASKING or self._is_innermost(gate):
            self._signal(gate, Signal.REFUSED, judgement)
        else:
            self._signal(gate, Signal.PASSED_THROUGH)
            self._services.settle_entry(gate.entry, judgement)
        if gate.again:
            self._signal(gate, Signal.ASK_AGAIN)
        return judgement

    def _granted(self, gate: Gate, answer: Acquired, local: Judgement) -> Judgement:
        session = answer.session
        tracked = self._services.store.tracked.get(session.part_number)
        own = self._services.workstation_id or ""
        judgement = with_local(judge_grant(gate.entry, answer, tracked, own), local)
        gate.session_id = session.id
        gate.sessions.add(session.id)
        self._signal(gate, Signal.GRANTED, judgement, session)
        if session.id in self._forced:  # its end was told before its beginning
            self.forced(session.id)
        elif session.id in self._services.presence.ended:
            self._ended(gate, Signal.RELEASED)
        return judgement

    def _is_innermost(self, gate: Gate) -> bool:
        held = self._services.held(gate.entry.document.key)
        return bool(held) and held[-1].entry.id == gate.entry.id

    # -- what happens while contexts are held ----------------------------------------------------

    def lost(self, held: Collection[HeldContext]) -> None:
        """The sessions of these contexts ended without this workstation's doing."""
        for lost in held:
            gate = self._gates.get(lost.entry.id)
            if gate and lost.session:
                gate.sessions.add(lost.session.id)
                self._signal(gate, Signal.ENDED)

    def released(self, session_id: str, freed: OBJECT) -> None:
        """A session ended. It may have been shared with a push of the last time here; and whoever has
        been kept from the object can have it now."""
        for gate in self:
            if gate.session_id == session_id and gate.state is State.HELD:
                self._ended(gate, Signal.RELEASED)
            elif gate.object == freed:
                self._signal(gate, Signal.ASK_AGAIN)

    def forced(self, session_id: str) -> ContextEntry | None:
        """An admin ended this session; the entry it was for, if that is still edited here. What was
        asked for before this was known is given back."""
        self._forced.add(session_id)
        for gate in self:
            if session_id in gate.sessions:
                self._signal(gate, Signal.FORCED)
                return gate.entry
        return None

    def ask_again(self) -> None:
        """The server is back: ask for everything that is edited without a session."""
        for gate in self:
            self._signal(gate, Signal.ASK_AGAIN)

    def expect_listed(self) -> Callable[[Collection[str]], None]:
        """The sessions that are kept now should be listed by the server, which is asked after this:
        not every server tells of those that ended while nobody listened. To be called with their ids."""
        kept = {gate.session_id for gate in self if gate.state is State.HELD}

        def listed(session_ids: Collection[str]) -> None:
            for gate in self:
                if gate.state is State.HELD and gate.session_id in kept.difference(session_ids):
                    self._ended(gate, Signal.ENDED)

        return listed

    def switch(self, *, on: bool) -> None:
        """Edit locking was switched on or off."""
        for gate in self:
            self._signal(gate, Signal.SWITCHED_ON if on else Signal.SWITCHED_OFF)

    def _ended(self, gate: Gate, signal: Signal) -> None:
        self._services.detach_sessions([gate.session_id])
        self._signal(gate, signal)

    # -- transitions -----------------------------------------------------------------------------

    def _signal(
        self,
        gate: Gate,
        signal: Signal,
        judgement: Judgement | None = None,
        session: EditSession | None = None,
    ) -> None:
        transition = step(gate.state, signal)
        if transition is None:
            return
        logger.debug("%s: %s (%s)", gate.entry.context.title, transition.name, transition.target)
        gate.state = transition.target
        for what in transition.does:
            self._do(what, gate, judgement or Judgement(), session)

    def _do(self, what: Do, gate: Gate, judgement: Judgement, session: EditSession | None) -> None:
        entry = gate.entry
        actions: dict[Do, Callable[[], None]] = {
            Do.KEEP: partial(self._keep, gate, session),
            Do.GIVE_BACK: partial(self._give_back, gate),
            Do.ABANDON: partial(self._abandon, gate),
            Do.CONFIRM: partial(self._confirm, gate),
            Do.BACK_OUT: partial(self._services.settle_entry, entry, judgement),
            Do.CONTEST: partial(self._contest, gate, judgement),
            Do.WARN: partial(self._warn, gate, judgement),
            Do.TELL_LOST: partial(self._soon, gate, partial(self._teller.lost, entry)),
            Do.ASK: partial(self._soon, gate, partial(self._ask, gate)),
        }
        actions[what]()

    def _keep(self, gate: Gate, session: EditSession | None) -> None:
        gate.contested = False
        if session and self._services.attach_session(gate.entry, session):
            self._teller.kept(gate.entry)
        elif session:
            self._releases.release(session)

    def _give_back(self, gate: Gate) -> None:
        held = self._services.held(gate.entry.document.key)
        for session in (h.session for h in held if h.entry.id == gate.entry.id):
            if session:
                self._services.detach_sessions([session.id])
                self._releases.release(session)

    def _abandon(self, gate: Gate) -> None:
        ask, gate.ask = gate.ask, None
        granted = ask.abandon() if ask else None
        if granted:
            self._releases.release(granted)

    def _confirm(self, gate: Gate) -> None:
        """What is known here may be old: once the server has said who edits, look again."""

        def confirmed() -> None:
            query = self._asker.query(gate.entry)
            if self._services.hooks.interference(query).verdict is not Verdict.HARD:
                self._teller.free_after_all(gate.entry)
                self._signal(gate, Signal.ASK_AGAIN)

        self._services.refresh_presence(gate.entry.document.part_number or "", confirmed)

    def _contest(self, gate: Gate, judgement: Judgement) -> None:
        """Once, until the session is there again."""
        if not gate.contested:
            gate.contested = True
            self._teller.contested(gate.entry, judgement)

    def _warn(self, gate: Gate, judgement: Judgement) -> None:
        told = {reason.text for reason in gate.told.reasons}
        news = tuple(reason for reason in judgement.reasons if reason.text not in told)
        gate.told = judgement
        if news and judgement.verdict is Verdict.SOFT:
            self._teller.warn(gate.entry, Judgement(news))

    def _soon(self, gate: Gate, call: Callable[[], None]) -> None:
        """After what the server told has been read: what an admin ended is not asked for."""
        state = gate.state
        self._services.post(lambda: call() if gate.state is state else None)

    def _ask(self, gate: Gate) -> None:
        if gate.entry.id not in self._gates:
            return
        gate.again = gate.ask is not None
        if gate.again:
            return
        gate.ask = self._asker.ask(self._asker.query(gate.entry))
        if gate.ask:
            self._answer_later(gate, gate.ask)
