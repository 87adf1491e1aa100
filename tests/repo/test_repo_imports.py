"""Importing the core costs next to nothing: it happens while a CAD program starts."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

HEAVY = {
    "asyncio", "backports", "cattrs", "compression", "fastapi", "httpx", "keyring", "PySide6",
    "shiboken6", "silo_server", "sqlite3", "uvicorn",
}  # fmt: skip


def loaded_by(statement: str) -> set[str]:
    """Top-level modules that are loaded after a statement, in a fresh interpreter."""
    code = f"{statement}; import sys; print(*{{name.partition('.')[0] for name in sys.modules}})"
    return set(subprocess.check_output([sys.executable, "-c", code], text=True).split())


@pytest.mark.parametrize("module", ["silo_core", "silo_core.hookspecs"])
def test_import_is_light(module: str) -> None:
    loaded = loaded_by(f"import {module}")
    assert "silo_core" in loaded
    assert loaded & HEAVY == set()


def test_a_heavy_import_is_seen() -> None:
    assert "sqlite3" in loaded_by("import sqlite3")


def added_by(statement: str) -> set[str]:
    """The modules that a statement loads beside those of Python's own library."""
    # -S: without what a virtual environment's .pth files import at every start
    code = f"import sys; sys.path[:] = {sys.path!r}; {statement}; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-S", "-c", code], text=True).split()
    known = {*sys.stdlib_module_names, "__main__"}
    return {name for name in loaded if name.partition(".")[0] not in known}


def test_importing_the_core_loads_itself_alone() -> None:
    assert added_by("import silo_core") == {"silo_core"}


def test_importing_the_hooks_loads_the_model_and_pluggy_alone() -> None:
    """Whoever adds to this list makes every start of a CAD program longer."""
    model = "context event exchange frozen interference item session setting sync verdict window"
    added = {name for name in added_by("import silo_core.hookspecs") if name[:6] != "pluggy"}
    assert added == {
        "silo_core",
        "silo_core.hookspecs",
        "silo_core.model",
        *(f"silo_core.model.{name}" for name in model.split()),
    }


def test_importing_the_core_takes_at_most_three_times_as_long_as_starting_python() -> None:
    """The best of several, in turns: what else the machine does is no matter of the core's."""
    nothing, core = float("inf"), float("inf")
    for _ in range(100):  # as soon as the machine has a quiet moment for both
        nothing, core = min(nothing, taken("pass")), min(core, taken("import silo_core"))
        if core <= 3 * nothing:
            return
    pytest.fail(f"{core} s against {nothing} s")


def taken(statement: str) -> float:
    """Seconds that a Python takes for a statement, from its start to its end."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return time.perf_counter() - began
