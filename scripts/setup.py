"""Create .venv and install every distribution of this checkout into it, editable.

Runs on a bare system Python (standard library only). What the system lacks (Debian's ``venv``
package, Qt's libraries) is installed with apt-get when we are root; otherwise one line says what to
install.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
PLUGINS = sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml"))
DISTRIBUTIONS = [ROOT, *PLUGINS, ROOT / "server"]

# Debian's package for each library that Qt's QtGui, QtWidgets and offscreen platform load.
QT_PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}

# How a pip setting is called by uv, which reads none of pip's.
PIP_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
}


def main() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - the one file that an older Python may meet
        sys.exit(f"Silo needs Python 3.11 or newer, and this is {sys.version.split()[0]}.")
    os.chdir(ROOT)
    make_venv()
    if not UV.exists():
        pip = (PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        run(*pip, "-c", "constraints.txt", "uv")
    install()
    install_qt_libraries()


def make_venv() -> None:
    """Create .venv unless a working one of the right Python is there."""
    if works(PYTHON, "-c", "import pip, sys; sys.exit(sys.version_info < (3, 11))"):
        return
    if not works(sys.executable, "-c", "import ensurepip, venv"):
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        apt_install([package], "Python's venv module is missing")
    run(sys.executable, "-m", "venv", "--clear", VENV)


def install() -> None:
    """Install everything with uv, told to look where pip looks: uv itself came from there."""
    editables = [part for folder in DISTRIBUTIONS for part in ("-e", str(folder))]
    pins = ("-c", "constraints.txt", "--build-constraint", "constraints.txt")
    command = (UV, "pip", "install", "--quiet", "--python", PYTHON, *pins)
    env = {**uv_settings(pip_settings()), **os.environ}
    if not os.access(Path("~").expanduser(), os.W_OK):
        env.setdefault("UV_NO_CACHE", "1")
    run(*command, *editables, "--group", "dev", env=env)


def pip_settings() -> dict[str, str]:
    """Pip's effective settings from its files and the environment, by option name."""
    listed = subprocess.run(
        [PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    ).stdout
    rows = re.findall(r"^(global|install|:env:)\.([\w-]+)='(.*)'$", listed, re.MULTILINE)
    order = ("global", "install", ":env:")  # a later one wins
    return {name: value for _, name, value in sorted(rows, key=lambda row: order.index(row[0]))}


def uv_settings(pip: dict[str, str]) -> dict[str, str]:
    """The environment that makes uv look where pip looks."""
    settings = {
        PIP_TO_UV[name]: value.replace("\\n", " ").strip()
        for name, value in pip.items()
        if name in PIP_TO_UV
    }
    if "UV_FIND_LINKS" in settings:
        settings["UV_FIND_LINKS"] = ",".join(settings["UV_FIND_LINKS"].split())
    if "UV_INDEX" in settings:  # pip takes the best version of all indexes
        settings["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return settings


def install_qt_libraries() -> None:
    missing = missing_qt_libraries()
    packages = sorted({QT_PACKAGES[name] for name in missing if name in QT_PACKAGES})
    if packages:
        names = ", ".join(sorted(missing))
        apt_install(packages, f"Qt needs system libraries that are missing ({names})")
        missing = missing_qt_libraries()
    if missing:
        sys.exit(f"Qt needs system libraries, please install them: {', '.join(sorted(missing))}.")


def missing_qt_libraries() -> set[str]:
    """Names (sonames) of the system libraries that PySide6 needs and the loader does not find."""
    if not sys.platform.startswith("linux") or not shutil.which("ldd"):
        return set()
    code = "import importlib.util as u; print(u.find_spec('PySide6').submodule_search_locations[0])"
    pyside = Path(subprocess.check_output([PYTHON, "-c", code], text=True).strip())
    files = [*pyside.glob("Qt[GW]*.abi3.so"), pyside / "Qt/plugins/platforms/libqoffscreen.so"]
    report = subprocess.run(["ldd", *files], capture_output=True, text=True, check=False).stdout
    return set(re.findall(r"^\s*(\S+) => not found", report, re.MULTILINE))


def apt_install(packages: list[str], why: str) -> None:
    """Install Debian packages when we may; otherwise end with the line that does."""
    line = f"apt-get install {' '.join(packages)}"
    if not shutil.which("apt-get"):
        sys.exit(f"{why}: install it with your package manager (on Debian: {line}).")
    if os.geteuid() != 0:
        sys.exit(f"{why}: run `sudo {line}` and try again.")
    print(f"{why}: {line}", flush=True)
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run("apt-get", "update", "-qq", env=env)
    run(
        "apt-get", "install", "-qq", "-y", "--no-install-recommends", *packages, env=env, quiet=True
    )


def works(*command: str | Path) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def run(*command: str | Path, env: dict[str, str] | None = None, quiet: bool = False) -> None:
    """Run a command; end with what it said and one sentence when it fails."""
    try:
        failed = subprocess.run(
            command,
            env=env,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if quiet else None,
        ).returncode
    except OSError as error:
        sys.exit(f"Setup stopped: {error}.")
    if failed:
        sys.exit(f"Setup stopped: `{' '.join(map(str, command[:4]))} ...` failed, see above.")


if __name__ == "__main__":
    main()
