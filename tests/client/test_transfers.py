"""Files up and down: whole, verified, or not at all."""

from __future__ import annotations

import hashlib
import json
import stat
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from silo_core.model.context import CheckpointContext
from silo_core.model.dag import Dag, DagEdge, DagNode
from silo_core.model.errors import FileError, HeadMovedError, ProtocolError, RejectedError
from silo_core.model.item import Version, VersionKind

if TYPE_CHECKING:
    from tests.client.conftest import FakeServer

BRACKET = Path(__file__).parent.parent / "data" / "bracket.FCStd"
VERSION = {"id": "v1", "kind": "checkpoint", "sha256": "", "size": 0}
CONTENT = b"0123456789" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def push(server: FakeServer, path: Path = BRACKET, **options: Any) -> Any:
    context = CheckpointContext.SKETCH_CLOSE
    dag = Dag((DagNode("Sk", "sketch", ""),), (DagEdge("Sk", "Pad"),))
    return server.client.push_checkpoint(
        "P-1", path, context, "s1", dag, workstation_id="w1", **options
    )


def test_a_checkpoint_travels_whole_with_its_metadata(full_server: FakeServer) -> None:
    answer = {"version": VERSION, "subscribers_notified": 3, "handed_to": "bob"}
    full_server.on("POST /api/items/P-1/checkpoints", answer, 201)
    pushed = push(
        full_server,
        session_ids=["s1", "s2"],
        base="v0",
        changes=["Pad: 10"],
        idempotency_key="key-1",
        handoff_id="ho-1",
    )
    assert (pushed.version.id, pushed.subscribers_notified) == ("v1", 3)
    assert pushed.handed_to == "bob"
    content, form = BRACKET.read_bytes(), full_server.form()
    metadata = json.loads(form["metadata"])
    assert form["file"] == content
    assert full_server.last.headers["Idempotency-Key"] == "key-1"
    assert metadata["sha256"] == hashlib.sha256(content).hexdigest()
    assert metadata["size"] == len(content)
    assert metadata["session_ids"] == ["s1", "s2"]
    assert (metadata["session_id"], metadata["base"], metadata["rescue"]) == ("s1", "v0", False)
    assert metadata["dag"]["edges"][0]["target_key"] == "Pad"
    assert metadata["handoff_id"] == "ho-1"
    assert push(full_server).handed_to == "bob"
    assert "handoff_id" not in json.loads(full_server.form()["metadata"])


def test_without_extensions_base_and_key_are_left_out_and_a_rescue_is_not_sent(
    server: FakeServer,
) -> None:
    server.on("POST /api/items/P-1/checkpoints", {"checkpoint": VERSION}, 201)
    assert push(server, base="v1", idempotency_key="k", handoff_id="ho-1").handed_to == ""
    assert not {"base", "rescue", "handoff_id"} & set(json.loads(server.form()["metadata"]))
    assert "Idempotency-Key" not in server.last.headers
    sent = len(server.requests)
    with pytest.raises(RejectedError, match="beside the newest"):
        push(server, rescue=True)
    assert len(server.requests) == sent


def test_a_moved_head_is_answered_with_the_head(full_server: FakeServer) -> None:
    refusal = {"error": "head_moved", "message": "Newer.", "head": VERSION}
    full_server.on("POST /api/items/P-1/checkpoints", refusal, 409)
    with pytest.raises(HeadMovedError) as caught:
        push(full_server)
    assert caught.value.head == Version("v1", VersionKind.CHECKPOINT)


def test_a_file_name_that_is_no_text_can_be_sent(full_server: FakeServer, tmp_path: Path) -> None:
    path = tmp_path / b"M\xfcller.FCStd".decode("utf-8", "surrogateescape")
    path.write_bytes(b"x")
    full_server.on("POST /api/items/P-1/checkpoints", {"version": VERSION}, 201)
    push(full_server, path)
    assert json.loads(full_server.form()["metadata"])["file_name"] == "M?ller.FCStd"


def test_a_file_that_cannot_be_read_is_a_file_error(
    full_server: FakeServer, tmp_path: Path
) -> None:
    with pytest.raises(FileError, match=r"gone\.FCStd"):
        push(full_server, tmp_path / "gone.FCStd")


def test_upload_answers_the_new_revision(full_server: FakeServer) -> None:
    full_server.on("POST /api/items/P-1/file", {"revision_number": 4, "comment": "final"}, 201)
    assert full_server.client.upload_file("P-1", BRACKET, "final").revision_number == 4
    assert full_server.form()["comment"] == b"final"


def serve(server: FakeServer, *, etag: str = "", length: int | None = None) -> None:
    headers = {"ETag": etag} if etag else {}
    if length is not None:
        headers["Content-Length"] = str(length)
    pieces = (CONTENT[i : i + 1000] for i in range(0, len(CONTENT), 1000))
    server.on("GET /api/items/P-1/file/3", httpx.Response(200, content=pieces, headers=headers))


@pytest.mark.parametrize("etag", ["", f'"{SHA256}"', f'W/"{SHA256.upper()}"', '"opaque"'])
@pytest.mark.parametrize("length", [None, len(CONTENT)])
def test_a_download_lands_whole_and_is_readable_by_others(
    server: FakeServer, tmp_path: Path, etag: str, length: int | None
) -> None:
    target = tmp_path / "part.FCStd"
    target.write_bytes(b"old")
    serve(server, etag=etag, length=length)
    assert server.client.download_file("P-1", 3, target) == SHA256
    assert target.read_bytes() == CONTENT
    assert list(tmp_path.iterdir()) == [target]
    other = tmp_path / "other"
    other.touch()
    assert stat.S_IMODE(target.stat().st_mode) == stat.S_IMODE(other.stat().st_mode)


@pytest.mark.parametrize(
    "announced",
    [
        {"etag": '"' + "0" * 64 + '"'},
        {"length": len(CONTENT) - 1},
        {"length": len(CONTENT) + 1},
    ],
    ids=["other hash", "too long", "too short"],
)
def test_a_damaged_download_leaves_the_file_as_it_was(
    server: FakeServer, tmp_path: Path, announced: dict[str, Any]
) -> None:
    serve(server, **announced)
    target = tmp_path / "part.FCStd"
    target.write_bytes(b"old")
    with pytest.raises(ProtocolError, match="damaged"):
        server.client.download_file("P-1", 3, target)
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_download_into_a_folder_that_is_not_there_is_a_file_error(
    server: FakeServer, tmp_path: Path
) -> None:
    serve(server)
    with pytest.raises(FileError, match="cannot be written"):
        server.client.download_file("P-1", 3, tmp_path / "no" / "part.FCStd")


def test_a_version_is_verified_by_what_it_says_of_itself(
    full_server: FakeServer, tmp_path: Path
) -> None:
    full_server.on("GET /api/items/P-1/versions/v1/content", CONTENT)
    version = Version("v1", VersionKind.CHECKPOINT, sha256=SHA256, size=len(CONTENT))
    assert full_server.client.download_version("P-1", version, tmp_path / "a") == SHA256
    for other in (replace(version, sha256="0" * 64), replace(version, size=5)):
        with pytest.raises(ProtocolError):
            full_server.client.download_version("P-1", other, tmp_path / "b")
    assert not (tmp_path / "b").exists()
