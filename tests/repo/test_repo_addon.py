"""The FreeCAD add-on as it is shipped: what its manifest says, and what is in the zip."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
ADDON = ROOT / "workbench"
NS = {"p": "https://wiki.freecad.org/Package_Metadata"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.fixture(scope="module")
def manifest() -> ET.Element:
    return ET.parse(ADDON / "package.xml").getroot()  # noqa: S314 - a file of this repository


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("addon"))


def build(target: Path) -> Path:
    """The zip that ``make addon`` writes."""
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "addon.py", target],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (packed,) = target.glob("*.zip")
    return packed


def text(manifest: ET.Element, name: str) -> str:
    found = manifest.findtext(f"p:{name}", namespaces=NS)
    assert found, name
    return found


def test_the_manifest_names_what_is_there(manifest: ET.Element) -> None:
    assert (manifest.tag, manifest.get("format")) == (f"{{{NS['p']}}}package", "1")
    assert text(manifest, "name") == "Silo"
    assert text(manifest, "version") == PROJECT["version"]
    assert text(manifest, "pythonmin") == PROJECT["requires-python"].removeprefix(">=")
    assert text(manifest, "freecadmin") == "1.1.0"
    (licence,) = manifest.findall("p:license", NS)
    assert licence.text == PROJECT["license"]
    for icon in manifest.iter(f"{{{NS['p']}}}icon"):
        assert (ADDON / str(icon.text)).is_file()
    (content,) = manifest.findall("p:content/*", NS)
    assert (ADDON / str(content.findtext("p:subdirectory", namespaces=NS))).is_dir()
    everyone = [*manifest.findall("p:maintainer", NS), *manifest.findall("p:author", NS)]
    assert len(everyone) == 2
    assert all(person.get("email") != "" for person in everyone)


def test_the_manifest_asks_for_what_the_core_needs(manifest: ET.Element) -> None:
    needs = {Requirement(text) for text in PROJECT["dependencies"]}
    asked = {one.text: one for one in manifest.findall("p:depend[@type='python']", NS)}
    assert {*asked} == {need.name for need in needs}
    for need in needs:
        is_optional = asked[need.name].get("optional") == "true"
        assert is_optional == (need.marker is not None)
        least = asked[need.name].get("version_gte")
        assert is_optional or str(need.specifier) == f">={least}"
    internal = {one.text for one in manifest.findall("p:depend[@type='internal']", NS)}
    assert internal == {"sketcher", "partdesign", "assembly"}


def test_kindred_create_is_asked_for_nothing_that_it_has_not_published(
    manifest: ET.Element,
) -> None:
    (kindred,) = manifest.findall("p:kindred", NS)
    known = "min_create_version max_create_version load_priority dependencies sdk_version contexts"
    assert {one.tag.rpartition("}")[2] for one in kindred} <= {*known.split(), "pure_python"}
    assert int(str(kindred.findtext("p:load_priority", namespaces=NS))) == 100


def test_every_icon_is_there_for_light_and_dark() -> None:
    icons = ADDON / "freecad" / "silo" / "icons"
    light, dark = ({path.name for path in (icons / name).iterdir()} for name in ("light", "dark"))
    assert light == dark
    assert len(light) > 10
    for name in light:
        for theme in ("light", "dark"):
            root = ET.parse(icons / theme / name).getroot()  # noqa: S314 - as above
            assert root.tag.endswith("svg")
        assert (icons / "light" / name).read_bytes() != (icons / "dark" / name).read_bytes()


def test_the_zip_is_as_the_addon_manager_unpacks_it(built: Path) -> None:
    with zipfile.ZipFile(built) as archive:
        names = archive.namelist()
    assert {"package.xml", "LICENSE", "freecad/silo/init_gui.py"} <= {*names}
    assert "packages/silo_core/__init__.py" in names
    assert "packages/silo_locking/translations/silo_locking_de.qm" in names
    assert "freecad/silo/translations/freecad_silo_de.qm" in names
    assert [name for name in names if "__pycache__" in name or name.startswith("/")] == []
    assert sorted(names) == names


def test_the_same_sources_give_the_same_bytes(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    monkeypatch.setenv("LC_ALL", "C")
    before = os.umask(0o077)
    try:
        again = build(tmp_path)
    finally:
        os.umask(before)
    assert again.read_bytes() == built.read_bytes()
    shutil.rmtree(tmp_path / "Silo")
