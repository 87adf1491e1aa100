"""Servers that do as they are told: one of raw bytes on a socket, one in place of the network.
And the real one, with a team that works on it."""

from __future__ import annotations

import hashlib
import json
import queue
import random
import socket
import ssl
import threading
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import httpx
import pytest

from silo_core.ports.client import SiloClient
from silo_core.rules.interference import judge_builtin
from silo_server.embedded import EmbeddedServer
from tests.client.kit import Bench, Desk, Team

STREAM_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
TOKEN = "silo_0123456789abcdef"
TLS = Path(__file__).parent.parent / "data" / "tls"


class Peer:
    """One connection as the server sees it; ``head`` is the request line and headers."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self.rest = b""
        self.next_request()

    def next_request(self) -> None:
        while b"\r\n\r\n" not in self.rest and (data := self._sock.recv(65536)):
            self.rest += data
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        self.head = head.decode("latin-1")

    def header(self, name: str) -> str | None:
        for line in self.head.split("\r\n")[1:]:
            key, _, value = line.partition(":")
            if key.lower() == name.lower():
                return value.strip()
        return None

    def send(self, data: bytes) -> None:
        self._sock.sendall(data)

    def answer(self, status: str, body: bytes = b"", *headers: str) -> None:
        """A whole answer, and the end of the connection, as behaviours are for one request."""
        length = f"Content-Length: {len(body)}"
        lines = [f"HTTP/1.1 {status}", length, "Connection: close", *headers, "", ""]
        self.send("\r\n".join(lines).encode() + body)

    def stream(self, *parts: str) -> None:
        self.send(STREAM_HEAD + "".join(parts).encode())

    def drain(self, length: int) -> int:
        """Take a request's body of ``length`` bytes; how many came."""
        received = len(self.rest)
        while received < length and (data := self._sock.recv(1024 * 1024)):
            received += len(data)
        return received

    def wait_closed(self) -> bool:
        """Whether the client closed the connection within five seconds."""
        self._sock.settimeout(60)
        with suppress(ConnectionError):
            while self._sock.recv(65536):
                pass
        return True


Behaviour = Callable[[Peer], object]


class RawServer:
    """Meets the first connection with the first behaviour, and so on; the last one stays."""

    def __init__(self, *, tls: bool = False) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._context: ssl.SSLContext | None = None
        if tls:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(TLS / "localhost.pem")
        self.port: int = self._listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self.peers: queue.Queue[Peer] = queue.Queue()
        """The connections in the order they came, once their request was read."""
        self.connections = 0
        self._behaviours: list[Behaviour] = []
        self._socks: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]

    def behave(self, *behaviours: Behaviour) -> None:
        self._behaviours = list(behaviours)
        if not self._threads[0].is_alive():
            self._threads[0].start()

    def close(self) -> None:
        for sock in [self._listener, *self._socks]:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            if thread.ident:
                thread.join(5)
        for sock in [self._listener, *self._socks]:
            sock.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                self._socks.append(sock)
                thread = threading.Thread(target=self._serve, args=(sock, self.connections))
                self.connections += 1
                self._threads.append(thread)
                thread.start()

    def _serve(self, sock: socket.socket, number: int) -> None:
        with suppress(OSError, ValueError):
            if self._context:
                sock = self._context.wrap_socket(sock, server_side=True)
            with sock:
                peer = Peer(sock)
                self.peers.put(peer)
                self._behaviours[min(number, len(self._behaviours) - 1)](peer)


class FakeServer:
    """Answers each ``METHOD /path`` as it was told, and keeps the requests."""

    def __init__(self, extensions: Sequence[str] | None = None) -> None:
        self.requests: list[httpx.Request] = []
        self.answers: dict[str, object] = {}
        if extensions is not None:
            self.answers["GET /api/server"] = {"name": "silo", "extensions": list(extensions)}
        self.client = SiloClient(
            "http://silo.test", TOKEN, transport=httpx.MockTransport(self._handle)
        )

    def on(self, call: str, answer: object = None, status: int = 200, **headers: str) -> None:
        if not isinstance(answer, httpx.Response):
            content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            answer = httpx.Response(status, content=content, headers=headers)
        self.answers[call] = answer

    def _handle(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        answer = self.answers.get(f"{request.method} {request.url.path}")
        if isinstance(answer, httpx.Response):
            return answer
        if answer is None:
            return httpx.Response(404, json={"error": "not_found", "message": "Not here."})
        return httpx.Response(200, json=answer)

    @property
    def last(self) -> httpx.Request:
        return self.requests[-1]

    @property
    def body(self) -> Any:
        return json.loads(self.last.content)

    def form(self) -> dict[str, bytes]:
        head = b"Content-Type: " + self.last.headers["Content-Type"].encode() + b"\r\n\r\n"
        parts = message_from_bytes(head + self.last.content).get_payload()
        assert isinstance(parts, list)
        named = {}
        for part in parts:
            assert isinstance(part, Message)
            name = str(part.get_param("name", header="content-disposition"))
            named[name] = bytes(part.get_payload(decode=True))
        return named


@pytest.fixture
def server() -> FakeServer:
    """A server without extensions."""
    return FakeServer()


@pytest.fixture
def full_server() -> FakeServer:
    """A server with all extensions but [chunks]."""
    extensions = [
        "acks",
        "audit",
        "base",
        "explain",
        "handoff",
        "history",
        "idempotency",
        "lease",
        "waiting",
    ]
    return FakeServer(extensions)


@pytest.fixture
def raw_server() -> Iterator[RawServer]:
    server = RawServer()
    yield server
    server.close()


@pytest.fixture
def tls_server() -> Iterator[RawServer]:
    server = RawServer(tls=True)
    yield server
    server.close()


@pytest.fixture
def deaf_port() -> Iterator[int]:
    """A port whose queue is full: connecting to it hangs."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for sock in waiting:
            sock.setblocking(False)
            sock.connect_ex(("127.0.0.1", port))
        yield port
        for sock in waiting:
            sock.close()


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    with EmbeddedServer(tmp_path_factory.mktemp("server"), judge=judge_builtin) as server:
        token = {
            name: server.add_user(name, role)
            for name, role in {
                "alice": "editor",
                "bob": "editor",
                "root": "admin",
                "eve": "viewer",
            }.items()
        }
        alice = Desk(server.url, token["alice"], "CAD-07")
        bob = Desk(server.url, token["bob"], "CAD-12")
        admin, viewer = SiloClient(server.url, token["root"]), SiloClient(server.url, token["eve"])
        alice.listen()
        bob.listen()
        yield Team(server, alice, bob, admin, viewer)
        for closing in (alice, bob, admin, viewer):
            closing.close()


@pytest.fixture
def part(team: Team, request: pytest.FixtureRequest) -> str:
    """A part of this test's own."""
    part_number = f"P-{hashlib.sha256(request.node.name.encode()).hexdigest()[:12]}"
    team.alice.client.create_item(part_number, description="a bracket", projects=["demo"])
    return part_number


@pytest.fixture
def bench(team: Team, part: str) -> Iterator[Bench]:
    made = Bench(team, part)
    yield made
    made.close()


@pytest.fixture(scope="session")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Versions of a file that have some large chunks in common, and ten not. For reading only."""
    folder, noise = tmp_path_factory.mktemp("two"), random.Random(7)
    common = {f"shape{number}": noise.randbytes(60_000) for number in range(10)}
    paths = folder / "first.zip", folder / "second.zip"
    for path in paths:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(10):
                own = {f"own{number}": noise.randbytes(30_000)}
                for name, data in (own | {f"shape{number}": common[f"shape{number}"]}).items():
                    archive.writestr(zipfile.ZipInfo(name), data.hex(), zipfile.ZIP_DEFLATED)
    return paths
