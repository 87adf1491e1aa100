"""What is not promised is used by nobody who is to be learnt from: examples, templates and the pages."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "plugin-reference.md").read_text("utf-8")
SOURCES = sorted(
    path
    for pattern in (
        "examples/**/*.py",
        "silo_core/surfaces/cli/template/**/*.in",
        "docs/*.md",
        "docs/plugins/*.md",
        "docs/hook_examples.py",
    )
    for path in ROOT.glob(pattern)
)
IMPORT = re.compile(r"^[ >]*from (silo_core[\w.]*) import (\([^)]*\)|[^\n#]+)", re.MULTILINE)


def stable() -> dict[str, set[str]]:
    """The names that are promised, by module; none named: all of them."""
    table = PAGE.partition("| module | what of it | for |")[2].partition("\n\n")[0]
    found: dict[str, set[str]] = {}
    for row in table.splitlines()[2:]:
        modules, names = (re.findall(r"`(\w[\w.]*)`", cell) for cell in row.split("|")[1:3])
        for number, module in enumerate(modules):
            found[module] = (
                set() if not names else {names[number]} if len(modules) > 1 else {*names}
            )
    return found


def used(text: str) -> set[tuple[str, str]]:
    return {
        (module, name.split(" as ")[0].strip())
        for module, names in IMPORT.findall(text)
        for name in names.strip("()").replace("\n", "").split(",")
        if name.strip()
    }


def is_stable(module: str, name: str) -> bool:
    whole = [one for one in stable() if f"{module}.".startswith(f"{one}.")]
    return any(not stable()[one] or name in stable()[one] for one in whole)


def test_what_is_promised_is_there() -> None:
    for module, names in stable().items():
        found = import_module(module)
        assert all(hasattr(found, name) for name in names), module
    assert len(stable()) >= 12


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_only_what_is_promised_is_shown(path: Path) -> None:
    found = used(path.read_text("utf-8"))
    assert {one for one in found if not is_stable(*one)} == set()


def test_what_is_not_promised_is_found() -> None:
    found = used("    from silo_core.ports.durable import (\n  write_durably,\n)\n")
    assert found == {("silo_core.ports.durable", "write_durably")}
    assert not is_stable(*found.pop())
    assert is_stable("silo_core.model.event", "Event")
