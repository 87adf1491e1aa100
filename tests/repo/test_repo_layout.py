"""The repository keeps its own rules: file sizes, pure rings, and commands that exist."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAX_LINES = 400

# What a pure ring must be handed instead of fetching it: time, chance, files, network, threads.
IMPURE = {
    "asyncio", "ctypes", "ftplib", "http", "logging", "multiprocessing", "os", "queue", "random",
    "sched", "secrets", "select", "selectors", "shutil", "signal", "smtplib", "socket",
    "socketserver", "sqlite3", "ssl", "subprocess", "tempfile", "threading", "time", "urllib",
    "webbrowser",
}  # fmt: skip
CLOCK_CALLS = {"now", "utcnow", "today"}


def python_files() -> list[Path]:
    """The files git would publish: tracked ones and new ones it does not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    if listed.returncode == 0:
        names = filter(None, listed.stdout.decode().split("\0"))
        return [path for name in names if (path := ROOT / name).exists()]
    return [path for path in ROOT.rglob("*.py") if ".venv" not in path.parts]


def impurities(source: str) -> Iterator[str]:
    """What code of a pure ring must not have, as ``line: what``."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                modules = [alias.name for alias in names]
            case ast.ImportFrom(module=str(module), level=0):
                modules = [module]
            case ast.Call(func=ast.Attribute(attr=attr)) if attr in CLOCK_CALLS:
                yield f"{node.lineno}: reads the clock with {attr}()"
                continue
            case ast.Call(func=ast.Name(id="open" | "print" | "input" as name)):
                yield f"{node.lineno}: calls {name}()"
                continue
            case _:
                continue
        for module in modules:
            if module.partition(".")[0] in IMPURE:
                yield f"{node.lineno}: imports {module}"


def test_every_python_file_is_short() -> None:
    files = python_files()
    assert len(files) > 10
    lengths = {str(p.relative_to(ROOT)): len(p.read_text("utf-8").splitlines()) for p in files}
    assert {name: lines for name, lines in lengths.items() if lines >= MAX_LINES} == {}


@pytest.mark.parametrize("ring", ["model", "rules", "fcstd", "chunks"])
def test_inner_rings_are_pure(ring: str) -> None:
    files = sorted((ROOT / "silo_core" / ring).rglob("*.py"))
    assert files
    found = [f"{p.relative_to(ROOT)}:{what}" for p in files for what in impurities(p.read_text())]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "import time",
        "from urllib.request import urlopen",
        "def f():\n    import socket",
        "import datetime\ndatetime.datetime.now()",
        "open('x')",
    ],
)
def test_an_impurity_is_found(source: str) -> None:
    assert len(list(impurities(source))) == 1


def test_pure_code_is_let_through() -> None:
    source = (
        "import io, zipfile\nfrom datetime import datetime\ndatetime.fromisoformat('2026-01-01')"
    )
    assert list(impurities(source)) == []


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_documented_make_targets_exist(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    mentioned = set(re.findall(r"(?:^ *|`)make ([a-z-]+)", (ROOT / page).read_text(), re.MULTILINE))
    assert mentioned
    assert mentioned <= targets


def test_constraints_pin_versions_and_name_no_index() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert len(pins) > 20
    assert [line for line in pins if not re.match(r"[a-z0-9-]+==[^\s/:]+( ; .+)?$", line)] == []
