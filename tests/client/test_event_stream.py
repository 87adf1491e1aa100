"""The event stream against a server that cuts, delays, drips and lies."""

from __future__ import annotations

import logging
import queue
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from silo_core.model.event import Event
from silo_core.model.exchange import Connection, ConnectionState
from silo_core.ports import events
from silo_core.ports.client import SiloClient
from silo_core.ports.events import EventStream

if TYPE_CHECKING:
    from tests.client.conftest import Peer, RawServer

TOKEN = "silo_test_token"
QUICK: dict[str, Any] = {"first_pause": 0.01, "longest_pause": 0.05, "idle_timeout": 600.0}
"""Whoever waits for silence to end a stream waits longer than any test may take."""
ONLINE, OFFLINE = ConnectionState.ONLINE, ConnectionState.OFFLINE


def sse(number: int, data: str = '{"part_number": "P-1"}', kind: str = "item.updated") -> str:
    return f"id: {number}\nevent: {kind}\ndata: {data}\n\n"


class Listener:
    """Keeps what a stream reports, and can wait for it."""

    def __init__(self) -> None:
        self.events: queue.Queue[Event] = queue.Queue()
        self.states: queue.Queue[Connection] = queue.Queue()
        self.streams: list[EventStream] = []

    def listen(self, url: str, **options: Any) -> EventStream:
        client = SiloClient(url, TOKEN)
        options = {**QUICK, **options}
        stream = EventStream(client, "w1", self.events.put, self.states.put, **options)
        self.streams.append(stream)
        stream.start()
        return stream

    def event(self) -> Event:
        return self.events.get(timeout=60)

    def numbers(self, count: int) -> list[int | None]:
        return [self.event().id for _ in range(count)]

    def state(self, wanted: ConnectionState) -> Connection:
        while True:
            connection = self.states.get(timeout=60)
            if connection.state is wanted:
                return connection


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread that ends may have to wait for its turn on a busy machine."""
    monkeypatch.setattr(events, "STOP_WAIT_S", 60.0)


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    for stream in listener.streams:
        stream.stop()
    assert not [thread for thread in threading.enumerate() if thread.name == "silo-events"]


def open_for_ever(*parts: str) -> Callable[[Peer], object]:
    def behave(peer: Peer) -> None:
        peer.stream(*parts)
        peer.wait_closed()

    return behave


def cut_after(*parts: str) -> Callable[[Peer], object]:
    return lambda peer: peer.stream(*parts)


def test_events_are_passed_on_with_number_type_and_data(
    raw_server: RawServer, listener: Listener
) -> None:
    raw_server.behave(open_for_ever(": hello\n\n", sse(7), sse(9, '{"a": 1}', "edit.x")))
    listener.listen(raw_server.url)
    assert listener.event() == Event(7, "item.updated", {"part_number": "P-1"})
    assert listener.event() == Event(9, "edit.x", {"a": 1})
    peer = raw_server.peers.get(timeout=60)
    assert peer.head.startswith("GET /api/events?workstation_id=w1 ")
    assert peer.header("Authorization") == f"Bearer {TOKEN}"
    assert peer.header("Last-Event-ID") is None
    assert [listener.states.get(timeout=60).state for _ in range(2)] == ["connecting", "online"]


def test_a_stream_dripping_byte_by_byte_arrives_whole(
    raw_server: RawServer, listener: Listener
) -> None:
    def drip(peer: Peer) -> None:
        peer.stream()
        for byte in sse(1, '{"name": "Müller"}').encode():
            peer.send(bytes([byte]))
            time.sleep(0.001)
        peer.wait_closed()

    raw_server.behave(drip)
    listener.listen(raw_server.url)
    assert listener.event().data == {"name": "Müller"}


def test_a_cut_stream_resumes_behind_the_last_whole_event_and_drops_repeats(
    raw_server: RawServer, listener: Listener
) -> None:
    raw_server.behave(
        cut_after(sse(1), sse(2), sse(3)[:-2]), open_for_ever(sse(1), sse(2), sse(3), sse(4))
    )
    listener.listen(raw_server.url)
    assert listener.numbers(4) == [1, 2, 3, 4]
    first, second = (raw_server.peers.get(timeout=60) for _ in range(2))
    assert (first.header("Last-Event-ID"), second.header("Last-Event-ID")) == (None, "2")
    assert listener.state(OFFLINE).reason


def test_an_event_sent_twice_on_one_connection_is_passed_on_once(
    raw_server: RawServer, listener: Listener
) -> None:
    raw_server.behave(open_for_ever(sse(1), sse(2), sse(2), sse(1), sse(3)))
    listener.listen(raw_server.url)
    assert listener.numbers(3) == [1, 2, 3]


def test_events_without_an_id_are_passed_on_without_a_number(
    raw_server: RawServer, listener: Listener
) -> None:
    passing = 'event: presence.viewing\ndata: {"user": "bob"}\n\n'
    raw_server.behave(cut_after(passing, sse(5), passing), open_for_ever(passing, sse(6)))
    listener.listen(raw_server.url)
    assert listener.numbers(5) == [None, 5, None, None, 6]


def test_an_id_without_an_event_is_where_a_cut_stream_resumes(
    raw_server: RawServer, listener: Listener
) -> None:
    raw_server.behave(cut_after("id: 41\n\n"), open_for_ever(sse(42)))
    listener.listen(raw_server.url)
    assert listener.numbers(1) == [42]
    raw_server.peers.get(timeout=60)
    assert raw_server.peers.get(timeout=60).header("Last-Event-ID") == "41"


def test_a_gap_begins_the_count_anew(raw_server: RawServer, listener: Listener) -> None:
    gap = sse(3, '{"reason": "gap"}', "subscription.sync_required")
    raw_server.behave(cut_after(sse(500)), open_for_ever(gap, sse(4)))
    listener.listen(raw_server.url)
    assert listener.numbers(3) == [500, 3, 4]
    assert raw_server.peers.get(timeout=60).header("Last-Event-ID") is None
    assert raw_server.peers.get(timeout=60).header("Last-Event-ID") == "500"


def test_heartbeats_keep_a_stream_alive_and_silence_ends_it(
    raw_server: RawServer, listener: Listener
) -> None:
    def fall_silent(peer: Peer) -> None:
        peer.stream()
        for beat in [": \n\n", "event: heartbeat\ndata: {}\n\n"] * 3:
            time.sleep(0.15)
            peer.send(beat.encode())
        peer.send(sse(1).encode())
        peer.wait_closed()

    raw_server.behave(fall_silent, open_for_ever(sse(2)))
    listener.listen(raw_server.url, idle_timeout=0.8)
    assert listener.numbers(1) == [1]
    assert raw_server.connections == 1
    assert "does not answer in time" in listener.state(OFFLINE).reason
    assert listener.numbers(1) == [2]


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden"])
def test_a_refused_token_ends_the_stream_for_good(
    raw_server: RawServer, listener: Listener, status: str
) -> None:
    raw_server.behave(lambda peer: peer.answer(status, b'{"message": "Token revoked."}'))
    stream = listener.listen(raw_server.url)
    assert listener.state(ConnectionState.REFUSED).reason == "Token revoked."
    time.sleep(0.2)
    assert raw_server.connections == 1
    stream.start()  # a new attempt is the caller's decision
    listener.state(ConnectionState.REFUSED)
    assert raw_server.connections == 2


@pytest.mark.parametrize(
    "misbehave",
    [
        lambda peer: peer.answer("200 OK", b"<html>", "Content-Type: text/html"),
        lambda peer: peer.answer("500 Oops", sse(1).encode(), "Content-Type: text/event-stream"),
        lambda peer: peer.answer(
            "202 Accepted", sse(1).encode(), "Content-Type: text/event-stream"
        ),
        lambda peer: peer.answer("204 No Content"),
        lambda peer: peer.answer("302 Found", b"", "Location: http://127.0.0.1:1/"),
        lambda peer: peer.answer("404 Not Found"),
        lambda peer: peer.answer("503 Busy", b"", "Retry-After: 3600"),
        lambda peer: peer.send(b"SSH-2.0-OpenSSH_9.2\r\n"),
        lambda peer: peer.send(b"\x00" * 100),
        lambda peer: None,
    ],
    ids=["html", "500", "202", "204", "redirect", "404", "503", "ssh", "zeros", "hang-up"],
)
def test_what_is_no_event_stream_is_offline_with_a_reason_and_tried_again(
    raw_server: RawServer, listener: Listener, misbehave: Callable[[Peer], object]
) -> None:
    raw_server.behave(misbehave, open_for_ever(sse(2)))
    listener.listen(raw_server.url)
    assert raw_server.url in listener.state(OFFLINE).reason
    assert listener.numbers(1) == [2]


def test_an_unreadable_event_is_skipped_with_a_line_in_the_log(
    raw_server: RawServer, listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    deep = "[" * 100_000
    broken = (sse(n, data) for n, data in enumerate(["{", "[1]", "7", deep], 1))
    raw_server.behave(open_for_ever(*broken, sse(5)))
    listener.listen(raw_server.url)
    assert listener.numbers(1) == [5]
    assert caplog.text.count("was skipped") == 4


def test_a_listener_that_raises_does_not_end_the_stream(
    raw_server: RawServer, listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("listener broke")

    seen: queue.Queue[Event] = queue.Queue()

    def on_event(event: Event) -> None:
        seen.put(event)
        fail()

    raw_server.behave(open_for_ever(sse(1), sse(2)))
    stream = EventStream(SiloClient(raw_server.url, TOKEN), "w1", on_event, fail, **QUICK)
    listener.streams.append(stream)
    stream.start()
    assert [seen.get(timeout=60).id for _ in range(2)] == [1, 2]
    assert stream.stop()
    assert "listener broke" in caplog.text


def test_an_oversized_event_is_not_asked_for_again(
    raw_server: RawServer, listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    raw_server.behave(cut_after(sse(1), sse(2, "x" * 9_000_000)), open_for_ever(sse(3)))
    listener.listen(raw_server.url)
    assert listener.numbers(2) == [1, 3]
    raw_server.peers.get(timeout=60)
    assert raw_server.peers.get(timeout=60).header("Last-Event-ID") is None


@pytest.mark.parametrize(("asked", "least"), [(150, 0.15), (3_600_000, 0.2)])
def test_the_servers_retry_time_is_honoured_within_bounds(
    raw_server: RawServer, listener: Listener, asked: int, least: float
) -> None:
    raw_server.behave(cut_after(f"retry: {asked}\n\n", sse(1)), open_for_ever(sse(2)))
    listener.listen(raw_server.url, longest_pause=0.2, rand=lambda: 1.0)
    listener.event()
    began = time.monotonic()
    listener.event()
    assert least * 0.9 < time.monotonic() - began


def test_stop_is_prompt_while_connecting(deaf_port: int, listener: Listener) -> None:
    stream = listener.listen(f"http://127.0.0.1:{deaf_port}")
    time.sleep(0.2)
    assert [listener.states.get(timeout=60).state, listener.states.qsize()] == ["connecting", 0]
    assert stream.stop()


def test_stop_is_prompt_while_a_name_is_looked_up(
    monkeypatch: pytest.MonkeyPatch, listener: Listener
) -> None:
    hang = threading.Event()
    real = socket.getaddrinfo

    def look_up(host: str, *args: Any, **options: Any) -> Any:
        if options.get("flags"):  # numeric addresses only
            return real(host, *args, **options)
        hang.wait(600)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    stream = listener.listen("http://silo.invalid")
    time.sleep(0.2)
    assert [listener.states.get(timeout=60).state, listener.states.qsize()] == ["connecting", 0]
    try:
        assert stream.stop()
    finally:
        hang.set()


@pytest.mark.parametrize(
    "behaviour",
    [lambda peer: peer.wait_closed(), open_for_ever(sse(1)), lambda peer: None],
    ids=["waiting for headers", "reading", "backing off"],
)
def test_stop_is_prompt_in_every_phase(
    raw_server: RawServer, listener: Listener, behaviour: Callable[[Peer], object]
) -> None:
    raw_server.behave(behaviour)
    stream = listener.listen(
        raw_server.url, first_pause=600.0, longest_pause=600.0, rand=lambda: 1.0
    )
    raw_server.peers.get(timeout=60)
    time.sleep(0.1)
    assert stream.stop()
    assert stream.stop()


def test_stop_is_prompt_while_events_flood_in(raw_server: RawServer, listener: Listener) -> None:
    def flood(peer: Peer) -> None:
        peer.stream()
        for number in range(1, 1_000_000):
            peer.send(sse(number).encode())

    raw_server.behave(flood)
    stream = listener.listen(raw_server.url)
    listener.event()
    assert stream.stop()


def test_nothing_is_reported_after_stop(raw_server: RawServer, listener: Listener) -> None:
    raw_server.behave(open_for_ever(sse(1)))
    stream = listener.listen(raw_server.url)
    listener.event()
    listener.state(ONLINE)
    stream.stop()
    time.sleep(0.1)
    assert listener.states.empty()
    assert listener.events.empty()


def test_stop_from_a_callback_ends_the_stream(raw_server: RawServer, listener: Listener) -> None:
    answers: queue.Queue[bool] = queue.Queue()
    raw_server.behave(open_for_ever(sse(1), sse(2)))
    stream = EventStream(
        SiloClient(raw_server.url, TOKEN),
        "w1",
        lambda _: answers.put(stream.stop()),
        lambda _: None,
        **QUICK,
    )
    stream.start()
    assert answers.get(timeout=60) is False
    deadline = time.monotonic() + 60
    while any(t.name == "silo-events" for t in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert answers.empty()


def test_stop_before_start_is_harmless_and_a_restart_resumes(
    raw_server: RawServer, listener: Listener
) -> None:
    raw_server.behave(open_for_ever(sse(1)), open_for_ever(sse(1), sse(2)))
    idle = EventStream(SiloClient(raw_server.url, TOKEN), "w1", lambda _: None, lambda _: None)
    assert idle.stop()
    stream = listener.listen(raw_server.url)
    stream.start()
    assert listener.numbers(1) == [1]
    assert stream.stop()
    stream.start()
    assert listener.numbers(1) == [2]
    raw_server.peers.get(timeout=60)
    assert raw_server.peers.get(timeout=60).header("Last-Event-ID") == "1"
    assert raw_server.connections == 2
