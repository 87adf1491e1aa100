"""The graph read from a file is FreeCAD's own, over every file a real FreeCAD ships."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def report() -> Any:
    """The answer of the benchmark; it finds FreeCAD by SILO_FREECAD_DIR."""
    program = ROOT / "benchmarks" / "fcstd_graph_agreement.py"
    result = subprocess.run(
        [sys.executable, program, "--json"],
        cwd=ROOT, capture_output=True, text=True, timeout=580, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


@pytest.mark.timeout(600)
def test_all_agree_but_what_freecad_migrates_on_opening(report: Any) -> None:
    original = report["original"]
    assert original["objects"] > 1000
    assert len(original["disagree"]) / original["objects"] <= 0.02, original["disagree"]


@pytest.mark.timeout(600)
def test_all_agree_once_this_freecad_has_saved_them(report: Any) -> None:
    assert report["saved"]["objects"] > 1000
    assert report["saved"]["disagree"] == []


@pytest.mark.timeout(600)
def test_a_bare_save_changes_no_hash(report: Any) -> None:
    assert report["stable"]["objects"] > 1000
    assert report["stable"]["differ"] == []
