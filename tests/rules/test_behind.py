"""Which newer versions an assembly lacks: pure, over any links, circles and gaps among them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from silo_core.model.item import Version, VersionKind
from silo_core.model.sync import Newer
from silo_core.rules.behind import Copy, newer_of, reached

HERE = "w-here"
FILES = ["top", "sub", "bolt", "plate", "loose"]


def version(number: int, workstation: str = "w-there") -> Version:
    return Version(f"v{number}", VersionKind.REVISION, number, workstation_id=workstation)


def checkpoint(id_: str, workstation: str = "w-there") -> Version:
    return Version(id_, VersionKind.CHECKPOINT, workstation_id=workstation)


def copy(file: str, number: int = 1) -> Copy:
    return Copy(f"PRT-{file}", f"v{number}", number)


LINKS = {"top": ["sub", "bolt", "gone"], "sub": ["bolt", "plate", "top"]}
COPIES = {file: copy(file) for file in ("top", "sub", "bolt", "plate")}


def lacking(start: str, newest: dict[str, Version]) -> list[str]:
    found = newer_of(start, LINKS, COPIES, newest, HERE)
    return [one.part_number for one in found]


def test_a_newer_part_puts_every_assembly_above_it_behind() -> None:
    newest = {"PRT-plate": version(2)}
    assert lacking("sub", newest) == ["PRT-plate"]
    assert lacking("top", newest) == ["PRT-plate"]
    assert lacking("bolt", newest) == []


def test_a_part_that_is_used_twice_is_named_once() -> None:
    assert lacking("top", {"PRT-bolt": version(2)}) == ["PRT-bolt"]


def test_a_document_lacks_its_own_newer_version_too() -> None:
    assert lacking("plate", {"PRT-plate": version(2)}) == ["PRT-plate"]


def test_what_is_here_or_was_made_here_is_not_lacking() -> None:
    assert lacking("top", {"PRT-bolt": version(1)}) == []
    assert lacking("top", {"PRT-bolt": version(2, HERE)}) == []


def test_a_pinned_older_revision_is_not_newer_and_a_checkpoint_after_it_is() -> None:
    copies = {"bolt": copy("bolt", 3)}
    for wanted, is_lacking in ((version(2), False), (version(4), True), (checkpoint("c"), True)):
        found = newer_of("bolt", {}, copies, {"PRT-bolt": wanted}, HERE)
        assert bool(found) is is_lacking


def test_a_link_without_an_item_and_one_that_leads_nowhere_say_nothing() -> None:
    assert newer_of("top", LINKS, {}, {"PRT-bolt": version(2)}, HERE) == ()
    assert "gone" in reached("top", LINKS)


graphs = st.dictionaries(st.sampled_from(FILES), st.lists(st.sampled_from(FILES)))
tracked = st.dictionaries(st.sampled_from(FILES), st.integers(1, 3), min_size=1).map(
    lambda found: {file: copy(file, number) for file, number in found.items()}
)
newest_versions = st.dictionaries(
    st.sampled_from([f"PRT-{file}" for file in FILES]),
    st.builds(version, st.integers(1, 4), st.sampled_from([HERE, "w-there"])),
)


@given(st.sampled_from(FILES), graphs, tracked, newest_versions)
def test_it_lacks_exactly_what_its_files_lack_one_by_one(
    start: str, links: dict[str, list[str]], copies: dict[str, Copy], newest: dict[str, Version]
) -> None:
    found = newer_of(start, links, copies, newest, HERE)
    alone = {
        one for file in reached(start, links) for one in newer_of(file, {}, copies, newest, HERE)
    }
    assert set(found) == alone
    assert [one.part_number for one in found] == sorted({one.part_number for one in found})


@given(st.sampled_from(FILES), graphs, tracked, newest_versions)
def test_what_a_part_lacks_each_assembly_above_it_lacks(
    start: str, links: dict[str, list[str]], copies: dict[str, Copy], newest: dict[str, Version]
) -> None:
    above = set(newer_of(start, links, copies, newest, HERE))
    for used in links.get(start, ()):
        assert set(newer_of(used, links, copies, newest, HERE)) <= above


@given(st.sampled_from(FILES), graphs, tracked, newest_versions)
def test_with_every_copy_in_step_nothing_is_lacking(
    start: str, links: dict[str, list[str]], copies: dict[str, Copy], newest: dict[str, Version]
) -> None:
    in_step = {
        file: Copy(here.part_number, newest[here.part_number].id, here.base_revision)
        for file, here in copies.items()
        if here.part_number in newest
    }
    assert newer_of(start, links, in_step, newest, HERE) == ()


@given(st.sampled_from(FILES), graphs)
def test_reached_is_closed_and_nothing_else(start: str, links: dict[str, list[str]]) -> None:
    found = reached(start, links)
    assert start in found
    assert all(set(links.get(file, ())) <= found for file in found)
    for file in found - {start}:
        assert any(file in links.get(other, ()) for other in found)


def test_newer_names_the_version() -> None:
    new = version(2)
    assert newer_of("bolt", {}, COPIES, {"PRT-bolt": new}, HERE) == (Newer("PRT-bolt", new),)
