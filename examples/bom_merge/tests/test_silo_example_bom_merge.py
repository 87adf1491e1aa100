"""Run with ``pytest`` where this distribution is installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from silo_core.model.exchange import MergeRequest, MergeResult
from silo_core.ports.plugins import Hooks, PluginManager
from silo_core.ports.settings import Settings
from silo_core.testing import assert_conforms
from silo_example_bom_merge import BomMerge
from silo_example_bom_merge.table import TableError, read, write

BASE = "pos,part,quantity\n10,Plate,1\n20,Screw,4\n30,Nut,4\n"


@pytest.fixture
def hooks(tmp_path: Path) -> Hooks:
    settings = Settings(tmp_path / "settings.toml", environ={})
    manager = PluginManager(declare=settings.declare)
    info = manager.register(BomMerge(), "bom_merge")
    assert not info.error
    return Hooks(manager)


class Bench:
    """Three files, and the merge that the hook makes of them."""

    def __init__(self, folder: Path, hooks: Hooks) -> None:
        self.folder, self.hooks = folder, hooks

    def file(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_bytes(text.encode())
        return path

    def merge(self, base: str, ours: str, theirs: str) -> tuple[MergeResult, str]:
        target = self.folder / "joined.csv"
        target.unlink(missing_ok=True)
        request = MergeRequest(
            "BOM-1",
            base=self.file("base", base),
            ours=self.file("ours.csv", ours),
            theirs=self.file("theirs", theirs),
            target=target,
            by="bob",
        )
        result = self.hooks.merge(request)
        assert result is not None
        assert target.exists() != bool(result.conflicts)
        return result, target.read_bytes().decode() if target.exists() else ""


@pytest.fixture
def bench(tmp_path: Path, hooks: Hooks) -> Bench:
    return Bench(tmp_path, hooks)


def test_changes_to_cells_rows_and_columns_of_both_sides_are_in_the_result(bench: Bench) -> None:
    ours = "pos,part,quantity\n10,Plate,2\n20,Screw,4\n25,Washer,4\n30,Nut,4\n"
    theirs = "pos,part,supplier,quantity\n10,Plate,ACME,1\n20,Screw,,8\n40,Pin,,1\n"
    result, joined = bench.merge(BASE, ours, theirs)
    assert not result.conflicts
    assert joined == (
        "pos,part,supplier,quantity\n10,Plate,ACME,2\n20,Screw,,8\n25,Washer,,4\n40,Pin,,1\n"
    )
    assert result.taken == (
        "Column supplier added",
        "Row 20: quantity 4 → 8",
        "Row 40 added",
        "Row 30 removed",
    )


def test_the_newest_version_stays_as_it_is_written_but_for_what_was_changed(bench: Bench) -> None:
    base = '\ufeffpos;part\r\n\r\n"10";"Plate; ""big"""\r\n20;Screw\r\n\r\n30;Nut'
    ours = base.replace("Screw", '"Screw, long"').replace("\r\n", "\n").replace("\ufeff", "")
    theirs = base.replace("Nut", "Nuts")
    result, joined = bench.merge(base, ours, theirs)
    assert not result.conflicts
    assert joined == theirs.replace("Screw", '"Screw, long"')


def test_a_conflict_names_row_column_and_both_values(bench: Bench) -> None:
    result, _ = bench.merge(
        BASE, BASE.replace("20,Screw,4", "20,Screw,4x"), BASE.replace("w,4", "w,6")
    )
    assert result.conflicts == ("Row 20, quantity: 4x here, 6 of bob; it was 4.",)


@pytest.mark.parametrize(
    ("ours", "theirs", "said"),
    [
        (
            BASE.replace("20,Screw,4\n", ""),
            BASE.replace("w,4", "w,6"),
            "Row 20: removed here, while",
        ),
        (
            BASE.replace("w,4", "w,6"),
            BASE.replace("20,Screw,4\n", ""),
            "removed by bob, while quantity",
        ),
        (BASE + "40,Pin,1\n", BASE + "40,Pin,2\n", "Row 40, quantity: 1 here, 2 of bob."),
        (
            "pos,part\n10,Plate\n20,Screw\n30,Nut\n",
            BASE.replace("w,4", "w,6"),
            "quantity: removed here",
        ),
        (BASE + "20,Bolt,1\n", BASE, "two of its rows have the pos '20'"),
        (BASE + ",Bolt,1\n", BASE, "its row 5 has no pos"),
        (BASE + '40,"Pin,1\n', BASE, "quotation mark"),
        (BASE + "40,Pin,1,2\n", BASE, "more cells than there are columns"),
        (BASE.replace(",", ";"), BASE, "different separators"),
        (BASE.replace("pos", "id"), BASE, "first column"),
        (BASE.replace("part", "pos"), BASE, "one name"),
        ("", BASE, "empty"),
        (BASE + "\0", BASE, "no text"),
        (
            "pos,part,quantity\n20,Screw,4\n10,Plate,1\n30,Nut,4\n",
            "pos,part,quantity\n30,Nut,4\n10,Plate,1\n20,Screw,4\n",
            "two orders",
        ),
    ],
)
def test_nothing_is_guessed(bench: Bench, ours: str, theirs: str, said: str) -> None:
    result, _ = bench.merge(BASE, ours, theirs)
    assert result.conflicts
    assert said in result.conflicts[0]


def test_rows_that_were_moved_are_followed(bench: Bench) -> None:
    moved = "pos,part,quantity\n30,Nut,4\n10,Plate,1\n20,Screw,4\n"
    for ours, theirs in ((moved, BASE.replace("e,1", "e,3")), (BASE.replace("e,1", "e,3"), moved)):
        _, joined = bench.merge(BASE, ours, theirs)
        assert joined == moved.replace("e,1", "e,3")


def test_a_last_line_without_an_end_gets_one_where_a_row_follows(bench: Bench) -> None:
    _, joined = bench.merge(BASE[:-1], BASE + "40,Pin,1\n", BASE[:-1])
    assert joined == BASE + "40,Pin,1"


def test_the_setting_names_the_key(tmp_path: Path) -> None:
    twice = b"part,pos\nScrew,10\nScrew,20\n"
    assert list(read(twice, "pos").rows) == ["10", "20"]
    with pytest.raises(TableError, match="two of its rows"):
        read(twice)
    with pytest.raises(TableError, match="no column where"):
        read(twice, "where")


def test_text_in_other_encodings_keeps_its_bytes() -> None:
    content = "pos,part\n10,Stützwinkel\n".encode("cp1252")
    assert write(read(content)) == content


def test_other_files_are_left_to_others(hooks: Hooks, tmp_path: Path) -> None:
    path = tmp_path / "a.FCStd"
    assert hooks.merge(MergeRequest("PRT-1", path, path, path, tmp_path / "out")) is None


def test_the_installed_plugin_conforms() -> None:
    assert_conforms("bom_merge")
