"""A real FreeCAD with the add-on in it, installed as a user would: the add-on copied into ``Mod``, the
Python packages in ``AdditionalPythonPackages`` of a profile of its own.

Everything lies below the temporary folder, which a sandboxed FreeCAD sees too.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from tests.freecad.kit import Server, serving

ROOT = Path(__file__).parents[2]
GUI_TIMEOUT_S = 480
Found = dict[str, Any]
MACRO = """
import os, sys, traceback
sys.path.append({root!r})
try:
    from tests.freecad.inside import driver
    driver.run({scenario!r})
except Exception:
    sys.__stderr__.write(traceback.format_exc())
    sys.__stderr__.flush()
    os._exit(1)
"""


@pytest.fixture(scope="session")
def freecad_dir() -> Path:
    """The folder with the launchers ``freecad``, ``freecadcmd`` and ``python``; tests that need it are
    skipped, loudly, where it is missing (``tests/conftest.py``)."""
    return Path(os.environ["SILO_FREECAD_DIR"])


@dataclass(frozen=True)
class Profile:
    """A user's FreeCAD folder: two of them are two workstations."""

    freecad: Path
    home: Path

    def start(
        self, scenario: str, env: Mapping[str, str] | None = None, **config: object
    ) -> Running:
        """Run ``tests/freecad/inside/<scenario>.py`` in FreeCAD's window."""
        macro = self.home / "scenario.FCMacro"
        macro.write_text(MACRO.format(root=str(ROOT), scenario=scenario), "utf-8")
        outside = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("SILO_", "QT_QPA_", "PYTHON"))
        }
        inside = {
            "FREECAD_USER_HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "XDG_DATA_HOME": str(self.home / "data"),
            "SCENARIO_CONFIG": json.dumps({"home": str(self.home), **config}),
        }
        with (self.home / "said.txt").open("w") as said:
            process = subprocess.Popen(
                ["timeout", str(GUI_TIMEOUT_S), self.freecad / "freecad", macro],
                env={**outside, **inside, **(env or {})},
                cwd=ROOT,
                stdout=said,
                stderr=subprocess.STDOUT,
            )
        return Running(process, self)

    def run(self, scenario: str, env: Mapping[str, str] | None = None, **config: object) -> Found:
        """Run a scenario to its end, and answer what it found."""
        with self.start(scenario, env, **config) as running:
            return running.found()


@dataclass(frozen=True)
class Running:
    """A FreeCAD that runs a scenario. Left as a context manager, it is gone."""

    process: subprocess.Popen[bytes]
    profile: Profile

    @property
    def home(self) -> Path:
        """The folder of its profile."""
        return self.profile.home

    def kill(self) -> None:
        """Kill FreeCAD itself, as a crash does; what started it ends with it."""
        for number in descendants(self.process.pid):
            if Path(f"/proc/{number}/comm").read_text("utf-8").strip().lower() == "freecad":
                os.kill(number, signal.SIGKILL)
        self.process.wait()

    def reached(self, point: str) -> None:
        """Wait until the scenario is where it yields ``meet(point)``."""
        until = time.monotonic() + GUI_TIMEOUT_S
        while not (self.home / f"{point}.reached").exists():
            if self.process.poll() is not None or time.monotonic() > until:
                self.found()
                pytest.fail(f"FreeCAD did not come to {point}")
            time.sleep(0.05)

    def go_on(self, point: str) -> None:
        """Let the scenario go on from there."""
        (self.home / f"{point}.go").touch()

    def found(self) -> Found:
        """What the scenario found, once FreeCAD has ended."""
        self.process.wait()
        said = (self.home / "said.txt").read_text("utf-8", "replace")
        file = self.home / "found.json"
        assert file.exists(), f"FreeCAD ended with {self.process.returncode}:\n{said}"
        found: Found = json.loads(file.read_text("utf-8"))
        error = found.pop("error")
        assert not error, f"{error}\n{json.dumps(found, indent=1)}\n{said}"
        return {**found, "exit code": self.process.returncode, "said": said}

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()  # timeout passes it on
        self.process.wait()


def descendants(number: int) -> Iterator[int]:
    """The processes that a process has started, at any depth."""
    listed = Path(f"/proc/{number}/task/{number}/children").read_text("ascii")
    for child in map(int, listed.split()):
        yield child
        yield from descendants(child)


@pytest.fixture(scope="session")
def python_version(freecad_dir: Path) -> str:
    """``3.14``: the version of FreeCAD's Python."""
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    return subprocess.check_output([freecad_dir / "python", "-c", ask], text=True).strip()


@pytest.fixture(scope="session")
def third_party(python_version: str) -> Path:
    """What the core needs, for FreeCAD's Python; made once for each set of pins."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needs = [*needed_by(project["dependencies"], python_version)]
    pins = ROOT / "constraints.txt"
    key = hashlib.sha256(repr((python_version, needs, pins.read_bytes())).encode()).hexdigest()[:16]
    cache = Path(tempfile.gettempdir()) / f"silo-freecad-packages-{key}"
    if not cache.exists():
        making = Path(tempfile.mkdtemp(prefix=f"{cache.name}-"))
        target = ("--python-version", python_version, "--only-binary=:all:")
        pip_install(making, *target, "-c", str(pins), *needs)
        making.rename(cache)
    return cache


@pytest.fixture(scope="session")
def addon(freecad_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The add-on as ``make addon`` builds it."""
    folder = tmp_path_factory.mktemp("addon")
    build = [sys.executable, str(ROOT / "scripts" / "addon.py"), str(folder)]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "Silo"


@pytest.fixture(scope="session")
def packages(third_party: Path, addon: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Third-party packages and our own, for scenarios that make a host of their own."""
    folder = tmp_path_factory.mktemp("packages")
    for source in (third_party, addon / "packages"):
        shutil.copytree(source, folder, dirs_exist_ok=True, copy_function=os.link)
    return folder


def needed_by(dependencies: list[str], python_version: str) -> Iterator[str]:
    """Those that a Python needs. pip itself asks their conditions of the Python it runs in."""
    for dependency in map(Requirement, dependencies):
        marker, dependency.marker = dependency.marker, None
        if marker is None or marker.evaluate({"python_version": python_version}):
            yield str(dependency)


def pip_install(target: Path, *what: str) -> None:
    """The pip of the tests' own environment: it knows this machine's index and certificates."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run(
        [*pip, "--target", target, *what], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@dataclass(frozen=True)
class ProfileMaker:
    """See the fixture ``profiles``."""

    freecad: Path
    python_version: str
    addon: Path
    third_party: Path
    packages: Path
    factory: pytest.TempPathFactory

    def make(self, *, with_packages: bool = True, addon: bool = True) -> Profile:
        """A new profile. Without the add-on, its packages are there all the same."""
        home = self.factory.mktemp("freecad")
        if addon:
            shutil.copytree(self.addon, home / "Mod" / "Silo")
        if with_packages:
            folder = home / "AdditionalPythonPackages" / f"py{self.python_version.replace('.', '')}"
            folder.parent.mkdir()
            folder.symlink_to(self.third_party if addon else self.packages)
        return Profile(self.freecad, home)


@pytest.fixture(scope="session")
def profiles(
    freecad_dir: Path,
    python_version: str,
    addon: Path,
    third_party: Path,
    packages: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> ProfileMaker:
    """Makes profiles with the add-on and its packages in them, or without one of the two."""
    return ProfileMaker(freecad_dir, python_version, addon, third_party, packages, tmp_path_factory)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """``silo serve`` on a free port."""
    with serving(tmp_path / "server") as running:
        yield running


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where pictures of FreeCAD go: ``SILO_PICTURES=docs/images`` makes those of the docs anew."""
    folder = os.environ.get("SILO_PICTURES")
    return Path(folder).resolve() if folder else tmp_path
