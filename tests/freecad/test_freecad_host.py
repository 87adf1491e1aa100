"""What the FreeCAD host reports and does, in a real FreeCAD: one run of ``inside/host_paths.py``, whose
steps have the names used here."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from silo_core.fcstd import read_document

DATA = Path(__file__).parents[1] / "data"

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def found(profiles: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """All that FreeCAD found. The add-on is not installed: the scenario makes a host of its own."""
    parts = tmp_path_factory.mktemp("parts")
    for name in ("bracket", "plate", "motor"):
        shutil.copyfile(DATA / f"{name}.FCStd", parts / f"{name}.FCStd")
    return profiles.make(addon=False).run("host_paths", parts=str(parts))


REPORTS = {
    "nothing edited": [],
    "nothing reported inside the slot": [],
    "sketch entered": ["bracket: Sketch001"],
    "lateral move": ["bracket: Sketch002"],
    "sketch left": ["bracket: "],
    "body activated": ["bracket: Body"],
    "sketch in body": ["bracket: Body/Sketch001"],
    "back in body": ["bracket: Body"],
    "feature dialog": [],
    "moved, not edited": [],
    "closed in edit": ["bracket closing"],
    "assembly entered": ["motor: Assembly"],
    "sketch opened from the assembly": ["bracket: Sketch001"],
    "tab changed while in edit": [],
    "sketch left for the assembly": ["bracket: "],
    "body of another document active": ["bracket: Body"],
    "waits for the transaction": [],
    "transaction done": ["bracket: "],
    "does not wait for ever": ["bracket: "],
    "waits for a modal dialog": [],
    "modal dialog closed": ["bracket: "],
    "backed out of sketch": ["bracket: Body"],
    "backed out of body": ["bracket: "],
    "backed out of new sketch": ["bracket: "],
    "backed out of sketch in the assembly": ["bracket: "],
    "backed out of assembly": ["motor: "],
    "after detach": [],
}


@pytest.mark.parametrize("step", REPORTS)
def test_reports_of(step: str, found: Any) -> None:
    assert found[step] == REPORTS[step]


def test_nothing_is_in_edit_once_backed_out(found: Any) -> None:
    assert found["still in edit"] == []
    assert found["new sketch is gone"]


def test_documents_and_their_part_numbers(found: Any) -> None:
    assert found["documents"] == ["bracket.FCStd PRT-100"]
    assert found["part numbers"] == {"bracket": "PRT-100", "motor": "ASM-200", "plate": "PRT-101"}
    assert found["part number on a root object"] == "PRT-7"
    assert found["part number nobody can have"] is None


def test_labels_and_graph(found: Any) -> None:
    assert found["label"] == "Sketch001"
    with (DATA / "bracket.FCStd").open("rb") as opened:
        objects = read_document(opened, name="bracket.FCStd").objects
    in_file = {entry.name: sorted(entry.uses) for entry in objects}
    assert {name: sorted(uses) for name, uses in found["uses"].items()} == in_file
    assert all(len(set(uses)) == len(uses) for uses in found["uses"].values())
    assert found["uses of the unknown"] == {}
    assert found["uses in a linked document"]
    assert "Body" not in {used for uses in found["uses of an assembly"].values() for used in uses}


def test_saves_only_what_is_modified(found: Any) -> None:
    assert found["saved"]
    assert found["not saved again"]


def test_what_cannot_be_saved_is_one_sentence(found: Any) -> None:
    assert found["read-only"].startswith("plate.FCStd could not be saved: ")
    assert "File > Save As" in found["read-only"]
    assert found["no file"] == "nameless has no file yet: save it once with File > Save."


def test_posted_calls_run_on_the_main_thread_in_order(found: Any) -> None:
    assert found["posted"] == [1, 2, True]
    assert found["posted after detach"] == []


def test_a_look_is_cheap(found: Any) -> None:
    assert found["look in ms, three documents"] < 2


KINDRED = {
    "stock": "freecad",
    "chosen": "kindred",
    "subscribed": ["changed", "enter *", "exit *", "guard"],
    "allowed": [True, ""],
    "kindred entered": ["bracket: Sketch001"],
    "kindred left": ["bracket: "],
    "guarded": [False, "bob has Sketch002"],
    "not understood": [True, ""],
    "guarded after detach": [True, ""],
    "chosen without a guard": "kindred",
    "backs out without a guard": ["bracket: "],
}


@pytest.mark.parametrize("step", KINDRED)
def test_kindred_create_as_published(step: str, found: Any) -> None:
    assert found[step] == KINDRED[step]
