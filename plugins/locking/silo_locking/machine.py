"""The entry gate as a state machine: one gate for each context that is entered. Pure.

``TABLE`` is all of it; docs/locking.md draws it, and a test keeps the two in step. A signal that a state
has no row for changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class State(StrEnum):
    """Where a gate stands."""

    NEW = "new"
    """About to be decided."""
    ASKING = "asking"
    """The server is asked, and the editor waits for its answer."""
    PROVISIONAL = "provisional"
    """The answer is late: the user is let in until it comes."""
    HELD = "held"
    """There is an edit session."""
    OFFLINE = "offline"
    """Edited without a session, as nobody could be asked."""
    LOST = "lost"
    """Edited on without the session there was, or while somebody else has it."""
    PASSED = "passed"
    """Somebody else has it, and it is only passed through: something within it is edited."""
    FORCED = "forced"
    """An admin ended the session. It is not asked for again."""
    UNLOCKED = "unlocked"
    """Edited while edit locking is switched off."""
    REFUSED = "refused"
    """The editor backs out."""
    LEFT = "left"
    """The user left the context."""


class Signal(StrEnum):
    """What happens to a gate."""

    ASKED = "asked"
    BLOCKED_HERE = "blocked here"
    NOBODY_TO_ASK = "nobody to ask"
    WAITED = "entry_wait_ms is over"
    GRANTED = "granted"
    REFUSED = "refused"
    UNANSWERED = "unanswered"
    PASSED_THROUGH = "passed through"
    ENDED = "session ended"
    RELEASED = "session released"
    FORCED = "force-released"
    ASK_AGAIN = "server back, or object free"
    SWITCHED_OFF = "switched off"
    SWITCHED_ON = "switched on"
    LEFT = "left"


class Do(StrEnum):
    """What a transition asks for, in this order."""

    KEEP = "keep the session"
    GIVE_BACK = "release the session"
    ABANDON = "release what is granted late"
    CONFIRM = "ask who has it now"
    BACK_OUT = "back out, set changes aside"
    CONTEST = "show who has it"
    WARN = "warn"
    TELL_LOST = "tell of the loss"
    ASK = "ask the server"


@dataclass(frozen=True, slots=True)
class Transition:
    """One row: in ``source``, ``signal`` leads to ``target``, which asks for ``does``."""

    name: str
    source: State
    signal: Signal
    target: State
    does: tuple[Do, ...] = ()


def _rows() -> tuple[Transition, ...]:
    s, n, do, row = State, Signal, Do, Transition
    return (
        row("ask", s.NEW, n.ASKED, s.ASKING),
        row("block at once", s.NEW, n.BLOCKED_HERE, s.REFUSED, (do.CONFIRM,)),
        row("begin offline", s.NEW, n.NOBODY_TO_ASK, s.OFFLINE),
        row("begin unlocked", s.NEW, n.SWITCHED_OFF, s.UNLOCKED),
        row("grant", s.ASKING, n.GRANTED, s.HELD, (do.KEEP,)),
        row("refuse", s.ASKING, n.REFUSED, s.REFUSED),
        row("let in", s.ASKING, n.WAITED, s.PROVISIONAL),
        row("go without", s.ASKING, n.UNANSWERED, s.OFFLINE),
        row("confirm", s.PROVISIONAL, n.GRANTED, s.HELD, (do.KEEP, do.WARN)),
        row("back out", s.PROVISIONAL, n.REFUSED, s.REFUSED, (do.BACK_OUT,)),
        row("go on without", s.PROVISIONAL, n.UNANSWERED, s.OFFLINE, (do.WARN,)),
        row("take up", s.OFFLINE, n.GRANTED, s.HELD, (do.KEEP, do.WARN)),
        row("find taken", s.OFFLINE, n.REFUSED, s.LOST, (do.CONTEST,)),
        row("try again", s.OFFLINE, n.ASK_AGAIN, s.OFFLINE, (do.ASK,)),
        row("lose", s.HELD, n.ENDED, s.LOST, (do.TELL_LOST, do.ASK)),
        row("outlive", s.HELD, n.RELEASED, s.LOST, (do.ASK,)),
        row("recover", s.LOST, n.GRANTED, s.HELD, (do.KEEP, do.WARN)),
        row("still taken", s.LOST, n.REFUSED, s.LOST, (do.CONTEST,)),
        row("ask for it", s.LOST, n.ASK_AGAIN, s.LOST, (do.ASK,)),
        row("get body too", s.PASSED, n.GRANTED, s.HELD, (do.KEEP, do.WARN)),
        row("ask on the way", s.PASSED, n.ASK_AGAIN, s.PASSED, (do.ASK,)),
        row("switch on", s.UNLOCKED, n.SWITCHED_ON, s.OFFLINE, (do.ASK,)),
        row("switch off", s.HELD, n.SWITCHED_OFF, s.UNLOCKED, (do.GIVE_BACK,)),
        *(
            row("stop asking", source, n.SWITCHED_OFF, s.UNLOCKED, (do.ABANDON,))
            for source in (s.PROVISIONAL, s.OFFLINE, s.LOST, s.PASSED)
        ),
        *(
            row("pass through", source, n.PASSED_THROUGH, s.PASSED)
            for source in (s.REFUSED, s.PROVISIONAL, s.OFFLINE, s.LOST)
        ),
        *(
            row("force out", source, n.FORCED, s.FORCED, (do.ABANDON, do.GIVE_BACK))
            for source in (s.HELD, s.LOST)
        ),
        *(
            row("leave", source, n.LEFT, s.LEFT, (do.ABANDON,))
            for source in State
            if source not in (s.NEW, s.REFUSED, s.LEFT)
        ),
    )


TABLE: Mapping[tuple[State, Signal], Transition] = MappingProxyType(
    {(row.source, row.signal): row for row in _rows()}
)
"""Every transition there is, by its source and its signal."""


def step(state: State, signal: Signal) -> Transition | None:
    """The transition that ``signal`` leads to; None where it changes nothing."""
    return TABLE.get((state, signal))
