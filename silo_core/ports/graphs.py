"""The feature graph as bytes that both ends write alike, so that one can be sent as its difference from
another."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from silo_core.chunks import Coding, decode, dictionary_of

_ZSTD, _DCZ = bytes.fromhex("28b52ffd"), bytes.fromhex("5e2a4d18")


def graph_bytes(dag: Mapping[str, Any]) -> bytes:
    """Nodes and edges of a graph, as the protocol has it, as JSON in one certain form."""
    members = {"nodes": dag["nodes"], "edges": dag["edges"]}
    return json.dumps(members, separators=(",", ":"), sort_keys=True).encode()


def graph_decoded(body: bytes, held: bytes, limit: int) -> bytes | None:
    """What ``silo_core.chunks.encode`` made of a graph, whichever coding it chose: JSON begins like
    neither of the others. None if it is a difference from something else than ``held``.

    Raises:
        ChunkError: it is damaged, or larger than ``limit`` bytes.
    """
    if body.startswith(_ZSTD):
        return decode(Coding.ZSTD, body, limit)
    if not body.startswith(_DCZ):
        return decode(Coding.IDENTITY, body, limit)
    if dictionary_of(body) != hashlib.sha256(held).hexdigest():
        return None
    return decode(Coding.DCZ, body, limit, held)
