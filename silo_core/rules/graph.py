"""Who depends on whom in a part.

The dependency cone of an object is the object itself and all that is built from it, directly or
not. Real files may hold cycles, and a session may name an object that the graph does not know:
neither is an error here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from silo_core.model.dag import Dag


class UsingObject(Protocol):
    """An object of a part, as far as its dependencies go (``silo_core.fcstd.PartObject``)."""

    @property
    def name(self) -> str:
        """Its internal name."""

    @property
    def uses(self) -> tuple[str, ...]:
        """Internal names of what it is built from."""


class UsingDocument(Protocol):
    """A part, as far as its dependencies go (``silo_core.fcstd.PartDocument``)."""

    @property
    def objects(self) -> Iterable[UsingObject]:
        """Its objects."""


@dataclass(frozen=True, slots=True)
class Ways:
    """The shortest ways from one object to all that is built from it, found in one search.

    ``distances`` holds each of those and the object itself, with the number of steps to it. Of
    several shortest ways it is the one whose names sort first, so that a question asked twice is
    answered twice the same.
    """

    distances: Mapping[str, int]
    _came_from: Mapping[str, str]

    def to(self, name: str) -> tuple[str, ...]:
        """The way to ``name``, both ends included; empty where it is not built from the object."""
        if name not in self.distances:
            return ()
        path = [name]
        while self.distances[path[-1]]:
            path.append(self._came_from[path[-1]])
        return tuple(reversed(path))


class DependencyGraph:
    """The usage graph of one part, turned around once so that each cone is a plain search."""

    def __init__(self, uses: Mapping[str, Iterable[str]]) -> None:
        """``uses``: for each object, what it is built from."""
        self._uses = {user: frozenset(names) for user, names in uses.items()}
        self._users: dict[str, list[str]] = {}
        for user in sorted(self._uses):
            for used in self._uses[user]:
                self._users.setdefault(used, []).append(user)

    @classmethod
    def from_document(cls, document: UsingDocument) -> Self:
        """The graph of a file."""
        return cls({entry.name: entry.uses for entry in document.objects})

    @classmethod
    def from_dag(cls, dag: Dag) -> Self:
        """The graph as it travels; edges to nodes that it does not list count too."""
        uses: dict[str, list[str]] = {}
        for edge in dag.edges:
            uses.setdefault(edge.target_key, []).append(edge.source_key)
        return cls(uses)

    def cone(self, *roots: str) -> frozenset[str]:
        """``roots`` and all that depends on any of them; an unknown root is its own cone."""
        found = set(roots)
        queue = list(roots)
        for name in queue:
            for user in self._users.get(name, ()):
                if user not in found:
                    found.add(user)
                    queue.append(user)
        return frozenset(found)

    def ways_from(self, root: str) -> Ways:
        """The ways to all that is built from ``root``; an unknown root leads to itself only."""
        distances, came_from = {root: 0}, {}
        queue = [root]
        for name in queue:
            for user in self._users.get(name, ()):
                if user not in distances:
                    distances[user] = distances[name] + 1
                    came_from[user] = name
                    queue.append(user)
        return Ways(distances, came_from)

    def path_between(self, used: str, user: str) -> tuple[str, ...]:
        """The shortest chain by which ``user`` is built from ``used``, both ends included; empty
        where it is not."""
        return self.ways_from(used).to(user)

    def meeting(self, one: Ways, other: Ways) -> str | None:
        """Where two objects first meet: what is built from both and from nothing else that is.

        A body is built from all that stands in it, so that it is the nearest to everything and
        tells nothing. Of several the nearest to both is taken, of several as near the one whose
        name sorts first. In a cycle nothing comes first: the nearest is taken of all.
        """
        shared = one.distances.keys() & other.distances.keys()
        first = [name for name in shared if shared.isdisjoint(self._uses_of(name))]
        return min(
            first or shared,
            key=lambda name: (one.distances[name] + other.distances[name], name),
            default=None,
        )

    def _uses_of(self, name: str) -> frozenset[str]:
        return self._uses.get(name, frozenset()) - {name}


def dependents(uses: Mapping[str, Iterable[str]], roots: Iterable[str]) -> frozenset[str]:
    """The dependency cone of ``roots`` in one call. For several questions about one part, make a
    ``DependencyGraph`` once."""
    return DependencyGraph(uses).cone(*roots)
