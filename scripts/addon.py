"""Builds the FreeCAD add-on: a folder for FreeCAD's ``Mod``, and a zip of it for the Addon Manager.

``scripts/addon.py [FOLDER]``: into ``dist`` unless another folder is named. The add-on holds Silo's own
packages, which are pure Python; what those need of others is listed in its ``requirements.txt``.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from typing import Any

from hatchling.build import build_wheel

ROOT = Path(__file__).resolve().parents[1]
NAME = "Silo"
PLUGINS = sorted(path.parent for path in (ROOT / "plugins").glob("*/pyproject.toml"))
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc")
MADE = (2026, 1, 1, 0, 0, 0)
"""The time of every member of the zip: the same sources give the same file."""


def main() -> None:
    """Build both, and say where they are."""
    target = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "dist").resolve()
    folder = build(target / NAME)
    print(f"{folder} is the add-on: copy it into FreeCAD's Mod folder.")
    packed = pack(folder, target / f"{NAME}-{_project(ROOT)['version']}.zip")
    print(f"{packed} is what is in it as one file, as the Addon Manager unpacks it.")


def build(folder: Path) -> Path:
    """Make the add-on's folder anew."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "workbench", folder, ignore=LEFT_OUT)
    for name in ("LICENSE", "CHANGELOG.md"):
        shutil.copyfile(ROOT / name, folder / name)
    packages = folder / "packages"
    with tempfile.TemporaryDirectory() as wheels:
        for project in (ROOT, *PLUGINS):
            with chdir(project):
                wheel = build_wheel(wheels)
            with zipfile.ZipFile(Path(wheels, wheel)) as archive:
                archive.extractall(packages)
    (folder / "requirements.txt").write_text("\n".join(_needed()) + "\n", "utf-8")
    return folder


def pack(folder: Path, target: Path) -> Path:
    """What is in the folder as a zip. FreeCAD's Addon Manager unpacks one into a folder that it names
    itself: a folder within it would be one too many."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in sorted(files.items()):
            if path.is_file():
                member = zipfile.ZipInfo(name, MADE)
                member.compress_type = zipfile.ZIP_DEFLATED
                member.external_attr = 0o644 << 16
                archive.writestr(member, path.read_bytes())
    return target


def _needed() -> Iterator[str]:
    """What others have made that Silo cannot do without."""
    yield from sorted(map(str, _project(ROOT)["dependencies"]))


def _project(folder: Path) -> dict[str, Any]:
    loaded = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))
    project: dict[str, Any] = loaded["project"]
    return project


if __name__ == "__main__":
    os.umask(0o022)
    main()
