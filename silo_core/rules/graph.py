"""Who depends on whom in a part.

The dependency cone of an object is the object itself and all that is built from it, directly or
not. Real files may hold cycles, and a session may name an object that the graph does not know:
neither is an error here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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


class DependencyGraph:
    """The usage graph of one part, turned around once so that each cone is a plain search."""

    def __init__(self, uses: Mapping[str, Iterable[str]]) -> None:
        """``uses``: for each object, what it is built from."""
        self._users: dict[str, list[str]] = {}
        for user, used_names in uses.items():
            for used in used_names:
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

    def path_between(self, used: str, user: str) -> tuple[str, ...]:
        """The shortest chain by which ``user`` is built from ``used``, both ends included; empty
        where it is not."""
        came_from = {used: used}
        queue = [used]
        for name in queue:
            if name == user:
                path = [user]
                while path[-1] != used:
                    path.append(came_from[path[-1]])
                return tuple(reversed(path))
            for following in self._users.get(name, ()):
                if following not in came_from:
                    came_from[following] = name
                    queue.append(following)
        return ()


def dependents(uses: Mapping[str, Iterable[str]], roots: Iterable[str]) -> frozenset[str]:
    """The dependency cone of ``roots`` in one call. For several questions about one part, make a
    ``DependencyGraph`` once."""
    return DependencyGraph(uses).cone(*roots)
