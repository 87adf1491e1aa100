"""Brings the translations of every package up to date with its sources.

``scripts/translations.py [LANGUAGE ...]``: each package keeps its own, in its folder ``translations``: a
``.ts`` file for translators, which Qt Linguist opens, and the ``.qm`` file that is loaded. Languages are
those that the core has; one that is named is begun.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import PySide6

ROOT = Path(__file__).resolve().parents[1]
FOLDER = "translations"
TOOLS = Path(PySide6.__path__[0])
EXE = ".exe" if sys.platform == "win32" else ""


def main() -> None:
    """Write every ``.ts`` and ``.qm`` file anew, and say which texts wait for a translator."""
    for package in packages():
        for language in sorted({*languages(), *sys.argv[1:]}):
            path = update(package, language, package / FOLDER)
            if path is not None:
                print(release(path))


def packages() -> list[Path]:
    """The packages that show texts to a user."""
    plugins = (path.parent for path in (ROOT / "plugins").glob("*/silo_*/__init__.py"))
    own = (ROOT / "silo_core", ROOT / "server" / "silo_server", ROOT / "workbench/freecad/silo")
    return sorted((*own, *plugins))


def languages() -> list[str]:
    """Those that there are, as Qt and FreeCAD name them."""
    return sorted(path.stem.rpartition("_")[2] for path in _sources(ROOT / "silo_core" / FOLDER))


def name_of(package: Path) -> str:
    """What its files begin with."""
    return f"freecad_{package.name}" if package.parent.name == "freecad" else package.name


def update(package: Path, language: str, folder: Path) -> Path | None:
    """The ``.ts`` file of ``package`` in ``folder``, with all texts of its sources: what was translated
    stays so, what is not in the sources any more goes. None for a package that shows no texts."""
    sources = [str(path) for path in sorted(package.rglob("*.py")) if _has_texts(path)]
    if not sources:
        return None
    folder.mkdir(exist_ok=True)
    path = folder / f"{name_of(package)}_{language}.ts"
    # without line numbers: the file changes when a text does, and then alone
    how = ["-no-obsolete", "-locations", "none", "-source-language", "en"]
    _run("lupdate", *sources, *how, "-target-language", language, "-ts", str(path))
    return path


def release(path: Path) -> str:
    """Write the ``.qm`` file beside a ``.ts`` file; answers how many texts it has."""
    return _run("lrelease", "-compress", str(path)).strip()


def _has_texts(path: Path) -> bool:
    return (
        re.search(r"\b(translate|QT_TRANSLATE_NOOP)\(\s*[\"']", path.read_text("utf-8")) is not None
    )


def _sources(folder: Path) -> Iterator[Path]:
    return folder.glob("*.ts")


def _run(tool: str, *args: str) -> str:
    done = subprocess.run(
        [TOOLS / f"{tool}{EXE}", *args], capture_output=True, text=True, check=False
    )
    if done.returncode or "Warning" in done.stderr:
        sys.exit(f"{tool} failed: {done.stderr or done.stdout}")
    return done.stdout


if __name__ == "__main__":
    main()
