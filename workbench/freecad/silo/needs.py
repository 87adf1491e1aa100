"""The Python packages that Silo needs, and what to say where they are missing or too old.

Knows nothing but the standard library and FreeCAD: it is what runs where everything else does not.
"""

from __future__ import annotations

import re
import shlex
import sys
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import FreeCAD

CORE = "silo-core"
_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)\s*(?:>=\s*([0-9.]+))?")


def unmet() -> list[str]:
    """What pip would have to install, as pip writes it: ``httpx>=0.27``. Packages for other versions of
    Python, and for what Silo can do without, do not count."""
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
        return _numbers(version(name)) >= _numbers(least)
    except PackageNotFoundError:
        return False


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", text)[:3]))


def packages_folder() -> str:
    """Where FreeCAD looks for the Python packages of add-ons."""
    name = "py{}{}".format(*sys.version_info[:2])
    return f"{FreeCAD.getUserAppDataDir()}AdditionalPythonPackages/{name}"


def command(unmet_: list[str]) -> str:
    """What to type into a terminal."""
    python = shlex.quote(_python())
    names = " ".join(f'"{name}"' for name in unmet_)
    return f'{python} -m pip install --upgrade --target "{packages_folder()}" {names}'


def _python() -> str:
    """FreeCAD's own Python, where it brings one; otherwise the system's of the same version."""
    for name in ("bin/python.exe", "bin/python3", "bin/python"):
        if (found := Path(FreeCAD.getHomePath(), name)).exists() and sys.platform != "linux":
            return str(found)
    return "python{}.{}".format(*sys.version_info[:2])


def sentence(unmet_: list[str]) -> str:
    """What is wrong, for the Report view."""
    names = ", ".join(unmet_)
    return (
        f"Silo is not active: it needs the Python packages {names}, which are missing or too old. "
        f"Install them with this command in a terminal, and start FreeCAD again: {command(unmet_)}"
    )
