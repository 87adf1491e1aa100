"""FreeCAD's own Addon Manager installs what ``make addon`` builds, and FreeCAD runs it, in German."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.freecad.conftest import Profile

pytestmark = pytest.mark.timeout(300)
GERMAN = """<?xml version='1.0' encoding='utf-8'?>
<FCParameters>
  <FCParamGroup Name="Root"><FCParamGroup Name="BaseApp"><FCParamGroup Name="Preferences">
    <FCParamGroup Name="General"><FCText Name="Language">German</FCText></FCParamGroup>
  </FCParamGroup></FCParamGroup></FCParamGroup>
</FCParameters>
"""
INSTALL = """
import json, os, sys
import FreeCAD
sys.path.append(os.path.join(FreeCAD.getHomePath(), "Mod", "AddonManager"))
from Addon import Addon
from addonmanager_installer import AddonInstaller
from addonmanager_metadata import MetadataReader

addon = Addon("Silo", {url!r}, Addon.Status.NOT_INSTALLED, "main")
installer = AddonInstaller(addon, allow_list=["pluggy"])
done = installer.run()
manifest = os.path.join(installer.installation_path, "Silo", "package.xml")
found = dict(done=done, folder=installer.installation_path, manifest=os.path.exists(manifest))
if found["manifest"]:
    read = Addon("Silo")
    read.set_metadata(MetadataReader.from_file(manifest))
    found.update(
        version=str(read.metadata.version).strip(), fits=Addon.version_is_ok(read.metadata),
        python=sorted(read.python_requires), optional=sorted(read.python_optional),
        workbenches=sorted(read.requires), kinds=sorted(read.metadata.content),
        licence=[one.name for one in read.metadata.license],
    )
with open({answer!r}, "w") as file:
    json.dump(found, file)
"""


def installed(freecad: Path, home: Path, url: Path) -> dict[str, Any]:
    """What the Addon Manager made of ``url``, a zip or a folder, in the profile ``home``."""
    answer, script = home / "answer.json", home / "install.py"
    script.write_text(INSTALL.format(url=str(url), answer=str(answer)), "utf-8")
    inside = {"FREECAD_USER_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        ["timeout", "120", freecad / "freecadcmd", script],
        env={**os.environ, **inside},
        capture_output=True, text=True, check=False, cwd=home,
    )  # fmt: skip
    assert answer.exists(), done.stdout + done.stderr
    found: dict[str, Any] = json.loads(answer.read_text("utf-8"))
    return found


def test_a_folder_is_installed(freecad_dir: Path, addon: Path, tmp_path: Path) -> None:
    found = installed(freecad_dir, tmp_path, addon)
    assert found["done"]
    assert found["manifest"]


def test_the_zip_is_installed_and_speaks_german(
    freecad_dir: Path, addon: Path, third_party: Path, python_version: str, tmp_path: Path
) -> None:
    (packed,) = addon.parent.glob("*.zip")
    found = installed(freecad_dir, tmp_path, packed)
    assert found["done"]
    assert found["manifest"], "it is in a folder too many"
    assert found["fits"]
    assert found["version"] == "0.1.0"
    assert found["licence"] == ["LGPL-2.1-or-later"]
    assert found["kinds"] == ["other"]
    assert found["workbenches"] == ["assembly", "partdesign", "sketcher"]
    assert found["python"] == [
        "cattrs", "httpx", "keyring", "platformdirs", "pluggy", "tomli-w",
    ]  # fmt: skip
    assert found["optional"] == ["backports.zstd"]
    folder = tmp_path / "AdditionalPythonPackages" / f"py{python_version.replace('.', '')}"
    folder.parent.mkdir(exist_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    folder.symlink_to(third_party)
    (tmp_path / "user.cfg").write_text(GERMAN, "utf-8")
    pictures = os.environ.get("SILO_GERMAN_PICTURES", "")
    said = Profile(freecad_dir, tmp_path).run("german", pictures=pictures)
    assert said["title"] == "Bei Silo anmelden"
    assert {"Anmelden", "Verbindung testen"} <= {*said["buttons"]}
    assert said["cut"] == []
    assert {"Aus Silo öffnen…", "Verlauf…", "Abgleichstatus", "Anmelden…"} <= {*said["menu"]}
    assert "Silo-Aktivität" in said["docks"]
    assert "nicht angemeldet" in said["status"]
    for bar in (said["bar"], said["bar afterwards"]):
        assert bar.index("&Fenster") == bar.index("&Silo") + 1
