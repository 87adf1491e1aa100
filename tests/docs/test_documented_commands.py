"""Every command that the README and the user's page tell people to type is run here."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "docs/user.md")
COMMAND = re.compile(r"^    ((?:make|\.venv/bin/\w+) .*)$", re.MULTILINE)


def commands() -> list[str]:
    found = {found for page in PAGES for found in COMMAND.findall((ROOT / page).read_text())}
    return sorted(found)


def runnable(command: str) -> list[str]:
    """The command itself, but for the one that would run this very test."""
    words = shlex.split(command)
    return ["make", "--dry-run", "test"] if words == ["make", "test"] else words


def test_there_are_commands() -> None:
    assert {"make demo", "make test"} <= set(commands())


@pytest.mark.parametrize("command", commands())
def test_a_documented_command_works(command: str, tmp_path: Path) -> None:
    environ = {
        **os.environ,
        "HOME": str(tmp_path),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    done = subprocess.run(
        runnable(command),
        cwd=ROOT,
        env=environ,
        input="silo_a-token\n",
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
