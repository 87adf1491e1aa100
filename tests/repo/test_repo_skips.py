"""What a run of the tests says at its end: that no real FreeCAD was there, and what was dear."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

CONFTEST = Path(__file__).parents[1] / "conftest.py"
DEAR = "DEAR_S = 2.0"


def run_in_copy(folder: Path, freecad_dir: str) -> str:
    """What pytest prints for one FreeCAD test and one other test below a copy of our conftest, to which
    every test is dear."""
    (folder / "tests" / "freecad").mkdir(parents=True)
    code = CONFTEST.read_text("utf-8")
    assert DEAR in code
    (folder / "tests" / "conftest.py").write_text(code.replace(DEAR, "DEAR_S = -1.0"), "utf-8")
    for name in ("freecad/test_inside.py", "test_outside.py"):
        (folder / "tests" / name).write_text("def test_it():\n    pass\n", "utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", "utf-8")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"],
        cwd=folder,
        env={**os.environ, "SILO_FREECAD_DIR": freecad_dir, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_without_freecad_the_skip_is_announced(tmp_path: Path) -> None:
    output = run_in_copy(tmp_path, "")
    assert "1 passed, 1 skipped" in output
    assert "REAL FREECAD NOT TESTED" in output
    assert re.search(r"^ *\d\.\d s tests/test_outside.py::test_it$", output, re.MULTILINE)


def test_with_freecad_its_tests_run(tmp_path: Path) -> None:
    for name in ("freecad", "freecadcmd", "python"):
        (tmp_path / name).touch(mode=0o755)
    output = run_in_copy(tmp_path, str(tmp_path))
    assert "2 passed" in output
    assert "NOT TESTED" not in output
