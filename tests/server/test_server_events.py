"""The event stream: replay, gaps, who gets what, and listeners that do not keep up."""

from __future__ import annotations

import socket
import sqlite3
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from silo_server.app import Options
from silo_server.embedded import EmbeddedServer
from silo_server.hub import Hub
from tests.server.kit import Person, Team

Make = Callable[..., tuple[EmbeddedServer, Team]]


def _created(person: Person, count: int, last_event_id: int | str) -> list[tuple[int, str]]:
    """The next so many creations of items, with their event ids."""
    with person.stream(last_event_id) as stream:
        events = [stream.until("item.created") for _ in range(count)]
    return [(event["id"], event["data"]["part_number"]) for event in events]


def test_what_was_missed_is_replayed_in_order_and_without_a_seam(make_server: Make) -> None:
    server, team = make_server()
    with team.bob.stream() as stream:
        parts = [team.alice.item() for _ in range(3)]
        seen = stream.until("item.created")
    parts += [team.alice.item() for _ in range(510)]  # more than a page of the log
    server.stop()
    server.start()
    with team.bob.stream(seen["id"]) as stream:
        parts += [team.alice.item() for _ in range(3)]
        events = [stream.until("item.created") for _ in range(len(parts) - 1)]
    assert [event["data"]["part_number"] for event in events] == parts[1:]
    assert [event["id"] for event in events] == list(range(seen["id"] + 1, seen["id"] + len(parts)))


def test_a_new_listener_is_told_where_the_log_stands_and_nothing_old(make_server: Make) -> None:
    _, team = make_server()
    team.alice.item()
    with team.bob.http.stream("GET", "/api/events") as answer:
        lines = answer.iter_lines()
        assert [next(lines) for _ in range(4)] == ["id: 1", "event: heartbeat", "data: {}", ""]
        part = team.alice.item()
        assert next(lines) == "id: 2"
        assert part in [next(lines) for _ in range(2)][1]


@pytest.mark.parametrize("last", [0, 5, 10**9, "junk", "9" * 400, "-3"])
def test_what_is_not_held_any_more_begins_with_a_gap(
    make_server: Make, tmp_path: Path, last: int | str
) -> None:
    _, team = make_server()
    parts = [team.alice.item() for _ in range(20)]
    with sqlite3.connect(tmp_path / "data" / "silo.db") as database:
        database.execute("DELETE FROM events WHERE id <= 10")
    database.close()
    with team.bob.stream(last) as stream:
        first = next(block for block in stream.blocks() if "event" in block)
        assert (first["event"], first["data"]) == (
            "subscription.sync_required", {"reason": "gap"}
        )  # fmt: skip
        parts.append(team.alice.item())
        held = parts[10:] if last != 10**9 else parts[-1:]
        assert [stream.until("item.created")["data"]["part_number"] for _ in held] == held


def test_the_oldest_event_held_is_no_gap(make_server: Make, tmp_path: Path) -> None:
    _, team = make_server()
    parts = [team.alice.item() for _ in range(5)]
    with sqlite3.connect(tmp_path / "data" / "silo.db") as database:
        database.execute("DELETE FROM events WHERE id <= 2")
    database.close()
    assert _created(team.bob, 3, 2) == list(zip((3, 4, 5), parts[2:], strict=True))


def test_the_log_is_cut_and_its_counter_goes_on(make_server: Make) -> None:
    server, team = make_server(options=Options(event_log=10, lease_seconds=0.4))
    for _ in range(30):
        team.alice.item()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with team.bob.stream(0) as stream:
            first = next(block for block in stream.blocks() if "event" in block)
        if first["event"] == "subscription.sync_required":
            break
    assert first["event"] == "subscription.sync_required"
    server.stop()
    server.start()
    part = team.alice.item()
    assert _created(team.bob, 1, 30) == [(31, part)]


def test_a_workstation_gets_what_is_for_it_also_by_replay(make_server: Make) -> None:
    _, team = make_server()
    part = team.alice.item()
    session = team.alice.take(part, "Sketch")["id"]
    path = f"/api/items/{part}/edit-sessions/{session}/request-handoff"
    team.bob.http.post(path, json={"message": "?"})
    team.alice.item()
    everybody = ["item.created", "edit.session_acquired"]
    with team.alice.stream(0) as stream:
        assert stream.types_until("edit.handoff_requested") == [
            *everybody, "edit.handoff_requested"
        ]  # fmt: skip
    for other in (team.bob, team.viewer):
        with other.stream(1) as stream:
            assert stream.types_until("item.created") == [*everybody[1:], "item.created"]


def test_a_heartbeat_comes_while_nothing_happens(make_server: Make) -> None:
    _, team = make_server(options=Options(heartbeat_seconds=0.1))
    with team.bob.stream() as stream:
        assert next(stream.blocks()) == {"comment": "heartbeat"}


def test_a_listener_that_does_not_read_is_dropped_and_the_others_are_not(
    make_server: Make,
) -> None:
    server, team = make_server(options=Options(listener_queue=50))
    line = _silent_listener(server.url, team.bob)
    _until(lambda: team.bob.workstation in server.connected)
    with team.alice.stream() as stream:
        members = {"description": "x" * 4000, "category": "y" * 4000, "item_type": "z" * 4000}
        parts = []
        for _ in range(1000):
            parts.append(team.alice.item(**members))
            assert stream.until("item.created")["data"]["part_number"] == parts[-1]
            if team.bob.workstation not in server.connected:
                break
        assert team.bob.workstation not in server.connected
        assert team.alice.workstation in server.connected
    line.close()
    with team.bob.stream(0) as again:  # and finds everything when it returns, if it reads
        assert [again.until("item.created")["data"]["part_number"] for _ in parts] == parts


def _silent_listener(url: str, person: Person) -> socket.socket:
    host, port = url.removeprefix("http://").split(":")
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.connect((host, int(port)))
    line.sendall(
        f"GET /api/events?workstation_id={person.workstation} HTTP/1.1\r\nHost: x\r\n"
        f"Authorization: Bearer {person.token}\r\n\r\n".encode()
    )
    return line


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_server_with_listeners_stops_at_once(make_server: Make) -> None:
    server, team = make_server()
    silent = _silent_listener(server.url, team.bob)
    with team.alice.stream() as stream:
        _until(lambda: len(server.connected) == 2)
        begin = time.monotonic()
        server.stop()
        assert time.monotonic() - begin < 2
        assert [block for block in stream.blocks() if "event" in block] == []
    silent.close()


def test_many_listeners_all_hear_it(make_server: Make) -> None:
    _, team = make_server()
    people = [team.person("vera") for _ in range(40)]
    streams = [(person.stream(), person) for person in people]
    opened = [(context, context.__enter__()) for context, _ in streams]
    part = team.alice.item()
    try:
        for _, stream in opened:
            assert stream.until("item.created")["data"]["part_number"] == part
    finally:
        for context, _ in opened:
            context.__exit__(None, None, None)


def test_what_was_not_handed_out_yet_is_no_news_for_who_begins_to_listen(
    make_server: Make, monkeypatch: pytest.MonkeyPatch, stack: ExitStack
) -> None:
    _, team = make_server()
    with monkeypatch.context() as busy:
        busy.setattr(Hub, "wake", lambda self: None)
        team.alice.item()
        stream = stack.enter_context(team.bob.stream())
    new = team.alice.item()
    assert stream.until("item.created")["data"]["part_number"] == new
