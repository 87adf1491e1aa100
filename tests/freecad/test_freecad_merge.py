"""Two edits merged, opened and computed by a real FreeCAD are what both edits make in one document."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = Path(__file__).parent / "inside" / "merge_pairs.py"
OF_ORIGINS = {"App::Origin", "App::Line", "App::Plane", "App::Point"}
TIMEOUT_S = 300
BOTH_EDITS = 53997.74333882309


def without_numbers(found: dict[str, list[object]]) -> dict[str, list[object]]:
    """How FreeCAD numbers the labels of an origin depends on the order in which it makes its parts."""
    return {
        name: [facts[0], "" if facts[0] in OF_ORIGINS else facts[1], *facts[2:]]
        for name, facts in found.items()
    }


@pytest.mark.timeout(TIMEOUT_S + 20)
def test_merged_edits_are_what_both_make_in_one_document(freecad_dir: Path, tmp_path: Path) -> None:
    outside = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SILO_", "QT_QPA_", "PYTHON"))
    }
    out = tmp_path / "pairs"
    out.mkdir()
    done = subprocess.run(
        ["timeout", str(TIMEOUT_S), freecad_dir / "freecadcmd", SCRIPT],
        env={
            **outside,
            "FREECAD_USER_HOME": str(tmp_path / "home"),
            "MERGE_ROOT": str(ROOT),
            "MERGE_OUT": str(out),
        },
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (out / "found.json").exists(), done.stdout[-2000:] + done.stderr[-2000:]
    answers = json.loads((out / "found.json").read_text("utf-8"))
    assert len(answers) >= 50
    for title, answer in answers.items():
        assert "error" not in answer, (title, answer)
        assert not answer["conflicts"], (title, answer["conflicts"])
        assert without_numbers(answer["found"]) == without_numbers(answer["expected"]), title
        labels = [facts[1] for facts in answer["found"].values()]
        if len({facts[1] for facts in answer["expected"].values()}) == len(labels):
            assert len({*labels}) == len(labels), title
        invalid = [name for name, facts in answer["expected"].items() if facts[2]]
        assert not invalid, (title, invalid)
    volume = answers["parameter and redrawn sketch"]["found"]["Body"][3]
    assert volume == pytest.approx(BOTH_EDITS, abs=1e-4)
