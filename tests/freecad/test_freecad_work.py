"""What the FreeCAD host does to documents, in a real FreeCAD: one run of ``inside/host_work.py``, whose
steps have the names used here."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).parents[1] / "data"

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def found(profiles: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """All that FreeCAD found. The add-on is not installed: the scenario makes a host of its own."""
    parts = tmp_path_factory.mktemp("parts")
    for name in ("bracket", "plate", "motor"):
        shutil.copyfile(DATA / f"{name}.FCStd", parts / f"{name}.FCStd")
    newer = str(DATA / "bracket-alice.FCStd")
    return profiles.make(addon=False).run("host_work", parts=str(parts), newer=newer)


EXPECTED = {
    "nothing entered inside the call": True,
    "entered": ["bracket: Body/Sketch001"],
    "in front": "bracket",
    "back to the body": ["bracket: Body"],
    "what is gone is left out": [""],
    "nothing left inside the call": True,
    "left": ["bracket: "],
    "work is kept": [5, False, "pending", []],
    "opened anew while it was closed": "Body",
    "left with its feature's dialog": ["bracket: ", "", 7.0],
    "left again": [],
    "undone": 0.0,
    "not entered": False,
    "nothing changed": False,
    "all undone by the user": False,
    "no copy": True,
    "not overwritten": "mine",
    "still there": 3,
    "set aside": True,
    "taken back": 0,
    "still in edit": "bracket.Sketch001.",
    "backed out of it": ["bracket: "],
    "redo after backing out": ["circle 1", "circle 2", "pending"],
    "undo after backing out": 1,
    "copy has the work": 3,
    "new and empty": False,
    "new sketch set aside": True,
    "new sketch is gone": True,
    "new sketch is in the copy": 1,
    "made and entered: it is as before": True,
    "made and entered: redo": ["make Made"],
    "made earlier: it stays": True,
    "worked on: it stays": 1,
    "worked on, and set aside": True,
    "set aside: it is gone": True,
    "with a tool": True,
    "its copy is there": True,
    "it keeps them": 1,
    "it stays": [5.0, "bracket.Sketch001."],
    "reloaded at once": ["motor", "bracket.Sketch001.", []],
    "reported after reloading": [],
    "reloaded": [7.0, False, 1],
    "view survives": True,
    "body survives": "Body",
    "links survive": ["Body", "Body"],
    "others are not modified": True,
    "set aside after reloading": True,
    "left after reloading": ["bracket: ", ""],
    "sketch in the assembly": ["motor: Assembly", "bracket: Sketch001"],
    "set aside in the assembly": True,
    "taken back in the assembly": 0,
    "still open in the assembly": "motor.Assembly.Link.Sketch001.",
    "assembly left with its sketch": [["bracket: ", "motor: "], ""],
    "entered without a window": ["bracket: Body/Sketch001"],
    "notices": [
        "Handoff: bob requests Sketch001 on PRT-100",
        "Warning: Mounting holes (Sketch001) on PRT-100",
    ],
    "options": ["Notify me when free", "OK", "Request Handoff"],
    "answers": [["Request Handoff", "please"]],
    "notices after detach": 0,
    "left behind": [],
}
REFUSALS = {
    "never overwrites": "FileError: .*exists already",
    "no folder": "HostError: A copy of bracket could not be written",
    "not in the undo list": "HostError: bracket keeps the changes .*loose.FCStd",
    "too many for the undo list": "HostError: bracket keeps the changes .*many.FCStd",
    "unsaved": "HostError: bracket.FCStd has unsaved changes; save or undo them first",
    "unsaved colour": "HostError: bracket.FCStd has unsaved changes",
    "missing": "FileError: .*bracket.FCStd cannot be read",
    "no part": "FileError: bracket.FCStd is not a complete FCStd file",
    "closed": "HostError: The document is not open any more",
}


@pytest.mark.parametrize("step", EXPECTED)
def test_step(step: str, found: Any) -> None:
    assert found[step] == EXPECTED[step]


@pytest.mark.parametrize("step", REFUSALS)
def test_what_cannot_be_done_is_one_sentence(step: str, found: Any) -> None:
    assert re.match(REFUSALS[step], found[step]), found[step]


def test_a_feature_left_by_its_dialog_is_recomputed(found: Any) -> None:
    assert found["feature is recomputed"] == pytest.approx(-800)
