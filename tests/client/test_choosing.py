"""What a user chooses items by, and what a choice would bring, as the client asks for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from silo_core.model.answers import ItemGroup
from silo_core.model.errors import NotFoundError, ProtocolError
from silo_core.model.item import Item, Version, VersionKind
from silo_core.model.subscription import Policy, Proposal, TargetType
from tests.client.conftest import FakeServer
from tests.client.kit import BRACKET, Team
from tests.fcstd.png import png, with_picture

ITEM = Item("i1", "P-1", head=Version("v 1", VersionKind.CHECKPOINT))


def test_projects_and_categories_are_listed_page_by_page(team: Team) -> None:
    client = team.alice.client
    for name in ("crane A", "crane B", "crane C"):
        client.create_item(f"G-{name[-1]}", projects=[name], category=name.upper())
    first = client.list_projects("CRANE", limit=2)
    assert first.groups == (ItemGroup("crane A", 1), ItemGroup("crane B", 1))
    rest = client.list_projects("crane", limit=2, cursor=first.next_cursor)
    assert (rest.groups, rest.next_cursor) == ((ItemGroup("crane C", 1),), None)
    assert [group.name for group in client.list_categories("crane").groups] == [
        "CRANE A", "CRANE B", "CRANE C"
    ]  # fmt: skip


def test_a_preview_tells_what_a_subscription_would_bring(team: Team, part: str) -> None:
    client, here = team.alice.client, team.alice.id
    client.upload_file(part, BRACKET)
    proposal = Proposal(TargetType.ITEM, part, Policy.PINNED, 1)
    told = client.preview_sync(here, [proposal])
    assert told is not None
    assert (told.items, told.updates, told.size) == (1, 1, BRACKET.stat().st_size)
    assert told.entries[0].part_number == part
    assert client.list_subscriptions(here) == ()
    made = client.create_subscription(here, TargetType.ITEM, part)
    gone = client.preview_sync(here, remove=[made.id])
    assert gone is not None
    assert (gone.items, gone.updates) == (1, 0)


def test_the_picture_of_an_item_is_fetched(team: Team, part: str, tmp_path: Path) -> None:
    client = team.alice.client
    assert client.get_thumbnail(client.get_item(part)) is None
    file = tmp_path / "part.FCStd"
    file.write_bytes(with_picture(BRACKET.read_bytes(), png(64, 64)))
    client.upload_file(part, file)
    assert client.get_thumbnail(client.get_item(part)) == png(64, 64)
    client.upload_file(part, BRACKET)
    assert client.get_thumbnail(client.get_item(part)) is None


def test_without_extensions_there_is_no_preview_no_picture_and_no_list(server: FakeServer) -> None:
    assert server.client.preview_sync("w1", [Proposal(TargetType.ITEM, "P-1")]) is None
    assert server.client.get_thumbnail(ITEM) is None
    with pytest.raises(NotFoundError, match="does not list projects; type the name"):
        server.client.list_projects()
    with pytest.raises(NotFoundError, match="does not list categories"):
        server.client.list_categories("x")
    assert [request.url.path for request in server.requests] == ["/api/server"]


def test_a_picture_is_asked_for_at_this_server_alone_and_checked() -> None:
    server = FakeServer(["thumbnails"])
    path = "GET /api/items/P-1/thumbnail"
    item = replace(ITEM, thumbnail_url="http://evil.test/steal")
    server.on(path, png(8, 8))
    assert server.client.get_thumbnail(item) == png(8, 8)
    assert server.last.url.host == "silo.test"
    assert server.last.url.params["version"] == "v 1"
    for hostile in (b"<html>", b"", png(8, 8)[:-1], png(1025, 1)):
        server.on(path, hostile)
        assert server.client.get_thumbnail(item) is None
    server.on(path, bytes((1 << 20) + 1))
    with pytest.raises(ProtocolError):
        server.client.get_thumbnail(item)


def test_what_a_server_sends_in_place_of_a_list_is_an_error() -> None:
    server = FakeServer(["catalogue", "preview"])
    answers: list[object] = [[], 1, {"projects": 1}, {"projects": [{"item_count": 1}]}]
    for answer in answers:
        server.on("GET /api/projects", answer)
        with pytest.raises(ProtocolError):
            server.client.list_projects()
    server.on("POST /api/workstations/w1/sync/preview", {"items": "many"})
    with pytest.raises(ProtocolError):
        server.client.preview_sync("w1")


def test_the_page_of_an_item_is_at_this_server_alone() -> None:
    server = FakeServer(["pages"])
    assert not server.client.has_pages, "not known yet"
    path = "GET /api/items/P-1/view-link"
    server.on(path, {"path": "/items/P-1?user=a%40b&expires=1&signature=ab", "expires_at": None})
    assert (
        server.client.page_address("P-1")
        == f"{server.client.server_url}/items/P-1?user=a%40b&expires=1&signature=ab"
    )
    assert server.client.has_pages
    hostile: tuple[object, ...] = (
        "http://evil.test/", "//evil.test/items/P-1", ".evil.test/items/x", "@evil.test/items/x",
        "/items/../x", "/items/P-1#x", "/items/P-1 x", "/items/P-1\n", "", None, 7, ["/items/P-1"],
    )  # fmt: skip
    for named in hostile:
        server.on(path, {"path": named})
        with pytest.raises(ProtocolError, match="no link to a page"):
            server.client.page_address("P-1")


def test_without_pages_there_is_nothing_to_look_at(server: FakeServer) -> None:
    with pytest.raises(NotFoundError, match="has no page of P-1"):
        server.client.page_address("P-1")
    assert not server.client.has_pages
