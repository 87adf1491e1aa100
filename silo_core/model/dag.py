"""The feature graph of a file as it travels to the server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class DagNode:
    """``node_key`` is the object's internal name, ``properties_hash`` the SHA-256 (lower-case hex)
    of its parametric inputs, ``metadata`` at least its ``label`` and FreeCAD ``type``."""

    node_key: str
    node_type: str
    properties_hash: str
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DagEdge:
    """From what is used to what uses it."""

    source_key: str
    target_key: str
    edge_type: str = "depends_on"


@dataclass(frozen=True, slots=True)
class Dag:
    """Nodes and edges of one content of an item."""

    nodes: tuple[DagNode, ...]
    edges: tuple[DagEdge, ...]
    revision_number: int | None = None
