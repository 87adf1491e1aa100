"""Why what one user edits concerns another, in words: by the way in the feature graph between both.

"your Fillet is built on Pocket001, which alice's Mounting holes (Sketch001) shapes".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from silo_core.model.context import Context, ContextLevel
from silo_core.model.interference import InterferenceQuery
from silo_core.model.session import EditSession
from silo_core.rules.graph import DependencyGraph, Ways


class Explainer:
    """Explains sessions to who asks ``query``. The graph is turned around once, for all of them."""

    def __init__(self, query: InterferenceQuery) -> None:
        self._query = query
        self._graph = DependencyGraph(query.uses)
        self._ways: dict[str, Ways] = {}

    def relation(self, session: EditSession) -> str:
        """How the object of ``session`` and the one asked for hang together; empty where the graph
        does not show it."""
        asked, held = self._query.object_id, session.object_id
        mine, theirs = self._ways_from(asked), self._ways_from(held)
        words = _Words(self._query, session)
        if asked in theirs.distances:
            return words.built_on(words.mine, theirs.to(asked), words.theirs)
        if held in mine.distances:
            return words.built_on(words.theirs, mine.to(held), words.mine)
        meeting = self._graph.meeting(mine, theirs)
        return words.meet(mine.to(meeting), theirs.to(meeting)) if meeting else ""

    def _ways_from(self, name: str) -> Ways:
        """Several sessions on one object at different levels need one search."""
        if name not in self._ways:
            self._ways[name] = self._graph.ways_from(name)
        return self._ways[name]


@dataclass(frozen=True, slots=True)
class _Side:
    """One of two users, as sentences name the object that is theirs and the way from it."""

    object: str
    way: str


class _Words:
    """The sentences. Of a user who is both sides no "your" would say which of two desks it means."""

    def __init__(self, query: InterferenceQuery, session: EditSession) -> None:
        self._labels = query.labels
        mine = title(query.object_id, query.labels)
        theirs = title(session.object_id, query.labels)
        if session.user == query.user:
            self.mine, self.theirs = (
                _Side(f"{mine} here", "here"),
                _Side(f"{theirs} there", "there"),
            )
        else:
            self.mine = _Side(f"your {mine}", "yours")
            self.theirs = _Side(f"{session.user}'s {theirs}", f"{session.user}'s")

    def built_on(self, user: _Side, path: tuple[str, ...], used: _Side) -> str:
        """``path`` leads from the object of ``used`` to that of ``user``."""
        between = path[1:-1]
        if not between:
            return f"{user.object} is built on {used.object}"
        *farther, nearest = between
        through = f" through {self._some(farther)}" if farther else ""
        return (
            f"{user.object} is built on {self._title(nearest)}, which {used.object} shapes{through}"
        )

    def meet(self, mine: tuple[str, ...], theirs: tuple[str, ...]) -> str:
        """Both paths lead to the same object, from that of each side."""
        where = self._title(mine[-1])
        both = f"{self.mine.object} and {self.theirs.object}"
        if len(mine) == len(theirs) == 2:
            return f"{both} both shape {where}"
        ways = f"{self._way(self.mine, mine)}, {self._way(self.theirs, theirs)}"
        return f"{both} meet in {where}: {ways}"

    def _way(self, side: _Side, path: tuple[str, ...]) -> str:
        """The step next to where both meet is what it is built on there."""
        *farther, nearest = path[1:-1] or ("",)
        if not nearest:
            return f"{side.way} directly"
        more = f" and {len(farther)} more" if farther else ""
        return f"{side.way} through {self._title(nearest)}{more}"

    def _some(self, names: list[str]) -> str:
        return self._title(names[0]) if len(names) == 1 else f"{len(names)} more"

    def _title(self, name: str) -> str:
        return title(name, self._labels)


def title(name: str, labels: Mapping[str, str]) -> str:
    """An object of the part as ``Context.title`` names it; its level does not show there."""
    return Context(ContextLevel.PARTDESIGN, name, labels.get(name, "")).title
