"""Killed at any moment, the server starts again with every answered write there."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from silo_server.embedded import EmbeddedServer
from tests.server.kit import TLS, Person
from tests.server.process import ServerProcess, serving, silo

AT_ONCE = int(os.environ.get("SILO_PUSHES_AT_ONCE", "60"))
KILLED_AFTER = AT_ONCE * 5 // 4


@dataclass
class Pushed:
    """One push, and the version it was answered with before the server died (None: no answer)."""

    number: int
    base: str | None
    content: bytes
    version: dict[str, Any] | None = None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass
class Worker:
    """Pushes one version of an item after the other; the first push ends a session."""

    part: str
    workstation: str
    session: str = ""
    pushes: list[Pushed] = field(default_factory=list)

    async def push_next(self, http: httpx.AsyncClient) -> None:
        before = self.pushes[-1].version if self.pushes else None
        content = os.urandom(1000 + 50 * AT_ONCE // (1 + len(self.pushes)))
        push = Pushed(len(self.pushes), before["id"] if before else None, content)
        self.pushes.append(push)
        push.version = await self.send(http, push)

    async def send(self, http: httpx.AsyncClient, push: Pushed) -> dict[str, Any]:
        metadata = {
            "workstation_id": self.workstation, "context": "sketch_close", "base": push.base,
            "session_id": self.session, "sha256": push.sha256, "size": len(push.content),
            "dag": {"nodes": [{"node_key": f"Push{push.number}"}], "edges": []},
        }  # fmt: skip
        answer = await http.post(
            f"/api/items/{self.part}/checkpoints",
            data={"metadata": json.dumps(metadata)},
            files={"file": ("p.FCStd", push.content)},
            headers={"Idempotency-Key": f"{self.part} {push.number}"},
        )
        assert answer.status_code == 201, answer.text
        return dict(answer.json()["version"])

    def versions(self, http: httpx.Client) -> list[dict[str, Any]]:
        """What the server has of the item, oldest first."""
        body = http.get(f"/api/items/{self.part}/versions").json()
        return list(reversed(body["versions"]))

    def check(self, http: httpx.Client, state: State) -> int:
        """Every answered push is there whole, and of the one in flight all or nothing; answers how
        many there are."""
        versions = self.versions(http)
        answered = [push for push in self.pushes if push.version is not None]
        assert versions[: len(answered)] == [push.version for push in answered]
        assert len(answered) <= len(versions) <= len(self.pushes)
        item = f"/api/items/{self.part}"
        for version, push in zip(versions, self.pushes, strict=False):
            content = http.get(f"{item}/versions/{version['id']}/content").content
            assert content == push.content
            assert (version["sha256"], version["size"]) == (push.sha256, len(content))
        dag = http.get(f"{item}/dag")
        if versions:
            assert self.session not in state.sessions
            assert dag.json()["nodes"][0]["node_key"] == f"Push{len(versions) - 1}"
        else:
            assert self.session in state.sessions
            assert dag.status_code == 404
        assert state.heads[self.part] == (versions[-1] if versions else None)
        return len(versions)


class State:
    """Heads and sessions of all items."""

    def __init__(self, http: httpx.Client) -> None:
        items = http.get("/api/items", params={"limit": 500}).json()["items"]
        self.heads = {item["part_number"]: item["head"] for item in items}
        self.sessions = {entry["id"] for entry in http.get("/api/edit-sessions").json()["sessions"]}


Work = Callable[[Worker, httpx.AsyncClient], Awaitable[None]]


async def _at_once(workers: list[Worker], url: str, token: str, work: Work) -> None:
    """All workers at the same time, each on a connection of its own."""

    async def run(worker: Worker) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(base_url=url, headers=headers, verify=TLS, timeout=30) as http:
            await work(worker, http)

    await asyncio.gather(*map(run, workers))


async def _begin(worker: Worker, http: httpx.AsyncClient) -> None:
    await http.post("/api/items", json={"part_number": worker.part})
    body = {
        "workstation_id": worker.workstation, "context_level": "sketch", "object_id": "Sketch"
    }  # fmt: skip
    session = await http.post(f"/api/items/{worker.part}/edit-sessions", json=body)
    worker.session = session.json()["id"]


async def _push_again(worker: Worker, http: httpx.AsyncClient) -> None:
    """Repeat what was not answered, as a client's outbox does."""
    push = worker.pushes[-1]
    assert push.version is None
    push.version = await worker.send(http, push)


def _pushing_until_killed(server: ServerProcess) -> Work:
    """One version after the other, until the server dies in the middle of it."""
    answered = 0

    async def work(worker: Worker, http: httpx.AsyncClient) -> None:
        nonlocal answered
        while True:
            try:
                await worker.push_next(http)
            except httpx.TransportError:
                return
            answered += 1
            if answered == KILLED_AFTER:
                server.process.kill()

    return work


def test_killed_amid_many_pushes_it_has_every_answered_one_whole_and_none_half(
    tmp_path: Path,
) -> None:
    token = silo("user", "add", "alice", "--data", str(tmp_path)).stdout.strip()
    with serving(tmp_path) as server:
        with Person(server.url, token, "ws") as alice:
            workers = [Worker(f"PRT-{number}", alice.workstation) for number in range(AT_ONCE)]
        asyncio.run(_at_once(workers, server.url, token, _begin))
        asyncio.run(_at_once(workers, server.url, token, _pushing_until_killed(server)))
    answered = sum(push.version is not None for worker in workers for push in worker.pushes)
    assert answered >= KILLED_AFTER

    with serving(tmp_path) as server, Person(server.url, token) as alice:
        state = State(alice.http)
        there = [worker.check(alice.http, state) for worker in workers]
        assert sum(there) >= answered
        with alice.stream(0) as stream:  # the log tells of every one that is there
            ended = sum(1 for count in there if count)
            parts = {
                stream.until("edit.session_released")["data"]["part_number"] for _ in range(ended)
            }
        assert len(parts) == ended
        asyncio.run(_at_once(workers, server.url, token, _push_again))
        for worker in workers:
            assert worker.versions(alice.http) == [push.version for push in worker.pushes]
        assert list((tmp_path / "blobs" / "incoming").iterdir()) == []
        code, errors = server.stop()
        assert (code, errors) == (0, "")


def test_what_a_crash_left_half_uploaded_is_cleared_away(tmp_path: Path) -> None:
    incoming = tmp_path / "blobs" / "incoming"
    incoming.mkdir(parents=True)
    (incoming / "half").write_bytes(b"half a file")
    with EmbeddedServer(tmp_path):
        assert list(incoming.iterdir()) == []
