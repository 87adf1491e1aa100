"""Chunks that are not what they say, not the caller's, or too many: nothing of them is stored."""

from __future__ import annotations

import base64
import hashlib
import io
import random
from collections.abc import Callable
from typing import Any

import pytest

from silo_core.chunks import (
    Coding,
    Manifest,
    encode,
    manifest_to_wire,
    split,
)
from silo_core.chunks.manifest import Chunk
from silo_server.app import Options
from silo_server.guard import Limits
from tests.server.chunk_kit import (
    BRACKET,
    CHANGED,
    Make,
    pack_of,
    plain_of,
    push_graph,
    push_manifest,
    push_pack,
    put,
    sha256,
)
from tests.server.kit import Team, error_of


@pytest.fixture(scope="session")
def ahead(team: Team) -> str:
    """An item without a version, to which all chunks of a file were sent."""
    part = team.alice.item()
    for plain in plain_of(BRACKET, split(io.BytesIO(BRACKET))).values():
        put(team.alice, part, plain)
    return part


def test_another_items_chunks_are_out_of_reach(team: Team) -> None:
    secret, mine = team.alice.item(), team.bob.item()
    hidden = random.Random(2).randbytes(4000)
    team.alice.pushed(secret, hidden)
    put(team.alice, secret, hidden + b"!")
    for plain in (hidden, hidden + b"!"):
        name = sha256(plain)
        got = team.bob.http.get(f"/api/items/{mine}/chunks/{name}")
        assert error_of(got) == (404, "not_found")
        asked = team.bob.http.post(f"/api/items/{mine}/chunks/missing", json={"sha256": [name]})
        assert asked.json() == {"missing": [name]}
        manifest = Manifest(name, len(plain), (Chunk(name, len(plain)),))
        refused = push_manifest(team.bob, mine, manifest)
        assert error_of(refused) == (409, "chunks_missing")
        body = encode(plain + b"?", plain)
        assert body.coding is Coding.DCZ
        named = f":{base64.b64encode(hashlib.sha256(plain).digest()).decode()}:"
        headers = {"Content-Encoding": "dcz", "Available-Dictionary": named}
        refused = put(team.bob, mine, plain + b"?", body=body.body, headers=headers)
        assert error_of(refused) == (409, "chunks_missing")
    assert team.bob.head(mine) is None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda m: Manifest("0" * 64, m.size, m.chunks),
        lambda m: Manifest(m.sha256, m.size - 1, m.chunks),
        lambda m: Manifest(m.sha256, m.size, m.chunks[::-1]),
        lambda m: Manifest(m.sha256, m.size, m.chunks[:-1]),
        lambda m: Manifest(m.sha256, m.size, (Chunk(m.chunks[0].sha256, 7), *m.chunks[1:])),
        lambda m: Manifest(m.sha256, 9 << 30, m.chunks * 9),
    ],
)
def test_a_manifest_that_lies_stores_nothing(
    team: Team, ahead: str, spoil: Callable[[Manifest], Manifest]
) -> None:
    parts = split(io.BytesIO(BRACKET))
    refused = push_manifest(team.alice, ahead, spoil(parts.manifest))
    assert error_of(refused) == (422, "content_mismatch")
    assert team.alice.head(ahead) is None


def test_levels_that_deflate_to_other_bytes_are_a_content_mismatch(team: Team, ahead: str) -> None:
    parts = split(io.BytesIO(BRACKET))
    chunks = tuple(Chunk(c.sha256, c.size, c.deflate and 1) for c in parts.manifest.chunks)
    manifest = Manifest(parts.manifest.sha256, parts.manifest.size, chunks)
    refused = push_manifest(team.alice, ahead, manifest)
    assert error_of(refused) == (422, "content_mismatch")
    assert "compresses to other bytes" in refused.json()["message"]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"other bytes", {}),
        (b"", {}),
        (b"\x28\xb5\x2f\xfd damaged", {"Content-Encoding": "zstd"}),
        (b"plain", {"Content-Encoding": "br"}),
        (b"plain", {"Content-Encoding": "dcz"}),
    ],
)
def test_a_chunk_that_is_not_what_it_says(team: Team, body: bytes, headers: dict[str, str]) -> None:
    part = team.alice.item()
    refused = put(team.alice, part, b"plain bytes", body=body, headers=headers)
    assert error_of(refused) == (422, "content_mismatch")


def test_bombs_and_endless_lists_are_refused(make_server: Make) -> None:
    limits = Limits(upload=4_000_000, json=300_000)
    _, team = make_server(options=Options(limits=limits))
    part = team.alice.item()
    piece = bytes(100_000)
    put(team.alice, part, piece)
    many = tuple(Chunk(sha256(piece), len(piece)) for _ in range(45))
    huge = Manifest("0" * 64, 4_500_000, many)
    assert error_of(push_manifest(team.alice, part, huge)) == (413, "too_large")
    body = b'{"chunks": [' + b"{}," * 10**6 + b"{}]}"
    answer = team.alice.http.post(
        f"/api/items/{part}/checkpoints",
        content=body,
        headers={"Content-Type": "application/json"},
    )
    assert error_of(answer) == (413, "too_large")
    bomb = encode(bytes(65 << 20 >> 1) + bytes(40 << 20))
    assert bomb.coding is Coding.ZSTD
    assert len(bomb.body) < 100_000
    refused = put(
        team.alice, part, b"", name="0" * 64, body=bomb.body, headers={"Content-Encoding": "zstd"}
    )
    assert error_of(refused) == (422, "content_mismatch")
    assert team.alice.head(part) is None


def test_viewers_send_no_chunks(team: Team) -> None:
    part = team.alice.item()
    assert error_of(put(team.viewer, part, b"x")) == (403, "forbidden")


def test_a_pack_is_refused_where_its_base_is_another(team: Team) -> None:
    part = team.alice.item()
    base = team.alice.pushed(part, CHANGED)["id"]
    refused = push_pack(team.alice, part, pack_of(CHANGED, BRACKET), CHANGED, base=base)
    assert error_of(refused) == (409, "chunks_missing")
    for body in (b"", b"nonsense", pack_of(CHANGED)[:-9], pack_of(CHANGED) + b"x"):
        refused = push_pack(team.alice, part, body, CHANGED, base=base)
        assert error_of(refused) == (422, "content_mismatch")
    head = team.alice.head(part)
    assert head
    assert head["id"] == base


def test_a_file_of_too_many_chunks_travels_whole(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("silo_server.chunking.MAX_PARTS", 5)
    part = team.alice.item()
    base = team.alice.pushed(part, BRACKET)["id"]
    answer = team.alice.http.get(f"/api/items/{part}/versions/{base}/manifest")
    assert error_of(answer) == (413, "too_large")
    refused = push_pack(team.alice, part, pack_of(CHANGED), CHANGED, base=base)
    assert error_of(refused) == (413, "too_large")
    assert team.alice.pushed(part, CHANGED, base=base)


def test_a_pack_gets_nothing_from_another_item(team: Team) -> None:
    secret, mine = team.alice.item(), team.bob.item()
    team.alice.pushed(secret, BRACKET)
    base = team.bob.pushed(mine, b"something else")["id"]
    for body in (pack_of(CHANGED, BRACKET), pack_of(BRACKET, BRACKET)):
        refused = push_pack(team.bob, mine, body, CHANGED, base=base)
        assert error_of(refused) == (409, "chunks_missing")
    path = f"/api/items/{mine}/versions/{base}/pack"
    answer = team.bob.http.get(path, params={"base": sha256(BRACKET)})
    assert error_of(answer) == (404, "not_found")


def test_a_push_in_chunks_says_what_is_wrong_with_it(team: Team) -> None:
    part = team.alice.item()
    path = f"/api/items/{part}/checkpoints"
    parts = split(io.BytesIO(BRACKET))
    described = {"workstation_id": team.alice.workstation, "context": "manual"}
    wrong: list[dict[str, Any]] = [
        {},
        {**described, **manifest_to_wire(parts.manifest), "sha256": None},
        {**described, **manifest_to_wire(parts.manifest), "chunks": None},
        {**described, **manifest_to_wire(parts.manifest), "chunks": [{"sha256": 7}]},
        {**described, **manifest_to_wire(parts.manifest), "file_name": "../x"},
    ]
    for body in wrong:
        assert team.alice.http.post(path, json=body).status_code == 422, body
    for raw in (b"", b"[]", b"{", b"[" * 100_000):
        answer = team.alice.http.post(
            path, content=raw, headers={"Content-Type": "application/json"}
        )
        assert error_of(answer)[0] == 422, raw[:9]
    graph = push_graph(team.alice, part, b"{}")
    assert graph.status_code == 422
    assert team.alice.head(part) is None
