"""A server that misbehaves as it is told, on a loopback socket."""

from __future__ import annotations

import queue
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

STREAM_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
TLS = Path(__file__).parent.parent / "data" / "tls"


class Peer:
    """One connection as the server sees it; ``head`` is the request line and headers."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self.rest = b""
        while b"\r\n\r\n" not in self.rest:
            data = sock.recv(65536)
            if not data:
                break
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
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
        self.send("\r\n".join(lines).encode() + body)

    def stream(self, *parts: str) -> None:
        self.send(STREAM_HEAD + "".join(parts).encode())

    def wait_closed(self) -> bool:
        """Whether the client closed the connection within five seconds."""
        self._sock.settimeout(5)
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
