"""Chunks over a real socket: what is held, what is rebuilt, what is refused."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from silo_core.chunks import (
    Coding,
    Manifest,
    Split,
    compact,
    decode,
    encode,
    from_compact,
    manifest_from_wire,
    manifest_to_wire,
    packed,
    plan_uploads,
    read_part,
    rebuilt,
    split,
    unpacked,
)
from silo_core.chunks.manifest import Chunk
from silo_server.app import Options
from silo_server.embedded import EmbeddedServer
from silo_server.guard import Limits
from tests.server.kit import MovedClock, Person, Team, error_of, fresh

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


@pytest.fixture(scope="session")
def ahead(team: Team) -> str:
    """An item without a version, to which all chunks of a file were sent."""
    part = team.alice.item()
    for plain in plain_of(BRACKET, split(io.BytesIO(BRACKET))).values():
        put(team.alice, part, plain)
    return part


def test_a_version_that_came_whole_is_served_as_chunks(team: Team) -> None:
    part = team.alice.item()
    version = team.alice.pushed(part, BRACKET)["id"]
    answer = team.viewer.http.get(f"/api/items/{part}/versions/{version}/manifest")
    manifest = manifest_from_wire(answer.json())
    assert manifest == split(io.BytesIO(BRACKET)).manifest

    def fetch(name: str) -> bytes:
        return team.viewer.http.get(f"/api/items/{part}/chunks/{name}").content

    assert b"".join(rebuilt(manifest, fetch)) == BRACKET


def test_chunks_sent_ahead_become_a_version_without_a_file(team: Team) -> None:
    part, key = team.alice.item(), fresh("key")
    session = team.alice.take(part, "Sketch")["id"]
    parts = split(io.BytesIO(BRACKET))
    refused = push_manifest(team.alice, part, parts.manifest, session_ids=[session])
    assert error_of(refused) == (409, "chunks_missing")
    assert set(refused.json()["missing"]) == {chunk.sha256 for chunk in parts.manifest.chunks}
    assert team.alice.held(part) == {session}
    for plain in plain_of(BRACKET, parts).values():
        encoded = encode(plain)
        headers = {"Content-Encoding": encoded.coding}
        assert put(team.alice, part, plain, body=encoded.body, headers=headers).status_code == 204
    assert put(team.alice, part, plain).status_code == 204  # once more
    done = push_manifest(team.alice, part, parts.manifest, key, session_ids=[session])
    assert done.status_code == 201, done.text
    assert team.alice.content(part, done.json()["version"]["id"]).content == BRACKET
    assert team.alice.held(part) == set()
    again = push_manifest(team.alice, part, parts.manifest, key, session_ids=[session])
    assert again.json() == done.json()


def test_a_difference_in_one_request(team: Team) -> None:
    part, key = team.alice.item(), fresh("key")
    base = team.alice.pushed(part, BRACKET)["id"]
    body = pack_of(CHANGED, BRACKET)
    assert len(body) < len(CHANGED) / 2
    done = push_pack(team.alice, part, body, CHANGED, key, base=base)
    assert done.status_code == 201, done.text
    version = done.json()["version"]
    assert team.alice.content(part, version["id"]).content == CHANGED
    assert push_pack(team.alice, part, body, CHANGED, key, base=base).json() == done.json()
    answer = team.alice.http.get(f"/api/items/{part}/versions/{version['id']}/manifest")
    assert manifest_from_wire(answer.json()) == split(io.BytesIO(CHANGED)).manifest
    assert error_of(push_pack(team.alice, part, body, CHANGED, fresh("key"), base=base)) == (
        409, "head_moved"
    )  # fmt: skip


def test_a_version_can_be_fetched_as_its_difference(team: Team) -> None:
    part = team.alice.item()
    base = team.alice.pushed(part, BRACKET)["id"]
    version = team.alice.pushed(part, CHANGED, base=base)["id"]
    path = f"/api/items/{part}/versions/{version}/pack"
    answer = team.viewer.http.get(path, params={"base": sha256(BRACKET)})
    assert len(answer.content) < len(CHANGED) / 2
    held = plain_of(BRACKET, split(io.BytesIO(BRACKET)))
    parts = split(io.BytesIO(BRACKET))
    old = io.BytesIO(BRACKET)
    form = compact(parts.manifest, lambda at: read_part(old, parts.parts[at]))
    came = unpacked(io.BytesIO(answer.content), form, held.get)
    known = {**held, **came.form.inlined, **dict(came.chunks)}
    assert b"".join(rebuilt(came.form.manifest, known.__getitem__)) == CHANGED
    unknown = team.viewer.http.get(path, params={"base": "0" * 64})
    assert error_of(unknown) == (404, "not_found")


def test_a_chunk_travels_as_the_caller_can_read_it(team: Team) -> None:
    part = team.alice.item()
    old, new = b"a sketch " * 200, b"a sketch " * 200 + b"with a hole"
    for plain in (old, new):
        put(team.alice, part, plain)
    path = f"/api/items/{part}/chunks/{sha256(new)}"
    named = f":{base64.b64encode(hashlib.sha256(old).digest()).decode()}:"
    for accepted, dictionary, coding in [
        ("identity", named, None),
        ("zstd", named, "zstd"),
        ("zstd, dcz", named, "dcz"),
        ("zstd, dcz", None, "zstd"),
    ]:
        headers = {"Accept-Encoding": accepted}
        if dictionary:
            headers["Available-Dictionary"] = dictionary
        with team.viewer.http.stream("GET", path, headers=headers) as answer:
            body = b"".join(answer.iter_raw())
            assert answer.headers.get("Content-Encoding") == coding
        assert decode(coding or "identity", body, len(new), old if coding == "dcz" else None) == new
    headers = {"Available-Dictionary": "nonsense", "Accept-Encoding": "dcz"}
    assert error_of(team.viewer.http.get(path, headers=headers))[0] == 422


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


def test_what_was_sent_ahead_has_a_limit_and_an_end(
    make_server: Make, clock: MovedClock, tmp_path: Path
) -> None:
    noise = random.Random(1).randbytes
    server, team = make_server(options=Options(limits=Limits(upload=50_000)))
    part = team.alice.item()
    first = noise(30_000)
    assert put(team.alice, part, first).status_code == 204
    assert error_of(put(team.alice, part, noise(30_000))) == (413, "too_large")
    assert len(list((tmp_path / "data/chunks").iterdir())) == 1
    server.stop()
    (tmp_path / "data/chunks/of-a-crash").write_bytes(b"half")
    server.start()  # a restart keeps what was sent
    asked = {"sha256": [sha256(first)]}
    path = f"/api/items/{part}/chunks/missing"
    assert team.alice.http.post(path, json=asked).json() == {"missing": []}
    assert len(list((tmp_path / "data/chunks").iterdir())) == 1
    server.stop()
    clock.move(86_500)
    server.start()
    assert team.alice.http.post(path, json=asked).json() == {"missing": [sha256(first)]}
    assert list((tmp_path / "data/chunks").iterdir()) == []


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
