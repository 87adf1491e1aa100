"""``silo plugins list``: every plugin, broken ones too, for people and for programs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from silo_core.ports.plugins import PluginInfo, PluginState
from silo_core.surfaces.cli.plugins import _table

if TYPE_CHECKING:
    from tests.plugins.conftest import Site

GOOD = """
    print("noise while it is imported")
    @hookimpl
    def silo_shutdown(): ...
"""


@pytest.fixture
def installed(site: Site) -> Site:
    """Plugins of every kind, beside those of this environment."""
    site.plugin("zz-good", GOOD, distribution="zz-one")
    site.plugin("zz-off", "raise AssertionError('imported')")
    site.plugin("zz-raises", "raise RuntimeError('no \\x1b[31m licence')")
    site.plugin("zz-misspelt", "@hookimpl\ndef silo_shutdwn(): ...")
    site.plugin("zz-async", "@hookimpl\nasync def silo_shutdown(): ...")
    site.plugin("zz-twin", GOOD, distribution="zz-able")
    site.plugin("zz-twin", GOOD, distribution="zz-baker")
    return site


def silo(site: Site, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("SILO_")}
    environment |= {"PYTHONPATH": str(site.folder), "XDG_CONFIG_HOME": str(site.folder)}
    command = (sys.executable, "-m", "silo_core.surfaces.cli", *arguments)
    return subprocess.run(
        command,
        env=environment | variables,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


def listed(site: Site, **variables: str) -> list[dict[str, Any]]:
    done = silo(site, "plugins", "list", "--json", **variables)
    assert done.returncode == 0, done.stderr
    everything: list[dict[str, Any]] = json.loads(done.stdout)
    return [entry for entry in everything if entry["name"].startswith("zz-")]


def test_json_has_name_distribution_version_state_hooks_and_error(installed: Site) -> None:
    entries = listed(installed, SILO_PLUGINS_DISABLED="zz-off")
    assert all(
        set(entry) == {"name", "distribution", "version", "state", "hooks", "error"}
        for entry in entries
    )
    assert [(entry["name"], entry["distribution"], entry["state"]) for entry in entries] == [
        ("zz-async", "dist-zz-async", "failed"),
        ("zz-good", "zz-one", "enabled"),
        ("zz-misspelt", "dist-zz-misspelt", "failed"),
        ("zz-off", "dist-zz-off", "disabled"),
        ("zz-raises", "dist-zz-raises", "failed"),
        ("zz-twin", "zz-able", "enabled"),
        ("zz-twin", "zz-baker", "failed"),
    ]
    assert entries[1] == {
        "name": "zz-good",
        "distribution": "zz-one",
        "version": "1.0",
        "state": "enabled",
        "hooks": ["silo_shutdown"],
        "error": "",
    }
    assert [bool(entry["error"]) for entry in entries] == [
        entry["state"] == "failed" for entry in entries
    ]


def test_the_settings_file_disables_as_the_environment_does(installed: Site) -> None:
    (installed.folder / "silo").mkdir()
    file = installed.folder / "silo" / "settings.toml"
    file.write_text('plugins_disabled = ["zz-off"]\n', "utf-8")
    states = {entry["name"]: entry["state"] for entry in listed(installed)}
    assert states["zz-off"] == ("disabled" if sys.platform.startswith("linux") else "failed")


def test_the_table_fits_eighty_columns_and_does_not_steer_the_terminal(installed: Site) -> None:
    done = silo(installed, "plugins", "list", SILO_PLUGINS_DISABLED="zz-off")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["NAME", "STATE", "DISTRIBUTION"]
    assert max(map(len, lines)) < 80
    assert any(line.split() == ["zz-good", "enabled", "zz-one", "1.0"] for line in lines)
    assert any(line.split() == ["zz-off", "disabled", "dist-zz-off", "1.0"] for line in lines)
    assert "Traceback" not in done.stdout + done.stderr
    assert "noise" not in done.stdout


def test_a_bad_setting_is_told_beside_the_answer(installed: Site) -> None:
    done = silo(installed, "plugins", "list", "--json", SILO_ENTRY_WAIT_MS="soon")
    assert done.returncode == 0
    assert "entry_wait_ms cannot be" in done.stderr
    assert json.loads(done.stdout)


def test_it_says_what_it_means_that_one_of_silos_own_is_not_in_use() -> None:
    broken = (PluginState.FAILED, PluginState.SWITCHED_OFF)
    for state in PluginState:
        info = PluginInfo("locking", "silo-locking", "0.1.0", state)
        said = " ".join(" ".join(_table((info,))).split())
        assert ("You edit without locking: others are not kept out" in said) == (state in broken)
