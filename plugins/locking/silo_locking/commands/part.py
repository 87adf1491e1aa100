"""What the server knows of a part's objects, for commands that name them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from silo_core.model.context import Context, ContextLevel
from silo_core.model.dag import Dag
from silo_core.model.errors import NotFoundError
from silo_core.ports.client import SiloClient
from silo_core.rules.graph import DependencyGraph

_LEVELS = {"sketch": ContextLevel.SKETCH, "part": ContextLevel.ASSEMBLY}
"""By node type; everything else is a feature or what carries features."""


@dataclass(frozen=True, slots=True)
class Part:
    """The objects of a part by internal name: their labels, their kinds (node types), what each is
    built from. All empty where the server holds no feature graph."""

    labels: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    uses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def title(self, level: ContextLevel, object_id: str) -> str:
        """Label beside internal name."""
        return Context(level, object_id, self.labels.get(object_id, "")).title

    def cone(self, object_id: str) -> frozenset[str]:
        """The object and all that depends on it."""
        return DependencyGraph(self.uses).cone(object_id)

    def level_of(self, object_id: str) -> ContextLevel | None:
        """In which context the object is edited; None for an unknown object."""
        kind = self.kinds.get(object_id)
        return None if kind is None else _LEVELS.get(kind, ContextLevel.PARTDESIGN)

    def named(self, text: str) -> str:
        """The internal name for ``text``, which may be the label of exactly one object."""
        if text in self.kinds:
            return text
        found = [name for name, label in self.labels.items() if label == text]
        return found[0] if len(found) == 1 else text


def part_of(client: SiloClient, part_number: str) -> Part:
    """The part's objects.

    Raises:
        ServerError: the server cannot be asked.
    """
    try:
        dag = client.get_dag(part_number)
    except NotFoundError:
        return Part()
    return _read(dag)


def _read(dag: Dag) -> Part:
    uses: dict[str, tuple[str, ...]] = {}
    for edge in dag.edges:
        uses[edge.target_key] = (*uses.get(edge.target_key, ()), edge.source_key)
    return Part(
        labels={node.node_key: node.metadata.get("label", "") for node in dag.nodes},
        kinds={node.node_key: node.node_type for node in dag.nodes},
        uses=uses,
    )
