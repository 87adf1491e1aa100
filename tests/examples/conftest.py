"""The example plugins installed as a user would install them, into a folder of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = ("released_rule", "checkpoint_csv", "bom_merge", "folder_host")


def environment(site: Path | None) -> dict[str, str]:
    """Variables of a process that finds what ``site`` holds, and nothing of this user's settings."""
    variables = {key: value for key, value in os.environ.items() if not key.startswith("SILO_")}
    variables["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    if site is not None:
        variables |= {"PYTHONPATH": str(site), "XDG_CONFIG_HOME": str(site / "config")}
    return variables


class Runner:
    """Runs Python programs with or without the examples installed."""

    def __init__(self, site: Path) -> None:
        self.site = site

    def environment(self, *, examples: bool) -> dict[str, str]:
        """For a process that finds the examples, or not."""
        return environment(self.site if examples else None)

    def python(self, *arguments: str, examples: bool = True) -> str:
        """What the program prints; its failure is one of the test."""
        return run(arguments, environment(self.site if examples else None), ROOT)


def run(arguments: tuple[str, ...], variables: dict[str, str], folder: Path) -> str:
    done = subprocess.run(
        (sys.executable, *arguments),
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    """All examples installed next to each other, from wheels built here and without a network."""
    wheels, target = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("site")
    variables = environment(None)
    for example in EXAMPLES:
        build = ("-m", "hatchling", "build", "-t", "wheel", "-d", str(wheels))
        run(build, variables, ROOT / "examples" / example)
    install = ("-m", "uv", "pip", "install", "--quiet", "--no-deps", "--offline", "--no-cache")
    built = tuple(map(str, wheels.iterdir()))
    run((*install, "--python", sys.executable, "--target", str(target), *built), variables, ROOT)
    return Runner(target)
