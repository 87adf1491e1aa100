"""What Silo costs the start of FreeCAD, until its window is drawn for the first time.

    SILO_FREECAD_DIR=/folder/with/launchers .venv/bin/python -m benchmarks.freecad_start [RUNS]

Two profiles, with and without Silo, start in turns. A second add-on, in both, notes the moment at which
the main window paints, and ends FreeCAD. Processor time is less sensitive to what else the machine does,
and so is the clock without the time in which the main thread could run and others had the processors.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from tests.freecad.conftest import ROOT, needed_by, pip_install

RUNS = 15
TIMEOUT_S = 120
LIMIT_MS = 50
WAYS = ("by the clock", "by the clock while there was a processor", "of the processor")
PROBE = """
import json, os, time
from pathlib import Path
import FreeCADGui
from PySide6.QtCore import QEvent, QObject

class Probe(QObject):
    def eventFilter(self, watched, event):
        if event.type() in (QEvent.Type.Paint, QEvent.Type.UpdateRequest) and window.isVisible():
            used = time.process_time()
            ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
            begun = ticks / os.sysconf("SC_CLK_TCK")
            wall = time.clock_gettime(time.CLOCK_BOOTTIME) - begun
            kept_waiting = int(Path("/proc/self/schedstat").read_text().split()[1]) / 1e9
            found = [wall, wall - kept_waiting, used]
            Path(os.environ["START_FOUND"]).write_text(json.dumps(found))
            os._exit(0)
        return False

window = FreeCADGui.getMainWindow()
probe = Probe()
window.installEventFilter(probe)
"""


def profile(home: Path, launchers: Path, *, with_silo: bool) -> Path:
    """A user's folder with the add-on that measures, and with Silo or without."""
    module = home / "Mod" / "Probe" / "freecad" / "start_probe"
    module.mkdir(parents=True)
    (module / "__init__.py").touch()
    (module / "init_gui.py").write_text(PROBE, "utf-8")
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    version = subprocess.check_output([launchers / "python", "-c", ask], text=True).strip()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    packages = home / "AdditionalPythonPackages" / f"py{version.replace('.', '')}"
    target = ("--python-version", version, "--only-binary=:all:")
    needs = needed_by(project["dependencies"], version)
    pip_install(packages, *target, "-c", str(ROOT / "constraints.txt"), *needs)
    if with_silo:
        build = [sys.executable, str(ROOT / "scripts" / "addon.py"), str(home / "built")]
        subprocess.run(build, check=True, capture_output=True)
        shutil.move(home / "built" / "Silo", home / "Mod" / "Silo")
    return home


def start(home: Path, launchers: Path) -> list[float]:
    """Seconds until the window is drawn, counted in each of ``WAYS``."""
    found = home / "found.json"
    found.unlink(missing_ok=True)
    places = {
        "FREECAD_USER_HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "data"),
        "START_FOUND": str(found),
    }
    outside = {
        k: v for k, v in os.environ.items() if not k.startswith(("SILO_", "QT_QPA_", "PYTHON"))
    }
    command = ["timeout", str(TIMEOUT_S), str(launchers / "freecad")]
    done = subprocess.run(
        command, env={**outside, **places}, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if not found.exists():
        sys.exit(f"FreeCAD drew no window:\n{done.stdout}\n{done.stderr}")
    counted: list[float] = json.loads(found.read_text("utf-8"))
    return counted


def main() -> None:
    """Print medians of both, and the medians of the differences of neighbours."""
    launchers = Path(os.environ["SILO_FREECAD_DIR"])
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    with tempfile.TemporaryDirectory(prefix="silo-start-") as folder:
        homes = [
            profile(Path(folder) / name, launchers, with_silo=name == "with")
            for name in ("without", "with")
        ]
        for home in homes:  # compiles the bytecode, and fills the system's cache
            start(home, launchers)
        taken = []
        for turn in range(runs):
            order = homes if turn % 2 else homes[::-1]
            found = {home.name: start(home, launchers) for home in order}
            taken.append((found["without"], found["with"]))
    print("load:", *(f"{load:.1f}" for load in os.getloadavg()))
    for place, name in enumerate(WAYS):
        without, with_silo = ([1000 * run[which][place] for run in taken] for which in (0, 1))
        more = statistics.median(b - a for a, b in zip(without, with_silo, strict=True))
        print(
            f"{name}: without {statistics.median(without):.0f} ms, with "
            f"{statistics.median(with_silo):.0f} ms, difference of pairs {more:.0f} ms "
            f"(limit {LIMIT_MS}), {runs} pairs"
        )


if __name__ == "__main__":
    main()
