"""``silo plugins new NAME``: a distribution to begin with, which passes its own tests."""

from __future__ import annotations

import argparse
import keyword
import re
import sys
from importlib.resources import files
from pathlib import Path

from silo_core.hookspecs import SILO_API_VERSION
from silo_core.model.errors import SiloError

NAME = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
LONGEST = 40
KINDS = {
    "rule": "A conflict rule for Silo.",
    "observer": "An observer for Silo.",
    "merge": "A merge for another file format, for Silo.",
    "host": "A host for Silo: another editor.",
}
_CLASSES = {"observer", "host"}
"""Kinds whose plugin is a class; the others are modules."""

_TAKEN = {"activity", "checkpoint", "core", "locking", "merge", "server", "subscriptions"}
"""What Silo's own distributions are called."""


def add_parser(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``new``."""
    parser = actions.add_parser(
        "new",
        help="write a new plugin to begin with",
        description="Write a distribution with a plugin, its tests and a README into a new folder "
        "silo-NAME.",
    )
    parser.add_argument("name", metavar="NAME", help="lower-case words, as in standard-parts")
    parser.add_argument("--kind", choices=tuple(KINDS), default="rule", help="default: rule")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the files, and say what comes next.

    Raises:
        SiloError: the name cannot be one, or the folder is there already or cannot be written.
    """
    folder = write(args.name, args.kind, Path())
    print(f"{folder} is written. Try it:\n\n    cd {folder}")
    print('    pip install -e ".[test]"\n    python -m pytest')
    return 0


def write(name: str, kind: str, where: Path) -> Path:
    """Write the distribution into a new folder in ``where``, and answer that. Raises as ``run``."""
    texts = _filled(name, kind)
    folder = where / f"silo-{_dashed(name)}"
    try:
        folder.mkdir()
        (folder / "tests").mkdir()
        for path, text in texts.items():
            with (folder / path).open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
    except FileExistsError as error:
        raise SiloError(
            f"{folder} is there already, and nothing in it is changed; choose another name, or "
            "remove it."
        ) from error
    except OSError as error:
        raise SiloError(f"{folder} cannot be written ({error.strerror or error}).") from error
    return folder


def _dashed(name: str) -> str:
    return name.replace("_", "-")


def _checked(name: str) -> str:
    """The name with underscores. Raises SiloError."""
    if not NAME.fullmatch(name) or len(name) > LONGEST:
        raise SiloError(
            f"{name!r} cannot be the name of a plugin: use at most {LONGEST} lower-case letters and "
            "digits in words joined by - or _, a letter first, as in standard-parts."
        )
    own = name.replace("-", "_")
    if own in _TAKEN or keyword.iskeyword(own) or f"silo_{own}" in sys.stdlib_module_names:
        raise SiloError(f"{name!r} is taken by Silo itself or by Python; choose another name.")
    return own


def _filled(name: str, kind: str) -> dict[str, str]:
    """What each file of the distribution says, by its path in it."""
    own = _checked(name)
    module, summary = f"silo_{own}", KINDS[kind]
    made = "".join(word.capitalize() for word in own.split("_"))
    scripts = f'\n[project.scripts]\nsilo-{_dashed(name)} = "{module}:main"\n'
    words = {
        "NAME": own,
        "DISTRIBUTION": f"silo-{_dashed(name)}",
        "MODULE": module,
        "CLASS": made,
        "OBJECT": f":{made}" if kind in _CLASSES else "",
        "SUMMARY": summary,
        "RANGE": core_range(SILO_API_VERSION),
        "SCRIPTS": scripts if kind == "host" else "",
    }
    template = files("silo_core.surfaces.cli") / "template"
    sources = {
        "pyproject.toml": template / "pyproject.toml.in",
        "README.md": template / "README.md.in",
        f"{module}.py": template / kind / "module.py.in",
        f"tests/test_{module}.py": template / kind / "test_module.py.in",
    }
    return {
        path: re.sub("@([A-Z]+)@", lambda match: words[match[1]], source.read_text("utf-8"))
        for path, source in sources.items()
    }


def core_range(version: str) -> str:
    """The versions of the core that promise to have what this one has."""
    major, minor = map(int, re.findall(r"\d+", version)[:2])
    below = f"{major + 1}" if major else f"0.{minor + 1}"
    return f"silo-core>={major}.{minor},<{below}"
