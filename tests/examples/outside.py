"""A virtual environment outside the repository, with Silo installed from wheels and without a network,
and pages that are followed there to the letter."""

from __future__ import annotations

import ast
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from sysconfig import get_paths

ROOT = Path(__file__).parents[2]
DISTRIBUTIONS = (
    ROOT,
    ROOT / "server",
    *sorted(path.parent for path in ROOT.glob("plugins/*/*.toml")),
)
LONG_S = 240.0
"""For a command, on a machine that has much else to do."""
OURS = ("pytest-qt", "pytest_mock", "randomly", "timeout", "xdist", "xdist.looponfail")
"""Plugins of pytest that this project has for itself: they take as long to load as pytest does."""
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Outside:
    """``folder`` has the environment (``venv``); everything else there is made by who works in it."""

    folder: Path

    def variables(self, home: Path, more: Mapping[str, str]) -> dict[str, str]:
        """Of a shell in which the environment is active, and nothing of this user's is found."""
        kept = {
            key: value for key, value in os.environ.items() if not key.startswith(("SILO_", "PY"))
        }
        binaries = self.folder / "venv" / "bin"
        return {
            **kept,
            "PATH": f"{binaries}{os.pathsep}{kept['PATH']}",
            "VIRTUAL_ENV": str(self.folder / "venv"),
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_DATA_HOME": str(home / "data"),
            "PYTEST_ADDOPTS": " ".join(f"-p no:{name}" for name in OURS),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "PIP_NO_INDEX": "1",
            "PIP_NO_BUILD_ISOLATION": "0",  # pip's way to say: no isolation
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            **more,
        }


def make(folder: Path) -> Outside:
    """Build the wheels and install them."""
    wheels, venv = folder / "wheels", folder / "venv"
    for source in DISTRIBUTIONS:
        _run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(wheels)], source)
    # Unpacking and compiling a pip of its own would take longer than all else here.
    _run([sys.executable, "-m", "venv", "--without-pip", str(venv)], folder)
    python = str(venv / "bin" / "python")
    install = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-deps", "--offline"]
    built = sorted(map(str, wheels.iterdir()))
    _run([*install, "--no-cache", "--python", python, *built], folder)
    # What others made, pip too, comes from where it is; of Silo the wheels above are found first.
    (site,) = venv.glob("lib/python*/site-packages")
    (site / "others.pth").write_text(get_paths()["purelib"] + "\n")
    pip = venv / "bin" / "pip"
    pip.write_text(f'#!/bin/sh\nexec "{python}" -m pip "$@"\n')
    pip.chmod(0o755)
    return Outside(folder)


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def follow(page: str, where: Path, variables: Mapping[str, str]) -> None:
    """Type what the page says to type, see what it says is seen, and write what it says to write."""
    for language, text in BLOCK.findall(page):
        if language == "python":
            _write(where, text)
        elif text.startswith("$ "):
            for command, expected in _typed(text):
                if command.startswith("cd "):
                    where /= command.removeprefix("cd ")
                    continue
                status, output = _run_whole(command, where, variables)
                assert status == 0, f"{command}\n{output}"
                assert _matches(expected, output), f"{command}\n{output}"


def _run_whole(command: str, where: Path, variables: Mapping[str, str]) -> tuple[int, str]:
    """The exit status and all that is printed; nothing of a command that hangs stays behind."""
    with subprocess.Popen(
        ["bash", "-c", command],
        cwd=where,
        env=dict(variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as running:
        try:
            output, _ = running.communicate(timeout=LONG_S)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            return -1, f"It took longer than {LONG_S:g} s.\n{running.communicate()[0]}"
    return running.returncode, output


def _typed(text: str) -> Iterator[tuple[str, str]]:
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        yield command, expected


def _matches(expected: str, output: str) -> bool:
    """``...`` stands for anything, a line of it for any lines."""
    pattern = re.escape(expected.strip()).replace(r"\.\.\.", "(?:.|\n)*")
    return re.search(pattern.replace("\\\n", "\\s*"), output) is not None


def _write(where: Path, text: str) -> None:
    """Put what a block defines into the file that its first line names: in the place of what is called
    so there, or at the end."""
    first, _, code = text.partition("\n")
    path = where / first.removeprefix("# ")
    source = path.read_text("utf-8")
    for node in ast.parse(code).body:
        assert isinstance(node, ast.FunctionDef | ast.ClassDef)
        if isinstance(node, ast.ClassDef):
            for method in node.body:
                source = _put(source, _source(code, method), node.name)
        else:
            source = _put(source, _source(code, node), "")
    path.write_text(source, "utf-8")


def _source(code: str, node: ast.stmt) -> tuple[str, str]:
    assert isinstance(node, ast.FunctionDef)
    return node.name, "\n".join(code.splitlines()[_first(node) - 1 : node.end_lineno])


def _put(source: str, new: tuple[str, str], within: str) -> str:
    name, text = new
    lines, body = source.splitlines(), ast.parse(source).body
    end = len(lines)
    if within:
        (found,) = (node for node in body if isinstance(node, ast.ClassDef) and node.name == within)
        body, end = found.body, found.end_lineno or 0
    for node in body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            lines[_first(node) - 1 : node.end_lineno] = text.splitlines()
            return "\n".join(lines) + "\n"
    lines[end:end] = ["", *([] if within else [""]), *text.splitlines()]
    return "\n".join(lines) + "\n"


def _first(node: ast.FunctionDef) -> int:
    return min([node.lineno, *(mark.lineno for mark in node.decorator_list)])
