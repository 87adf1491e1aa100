"""The entry gate's state machine alone: whatever happens, no session is left to nobody."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from silo_locking.machine import TABLE, Do, Signal, State, Transition, step

PAGE = Path(__file__).parents[2] / "docs" / "locking.md"
FINAL = {State.REFUSED, State.LEFT}
ASKS = {t.target for t in TABLE.values() if Do.ASK in t.does} | {State.ASKING, State.PROVISIONAL}
"""States in which an answer may be waited for."""


class OneGate(RuleBasedStateMachine):
    """One gate, the server it asks, and the editor around it. It does what ``Gates`` does with each
    ``Do``, and tells the gate of anything at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.state = State.NEW
        self.asked = 0
        self.question: int | None = None
        """The question whose answer the gate waits for."""
        self.on_the_way: dict[int, int | None] = {}
        """Each question and the session it was granted; None: not answered yet."""
        self.attached: int | None = None
        self.live: set[int] = set()
        self.released: set[int] = set()
        self.told: list[Do] = []
        self.is_asked_again = False

    # -- what Gates does -------------------------------------------------------------------------

    def signal(self, signal: Signal, session: int | None = None) -> None:
        transition = step(self.state, signal)
        if transition is None:
            if session is not None:
                self.release(session)
                raise AssertionError(f"{self.state} has no use for a session that was granted")
            return
        self.state = transition.target
        for what in transition.does:
            self.do(what, session)

    def do(self, what: Do, session: int | None) -> None:
        if what is Do.KEEP:
            self.attached = session
        elif what is Do.GIVE_BACK and self.attached is not None:
            self.release(self.attached)
            self.attached = None
        elif what is Do.ABANDON:
            self.abandon()
        elif what is Do.ASK and self.question is None:
            self.ask()
        else:
            self.told.append(what)

    def ask(self) -> None:
        self.asked += 1
        self.question = self.asked
        self.on_the_way[self.asked] = None

    def abandon(self) -> None:
        question, self.question = self.question, None
        session = self.on_the_way.get(question) if question else None
        if session is not None:
            self.release(session)

    def release(self, session: int) -> None:
        self.live.discard(session)
        self.released.add(session)

    # -- what a user, the server and an admin do ---------------------------------------------------

    @initialize(
        first=st.sampled_from(
            [Signal.ASKED, Signal.BLOCKED_HERE, Signal.NOBODY_TO_ASK, Signal.SWITCHED_OFF]
        )
    )
    def enter(self, first: Signal) -> None:
        if first is Signal.ASKED:
            self.ask()
        self.signal(first)

    @precondition(lambda self: self.question in self.on_the_way)
    @rule()
    def the_server_grants(self) -> None:
        """The answer is on its way, and may be abandoned before it is there."""
        if self.question and self.on_the_way[self.question] is None and not self.live:
            self.on_the_way[self.question] = self.question
            self.live.add(self.question)

    @precondition(lambda self: self.question is not None)
    @rule(otherwise=st.sampled_from([Signal.REFUSED, Signal.UNANSWERED]))
    def the_answer_is_there(self, otherwise: Signal) -> None:
        assert self.question
        session = self.on_the_way.pop(self.question)
        self.question = None
        self.signal(otherwise if session is None else Signal.GRANTED, session)

    @precondition(lambda self: self.state is State.ASKING)
    @rule(signal=st.sampled_from([Signal.WAITED, Signal.BLOCKED_HERE, Signal.LEFT]))
    def the_wait_ends(self, signal: Signal) -> None:
        self.signal(signal)

    @precondition(lambda self: self.attached in self.live and self.state is State.HELD)
    @rule(how=st.sampled_from([Signal.ENDED, Signal.RELEASED, Signal.FORCED]))
    def the_session_ends(self, how: Signal) -> None:
        if self.attached is not None:
            self.live.discard(self.attached)
            self.attached = None
        self.signal(how)

    @precondition(lambda self: self.state not in {State.NEW, State.ASKING})
    @rule(
        signal=st.sampled_from(
            [Signal.ASK_AGAIN, Signal.SWITCHED_OFF, Signal.SWITCHED_ON, Signal.PASSED_THROUGH]
        )
    )
    def something_happens(self, signal: Signal) -> None:
        self.signal(signal)

    @precondition(lambda self: self.state in {State.LOST, State.HELD})
    @rule()
    def an_admin_s_word_about_an_earlier_session_comes_late(self) -> None:
        self.signal(Signal.FORCED)

    @precondition(lambda self: self.state not in {State.NEW, State.ASKING})
    @rule()
    def leave(self) -> None:
        """What is held is released or pushed by whoever deals with the exit."""
        if self.attached is not None:
            self.release(self.attached)
            self.attached = None
        self.signal(Signal.LEFT)

    # -- the laws ------------------------------------------------------------------------------------

    @invariant()
    def what_is_granted_is_held_or_on_its_way_or_released(self) -> None:
        expected = set()
        if self.question is not None and self.on_the_way[self.question] is not None:
            expected.add(self.on_the_way[self.question])
        if self.attached is not None:
            expected.add(self.attached)
        assert self.live == expected

    @invariant()
    def only_a_held_gate_has_a_session(self) -> None:
        assert (self.attached is not None) == (self.state is State.HELD)

    @invariant()
    def who_does_not_want_a_session_asks_for_none(self) -> None:
        if self.state not in ASKS:
            assert self.question is None

    @invariant()
    def what_is_left_stays_left(self) -> None:
        if self.state is State.LEFT:
            assert all(step(self.state, signal) is None for signal in Signal)


TestOneGate = OneGate.TestCase
TestOneGate.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)


# -- the table ------------------------------------------------------------------------------------------


def reached(start: State, rows: Iterable[Transition]) -> set[State]:
    """Every state that some signals lead to from ``start``."""
    known, todo = {start}, [start]
    steps = [(row.source, row.target) for row in rows]
    while todo:
        at = todo.pop()
        found = {target for source, target in steps if source is at} - known
        known |= found
        todo += found
    return known


def test_every_state_can_be_reached() -> None:
    assert reached(State.NEW, TABLE.values()) == set(State)


@pytest.mark.parametrize("state", sorted(set(State) - FINAL - {State.NEW}))
def test_every_live_state_is_left_by_leaving(state: State) -> None:
    transition = step(state, Signal.LEFT)
    assert transition
    assert transition.target is State.LEFT
    assert Do.ABANDON in transition.does


def test_nothing_leads_out_of_a_context_that_was_left() -> None:
    assert reached(State.LEFT, TABLE.values()) == {State.LEFT}


def test_nothing_leads_back_to_the_beginning() -> None:
    assert State.NEW not in {row.target for row in TABLE.values()}


@pytest.mark.parametrize("state", [State.LEFT, State.UNLOCKED, State.FORCED, State.REFUSED])
def test_whatever_ends_the_asking_abandons_the_question(state: State) -> None:
    """But for an entry that is over with the very answer, and one that never asked."""
    answers = {Signal.REFUSED}
    for row in TABLE.values():
        if row.target is state and row.source in ASKS and row.signal not in answers:
            assert Do.ABANDON in row.does, row


def test_a_session_is_kept_wherever_one_may_be_granted() -> None:
    for row in TABLE.values():
        assert (row.signal is Signal.GRANTED) == (Do.KEEP in row.does) == (row.target is State.HELD)
    for state in ASKS:
        assert step(state, Signal.GRANTED), state


def test_a_held_session_that_does_not_end_by_itself_is_given_back() -> None:
    by_itself = {Signal.ENDED, Signal.RELEASED, Signal.LEFT}
    for row in TABLE.values():
        if row.source is State.HELD and row.signal not in by_itself:
            assert Do.GIVE_BACK in row.does, row


def test_every_transition_can_be_named() -> None:
    """One name means one thing: the same signal, target and doings, whatever it starts from."""
    meaning: dict[str, tuple[Signal, State, tuple[Do, ...]]] = {}
    for row in TABLE.values():
        what = (row.signal, row.target, row.does)
        assert meaning.setdefault(row.name, what) == what, row.name
    labels = Counter((row.source, row.target, row.signal) for row in TABLE.values())
    assert max(labels.values()) == 1


# -- the page that draws it --------------------------------------------------------------------------


def drawn() -> list[tuple[str, str, str]]:
    """Source, target and signal of each arrow of the page's state diagram."""
    (diagram,) = re.findall(r"```mermaid\nstateDiagram-v2\n(.*?)```", PAGE.read_text(), re.S)
    return re.findall(r"^\s*(\w+) --> (\w+): (.+?)\s*$", diagram, re.M)


def test_the_page_draws_every_transition_once_and_nothing_else() -> None:
    table = [(row.source.value, row.target.value, row.signal.value) for row in TABLE.values()]
    assert sorted(drawn()) == sorted(table)


def test_the_page_lists_every_transition_with_its_name_and_what_is_done() -> None:
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", PAGE.read_text(), re.M)
    listed = [tuple(row) for row in rows if row[0] in {state.value for state in State}]
    table = [
        (row.source, row.signal, row.target, row.name, ", ".join(row.does) or "-")
        for row in TABLE.values()
    ]
    assert sorted(listed) == sorted((a.value, b.value, c.value, d, e) for a, b, c, d, e in table)


def test_the_page_explains_every_state() -> None:
    explained = dict(re.findall(r"^\| (\w+) \| ([^|]+?) \|$", PAGE.read_text(), re.M))
    explained.pop("state")
    assert set(explained) == {state.value for state in State}
