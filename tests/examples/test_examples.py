"""The example plugins, built and installed as a user would, into a folder of their own."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.examples.conftest import EXAMPLES

if TYPE_CHECKING:
    from tests.examples.conftest import Runner

FOLDER = Path(__file__).parents[2] / "examples"
EXPECTED = {
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
    "bom_merge": {
        "name": "bom_merge",
        "distribution": "silo-example-bom-merge",
        "version": "1.0.0",
        "state": "enabled",
        "hooks": ["silo_merge", "silo_settings", "silo_startup"],
        "error": "",
    },
}


@pytest.mark.parametrize("installed", [True, False])
def test_installed_examples_are_listed_as_plugins_in_use(runner: Runner, installed: bool) -> None:
    command = ("-m", "silo_core.surfaces.cli", "plugins", "list", "--json")
    listed = json.loads(runner.python(*command, examples=installed))
    for expected in EXPECTED.values():
        assert (expected in listed) == installed


def test_the_tests_of_the_examples_pass_where_they_are_installed(runner: Runner) -> None:
    # Their own tests, without this project's options.
    options = ("-v", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(FOLDER))
    tests = [str(FOLDER / example / "tests") for example in EXAMPLES]
    output = runner.python("-m", "pytest", *options, "--import-mode=importlib", *tests)
    for example in EXAMPLES:
        assert re.search(rf"\b{example}/tests/.+ PASSED", output), output
