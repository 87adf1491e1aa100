"""Items, their files and their history."""

from __future__ import annotations

import hashlib

import pytest

from tests.server.kit import Person, Team, error_of, fresh

CONTENT = bytes(range(256)) * 4


def _upload(person: Person, part: str, content: bytes, comment: str = "") -> dict[str, object]:
    answer = person.http.post(
        f"/api/items/{part}/file",
        files={"file": ("bracket.FCStd", content)},
        data={"comment": comment},
    )
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_an_item_is_created_found_and_not_created_twice(team: Team) -> None:
    part = team.alice.item(description="Bracket", item_type="part", category="metal",
                           projects=["crane", "crane", "lift"], file_name="b.FCStd")  # fmt: skip
    item = team.bob.http.get(f"/api/items/{part}").json()
    assert item["id"]
    assert item == item | {
        "part_number": part, "description": "Bracket", "item_type": "part", "category": "metal",
        "projects": ["crane", "lift"], "file_name": "b.FCStd", "revision_number": 0, "head": None,
        "thumbnail_url": None,
    }  # fmt: skip
    again = team.bob.http.post("/api/items", json={"part_number": part})
    assert error_of(again) == (409, "item_exists")
    assert error_of(team.alice.http.get("/api/items/NONE")) == (404, "not_found")


def test_items_are_searched_filtered_and_paged(team: Team) -> None:
    word, project, category = fresh("Wörd"), fresh("project"), fresh("category")
    parts = sorted(team.alice.item(description=f"a {word} here") for _ in range(5))
    tagged = team.alice.item(projects=["other", project], category=category, description="100% _x")

    def listed(**params: str | int) -> list[str]:
        found, cursor = [], ""
        while cursor is not None:
            page = team.alice.http.get("/api/items", params={**params, "cursor": cursor}).json()
            found += [item["part_number"] for item in page["items"]]
            cursor = page["next_cursor"]
        return found

    assert listed(search=word.upper()) == parts
    assert listed(search=word, limit=2) == parts
    assert listed(project=project) == [tagged]
    assert listed(category=category) == [tagged]
    assert listed(category=category, search="nothing") == []
    assert tagged in listed(search="100% _")
    assert tagged not in listed(search="100%_")


def test_a_formal_revision_is_stored_numbered_and_listed(team: Team) -> None:
    part = team.alice.item()
    first = _upload(team.alice, part, b"one", "first")
    second = _upload(team.bob, part, b"two")
    assert (first["revision_number"], second["revision_number"]) == (1, 2)
    assert (first["parent"], second["parent"]) == (None, first["id"])
    assert first["comment"] == "first"
    assert first["sha256"] == hashlib.sha256(b"one").hexdigest()
    assert team.alice.http.get(f"/api/items/{part}/file/1").content == b"one"
    revisions = team.alice.http.get(f"/api/items/{part}/revisions").json()["revisions"]
    assert [revision["id"] for revision in revisions] == [first["id"], second["id"]]
    item = team.alice.http.get(f"/api/items/{part}").json()
    assert (item["revision_number"], item["file_name"]) == (2, "bracket.FCStd")
    assert item["head"]["id"] == second["id"]
    assert error_of(team.alice.http.get(f"/api/items/{part}/file/3")) == (404, "not_found")
    assert error_of(team.alice.http.get(f"/api/items/{part}/file/{10**30}"))[0] == 422


def test_a_checkpoint_becomes_the_next_revision_without_becoming_another_version(
    team: Team,
) -> None:
    part = team.alice.item()
    checkpoint = team.alice.pushed(part, b"one")
    latest = team.alice.pushed(part, b"two", base=checkpoint["id"])
    body = {"version": checkpoint["id"], "comment": "good", "workstation_id": team.bob.workstation}
    path = f"/api/items/{part}/revisions"
    revision = team.bob.http.post(path, json=body)
    assert revision.status_code == 201
    assert revision.json() == checkpoint | {
        "kind": "revision", "revision_number": 1, "comment": "good"
    }  # fmt: skip
    assert team.alice.http.get(f"/api/items/{part}/file/1").content == b"one"
    assert team.alice.head(part) == latest
    assert error_of(team.bob.http.post(path, json=body)) == (409, "not_a_checkpoint")
    unknown = team.bob.http.post(path, json={"version": "v-none"})
    assert error_of(unknown) == (404, "not_found")


def test_history_is_newest_first_and_paged(team: Team) -> None:
    part = team.alice.item()
    made = [team.alice.pushed(part, bytes([number]))["id"] for number in range(5)][::-1]
    path = f"/api/items/{part}/versions"
    first = team.bob.http.get(path, params={"limit": 3}).json()
    rest = team.bob.http.get(path, params={"limit": 3, "cursor": first["next_cursor"]}).json()
    assert [version["id"] for version in first["versions"] + rest["versions"]] == made
    assert rest["next_cursor"] is None
    assert error_of(team.bob.http.get(path, params={"cursor": "v-none"})) == (404, "not_found")


def test_a_version_of_another_item_is_not_found(team: Team) -> None:
    mine, other = team.alice.item(), team.alice.item()
    version = team.alice.pushed(mine, b"x")
    assert error_of(team.alice.content(other, version["id"])) == (404, "not_found")


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=10-19", 10, 19),
        ("bytes=1000-", 1000, 1023),
        ("bytes=-5", 1019, 1023),
        ("bytes=1000-99999", 1000, 1023),
    ],
)
def test_a_range_of_a_file(team: Team, asked: str, first: int, last: int) -> None:
    part = team.alice.item()
    answer = team.alice.content(part, team.alice.pushed(part, CONTENT)["id"], Range=asked)
    assert (answer.status_code, answer.content) == (206, CONTENT[first : last + 1])
    assert answer.headers["content-range"] == f"bytes {first}-{last}/1024"


@pytest.mark.parametrize(
    "asked",
    [
        *("bytes=-99999", "bytes=0-", "bytes=0-1,5-6", "bytes=-", "lines=1-2", "bytes"),
        f"bytes={'9' * 5000}-",
    ],
    ids=lambda asked: asked[:20],
)
def test_what_is_no_single_range_is_answered_with_the_whole_file(team: Team, asked: str) -> None:
    part = team.alice.item()
    answer = team.alice.content(part, team.alice.pushed(part, CONTENT)["id"], Range=asked)
    assert (answer.status_code, answer.content) == (200, CONTENT)


@pytest.mark.parametrize("asked", ["bytes=1024-", "bytes=20-10", "bytes=-0"])
def test_a_range_outside_the_file_is_refused(team: Team, asked: str) -> None:
    part = team.alice.item()
    answer = team.alice.content(part, team.alice.pushed(part, CONTENT)["id"], Range=asked)
    assert error_of(answer) == (416, "range_not_satisfiable")
    assert answer.headers["content-range"] == "bytes */1024"


def test_a_file_is_sent_only_if_it_is_another_one(team: Team) -> None:
    part = team.alice.item()
    version = team.alice.pushed(part, CONTENT)
    etag = f'"{version["sha256"]}"'
    plain = team.alice.content(part, version["id"])
    assert (plain.headers["etag"], plain.content) == (etag, CONTENT)
    for condition in (etag, f'"other", W/{etag}', "*"):
        answer = team.alice.content(part, version["id"], **{"If-None-Match": condition})
        assert (answer.status_code, answer.content) == (304, b"")
    other = {"If-None-Match": '"other"'}
    assert team.alice.content(part, version["id"], **other).content == CONTENT
    stale = {"Range": "bytes=5-", "If-Range": '"other"'}
    assert team.alice.content(part, version["id"], **stale).status_code == 200
    current = {"Range": "bytes=5-", "If-Range": etag}
    assert team.alice.content(part, version["id"], **current).status_code == 206


def test_an_empty_file_comes_back_empty(team: Team) -> None:
    part = team.alice.item()
    version = team.alice.pushed(part, b"")
    assert team.alice.content(part, version["id"]).content == b""


def test_the_feature_graph_is_kept(team: Team) -> None:
    part = team.alice.item()
    path = f"/api/items/{part}/dag"
    assert error_of(team.alice.http.get(path)) == (404, "not_found")
    node = {"node_key": "Pad", "node_type": "pad", "properties_hash": "ab", "metadata": {"n": 1}}
    dag = {
        "revision_number": None,
        "nodes": [node, {**node, "node_key": "Sketch"}],
        "edges": [{"source_key": "Sketch", "target_key": "Pad", "edge_type": "depends_on"}],
    }
    assert team.alice.http.put(path, json=dag).json()["node_count"] == 2
    assert team.bob.http.get(path).json() == dag
    team.alice.http.put(path, json={"nodes": []})
    assert team.bob.http.get(path).json()["nodes"] == []
