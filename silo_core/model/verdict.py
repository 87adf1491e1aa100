"""The answer of a gate: how strict, and every reason for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import IntEnum

from silo_core.model.session import EditSession


class Verdict(IntEnum):
    """Ordered by strictness, so that the strictest of several is their maximum."""

    NONE = 0
    SOFT = 1
    HARD = 2

    @property
    def wire_name(self) -> str:
        """Its name in the protocol: ``none``, ``soft`` or ``hard``."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a rule answered as it did.

    ``text`` is a sentence for the user; ``session`` the other party's edit session where there is
    one; ``shared_nodes`` the internal names where two dependency cones meet, sorted.
    """

    verdict: Verdict
    rule: str
    text: str
    session: EditSession | None = None
    shared_nodes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """All reasons of all rules; its verdict is the strictest of theirs (none without reasons)."""

    reasons: tuple[Reason, ...] = field(default=())

    @property
    def verdict(self) -> Verdict:
        """The strictest verdict among the reasons."""
        return max((reason.verdict for reason in self.reasons), default=Verdict.NONE)

    def softened(self) -> Judgement:
        """The same reasons, none of them stricter than SOFT."""
        soft = [
            replace(reason, verdict=min(reason.verdict, Verdict.SOFT)) for reason in self.reasons
        ]
        return Judgement(tuple(soft))

    @classmethod
    def combine(cls, judgements: Iterable[Judgement]) -> Judgement:
        """All reasons of ``judgements``, strictest first, in a stable order."""
        reasons = [reason for judgement in judgements for reason in judgement.reasons]
        return cls(tuple(sorted(reasons, key=lambda reason: -reason.verdict)))
