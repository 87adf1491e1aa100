"""The feature graph that stands behind an item: cones and labels for the conflict rules."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from silo_core.rules.graph import DependencyGraph
from silo_server.storage.ports import Reader, Transaction
from silo_server.storage.records import DagRecord
from silo_server.work.desk import new_id


@dataclass(frozen=True, slots=True)
class Graph:
    """What uses what in one content of an item, as a graph and plainly, and the labels of its
    objects."""

    dependencies: DependencyGraph = field(default_factory=lambda: DependencyGraph({}))
    labels: Mapping[str, str] = field(default_factory=dict)
    uses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def stored_graph(reader: Reader, part_number: str) -> Graph:
    """The graph of the item's latest content; an empty one if none was ever sent."""
    record = reader.get(DagRecord, part_number)
    return Graph() if record is None else _parsed(record)


def store_dag(tx: Transaction, part_number: str, dag: Mapping[str, Any]) -> None:
    """Keep ``dag`` as that of the item's latest content."""
    record = DagRecord(part_number, new_id("dag"), json.dumps(dag, ensure_ascii=False))
    if tx.get(DagRecord, part_number):
        tx.change(record)
    else:
        tx.add(record)


@lru_cache(maxsize=32)
def _parsed(record: DagRecord) -> Graph:
    """Large graphs take a while to read, and every acquisition asks for the same one."""
    body = json.loads(record.body)
    uses: dict[str, list[str]] = {}
    for edge in body["edges"]:
        uses.setdefault(edge["target_key"], []).append(edge["source_key"])
    labels = {
        node["node_key"]: str(node["metadata"].get("label") or node["node_key"])
        for node in body["nodes"]
    }
    return Graph(DependencyGraph(uses), labels, {key: tuple(used) for key, used in uses.items()})
