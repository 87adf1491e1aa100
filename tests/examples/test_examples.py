"""The example plugins, built and installed as a user would, into a folder of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = {
    "released_rule": {
        "name": "released",
        "distribution": "silo-example-released",
        "version": "1.0.0",
        "state": "enabled",
        "hooks": ["silo_interference"],
        "error": "",
    },
    "checkpoint_csv": {
        "name": "checkpoint_csv",
        "distribution": "silo-example-checkpoint-csv",
        "version": "1.0.0",
        "state": "enabled",
        "hooks": ["silo_checkpoint_pushed", "silo_settings", "silo_startup"],
        "error": "",
    },
}


def run(*command: str, cwd: Path = ROOT, site: Path | None = None) -> str:
    """What the command prints; nothing of this user's settings takes part."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("SILO_")}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    if site:
        environment |= {"PYTHONPATH": str(site), "XDG_CONFIG_HOME": str(site / "config")}
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=50
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both examples installed next to each other, from wheels built here and without a network."""
    wheels, target = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("site")
    for example in EXAMPLES:
        build = (sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(wheels))
        run(*build, cwd=ROOT / "examples" / example)
    install = (sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-deps", "--offline")
    built = map(str, wheels.iterdir())
    run(*install, "--no-cache", "--python", sys.executable, "--target", str(target), *built)
    return target


def test_installed_examples_are_listed_as_plugins_in_use(site: Path) -> None:
    code = "from silo_core.surfaces.cli import main; raise SystemExit(main())"
    listed = json.loads(run(sys.executable, "-c", code, "plugins", "list", "--json", site=site))
    by_name = {entry["name"]: entry for entry in listed}
    for expected in EXAMPLES.values():
        assert by_name[str(expected["name"])] == expected


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_tests_of_an_example_pass_where_it_is_installed(site: Path, example: str) -> None:
    tests = ROOT / "examples" / example / "tests"
    # Its own tests, not this project's options.
    options = ("-q", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(tests))
    output = run(sys.executable, "-m", "pytest", *options, str(tests), site=site)
    assert " passed" in output
