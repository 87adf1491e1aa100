"""A plugin's windows cost nothing until one is opened: Qt stays in its ``qt`` subpackage, which is
imported by the function that makes a window and by nothing else."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.repo.test_repo_imports import loaded_by

ROOT = Path(__file__).parents[2]
PACKAGES = sorted(path.parent for path in (ROOT / "plugins").glob("*/silo_*/__init__.py"))


def module_of(path: Path) -> str:
    """``plugins/locking/silo_locking/gates.py`` is ``silo_locking.gates``."""
    names = path.relative_to(ROOT / "plugins").with_suffix("").parts[1:]
    return ".".join(names[:-1] if names[-1] == "__init__" else names)


def outside_qt(package: Path) -> list[Path]:
    return [path for path in sorted(package.rglob("*.py")) if "qt" not in path.parts]


def imports(tree: ast.AST) -> Iterator[tuple[str, bool]]:
    """Each module that is imported, and whether that happens in a function."""

    def visit(node: ast.AST, *, inside: bool) -> Iterator[tuple[str, bool]]:
        inside = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                yield from ((alias.name, inside) for alias in child.names)
            elif isinstance(child, ast.ImportFrom) and child.module:
                yield child.module, inside
                yield from ((f"{child.module}.{alias.name}", inside) for alias in child.names)
            yield from visit(child, inside=inside)

    return visit(tree, inside=False)


def problems(source: str, package: str) -> list[str]:
    """What a module outside ``qt`` must not do."""
    found = []
    for name, in_function in imports(ast.parse(source)):
        if name.partition(".")[0] in ("PySide6", "shiboken6"):
            found.append(f"imports {name}")
        if name.startswith(f"{package}.qt") and not in_function:
            found.append(f"imports {name} before a window is opened")
        if name.startswith(f"{package}.qt") and "Window(" not in source:
            found.append(f"imports {name}, but offers no window")
    return found


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_qt_is_imported_by_opening_a_window_only(package: Path) -> None:
    found = {
        str(path.relative_to(ROOT)): wrong
        for path in outside_qt(package)
        if (wrong := problems(path.read_text("utf-8"), package.name))
    }
    assert found == {}


def test_there_are_plugins_and_one_of_them_has_windows() -> None:
    assert len(PACKAGES) >= 5
    assert any((package / "qt").is_dir() for package in PACKAGES)


@pytest.mark.parametrize(
    "source",
    [
        "from PySide6.QtCore import Qt",
        "def f():\n    import PySide6",
        "from silo_x.qt.dialog import D\nWindow()",
        "from silo_x import qt\nWindow()",
        "def f():\n    from silo_x.qt import D",
    ],
)
def test_a_forbidden_import_is_found(source: str) -> None:
    assert problems(source, "silo_x")


def test_opening_a_window_may_import_it() -> None:
    source = "def make(parent):\n    from silo_x.qt.dialog import D\noffered = Window('X', make)"
    assert problems(source, "silo_x") == []


def test_all_other_modules_of_all_plugins_load_without_qt() -> None:
    modules = [module_of(path) for package in PACKAGES for path in outside_qt(package)]
    assert "silo_subscriptions.windows" in modules
    loaded = loaded_by(f"import {', '.join(modules)}")
    assert "silo_subscriptions" in loaded
    assert loaded.isdisjoint({"PySide6", "shiboken6"})
