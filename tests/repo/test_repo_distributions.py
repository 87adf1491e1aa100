"""Each distribution builds on its own and carries its package, licence and entry points."""

from __future__ import annotations

import configparser
import subprocess
import sys
import tomllib
import zipfile
from email import message_from_string
from pathlib import Path
from typing import Any

import pytest

from silo_core.hookspecs import SILO_API_VERSION
from silo_core.surfaces.cli import plugins_new

ROOT = Path(__file__).parents[2]
PLUGINS = ("locking", "checkpoint", "merge", "subscriptions", "activity")
PACKAGES = {
    ".": "silo_core",
    "server": "silo_server",
    **{f"plugins/{name}": f"silo_{name}" for name in PLUGINS},
}
OTHERS = {"silo-server", "pyside6-essentials", *(f"silo-{name}" for name in PLUGINS)}


def project(folder: str) -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads((ROOT / folder / "pyproject.toml").read_text())["project"]
    return table


@pytest.mark.parametrize("folder", PACKAGES)
def test_wheel_holds_package_and_entry_points(folder: str, tmp_path: Path) -> None:
    # The backend of this environment, so that no network is needed.
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT / folder, check=True, capture_output=True,
    )  # fmt: skip
    package = PACKAGES[folder]
    (built,) = tmp_path.iterdir()
    with zipfile.ZipFile(built) as wheel:
        texts = {
            Path(name).name: wheel.read(name).decode()
            for name in wheel.namelist()
            if ".dist-info/" in name
        }
        contents = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert {name.partition("/")[0] for name in contents} == {package}
    assert {f"{package}/__init__.py", f"{package}/py.typed"} <= contents
    assert message_from_string(texts["METADATA"])["License-Expression"] == "LGPL-2.1-or-later"
    entry_points = configparser.ConfigParser(delimiters=("=",))
    entry_points.read_string(texts.get("entry_points.txt", ""))
    if folder.startswith("plugins/"):
        name = folder.removeprefix("plugins/")
        assert dict(entry_points["silo.plugins"]) == {name: f"{package}:{name.capitalize()}"}
    if folder == ".":
        assert entry_points["console_scripts"]["silo"] == "silo_core.surfaces.cli:main"


def test_the_core_needs_neither_qt_nor_any_other_silo_distribution() -> None:
    names = {requirement.partition(">")[0].lower() for requirement in project(".")["dependencies"]}
    assert "pluggy" in names
    assert names & OTHERS == set()


@pytest.mark.parametrize("folder", sorted(PACKAGES.keys() - {"."}))
def test_every_other_distribution_needs_the_core_alone(folder: str) -> None:
    names = {requirement.partition(">")[0] for requirement in project(folder)["dependencies"]}
    assert "silo-core" in names
    assert names & OTHERS == set()


@pytest.mark.parametrize(
    "folder",
    [
        *sorted(PACKAGES.keys() - {"."}),
        *(f"examples/{path.name}" for path in sorted((ROOT / "examples").iterdir())),
    ],
)
def test_the_core_it_was_made_for_is_named_as_plugin_authors_are_told_to(folder: str) -> None:
    named = [need for need in project(folder)["dependencies"] if need.startswith("silo-core")]
    assert named == [plugins_new.core_range(SILO_API_VERSION)]


def test_all_distributions_have_one_version() -> None:
    assert {project(folder)["version"] for folder in PACKAGES} == {"0.1.0"}
