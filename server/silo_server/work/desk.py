"""What every piece of work needs besides its transaction."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from silo_core.model.interference import InterferenceQuery, RuleAnswer
from silo_core.model.verdict import Judgement
from silo_server.storage.records import Cause, Role

Clock = Callable[[], datetime]
Judge = Callable[[InterferenceQuery], Judgement]
Explain = Callable[[InterferenceQuery], tuple[RuleAnswer, ...]]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking."""

    user: str
    role: Role


@dataclass(frozen=True, slots=True)
class Desk:
    """Time, rules and who is listening, injected. ``connected`` answers the workstations that have an
    open event stream; ``judge`` and ``explain``, which answers the same rule by rule, must not raise.
    Times in seconds: how long an object is kept for who it was handed to, and for who waited."""

    clock: Clock
    judge: Judge
    explain: Explain
    connected: Callable[[], Collection[str]]
    lease_seconds: float
    handoff_seconds: float
    waiting_seconds: float

    def expiry(self) -> datetime:
        """When a lease granted or renewed now is over."""
        return self.clock() + timedelta(seconds=self.lease_seconds)

    def kept_until(self, cause: Cause) -> datetime:
        """When a reservation made now is over."""
        handed = cause is Cause.HANDOFF
        return self.clock() + timedelta(
            seconds=self.handoff_seconds if handed else self.waiting_seconds
        )


def new_id(prefix: str) -> str:
    """An id that is not guessed and not used twice: ``ws-...``."""
    return f"{prefix}-{secrets.token_hex(10)}"
