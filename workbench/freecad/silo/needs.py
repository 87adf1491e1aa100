"""The Python packages that Silo needs, and what to say where they are missing or too old.

Knows nothing but the standard library and FreeCAD: it is what runs where everything else does not.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, distribution, requires
from pathlib import Path

import FreeCAD

CORE = "silo-core"
_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)\s*(?:>=\s*([0-9.]+))?")


def unmet() -> list[str]:
    """What pip would have to install, as pip writes it: ``httpx>=0.27``. Packages for other versions of
    Python, and for what Silo can do without, do not count.

    FreeCAD looks into its folder for packages last: what was installed there may be hidden by an older
    one of the system's or of another add-on. Where that is so, the folder is moved to the front."""
    folder = packages_folder()
    if (found := _unmet()) and folder in sys.path:
        before = sys.path[:]
        sys.path.remove(folder)
        sys.path.insert(0, folder)
        if found := _unmet():
            sys.path[:] = before  # nothing is gained yet: others find what they found
    return found


def _unmet() -> list[str]:
    try:
        wanted = [text for text in requires(CORE) or () if ";" not in text]
    except PackageNotFoundError:
        return [CORE]
    return [text for text in wanted if not _is_met(text)]


def _is_met(requirement: str) -> bool:
    found = _REQUIREMENT.match(requirement)
    if found is None:
        return True
    name, least = found[1], found[2] or "0"
    try:
        return _numbers(distribution(name).version) >= _numbers(least)
    except PackageNotFoundError:
        return False


def described(requirement: str) -> str:
    """A requirement, and what is there instead: ``pluggy>=1.5 (1.4.0 is in /usr/lib/...)``."""
    found = _REQUIREMENT.match(requirement)
    try:
        there = distribution(found[1]) if found else None
    except PackageNotFoundError:
        there = None
    folder = there and Path(str(there.locate_file("")))
    return f"{requirement} ({there.version} is in {folder})" if there else requirement


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", text)[:3]))


def packages_folder() -> str:
    """Where FreeCAD looks for the Python packages of add-ons."""
    name = "py{}{}".format(*sys.version_info[:2])
    return f"{FreeCAD.getUserAppDataDir()}AdditionalPythonPackages/{name}"


def command(unmet_: list[str]) -> str:
    """What to type into a terminal."""
    python = python_for(sys.platform, Path(FreeCAD.getHomePath()), os.environ)
    names = " ".join(f'"{name}"' for name in unmet_)
    return f'{python} -m pip install --upgrade --target "{packages_folder()}" {names}'


def python_for(platform: str, home: Path, environ: Mapping[str, str]) -> str:
    """FreeCAD's own Python, ready to be typed, where it brings one; otherwise the system's of the same
    version. An AppImage has one while FreeCAD runs."""
    brings_one = platform != "linux" or "APPIMAGE" in environ
    for name in ("bin/python.exe", "bin/python3", "bin/python") if brings_one else ():
        if (found := home / name).exists():
            return f'"{found}"' if platform == "win32" else shlex.quote(str(found))
    return "python{}.{}".format(*sys.version_info[:2])


def sentence(unmet_: list[str]) -> str:
    """What is wrong, for the Report view."""
    names = ", ".join(map(described, unmet_))
    return (
        f"Silo is not active: it needs the Python packages {names}, which are missing or too old. "
        f"Install them with this command in a terminal, and start FreeCAD again: {command(unmet_)}"
    )
