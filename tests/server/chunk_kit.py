"""How the tests send files in chunks."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from silo_core.chunks import (
    Manifest,
    Split,
    compact,
    from_compact,
    manifest_to_wire,
    packed,
    plan_uploads,
    read_part,
    split,
)
from silo_server.embedded import EmbeddedServer
from tests.server.kit import Person, Team

DATA = Path(__file__).parent.parent / "data"
BRACKET = (DATA / "bracket.FCStd").read_bytes()
CHANGED = (DATA / "bracket-alice.FCStd").read_bytes()

Make = Callable[..., tuple[EmbeddedServer, Team]]


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def plain_of(data: bytes, parts: Split) -> dict[str, bytes]:
    source = io.BytesIO(data)
    return {part.chunk.sha256: read_part(source, part) for part in parts.parts}


def put(person: Person, part: str, plain: bytes, **changed: Any) -> httpx.Response:
    name = changed.pop("name", sha256(plain))
    headers = changed.pop("headers", {})
    path = f"/api/items/{part}/chunks/{name}"
    return person.http.put(path, content=changed.pop("body", plain), headers=headers)


def push_manifest(
    person: Person, part: str, manifest: Manifest, key: str = "", **members: Any
) -> httpx.Response:
    metadata = {
        "workstation_id": person.workstation,
        "context": "sketch_close",
        "file_name": "part.FCStd",
        **manifest_to_wire(manifest),
        **members,
    }
    headers = {"Idempotency-Key": key} if key else {}
    return person.http.post(f"/api/items/{part}/checkpoints", json=metadata, headers=headers)


def push_pack(
    person: Person, part: str, body: bytes, file: bytes, key: str = "", **members: Any
) -> httpx.Response:
    metadata = {
        "workstation_id": person.workstation,
        "context": "sketch_close",
        "file_name": "part.FCStd",
        "sha256": sha256(file),
        "size": len(file),
        **members,
    }
    return person.http.post(
        f"/api/items/{part}/checkpoints",
        data={"metadata": json.dumps(metadata)},
        files={"pack": ("pack", body)},
        headers={"Idempotency-Key": key} if key else {},
    )


def pack_of(new: bytes, base: bytes | None = None) -> bytes:
    parts = split(io.BytesIO(new))
    held = split(io.BytesIO(base)) if base else None
    known = plain_of(base, held) if base and held else {}
    lacking = {chunk.sha256 for chunk in parts.manifest.chunks} - known.keys()
    source, old = io.BytesIO(new), io.BytesIO(base or b"")
    form = compact(parts.manifest, lambda at: read_part(source, parts.parts[at]))
    base_form = compact(held.manifest, lambda at: read_part(old, held.parts[at])) if held else None
    uploads = plan_uploads(
        parts.manifest.chunks,
        [one.name for one in parts.parts],
        lacking,
        {one.name: one.chunk for one in held.parts} if held else {},
    )
    inlined = from_compact(form).inlined
    uploads = [upload for upload in uploads if upload.chunk.sha256 not in inlined]
    read = lambda at: read_part(source, parts.parts[at])  # noqa: E731
    return b"".join(packed(form, base_form, uploads, read, known.__getitem__))


def push_graph(person: Person, part: str, graph: bytes) -> httpx.Response:
    metadata = {
        "workstation_id": person.workstation,
        "context": "manual",
        "sha256": sha256(CHANGED),
        "size": len(CHANGED),
    }
    return person.http.post(
        f"/api/items/{part}/checkpoints",
        data={"metadata": json.dumps(metadata)},
        files={"pack": ("pack", pack_of(CHANGED)), "graph": ("graph", graph)},
    )
