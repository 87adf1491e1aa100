"""An item's page in a browser: who gets it, for how long, and that nothing in it is ever markup."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest

from silo_core.testing import Clock
from silo_server.embedded import EmbeddedServer
from tests.fcstd.png import png, with_picture
from tests.server.kit import TLS, Person, Team, error_of

BRACKET = (Path(__file__).parents[1] / "data" / "bracket.FCStd").read_bytes()
Make = Callable[..., tuple[EmbeddedServer, Team]]


def link(person: Person, part: str) -> str:
    """The address of an item's page."""
    answer = person.http.get(f"/api/items/{part}/view-link")
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return person.url + str(answer.json()["path"])


def browse(address: str) -> httpx.Response:
    """What a browser gets, which has no token."""
    return httpx.get(address, verify=TLS, timeout=20)


class Reading(HTMLParser):
    """The words of a page, and its elements."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words, self.elements = "", []  # type: tuple[str, list[str]]
        self.feed(re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL))
        self.words = " ".join(self.words.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)

    def handle_data(self, data: str) -> None:
        self.words += data


def read(address: str) -> Reading:
    answer = browse(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return Reading(answer.text)


def test_a_page_shows_the_item_its_versions_and_who_is_at_work(team: Team) -> None:
    part = team.alice.item(description="Bracket, steel", projects=["Crane"])
    content = with_picture(BRACKET, png(64, 64))
    first = team.alice.pushed(part, content, changes=["Pocket.Length 5 mm → 7 mm"])
    team.alice.http.post(
        f"/api/items/{part}/revisions", json={"comment": "for the shop", "version": first["id"]}
    )
    dag = {
        "revision_number": 1,
        "nodes": [
            {
                "node_key": "Sketch001",
                "node_type": "sketch",
                "metadata": {"label": "Pocket outline"},
            }
        ],
        "edges": [],
    }
    assert team.alice.http.put(f"/api/items/{part}/dag", json=dag).status_code == 200
    team.bob.take(part, "Sketch001")
    beat = f"/api/workstations/{team.admin.workstation}/heartbeat"
    team.admin.http.post(beat, json={"session_ids": [], "viewing": [part]})
    page = read(link(team.viewer, part))
    assert f"{part}Bracket, steel" in page.words
    assert "bob edits the sketch Pocket outline (Sketch001) on bob-ws since 20" in page.words
    assert "root has it open on root-ws" in page.words
    assert "Revision 1 by alice" in page.words
    assert "newestfor the shopPocket.Length 5 mm → 7 mm" in page.words
    assert "As vera may see it" in page.words
    assert "img" in page.elements
    assert "script" not in page.elements


def test_what_users_wrote_is_never_markup(team: Team) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)> &amp; \"'"
    part = team.alice.item(description=evil, category=evil, projects=[evil], item_type=evil)
    version = team.alice.pushed(part, BRACKET, changes=[evil])
    body = {"comment": evil, "version": version["id"]}
    team.alice.http.post(f"/api/items/{part}/revisions", json=body)
    team.alice.take(part, evil[:60])
    page = read(link(team.alice, part))
    assert page.words.count("<script>alert(1)</script>") == 7
    assert {"script", "iframe", "link", "object", "form", "a"}.isdisjoint(page.elements)
    assert page.elements.count("img") <= 1, "the part's own picture"


def test_a_page_can_load_and_run_nothing(team: Team) -> None:
    part = team.alice.item()
    headers = browse(link(team.alice, part)).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "script" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert "It has no content yet." in read(link(team.alice, part)).words


@pytest.mark.parametrize(
    ("what", "instead"),
    [
        (r"user=alice", "user=bob"),
        (r"user=alice", "user=nobody"),
        (r"expires=(\d)", r"expires=9\1"),
        (r"expires=\d+", "expires=x"),
        (r"expires=\d+", "expires=-1"),
        (r"signature=\w", "signature=z"),
        (r"signature=\w+", "signature=%C3%BC"),
        (r"signature=\w+", "signature="),
        (r"\?.*", ""),
    ],
)
def test_a_link_that_was_changed_shows_nothing(team: Team, what: str, instead: str) -> None:
    part = team.alice.item(description="A secret")
    good = link(team.alice, part)
    bad = re.sub(what, instead, good)
    assert bad != good
    answer = browse(bad)
    assert answer.status_code == 403
    assert "Press View in Silo again" in Reading(answer.text).words
    assert "secret" not in answer.text
    assert browse(good).status_code == 200


def test_a_link_is_for_one_item_alone_and_no_token(team: Team) -> None:
    part, other = team.alice.item(), team.alice.item()
    assert browse(link(team.alice, part).replace(part, other)).status_code == 403
    signature = link(team.alice, part).rpartition("=")[2]
    headers = {"Authorization": f"Bearer {signature}"}
    answer = httpx.get(f"{team.url}/api/items/{part}", headers=headers, verify=TLS)
    assert error_of(answer) == (401, "unauthorized")


def test_there_is_no_link_to_what_is_not_there_and_none_without_a_token(team: Team) -> None:
    answer = team.alice.http.get("/api/items/NOT-THERE/view-link")
    assert error_of(answer) == (404, "not_found")
    answer = httpx.get(f"{team.url}/api/items/NOT-THERE/view-link", verify=TLS)
    assert error_of(answer) == (401, "unauthorized")


def test_a_link_ends_after_some_minutes_and_with_its_users_token(
    make_server: Make, clock: Clock, tmp_path: Path
) -> None:
    server, team = make_server()
    part = team.alice.item()
    address = link(team.alice, part)
    clock.move(14 * 60)
    assert browse(address).status_code == 200
    clock.move(2 * 60)
    assert browse(address).status_code == 403
    address = link(team.bob, part)
    server.stop()
    server.start()
    assert browse(address).status_code == 200, "it outlives a restart"
    _remove_user(tmp_path / "data", "bob")
    assert browse(address).status_code == 403


def _remove_user(data: Path, name: str) -> None:
    from silo_server.storage.folder import open_store
    from silo_server.work.users import remove_user

    with open_store(data) as store:
        store.write(lambda tx: remove_user(tx, name)).result()


def test_long_histories_say_that_there_is_more(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("silo_server.routes.pages.VERSIONS", 2)
    part = team.alice.item()
    base = None
    for number in range(3):
        base = team.alice.pushed(part, json.dumps(number).encode(), base=base)["id"]
    page = read(link(team.alice, part))
    assert page.words.count("Checkpoint by alice") == 2
    assert "There are older ones: silo history lists them." in page.words
