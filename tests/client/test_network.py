"""The client over real sockets: dead, slow and broken servers, and being cut off."""

from __future__ import annotations

import gc
import hashlib
import os
import re
import threading
import time
import tracemalloc
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from errno import ECONNREFUSED
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from silo_core.model.context import CheckpointContext
from silo_core.model.errors import OfflineError, ProtocolError, RejectedError, ServerError
from silo_core.ports.client import SiloClient
from silo_core.ports.client.proxies import is_loopback
from silo_core.ports.events import EventStream

if TYPE_CHECKING:
    from silo_core.ports.client.network import Abort
    from tests.client.conftest import Peer, RawServer

ME = b'{"user": "alice"}'


def test_a_dead_server_is_offline_and_the_message_names_it() -> None:
    client = SiloClient("http://127.0.0.1:1", "silo_token")
    refused = re.escape(f"http://127.0.0.1:1 cannot be reached ({os.strerror(ECONNREFUSED)});")
    with pytest.raises(OfflineError, match=f"{refused}.*server_url"):
        client.me()
    client.close()


def test_a_name_that_does_not_exist_is_offline() -> None:
    client = SiloClient("http://silo.invalid", "silo_token")
    with pytest.raises(OfflineError, match=r"silo\.invalid") as told:
        client.me()
    assert "Errno" not in told.value.message
    client.close()


def test_a_server_that_hangs_is_offline_after_the_timeout(deaf_port: int) -> None:
    client = SiloClient(f"http://127.0.0.1:{deaf_port}", "silo_token", timeout=0.2)
    began = time.monotonic()
    with pytest.raises(OfflineError, match="does not answer in time"):
        client.me()
    assert 0.15 < time.monotonic() - began < 2
    client.close()


@pytest.mark.parametrize(
    ("misbehave", "kind"),
    [
        (lambda peer: None, OfflineError),
        (lambda peer: peer.wait_closed(), OfflineError),
        (lambda peer: peer.send(b"HTTP/1.1 200 OK\r\nContent-Le"), OfflineError),
        (lambda peer: peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"), OfflineError),
        (lambda peer: peer.send(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), ProtocolError),
        (lambda peer: peer.send(os.urandom(5000)), ServerError),
        (lambda peer: peer.send(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000), ServerError),
        (lambda peer: peer.answer("302 Found", b"", "Location: http://127.0.0.1:1"), ProtocolError),
    ],
    ids=["hang-up", "silence", "half a head", "half a body", "ssh", "noise", "huge", "redirect"],
)
def test_broken_answers_are_server_errors(
    raw_server: RawServer, misbehave: Callable[[Peer], object], kind: type[ServerError]
) -> None:
    raw_server.behave(misbehave)
    client = SiloClient(raw_server.url, "silo_token", timeout=0.3)
    with pytest.raises(kind, match=raw_server.url):
        client.me()
    client.close()


def test_a_connection_that_is_cut_is_told_without_the_words_of_a_library(
    raw_server: RawServer,
) -> None:
    raw_server.behave(
        lambda peer: peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{")
    )
    client = SiloClient(raw_server.url, "silo_token")
    with pytest.raises(OfflineError, match=r"cannot be reached \(it ended the connection\); check"):
        client.me()
    client.close()


def test_a_server_that_speaks_no_tls_is_told_with_what_to_do() -> None:
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as plain:
        thread = threading.Thread(target=plain.handle_request)
        thread.start()
        client = SiloClient(f"https://127.0.0.1:{plain.server_port}", "silo_token")
        with pytest.raises(OfflineError, match=r"does not speak TLS.*begin with http://"):
            client.me()
        client.close()
        thread.join()


def test_an_answer_that_drips_for_ever_is_given_up(
    raw_server: RawServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("silo_core.ports.client.transport.ANSWER_TIMEOUT_S", 0.2)

    def drip(peer: Peer) -> None:
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        for _ in range(1000):
            peer.send(b" ")
            time.sleep(0.01)

    raw_server.behave(drip)
    client = SiloClient(raw_server.url, "silo_token")
    with pytest.raises(OfflineError, match="takes too long"):
        client.me()
    client.close()


def test_a_connection_is_used_again_and_replaced_once_the_server_has_closed_it(
    raw_server: RawServer,
) -> None:
    keeping = b"HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n" + ME

    def answer_twice(peer: Peer) -> None:
        peer.send(keeping)
        peer.next_request()
        peer.send(keeping)

    raw_server.behave(answer_twice)
    client = SiloClient(raw_server.url, "silo_token")
    for connections in (1, 1, 2, 2):
        assert client.me().user == "alice"
        assert raw_server.connections == connections
        time.sleep(0.05)  # until the server has hung up, after the second answer
    client.close()


@pytest.mark.parametrize("phase", ["connecting", "waiting", "reading"])
def test_closing_cuts_off_calls_of_other_threads_at_once(
    raw_server: RawServer, deaf_port: int, phase: str
) -> None:
    def stall(peer: Peer) -> None:
        if phase == "reading":
            peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n")
        peer.wait_closed()

    raw_server.behave(stall)
    url = f"http://127.0.0.1:{deaf_port}" if phase == "connecting" else raw_server.url
    client = SiloClient(url, "silo_token", timeout=30)
    with ThreadPoolExecutor(4) as pool:
        calls = [pool.submit(client.me) for _ in range(4)]
        time.sleep(0.2)
        began = time.monotonic()
        client.close()
        for call in calls:
            with pytest.raises(OfflineError, match="closed"):
                call.result(timeout=60)
        assert time.monotonic() - began < 0.5


def test_many_threads_share_one_client(raw_server: RawServer) -> None:
    raw_server.behave(lambda peer: peer.answer("200 OK", ME))
    client = SiloClient(raw_server.url, "silo_token")
    with ThreadPoolExecutor(8) as pool:
        users = list(pool.map(lambda _: client.me().user, range(64)))
    client.close()
    assert users == ["alice"] * 64


def test_a_closed_client_leaves_nothing_open(raw_server: RawServer) -> None:
    raw_server.behave(lambda peer: peer.answer("200 OK", ME))
    opened: list[weakref.ref[Abort]] = []
    client = SiloClient(raw_server.url, "silo_token")
    client.me()
    abort = client._transport._abort
    assert abort is not None
    opened.append(weakref.ref(abort))
    client.close()
    del client, abort
    gc.collect()
    assert opened[0]() is None  # its sockets are closed with it; a leak would be a ResourceWarning


def test_tls_is_verified_and_carries_calls(
    tls_server: RawServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls_server.behave(lambda peer: peer.answer("200 OK", ME))
    stranger = SiloClient(tls_server.url, "silo_token")
    with pytest.raises(OfflineError, match=r"(?i)certificate"):
        stranger.me()
    stranger.close()
    monkeypatch.setenv("SSL_CERT_FILE", str(Path(__file__).parents[1] / "data/tls/localhost.pem"))
    friend = SiloClient(tls_server.url, "silo_token")
    assert friend.me().user == "alice"
    friend.close()


def test_closing_cuts_off_a_tls_handshake(raw_server: RawServer) -> None:
    client = SiloClient(raw_server.url.replace("http", "https"), "silo_token", timeout=30)
    raw_server.behave(lambda peer: None)  # reads for ever: what comes is no request
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(client.me)
        time.sleep(0.3)
        client.close()
        with pytest.raises(OfflineError, match="closed"):
            call.result(timeout=60)


def test_a_proxy_of_the_environment_is_used_but_not_for_those_it_excludes(
    raw_server: RawServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw_server.behave(lambda peer: peer.answer("200 OK", ME))
    monkeypatch.setenv("http_proxy", raw_server.url)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    through = SiloClient("http://silo.invalid:81", "silo_token")
    assert through.me().user == "alice"
    assert raw_server.peers.get(timeout=60).head.startswith("GET http://silo.invalid:81/api/me ")
    direct = SiloClient(raw_server.url, "silo_token")
    assert direct.me().user == "alice"
    assert raw_server.peers.get(timeout=60).head.startswith("GET /api/me ")
    monkeypatch.setenv("http_proxy", "socks5://127.0.0.1:1")
    socks = SiloClient("http://silo.invalid", "silo_token")
    with pytest.raises(OfflineError, match="proxy"):
        socks.me()
    for client in (through, direct, socks):
        client.close()


DEAD_PROXIES = {
    "http_proxy": "http://127.0.0.1:9",
    "https_proxy": "http://127.0.0.1:9",
    "all_proxy": "socks5://127.0.0.1:9",
}


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_is_never_asked_through_a_proxy(
    raw_server: RawServer, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    for name, value in DEAD_PROXIES.items():
        monkeypatch.setenv(name, value)

    def tell(peer: Peer) -> None:
        peer.stream("id: 1\nevent: item.updated\ndata: {}\n\n")
        peer.wait_closed()

    raw_server.behave(lambda peer: peer.answer("200 OK", ME), tell)
    url = raw_server.url.replace("127.0.0.1", host)
    client = SiloClient(url, "silo_token")
    assert client.me().user == "alice"
    arrived = threading.Event()
    stream = EventStream(client, "w1", lambda event: arrived.set(), lambda state: None)
    stream.start()
    assert arrived.wait(5)
    stream.stop()
    client.close()


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.8.9.10", True), ("::1", True), ("LOCALHOST", True), ("128.0.0.1", False), ("x", False)],
)
def test_loopback_is_told_by_the_name_alone(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


@pytest.mark.parametrize(
    ("url", "variable", "value"),
    [
        ("http://silo.invalid", "http_proxy", "http://eve:geheim@127.0.0.1:1"),
        ("https://silo.invalid", "HTTPS_PROXY", "eve:geheim@127.0.0.1:1"),
        ("http://silo.invalid", "all_proxy", "socks5://eve:geheim@127.0.0.1:1"),
        ("http://silo.invalid", "all_proxy", "http://eve:geheim@127.0.0.1:port"),
    ],
)
def test_a_proxy_that_fails_is_named_with_its_variable_and_without_credentials(
    monkeypatch: pytest.MonkeyPatch, url: str, variable: str, value: str
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, value)
    client = SiloClient(url, "silo_token")
    with pytest.raises(OfflineError, match=variable) as caught:
        client.me()
    assert "geheim" not in caught.value.message
    assert "127.0.0.1:1" in caught.value.message or value.endswith(":port")
    client.close()


def test_a_large_upload_is_streamed_from_disk(raw_server: RawServer, tmp_path: Path) -> None:
    size = 64 * 1024 * 1024
    path = tmp_path / "large.FCStd"
    with path.open("wb") as file:
        file.truncate(size)
    received: list[int] = []

    def take(peer: Peer) -> None:
        if "/api/server" in peer.head:
            peer.answer("404 Not Found")
            return
        received.append(peer.drain(int(peer.header("Content-Length") or 0)))
        peer.answer("201 Created", b'{"version": {"id": "v1", "kind": "checkpoint"}}')

    raw_server.behave(take)
    client = SiloClient(raw_server.url, "silo_token")
    client.server_info()
    tracemalloc.start()
    try:
        client.push_checkpoint(
            "P-1", path, CheckpointContext.MANUAL, None, None, workstation_id="w1"
        )
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        client.close()
    assert received[0] > size
    assert peak < 8 * 1024 * 1024


def test_a_file_that_shrinks_while_it_is_sent_is_an_error(
    raw_server: RawServer, tmp_path: Path
) -> None:
    path = tmp_path / "part.FCStd"
    path.write_bytes(b"x" * 50_000_000)

    def shrink(peer: Peer) -> None:
        if "/api/server" in peer.head:
            peer.answer("404 Not Found")
            return
        os.truncate(path, 10)
        peer.wait_closed()

    raw_server.behave(shrink)
    client = SiloClient(raw_server.url, "silo_token")
    with pytest.raises(RejectedError):
        client.push_checkpoint(
            "P-1", path, CheckpointContext.MANUAL, None, None, workstation_id="w1"
        )
    client.close()


def test_a_download_cut_half_way_leaves_the_file_as_it_was(
    raw_server: RawServer, tmp_path: Path
) -> None:
    content = os.urandom(100_000)
    etag = f'ETag: "{hashlib.sha256(content).hexdigest()}"\r\n'.encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n" + etag + b"\r\n"
    target = tmp_path / "part.FCStd"
    target.write_bytes(b"old")
    raw_server.behave(
        lambda peer: peer.send(head + content[:50_000]), lambda peer: peer.send(head + content)
    )
    client = SiloClient(raw_server.url, "silo_token")
    with pytest.raises(OfflineError):
        client.download_file("P-1", 1, target)
    assert target.read_bytes() == b"old"
    assert client.download_file("P-1", 1, target) == hashlib.sha256(content).hexdigest()
    assert target.read_bytes() == content
    assert list(tmp_path.iterdir()) == [target]
    client.close()
