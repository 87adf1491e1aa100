"""What a user chooses items by: words, projects, categories and pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.fcstd.png import png, with_picture
from tests.server.kit import Person, Team, error_of, fresh

BRACKET = (Path(__file__).parents[1] / "data" / "bracket.FCStd").read_bytes()


def _all(person: Person, path: str, member: str, **params: Any) -> list[Any]:
    found, cursor = [], ""
    while cursor is not None:
        page = person.http.get(path, params={**params, "cursor": cursor}).json()
        found += page[member]
        cursor = page["next_cursor"]
    return found


def test_every_word_of_a_search_has_to_be_there_in_any_order(team: Team) -> None:
    word = fresh("zylinder")
    part = team.alice.item(description=f"Housing, steel, {word}", file_name="Über.FCStd")
    team.alice.item(description=f"Housing, {word}")

    def found(search: str) -> list[str]:
        items = _all(team.bob, "/api/items", "items", search=search)
        return [item["part_number"] for item in items]

    assert found(f"STEEL {word}") == [part]
    assert found(f"  {word}\thousing  steel über ") == [part]
    assert found(f"{word} steel {part.lower()}") == [part]
    assert found(f"{word} steel wood") == []


def test_projects_and_categories_are_listed_counted_searched_and_paged(team: Team) -> None:
    word = fresh("Kran")
    names = sorted(f"{word} {letter}" for letter in "ABCDE")
    for name in names:
        team.alice.item(projects=[name, names[0]], category=name)
    for path, member in (("/api/projects", "projects"), ("/api/categories", "categories")):
        found = _all(team.bob, path, member, search=word.upper(), limit=2)
        assert [group["name"] for group in found] == names
        counts = [group["item_count"] for group in found]
        assert counts == ([5, 1, 1, 1, 1] if member == "projects" else [1] * 5)
        assert "" not in [group["name"] for group in _all(team.bob, path, member)]
        assert error_of(team.bob.http.get(path, params={"limit": 0}))[0] == 422


def test_an_item_names_the_picture_of_its_newest_content(team: Team) -> None:
    part, picture = team.alice.item(), png(256, 256)
    version = team.alice.pushed(part, with_picture(BRACKET, picture))
    url = team.bob.http.get(f"/api/items/{part}").json()["thumbnail_url"]
    assert url == f"/api/items/{part}/thumbnail?version={version['id']}"
    answer = team.bob.http.get(url)
    assert answer.content == picture
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "immutable" in answer.headers["cache-control"]
    assert "private" in answer.headers["cache-control"]
    again = team.bob.http.get(url, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    newest = team.bob.http.get(f"/api/items/{part}/thumbnail")
    assert newest.content == picture
    assert "no-cache" in newest.headers["cache-control"]


def test_another_content_has_another_picture_under_another_address(team: Team) -> None:
    part = team.alice.item()
    first = team.alice.pushed(part, with_picture(BRACKET, png(64, 64)))
    before = team.bob.http.get(f"/api/items/{part}/thumbnail").headers["etag"]
    team.alice.pushed(part, with_picture(BRACKET, png(65, 64)), base=first["id"])
    path = f"/api/items/{part}/thumbnail"
    newest = team.bob.http.get(path, headers={"If-None-Match": before})
    assert newest.content == png(65, 64)
    assert team.bob.http.get(path, params={"version": first["id"]}).content == png(64, 64)


def test_what_is_no_picture_of_sound_size_is_not_given_out(team: Team) -> None:
    pictures = [
        b"GIF89a" + bytes(100), b"", png(1, 1) + bytes(1 << 20), png(5000, 2), png(64, 64)[:-20],
        b"<svg onload='x'/>",
    ]  # fmt: skip
    hostile = [BRACKET, b"no zip", *(with_picture(BRACKET, picture) for picture in pictures)]
    for content in hostile:
        part = team.alice.item()
        team.alice.pushed(part, content)
        answer = team.bob.http.get(f"/api/items/{part}/thumbnail")
        assert error_of(answer) == (404, "no_thumbnail")
    path = f"/api/items/{team.alice.item()}/thumbnail"
    assert error_of(team.bob.http.get(path)) == (404, "not_found")
    assert error_of(team.bob.http.get(path, params={"version": "v-none"})) == (404, "not_found")
