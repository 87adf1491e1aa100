"""What a proxy does to requests, as told."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import httpx
import pytest

from silo_core.testing import Proxy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from silo_core.testing import Server

ITEM = "POST /api/items "


@pytest.fixture
def people(silo_server: Server, silo_network: Proxy) -> Iterator[tuple[httpx.Client, httpx.Client]]:
    """Two connections of one user through the proxy."""
    headers = {"Authorization": f"Bearer {silo_server.token('alice')}"}
    clients = [
        httpx.Client(base_url=silo_network.url, headers=headers, timeout=60) for _ in range(2)
    ]
    yield clients[0], clients[1]
    for client in clients:
        client.close()


def make(client: httpx.Client, part: str) -> int:
    return client.post("/api/items", json={"part_number": part}).status_code


def test_a_duplicate_reaches_the_server_twice(
    people: tuple[httpx.Client, httpx.Client], silo_network: Proxy
) -> None:
    silo_network.meet(ITEM, "duplicate")
    assert make(people[0], "PRT-1") == 409, "the second one finds what the first has made"
    assert people[0].get("/api/items/PRT-1").status_code == 200
    assert make(people[0], "PRT-2") == 201


def test_a_large_duplicate_is_sent_whole(
    people: tuple[httpx.Client, httpx.Client], silo_network: Proxy
) -> None:
    silo_network.meet(ITEM, "duplicate")
    body = {"part_number": "PRT-1", "description": "x" * 300_000}
    assert people[0].post("/api/items", json=body).status_code in (409, 413, 422)


def test_a_delayed_request_comes_later(
    people: tuple[httpx.Client, httpx.Client], silo_network: Proxy
) -> None:
    silo_network.meet(ITEM, "delay", seconds=0.3)
    began = time.monotonic()
    assert make(people[0], "PRT-1") == 201
    assert time.monotonic() - began >= 0.3


def test_a_request_is_overtaken_by_the_next(
    people: tuple[httpx.Client, httpx.Client], silo_network: Proxy
) -> None:
    first, second = people
    silo_network.meet(ITEM, "reorder")
    statuses: list[int] = []
    earlier = threading.Thread(target=lambda: statuses.append(make(first, "PRT-1")))
    earlier.start()
    while not silo_network.met:
        time.sleep(0.005)
    assert make(second, "PRT-1") == 201
    earlier.join(60)
    assert statuses == [409]


def test_dropped_and_cut_requests_fail_and_only_so_often(
    people: tuple[httpx.Client, httpx.Client], silo_network: Proxy
) -> None:
    silo_network.meet(ITEM, "cut", after=10)
    with pytest.raises(httpx.TransportError):
        make(people[0], "PRT-1")
    silo_network.meet(ITEM, "drop", after=0)
    with pytest.raises(httpx.TransportError):
        make(people[0], "PRT-1")
    silo_network.meet(ITEM, "503")
    assert make(people[1], "PRT-1") == 503
    assert silo_network.met == 3
    assert make(people[1], "PRT-1") == 409, "what was dropped had been made"
