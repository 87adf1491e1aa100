"""What the add-on adds to the start of FreeCAD, until its window is up.

    SILO_FREECAD_DIR=/path/to/launchers .venv/bin/python benchmarks/freecad_start.py [PAIRS]

FreeCAD starts in turns with the add-on and without it, each in a profile of its own, and a macro that it
runs once its window is there says how long ago its process began, and whether the window is visible. The
order within a pair alternates. The add-on is what ``make addon`` builds, compiled to bytecode, with its
packages beside it. What Silo does after that, once the event loop runs, is told too.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

PAIRS = 10
MACRO = """
import json, os, sys, time
import FreeCADGui
from PySide6.QtCore import QTimer

def age():
    began = int(open("/proc/self/stat").read().rpartition(")")[2].split()[19])
    return time.clock_gettime(time.CLOCK_BOOTTIME) - began / os.sysconf("SC_CLK_TCK")

up, visible = age(), FreeCADGui.getMainWindow().isVisible()
module = sys.modules.get("freecad.silo.init_gui")

def told():
    running = module is not None and module.workbench is not None
    with open({out!r}, "w") as file:
        json.dump([up, visible, running, age() - up], file)
    os._exit(0)

QTimer.singleShot(0, told)
"""


def main() -> None:
    """Measure, and print a table."""
    freecad = Path(os.environ["SILO_FREECAD_DIR"])
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else PAIRS
    with tempfile.TemporaryDirectory() as folder:
        homes = [Path(folder, name) for name in ("without", "with")]
        for home in homes:
            home.mkdir()
        _install(freecad, homes[1])
        for home in homes:  # what is made at the first start of a profile is not counted
            _start(freecad, home)
        found: list[list[tuple[float, float]]] = [[], []]
        for number in range(pairs):
            for which in (0, 1) if number % 2 else (1, 0):
                found[which].append(_start(freecad, homes[which]))
    ups = [[up for up, _ in one] for one in found]
    added = [with_it - without for without, with_it in zip(*ups, strict=True)]
    print(f"{pairs} pairs; seconds from the start of the process until the window is up, median:")
    print(f"  without {statistics.median(ups[0]):.3f}, with {statistics.median(ups[1]):.3f}")
    print(f"  least: without {min(ups[0]):.3f}, with {min(ups[1]):.3f}")
    print(f"  added, median of the pairs: {statistics.median(added) * 1000:.0f} ms")
    later = statistics.median(after for _, after in found[1])
    print(f"  what Silo does once the event loop runs: {later * 1000:.0f} ms")


def _install(freecad: Path, home: Path) -> None:
    built = home.parent / "built"
    subprocess.run([sys.executable, ROOT / "scripts" / "addon.py", built], check=True)
    addon = home / "Mod" / "Silo"
    shutil.copytree(built / "Silo", addon)
    python = freecad / "python"
    version = subprocess.check_output(
        [python, "-c", "import sys; print('%d%d' % sys.version_info[:2])"], text=True
    ).strip()
    packages = home / "AdditionalPythonPackages" / f"py{version}"
    made = next(Path(tempfile.gettempdir()).glob("silo-freecad-packages-*"), None)
    if made is None:
        raise SystemExit("Run .venv/bin/pytest tests/freecad once: it fetches the packages.")
    shutil.copytree(made, packages)
    for place in (addon, packages):
        subprocess.run([python, "-m", "compileall", "-q", place], check=True, cwd=ROOT)


def _start(freecad: Path, home: Path) -> tuple[float, float]:
    """Seconds until the window was up, and what came after, until Silo ran."""
    out = home / "told.json"
    out.unlink(missing_ok=True)
    macro = home / "told.FCMacro"
    macro.write_text(MACRO.format(out=str(out)), "utf-8")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SILO_", "PYTHON", "QT_"))}
    env = {
        "FREECAD_USER_HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "data"),
    }
    said = subprocess.run(
        ["timeout", "120", freecad / "freecad", macro],
        env={**kept, **env},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if not out.exists():
        raise SystemExit(said.stdout + said.stderr)
    up, visible, running, after = json.loads(out.read_text("utf-8"))
    assert visible, "the window is up"
    assert running == (home.name == "with"), "Silo runs where it is installed"
    return up, after


if __name__ == "__main__":
    main()
