"""A network that can be told to misbehave: a TCP proxy between workstations and their server."""

from __future__ import annotations

import re
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

_PIECE = 65536
_METHODS = (b"GET /", b"POST /", b"PUT /", b"PATCH /", b"DELETE /")
_OVERTAKEN_S = 20.0
"""How long a request waits to be overtaken by another one."""


@dataclass
class _Rule:
    """What becomes of the next ``times`` requests that begin with ``head``. ``after``: how many bytes
    of them pass first; ``seconds``: how much later they do."""

    head: bytes
    action: str
    times: int
    after: int
    seconds: float


@dataclass
class _Answers:
    """Those of one connection. ``left``: how many bytes of them pass before it ends, None: all."""

    left: int | None = None

    def end_with(self, data: bytes) -> bool:
        """Whether the connection ends with these."""
        if self.left is not None:
            self.left -= len(data)
        return self.left is not None and self.left <= 0


class Proxy:
    """Passes bytes on, until told otherwise. All of it can be called from the test's thread."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self._server = (str(address.hostname), int(address.port or 80))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.met = 0
        """How many requests a rule has met."""
        self.passed = 0
        """See ``measure``."""
        self.lag = 0.0
        """Seconds by which each answer comes late, as a whole; events come in time."""
        self._measured: bytes | None = None
        self._lock = threading.Lock()
        self._rules: list[_Rule] = []
        self._answering = threading.Event()
        self._answering.set()
        self._telling = threading.Event()
        self._telling.set()
        self._overtaken = threading.Condition()
        self._answered = 0
        self._down = self._closed = False
        self._socks: set[socket.socket] = set()
        self._threads = [threading.Thread(target=self._accept, name="proxy")]
        self._threads[0].start()

    # -- what a test tells it --------------------------------------------------------------------

    def pause(self) -> None:
        """Requests reach the server, its answers and events are kept back."""
        self._answering.clear()

    def resume(self, *, events: bool = True) -> None:
        """Deliver what was kept back, and go on as usual; without ``events``, but for these."""
        self._answering.set()
        if events:
            self._telling.set()

    def hold_events(self) -> None:
        """Keep back what event streams tell; answers pass."""
        self._telling.clear()

    def down(self) -> None:
        """Cut every connection, and each new one as soon as it is made."""
        self._down = True
        self._cut_all()

    def up(self) -> None:
        """Serve again."""
        self._down = False

    def meet(
        self, head: str, action: str, times: int = 1, *, after: int = 200, seconds: float = 0.5
    ) -> None:
        """Meet the next ``times`` requests that begin with ``head``, as ``POST /api/items``:

        - ``503`` or another status: answer just that;
        - ``cut``: end the connection within the request, when ``after`` bytes of it have passed;
        - ``swallow``: pass it on, and keep the answer;
        - ``drop``: pass it on, and end the connection when ``after`` bytes of answers have passed;
        - ``delay``: pass it on ``seconds`` later;
        - ``duplicate``: pass it on twice, the second one to be answered;
        - ``reorder``: pass it on after the next request of another connection was answered;
        - ``count``: only count it.
        """
        with self._lock:
            self._rules.append(_Rule(head.encode(), action, times, after, seconds))

    def measure(self, head: str) -> None:
        """Count in ``passed`` the bytes of the requests that begin with ``head``."""
        self._measured = head.encode()

    def forgive(self) -> None:
        """Meet all requests as usual again."""
        with self._lock:
            self._rules.clear()

    def close(self) -> None:
        """End all connections and threads."""
        self._closed = True
        self.resume()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._cut_all()
        for thread in list(self._threads):
            thread.join(5)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- how -------------------------------------------------------------------------------------

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if self._down or self._closed:
                    client.close()
                    continue
                try:
                    server = socket.create_connection(self._server, 5)
                except OSError:
                    client.close()
                    continue
                server.settimeout(None)
                with self._lock:
                    self._socks |= {client, server}
                answers = _Answers()
                for pump in (self._requests, self._answers):
                    args = (client, server, answers)
                    thread = threading.Thread(target=pump, args=args, name="proxy")
                    self._threads.append(thread)
                    thread.start()

    def _requests(self, client: socket.socket, server: socket.socket, answers: _Answers) -> None:
        left: int | None = None  # how much passes before the connection is cut
        measuring = False
        with suppress(OSError):
            while data := client.recv(_PIECE):
                rule = self._rule(data)
                if rule and rule.action.isdigit():
                    self._answer(client, rule.action)
                    break
                if rule:
                    data = self._late(rule, client, data)
                if rule and rule.action in ("swallow", "drop"):
                    answers.left = rule.after if rule.action == "drop" else 0
                if rule and rule.action == "cut":
                    left = rule.after
                if data.startswith(_METHODS):
                    measuring = bool(self._measured and data.startswith(self._measured))
                self.passed += len(data) if measuring else 0
                server.sendall(data[:left])
                if left is not None and (left := left - len(data)) <= 0:
                    break
        self._end(client, server)

    def _answers(self, client: socket.socket, server: socket.socket, answers: _Answers) -> None:
        with suppress(OSError):
            tells = False
            while data := server.recv(_PIECE):
                self._answering.wait()
                tells = tells or b"text/event-stream" in data
                if tells:
                    self._telling.wait()
                elif data.startswith(b"HTTP/"):
                    time.sleep(self.lag)
                client.sendall(data[: answers.left])
                if data.startswith(b"HTTP/"):
                    with self._overtaken:
                        self._answered += 1
                        self._overtaken.notify_all()
                if answers.end_with(data):
                    break
        self._end(client, server)

    def _late(self, rule: _Rule, client: socket.socket, data: bytes) -> bytes:
        """Hold a request back, or let a copy of it go first; answers what is to be passed on."""
        if rule.action == "delay":
            time.sleep(rule.seconds)
        if rule.action == "reorder":
            with self._overtaken:
                before = self._answered
                self._overtaken.wait_for(lambda: self._answered > before, _OVERTAKEN_S)
        if rule.action == "duplicate":
            data = _whole(client, data)
            self._send_alone(data)
        return data

    def _send_alone(self, request: bytes) -> None:
        """Let the server answer a copy of a request that nobody hears of."""
        with socket.create_connection(self._server, 5) as server:
            server.settimeout(_OVERTAKEN_S)
            server.sendall(request)
            server.recv(_PIECE)

    def _rule(self, data: bytes) -> _Rule | None:
        with self._lock:
            for rule in self._rules:
                if rule.times and data.startswith(rule.head):
                    rule.times -= 1
                    self.met += 1
                    return rule
        return None

    @staticmethod
    def _answer(client: socket.socket, status: str) -> None:
        head = f"HTTP/1.1 {status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        client.sendall(head.encode())
        client.shutdown(socket.SHUT_WR)
        client.settimeout(60)
        while client.recv(_PIECE):  # else the rest of an upload would reset the answer
            pass

    def _end(self, *socks: socket.socket) -> None:
        with self._lock:
            self._socks.difference_update(socks)
        for sock in socks:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()

    def _cut_all(self) -> None:
        with self._lock:
            socks = list(self._socks)
        for sock in socks:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


def _whole(client: socket.socket, data: bytes) -> bytes:
    """A request with all of its body, whose length its head tells."""
    while b"\r\n\r\n" not in data and (more := client.recv(_PIECE)):
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    found = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
    left = int(found[1]) - len(body) if found else 0
    while left > 0 and (more := client.recv(_PIECE)):
        data, left = data + more, left - len(more)
    return data
