"""``silo plugins new``. That what it writes installs and passes its own tests: see tests/examples."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from silo_core.model.errors import SiloError
from silo_core.surfaces.cli import main
from silo_core.surfaces.cli.plugins_new import KINDS, LONGEST, core_range, write
from silo_core.testing import InstalledPlugins, assert_conforms


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_a_distribution_whose_plugin_conforms(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    folder = write(f"made-up-{kind}", kind, tmp_path)
    assert folder.name == f"silo-made-up-{kind}"
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    (point,) = project["entry-points"]["silo.plugins"].items()
    assert point[0] == f"made_up_{kind}"
    for path in folder.rglob("*.*"):
        assert "@" not in path.read_text().replace("@hookimpl", "").replace("@pytest.fixture", "")
    monkeypatch.syspath_prepend(folder)
    plugins = InstalledPlugins(tmp_path / "installed")
    (tmp_path / "installed").mkdir()
    plugins.distribution(project["name"], f"[silo.plugins]\n{point[0]} = {point[1]}\n", "0.1.0")
    with plugins.only():
        assert_conforms(_loaded(point[1]))


def _loaded(reference: str) -> object:
    from importlib import import_module

    module, _, name = reference.partition(":")
    found: object = import_module(module)
    return getattr(found, name) if name else found


def test_what_is_written_is_in_style(tmp_path: Path) -> None:
    for kind in KINDS:
        write(f"style-{kind}", kind, tmp_path)
    ruff = [sys.executable, "-m", "ruff"]
    options = ["--line-length", "100", "--isolated", str(tmp_path)]
    for command in (["check", "--select", "B,E,F,UP,W"], ["format", "--check"]):
        done = subprocess.run(
            [*ruff, *command, *options], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "name",
    ["", "X", "1st", "a b", "a--b", "-a", "a-", "../up", "a/b", "ä", "a" * (LONGEST + 1), "a\nb"],
)
def test_a_name_that_cannot_be_one_is_said_in_a_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(SiloError, match="cannot be the name of a plugin"):
        write(name, "rule", tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["core", "locking", "class"])
def test_a_name_that_is_taken_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(SiloError, match="is taken"):
        write(name, "rule", tmp_path)


def test_nothing_is_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["plugins", "new", "mine"]) == 0
    assert "cd silo-mine" in capsys.readouterr().out
    module = tmp_path / "silo-mine" / "silo_mine.py"
    module.write_text("my own")
    assert main(["plugins", "new", "mine", "--kind", "merge"]) == 2
    assert "is there already" in capsys.readouterr().err
    assert module.read_text() == "my own"


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(SiloError, match="cannot be written"):
        write("mine", "rule", tmp_path / "none")


@pytest.mark.parametrize(
    ("version", "range_"),
    [
        ("0.1.0", "silo-core>=0.1,<0.2"),
        ("1.3.2", "silo-core>=1.3,<2"),
        ("2.0rc1", "silo-core>=2.0,<3"),
    ],
)
def test_the_range_is_what_the_core_promises(version: str, range_: str) -> None:
    assert core_range(version) == range_
