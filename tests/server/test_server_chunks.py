"""Chunks over a real socket: what is held, what is rebuilt, what is refused."""

from __future__ import annotations

import base64
import hashlib
import io
import random
from pathlib import Path

from silo_core.chunks import (
    compact,
    decode,
    encode,
    manifest_from_wire,
    read_part,
    rebuilt,
    split,
    unpacked,
)
from silo_core.testing import Clock
from silo_server.app import Options
from silo_server.guard import Limits
from tests.server.chunk_kit import (
    BRACKET,
    CHANGED,
    Make,
    pack_of,
    plain_of,
    push_manifest,
    push_pack,
    put,
    sha256,
)
from tests.server.kit import Team, error_of, fresh


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


def test_a_difference_that_was_cut_off_can_be_gone_on_with(team: Team) -> None:
    part = team.alice.item()
    base = team.alice.pushed(part, BRACKET)["id"]
    version = team.alice.pushed(part, CHANGED, base=base)["id"]
    path = f"/api/items/{part}/versions/{version}/pack?base={sha256(BRACKET)}"
    whole = team.viewer.http.get(path)
    tag = f'"{sha256(CHANGED)}-{sha256(BRACKET)}"'
    assert whole.headers["ETag"] == tag
    rest = team.viewer.http.get(path, headers={"Range": "bytes=100-", "If-Range": tag})
    assert (rest.status_code, rest.content) == (206, whole.content[100:])
    assert (
        rest.headers["Content-Range"] == f"bytes 100-{len(whole.content) - 1}/{len(whole.content)}"
    )
    other = team.viewer.http.get(path, headers={"Range": "bytes=100-", "If-Range": '"other"'})
    assert (other.status_code, other.content) == (200, whole.content)
    behind = team.viewer.http.get(path, headers={"Range": f"bytes={len(whole.content)}-"})
    assert error_of(behind)[0] == 416


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


def test_what_was_sent_ahead_has_a_limit_and_an_end(
    make_server: Make, clock: Clock, tmp_path: Path
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
