"""Who may do what, and what nobody may send."""

from __future__ import annotations

import json
import re
import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from silo_server.app import Options
from silo_server.embedded import EmbeddedServer
from silo_server.guard import Limits
from tests.server.kit import TLS, Person, Team, error_of, fresh

Make = Callable[..., tuple[EmbeddedServer, Team]]


@pytest.fixture(scope="module")
def operations(team: Team) -> list[tuple[str, str]]:
    """Every operation of the server, by its own description."""
    paths = httpx.get(f"{team.url}/api/openapi.json").json()["paths"]
    return [(method, path) for path, methods in paths.items() for method in methods]


def _filled(path: str) -> str:
    return re.sub(r"{revision}", "1", re.sub(r"{(?!revision)\w+}", "X", path))


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer silo_wrong", "Basic abc", "silo_wrong"])
def test_everything_but_health_needs_a_valid_token(
    team: Team, operations: list[tuple[str, str]], header: str
) -> None:
    headers = {"Authorization": header} if header else {}
    with httpx.Client(base_url=team.url, headers=headers, verify=TLS) as http:
        for method, path in operations:
            answer = http.request(method, _filled(path))
            if path in ("/health", "/ready"):
                assert answer.status_code == 200
            else:
                assert error_of(answer) == (401, "unauthorized"), path


def test_a_viewer_may_read_and_write_nothing(team: Team, operations: list[tuple[str, str]]) -> None:
    for method, path in operations:
        if method != "get" and not path.endswith("/sync/preview"):  # which changes nothing
            answer = team.viewer.http.request(method, _filled(path))
            assert error_of(answer) == (403, "forbidden"), path
    assert team.viewer.http.get("/api/items").status_code == 200
    assert team.viewer.http.get("/api/me").json() == {"user": "vera", "role": "viewer"}


def test_a_viewer_may_listen(team: Team) -> None:
    with team.viewer.stream() as stream:
        part = team.alice.item()
        assert stream.until("item.created")["data"]["part_number"] == part


def test_only_an_admin_may_force_a_session_away(team: Team) -> None:
    part = team.alice.item()
    session = team.alice.take(part, "Sketch")
    path = f"/api/items/{part}/edit-sessions/{session['id']}/force-release"
    assert error_of(team.bob.http.delete(path)) == (403, "forbidden")
    assert team.bob.held(part) == {session["id"]}


def test_admins_see_who_used_their_power_newest_first(make_server: Make) -> None:
    _, team = make_server()
    part = team.alice.item()
    for reason in ("first", "second", "third"):
        session = team.alice.take(part, "Sketch")["id"]
        path = f"/api/items/{part}/edit-sessions/{session}/force-release"
        team.admin.http.request("DELETE", path, json={"reason": reason})
    newest, older = team.admin.http.get("/api/audit", params={"limit": 2}).json()["entries"]
    assert newest == {
        "id": newest["id"], "at": "2026-03-01T08:00:00.000000Z", "admin": "root",
        "action": "force_release", "part_number": part,
        "subject": "Sketch held by alice on alice-ws", "reason": "third",
    }  # fmt: skip
    assert older["reason"] == "second"
    assert len(team.admin.http.get("/api/audit").json()["entries"]) == 3
    assert error_of(team.alice.http.get("/api/audit")) == (403, "forbidden")
    assert error_of(team.admin.http.get("/api/audit?limit=0")) == (422, "invalid_value")


def test_the_server_says_which_extensions_it_has(team: Team) -> None:
    body = team.alice.http.get("/api/server").json()
    assert set(body["extensions"]) == {
        "acks", "audit", "base", "bundles", "catalogue", "chunks", "explain", "handoff",
        "history", "idempotency", "lease", "packs", "pages", "preview", "thumbnails", "waiting",
    }  # fmt: skip
    assert body["name"]
    assert body["version"]


def test_a_read_only_server_answers_readers_and_refuses_writers(
    make_server: Make, tmp_path: Path
) -> None:
    server, team = make_server()
    part = team.alice.item()
    server.stop()
    with (
        EmbeddedServer(tmp_path / "data", options=Options(read_only=True)) as again,
        Person(again.url, team.tokens["alice"]) as alice,
        alice.stream(0) as stream,
    ):
        assert alice.head(part) is None
        answer = alice.http.post("/api/items", json={"part_number": "X"})
        assert error_of(answer) == (503, "read_only")
        assert stream.until("server.state")["data"] == {"mode": "read-only"}


def test_a_removed_user_is_out_at_once(make_server: Make, tmp_path: Path) -> None:
    _, team = make_server(options=Options(heartbeat_seconds=0.1))
    with team.bob.stream() as stream:
        with sqlite3.connect(tmp_path / "data" / "silo.db") as database:
            database.execute("DELETE FROM users WHERE id = 'bob'")
        assert error_of(team.bob.http.get("/api/me")) == (401, "unauthorized")
        assert all("comment" in block for block in stream.blocks())  # and the open stream ends


def test_tokens_are_not_kept(make_server: Make, tmp_path: Path) -> None:
    server, team = make_server()
    server.stop()
    kept = b"".join(path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file())
    assert b"alice" in kept
    assert not any(token.encode() in kept for token in team.tokens.values())
    assert all(token.startswith("silo_") and len(token) > 40 for token in team.tokens.values())


@pytest.mark.parametrize(
    "name",
    [
        "../evil.FCStd", "..", ".", "/etc/passwd", "a/b", "a\\b", "C:x", "nul", "NUL.FCStd", "com1.txt",
        "a\x00b", "a\nb", "x" * 256, "é" * 128, "ends.", " starts", 'quote"', "pipe|",
    ],
)  # fmt: skip
def test_a_file_name_is_never_a_path(team: Team, name: str) -> None:
    part = team.alice.item()
    made = team.alice.http.post("/api/items", json={"part_number": fresh("P"), "file_name": name})
    assert error_of(made) == (422, "invalid_value")
    assert "file_name" in made.json()["message"]
    assert error_of(team.alice.push(part, b"x", name=name)) == (422, "invalid_value")
    assert team.alice.head(part) is None


def test_a_file_name_may_be_in_any_language(team: Team) -> None:
    part = team.alice.item(file_name="Gehäuse – 図面 v2.FCStd")
    version = team.alice.pushed(part, b"x")
    assert (
        "filename*=UTF-8''Geh%C3%A4use"
        in (team.alice.content(part, version["id"]).headers["content-disposition"])
    )


@pytest.mark.parametrize("part", ["", "-x", "a b", "a/b", "..", "x" * 65, "ä", "x\n", "x\x00"])
def test_a_part_number_must_look_like_one(team: Team, part: str) -> None:
    answer = team.alice.http.post("/api/items", json={"part_number": part})
    assert error_of(answer) == (422, "invalid_value")
    assert "part_number" in answer.json()["message"]


@pytest.mark.parametrize(
    ("method", "path", "body", "named"),
    [
        ("post", "/api/items", {}, "part_number"),
        ("post", "/api/items", {"part_number": "A", "projects": "one"}, "projects"),
        ("post", "/api/workstations", {"name": "", "fingerprint": "x"}, "name"),
        ("post", "/api/items/{p}/edit-sessions", {"workstation_id": "w", "object_id": "S",
         "context_level": "drawing"}, "context_level"),
        ("post", "/api/items/{p}/edit-sessions", {"workstation_id": "w", "object_id": "",
         "context_level": "sketch"}, "object_id"),
        ("post", "/api/subscriptions", {"workstation_id": "w", "target_type": "user",
         "target": "x"}, "target_type"),
        ("post", "/api/handoffs/x/answer", {"answer": "maybe"}, "answer"),
        ("put", "/api/items/{p}/dag", {"nodes": [{"node_type": "pad"}]}, "nodes.0.node_key"),
        ("get", "/api/items?limit=0", None, "limit"),
        ("get", "/api/items?limit=many", None, "limit"),
        ("get", "/api/items/{p}/file/first", None, "revision"),
        ("get", "/api/subscriptions", None, "workstation_id"),
        ("get", "/api/items/a%20b", None, "part_number"),
    ],
)  # fmt: skip
def test_a_bad_value_is_named(team: Team, method: str, path: str, body: object, named: str) -> None:
    path = path.replace("{p}", team.alice.item())
    answer = team.alice.http.request(method, path, json=body) if body is not None else (
        team.alice.http.request(method, path)
    )  # fmt: skip
    assert error_of(answer) == (422, "invalid_value")
    assert named in answer.json()["message"]


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff", b'"\\ud800"', b"{}" * 5])
def test_a_body_that_is_no_json_is_refused_in_a_sentence(team: Team, content: bytes) -> None:
    answer = team.alice.http.post(
        "/api/items", content=content, headers={"Content-Type": "application/json"}
    )
    assert error_of(answer)[0] in (400, 422)


def test_half_a_surrogate_pair_is_refused(team: Team) -> None:
    body = b'{"part_number": "P", "description": "\\ud800"}'
    headers = {"Content-Type": "application/json"}
    answer = team.alice.http.post("/api/items", content=body, headers=headers)
    assert answer.status_code == 422


def test_unknown_members_are_ignored(team: Team) -> None:
    part = fresh("P")
    body = {"part_number": part, "colour": "red"}
    assert team.alice.http.post("/api/items", json=body).status_code == 201


def test_an_unknown_address_and_method_are_refused_in_the_same_form(team: Team) -> None:
    assert error_of(team.alice.http.get("/api/nothing")) == (404, "not_found")
    assert error_of(team.alice.http.put("/api/me")) == (405, "method_not_allowed")


LIMITS = Options(limits=Limits(upload=50_000, json=2_000))


FORM_HEAD = b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'


def test_too_large_a_body_is_a_clear_413(make_server: Make) -> None:
    _, team = make_server(options=LIMITS)
    part = team.alice.item()
    answers = [
        team.alice.push(part, b"x" * 60_000),
        team.alice.push(part, b"x" * 3_000_000),
        team.alice.http.post("/api/items", json={"part_number": "B", "description": "x" * 3000}),
        team.alice.http.post("/api/items", content=iter([b"x" * 1500] * 4)),
        team.alice.http.post(
            f"/api/items/{part}/checkpoints",
            # sound as far as it goes, so that its size is all there is to find wrong
            content=iter([FORM_HEAD, *[b"x" * 30_000] * 4]),
            headers={"Content-Type": "multipart/form-data; boundary=b"},
        ),
    ]
    assert [error_of(answer) for answer in answers] == [(413, "too_large")] * 5
    assert "bytes" in answers[0].json()["message"]
    assert team.alice.head(part) is None
    assert team.alice.pushed(part, b"x" * 40_000)


def test_metadata_may_be_large_but_not_without_limit(make_server: Make) -> None:
    _, team = make_server(options=LIMITS)
    part = team.alice.item()
    answer = team.alice.push(part, b"x", changes=["y" * 100] * 30)
    assert error_of(answer) == (422, "invalid_value")


def test_a_form_that_is_none_is_refused(team: Team) -> None:
    path = f"/api/items/{team.alice.item()}/checkpoints"
    http = team.alice.http
    metadata = {"metadata": json.dumps({"workstation_id": "w", "context": "manual"})}
    answers = [
        http.post(path, json={}),
        http.post(path, content=b"junk", headers={"Content-Type": "multipart/form-data"}),
        http.post(path, files={"file": b"x"}),
        http.post(path, files={"other": b"x"}, data=metadata),
        http.post(path, files={"file": b"x"}, data={"metadata": "{"}),
        http.post(path, files={"file": b"x", "metadata": ("m.json", b"\xff")}),
    ]
    assert {error_of(answer)[0] for answer in answers} == {422}


def test_another_one_s_workstation_is_refused(team: Team) -> None:
    alice, bob = team.alice, team.bob
    part = alice.item()
    theirs = bob.workstation
    answers = [
        alice.acquire(part, "S", workstation_id=theirs),
        alice.push(part, b"x", workstation_id=theirs),
        alice.http.delete(f"/api/workstations/{theirs}"),
        alice.http.post(f"/api/workstations/{theirs}/heartbeat", json={}),
        alice.http.get(f"/api/workstations/{theirs}/sync/diff"),
        alice.http.get("/api/subscriptions", params={"workstation_id": theirs}),
        alice.http.get("/api/events", params={"workstation_id": theirs}),
        alice.http.post(
            "/api/subscriptions",
            json={"workstation_id": theirs, "target_type": "item", "target": part},
        ),
    ]
    assert {error_of(answer) for answer in answers} == {(403, "forbidden")}
    gone = alice.acquire(part, "S", workstation_id="ws-none")
    assert error_of(gone) == (404, "not_found")


def test_the_documentation_works_without_the_internet(team: Team) -> None:
    page = httpx.get(f"{team.url}/api/docs").text
    linked = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(linked) == 3
    assert all(link.startswith("/api/docs/assets/") for link in linked)
    assert "http://" not in page
    assert "https://" not in page
    assert all(httpx.get(team.url + link).status_code == 200 for link in linked)


def test_a_client_that_hangs_up_midway_leaves_nothing(
    team: Team, caplog: pytest.LogCaptureFixture
) -> None:
    part = team.alice.item()
    host, port = team.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as line:
        head = (
            f"POST /api/items/{part}/checkpoints HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n"
            f"Authorization: Bearer {team.alice.token}\r\n"
            "Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n"
        )
        line.sendall(head.encode())
    assert team.alice.head(part) is None
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []


@pytest.mark.parametrize(("body", "at"), [(b"part", 1), (b'{"part_number": P}', 17)])
def test_a_body_that_is_not_json_is_answered_with_a_sentence(
    team: Team, body: bytes, at: int
) -> None:
    answer = team.alice.http.post(
        "/api/items", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 422
    assert answer.json() == {
        "error": "invalid_value",
        "message": f"The body is not valid JSON (character {at}).",
    }
