"""People at workstations who talk to a server over a real socket."""

from __future__ import annotations

import itertools
import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import httpx

TLS = ssl.create_default_context()
"""Shared by all clients: making one costs more than a request."""

_numbers = itertools.count(1)


def fresh(prefix: str) -> str:
    """A name that no other test uses."""
    return f"{prefix}-{next(_numbers)}"


class Stream:
    """An open event stream."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines

    def blocks(self) -> Iterator[dict[str, Any]]:
        """Every event, the greeting included, until the stream ends; a comment is ``comment``."""
        block: dict[str, Any] = {}
        for line in self._lines:
            name, _, value = line.partition(":")
            if line and not name:
                yield {"comment": value.strip()}
            elif line:
                block[name] = value.strip()
            elif block:
                yield block | {"data": json.loads(block["data"]), "id": int(block["id"])}
                block = {}

    def until(self, event: str) -> dict[str, Any]:
        """The next event of that type."""
        return next(block for block in self.blocks() if block.get("event") == event)

    def types_until(self, event: str) -> list[str]:
        """The types of the events that come, up to and with ``event``."""
        types = []
        for block in self.blocks():
            if "event" in block and block["event"] != "heartbeat":
                types.append(block["event"])
            if types[-1:] == [event]:
                break
        return types


class Person:
    """A user at one workstation (none for somebody who has no right to have one)."""

    def __init__(self, url: str, token: str, workstation: str = "") -> None:
        self.http = httpx.Client(
            base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=20, verify=TLS
        )
        self.url = url
        self.token = token
        self.workstation = self._registered(workstation) if workstation else ""

    def _registered(self, name: str) -> str:
        body = {"name": name, "fingerprint": fresh("machine")}
        return str(self.http.post("/api/workstations", json=body).json()["id"])

    def at(self, workstation: str) -> Person:
        """The same user at another workstation."""
        return Person(self.url, self.token, workstation)

    def item(self, **members: Any) -> str:
        """A new item; answers its part number."""
        part = fresh("PRT")
        answer = self.http.post("/api/items", json={"part_number": part, **members})
        assert answer.status_code == 201, answer.text
        return part

    def acquire(self, part: str, object_id: str, **members: Any) -> httpx.Response:
        body = {
            "workstation_id": self.workstation,
            "context_level": "sketch",
            "object_id": object_id,
            **members,
        }
        return self.http.post(f"/api/items/{part}/edit-sessions", json=body)

    def take(self, part: str, object_id: str, **members: Any) -> dict[str, Any]:
        """An edit session that must be granted."""
        answer = self.acquire(part, object_id, **members)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def release(self, part: str, session: str) -> None:
        path = f"/api/items/{part}/edit-sessions/{session}"
        assert self.http.delete(path).status_code == 204

    def asks_for(self, part: str, session: str, **members: Any) -> str:
        """A request for handoff to this workstation; answers its id."""
        path = f"/api/items/{part}/edit-sessions/{session}/request-handoff"
        body = {"workstation_id": self.workstation, **members}
        answer = self.http.post(path, json=body)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["handoff_id"])

    def answers(self, handoff: str, said: str) -> None:
        path = f"/api/handoffs/{handoff}/answer"
        assert self.http.post(path, json={"answer": said}).status_code == 204

    def waits(self, part: str, object_id: str, **members: Any) -> httpx.Response:
        body = {
            "workstation_id": self.workstation,
            "context_level": "sketch",
            "object_id": object_id,
            **members,
        }
        return self.http.post(f"/api/items/{part}/waiting", json=body)

    def held(self, part: str) -> set[str]:
        """The ids of all sessions on an item."""
        sessions = self.http.get(f"/api/items/{part}/edit-sessions").json()["sessions"]
        return {session["id"] for session in sessions}

    def push(
        self, part: str, content: bytes, *, key: str = "", name: str = "part.FCStd", **members: Any
    ) -> httpx.Response:
        metadata = {
            "workstation_id": self.workstation,
            "context": "sketch_close",
            "file_name": name,
            **members,
        }
        return self.http.post(
            f"/api/items/{part}/checkpoints",
            data={"metadata": json.dumps(metadata)},
            files={"file": ("upload.bin", content)},
            headers={"Idempotency-Key": key} if key else {},
        )

    def pushed(self, part: str, content: bytes, **members: Any) -> dict[str, Any]:
        """The version of a push that must succeed."""
        answer = self.push(part, content, **members)
        assert answer.status_code == 201, answer.text
        return dict(answer.json()["version"])

    def head(self, part: str) -> dict[str, Any] | None:
        head: dict[str, Any] | None = self.http.get(f"/api/items/{part}").json()["head"]
        return head

    def content(self, part: str, version: str, **headers: str) -> httpx.Response:
        return self.http.get(f"/api/items/{part}/versions/{version}/content", headers=headers)

    @contextmanager
    def stream(self, last_event_id: int | str | None = None) -> Iterator[Stream]:
        """An event stream that is open when this returns."""
        headers = {} if last_event_id is None else {"Last-Event-ID": str(last_event_id)}
        params = {"workstation_id": self.workstation} if self.workstation else {}
        with self.http.stream("GET", "/api/events", params=params, headers=headers) as answer:
            assert answer.status_code == 200, answer.read()
            assert answer.headers["content-type"].startswith("text/event-stream")
            lines = answer.iter_lines()
            if last_event_id is None:
                while not next(lines).startswith("data:"):  # the greeting: now it listens
                    pass
            yield Stream(lines)

    def close(self) -> None:
        self.http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Team:
    """A server and the people who work with it."""

    def __init__(self, url: str, tokens: dict[str, str]) -> None:
        self.url = url
        self._people: list[Person] = []
        self.tokens = tokens
        self.alice = self.person("alice", "alice-ws")
        self.bob = self.person("bob", "bob-ws")
        self.admin = self.person("root", "root-ws")
        self.viewer = self.person("vera")

    def person(self, name: str, workstation: str = "") -> Person:
        made = Person(self.url, self.tokens[name], workstation)
        self._people.append(made)
        return made

    def close(self) -> None:
        for person in self._people:
            person.close()


ROLES = {"alice": "editor", "bob": "editor", "root": "admin", "vera": "viewer"}


def error_of(answer: httpx.Response) -> tuple[int, str]:
    """Status and slug of a refusal, which must have a sentence too."""
    body = answer.json()
    assert body["message"].strip(), body
    return answer.status_code, body["error"]
