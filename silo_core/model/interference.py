"""The question that conflict rules answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from silo_core.model.context import ContextLevel
from silo_core.model.frozen import FrozenDict
from silo_core.model.session import EditSession
from silo_core.model.verdict import Reason, Verdict


@dataclass(frozen=True, slots=True)
class InterferenceQuery:
    """May ``user`` at ``workstation_id`` edit this object?

    ``cone`` is the object's dependency cone (itself and all that depends on it); ``sessions`` are the
    edit sessions that others hold on the item (another workstation of the same user is another);
    ``labels`` maps the internal names of the part's objects to their labels, and ``uses`` to what
    they are built from; both are empty where no feature graph is known. The same query is asked on a
    workstation and, bindingly, on the server.
    """

    part_number: str
    level: ContextLevel
    object_id: str
    user: str
    workstation_id: str
    cone: frozenset[str]
    sessions: tuple[EditSession, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    uses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("labels", "uses"):
            given = getattr(self, name)
            if type(given) is not FrozenDict:
                object.__setattr__(self, name, FrozenDict(given))

    @property
    def label(self) -> str:
        """The object's label, its internal name where none is known."""
        return self.labels.get(self.object_id, self.object_id)


@dataclass(frozen=True, slots=True)
class RuleAnswer:
    """What one conflict rule answered to a query.

    ``rule`` is its name (of a rule of a plugin, the plugin's), ``source`` the distribution it comes
    from, ``problem`` how it failed, without the details that only the log has; empty where it did
    not. A rule that failed has a SOFT reason.
    """

    rule: str
    source: str
    reasons: tuple[Reason, ...] = ()
    problem: str = ""

    @property
    def verdict(self) -> Verdict:
        """The strictest verdict among the reasons."""
        return max((reason.verdict for reason in self.reasons), default=Verdict.NONE)
