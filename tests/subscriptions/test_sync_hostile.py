"""A server that is broken or hostile: each thing is refused with a message, and the rest goes on."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from silo_core.model.exchange import ConnectionState
from silo_core.model.sync import ItemStatus, SyncState
from silo_core.ports.client import SiloClient
from silo_core.surfaces.headless import HeadlessHost
from silo_core.workbench import Workbench, make_workbench
from silo_subscriptions import Subscriptions
from silo_subscriptions.facade import Sync

GOOD = b"good content"


class Hostile:
    """A server of which a test says what it lists and gives."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        self.removed: list[str] = []
        self.contents: dict[str, bytes] = {}
        self.acks: list[str] = []
        self.stream = b""
        self.extensions = ["history"]
        self.bundle = b""
        self.asked: list[str] = []
        """The paths of what was fetched."""

    def lists(self, number: str, name: str, content: bytes = GOOD, **version: object) -> None:
        told = {
            "id": f"v-{number}",
            "kind": "checkpoint",
            "sha256": hashlib.sha256(content).hexdigest(),
            "size": len(content),
            **version,
        }
        self.contents[f"/api/items/{number}/versions/v-{number}/content"] = content
        self.entries.append(
            {"part_number": number, "file_name": name, "version": told, "is_checkpoint": True,
             "reason": "new"}
        )  # fmt: skip

    def __call__(self, request: httpx.Request) -> httpx.Response:  # noqa: PLR0911 - a call each
        path = request.url.path
        if path == "/api/events":
            headers = {"Content-Type": "text/event-stream"}
            return httpx.Response(200, headers=headers, stream=_Stream(self.stream))
        if path == "/api/workstations":
            return httpx.Response(200, json={"id": "w1", "name": "here"})
        if path == "/api/server":
            return httpx.Response(200, json={"extensions": self.extensions})
        if path == "/api/me":
            return httpx.Response(200, json={"user": "alice", "role": "editor"})
        if path.endswith("/sync/diff"):
            return httpx.Response(200, json={"entries": self.entries, "removed": self.removed})
        if path.endswith("/sync/ack"):
            number = json.loads(request.content)["part_number"]
            self.acks.append(number)
            self.entries = [e for e in self.entries if e["part_number"] != number]
            return httpx.Response(204)
        if path == "/api/bundle":
            self.asked.append(path)
            return httpx.Response(200, content=self.bundle)
        if path in self.contents:
            self.asked.append(path)
            return httpx.Response(200, content=self.contents[path])
        return httpx.Response(404, json={"error": "not_found"})


class _Stream(httpx.SyncByteStream):
    """Events, and then a connection that stays."""

    def __init__(self, events: bytes) -> None:
        self._events = events

    def __iter__(self) -> Any:
        yield self._events
        while True:
            import time

            time.sleep(0.05)
            yield b": still here\n\n"


class Desk:
    """A workstation at that server."""

    def __init__(self, server: Hostile, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.workspace = folder / "workspace"
        self.host = HeadlessHost()
        environ = {
            "SILO_SERVER_URL": "http://hostile.example",
            "SILO_TOKEN": "silo_x",
            "SILO_WORKSPACE": str(self.workspace),
        }
        monkeypatch.setattr(
            "silo_core.workbench.startup.connect",
            lambda *_: SiloClient(
                "http://hostile.example", "silo_x", transport=httpx.MockTransport(server)
            ),
        )
        self.workbench: Workbench = make_workbench(
            self.host, config=folder / "none.toml", data=folder / "data", environ=environ
        )

    @property
    def sync(self) -> Sync:
        plugin = self.workbench.plugins.plugin("subscriptions")
        assert isinstance(plugin, Subscriptions)
        assert plugin.sync
        return plugin.sync

    def settle(self) -> dict[str, ItemStatus]:
        online = ConnectionState.ONLINE
        assert self.host.run_until(lambda: self.workbench.connection.state is online, 20)
        self.host.run_until(lambda: False, 0.2)
        assert self.host.run_until(lambda: not self.sync.busy, 30)
        return {status.part_number: status for status in self.sync.statuses()}

    def told(self) -> str:
        return "\n".join("\n".join((e.text, *e.details)) for e in self.host.notices)


@pytest.fixture
def server() -> Hostile:
    return Hostile()


@pytest.fixture
def desk(server: Hostile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    desk = Desk(server, tmp_path, monkeypatch)
    yield desk
    desk.workbench.stop()


NAMES = [
    "..", "../evil.FCStd", "../../evil.FCStd", "/etc/evil.FCStd", "C:\\evil.FCStd", "C:evil.FCStd",
    "evil\x00.FCStd", "e" * 300 + ".FCStd", "a/b.FCStd", "a\\b.FCStd", "NUL", "com1.FCStd",
    "evil.FCStd ", "evil.", "\x1b[2Jevil.FCStd", "\ud800.FCStd",
]  # fmt: skip


def test_names_that_lead_elsewhere_are_refused_and_the_rest_goes_on(
    server: Hostile, desk: Desk, tmp_path: Path
) -> None:
    for number, name in enumerate(NAMES):
        if name != "\ud800.FCStd":  # no JSON
            server.lists(f"EVIL-{number}", name)
    server.lists("GOOD-1", "good.FCStd")
    desk.workbench.start()
    found = desk.settle()
    assert found.pop("GOOD-1").state is SyncState.UP_TO_DATE
    assert [path.name for path in desk.workspace.iterdir()] == ["good.FCStd"]
    assert not list(tmp_path.rglob("*evil*"))
    for status in found.values():
        assert status.state is SyncState.FAILED
        assert "file name" in status.reason
    assert server.acks == ["GOOD-1"]


def test_contents_and_sizes_that_lie_are_refused_and_the_rest_goes_on(
    server: Hostile, desk: Desk
) -> None:
    server.lists("HASH-1", "a.step", sha256="0" * 64)
    server.lists("SMALL-1", "b.step", size=3)
    server.lists("LARGE-1", "c.step", size=1000)
    server.lists("HUGE-1", "d.step", size=1 << 62)
    server.lists("MINUS-1", "e.step", size=-5)
    server.lists("WORDS-1", "f.step", sha256="no hash")
    server.lists("../x", "g.step")
    server.lists("", "h.step")
    server.lists("GOOD-1", "good.step")
    desk.workbench.start()
    found = desk.settle()
    assert found["GOOD-1"].state is SyncState.UP_TO_DATE
    assert [path.name for path in desk.workspace.iterdir()] == ["good.step"]
    for number in ("HASH-1", "SMALL-1", "LARGE-1"):
        assert found[number].state is SyncState.FAILED
        assert "damaged" in found[number].reason
    told = desk.told()
    for what in ("no part number", "cannot be", "makes no sense"):
        assert what in told
    assert server.acks == ["GOOD-1"]


def _frame(content: bytes, sha256: str = "", size: int = -1) -> bytes:
    digest = sha256 or hashlib.sha256(content).hexdigest()
    return b"%s %d\n%s" % (digest.encode(), size if size >= 0 else len(content), content)


ONE, TWO, THREE = b"the first", b"another", b"a third"
NOT_ONE = hashlib.sha256(ONE).hexdigest()


@pytest.mark.parametrize(
    ("bundle", "lacking"),
    [
        (_frame(ONE) + _frame(TWO) + _frame(THREE), 0),
        (_frame(THREE) + _frame(ONE), 1),
        (b"", 3),
        (_frame(ONE) + _frame(b"evil bytes of it", NOT_ONE), 2),
        (_frame(b"THE FIRST", NOT_ONE) + _frame(TWO), 2),
        (_frame(ONE) + _frame(TWO)[:-1], 2),
        (_frame(ONE) + _frame(b"nobody asked for this"), 2),
        (_frame(ONE) + _frame(TWO, size=9_999_999), 2),
        (b"<html>" * 100, 3),
        (_frame(ONE) + b"0" * 64 + b" 99999999999999999999\n", 2),
    ],
)
def test_of_many_files_in_one_answer_only_what_is_right_is_taken(
    server: Hostile, desk: Desk, bundle: bytes, lacking: int
) -> None:
    """What is not, is asked for by itself."""
    server.extensions.append("bundles")
    server.bundle = bundle
    desk.workbench.settings.set("subscription_max_downloads", 1)
    contents = {"A-1": ONE, "B-1": TWO, "C-1": THREE}
    for number, content in contents.items():
        server.lists(number, f"{number}.step", content)
    desk.workbench.start()
    found = desk.settle()
    assert {status.state for status in found.values()} == {SyncState.UP_TO_DATE}
    for number, content in contents.items():
        assert (desk.workspace / f"{number}.step").read_bytes() == content
    assert len(list(desk.workspace.iterdir())) == 3
    assert server.asked[0] == "/api/bundle"
    assert len(server.asked) == 1 + lacking


def test_a_flood_of_events_changes_nothing_but_what_it_tells_of(
    server: Hostile, desk: Desk
) -> None:
    """Of the ten million, the first 20,000: what takes them does not know how many will follow."""
    lines = []
    for number in range(20_000):
        data = {
            "part_number": f"P-{number % 3000}",
            "version": {"id": "x"},
            "checkpoint_user": "eve",
        }
        kind = ("subscription.checkpoint", "subscription.sync_required")[number % 97 == 0]
        lines.append(f"id: {number}\nevent: {kind}\ndata: {json.dumps(data)}\n\n")
    lines.append('event: subscription.checkpoint\ndata: {"part_number": 7}\n\n')
    server.stream = "".join(lines).encode()
    server.lists("GOOD-1", "good.step")
    desk.workbench.start()
    assert desk.settle()["GOOD-1"].state is SyncState.UP_TO_DATE
    assert len(desk.host.notices) < 200
    assert (desk.workspace / "good.step").read_bytes() == GOOD


def test_a_link_out_of_the_workspace_is_not_followed(
    server: Hostile, desk: Desk, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.step"
    outside.write_bytes(b"mine")
    desk.workspace.mkdir()
    (desk.workspace / "a.step").symlink_to(outside)
    server.lists("LINK-1", "a.step")
    desk.workbench.start()
    status = desk.settle()["LINK-1"]
    assert status.state is SyncState.FAILED
    assert "out of the workspace" in status.reason
    assert outside.read_bytes() == b"mine"
