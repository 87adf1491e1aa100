"""Importing the core costs next to nothing: it happens while a CAD program starts."""

from __future__ import annotations

import subprocess
import sys

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
