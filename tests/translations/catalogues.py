"""What is in the sources and in the ``.ts`` files, to be compared."""

from __future__ import annotations

import ast
import importlib.util
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from types import ModuleType

ROOT = Path(__file__).parents[2]
MARKERS = ("translate", "QT_TRANSLATE_NOOP")


def module_at(path: Path) -> ModuleType:
    """A script of this repository, as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@dataclass(frozen=True)
class Message:
    """A text, and what it is in the file's language; ``state`` is empty where that is finished."""

    context: str
    source: str
    translation: str = ""
    state: str = ""

    @property
    def name(self) -> str:
        """For the failure of a test."""
        return f"{self.context}: {self.source}"


def messages(path: Path) -> list[Message]:
    """Of a ``.ts`` file."""
    found = []
    for context in ET.parse(path).iter("context"):  # noqa: S314 - a file of this repository
        for message in context.iter("message"):
            translation = message.find("translation")
            assert translation is not None
            found.append(
                Message(
                    context.findtext("name") or "",
                    message.findtext("source") or "",
                    translation.text or "",
                    translation.get("type", ""),
                )
            )
    return found


def placeholders(text: str) -> list[str]:
    """The names in braces; raises ValueError for a text that ``format`` cannot read."""
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


@cache
def calls(path: Path) -> tuple[ast.Call, ...]:
    """All calls in a module that mark or translate a text."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            if name in MARKERS and len(node.args) == 2:
                found.append(node)
    return tuple(found)


def marked(path: Path) -> set[Message]:
    """The texts that a module marks with literals."""
    return {
        Message(str(context.value), text.value)
        for context, text in (call.args for call in calls(path))
        if isinstance(context, ast.Constant)
        and isinstance(text, ast.Constant)
        and isinstance(text.value, str)
    }


def bare_texts(source: str) -> Iterator[str]:
    """Words that are given to a widget without being translated, as ``line: text``."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        name = node.func.id if isinstance(node.func, ast.Name) else name
        if name in SHOWS:
            for given in node.args:
                words = given.value if isinstance(given, ast.Constant) else None
                if isinstance(words, str) and sum(map(str.isalpha, words)) > 1:
                    yield f"{node.lineno}: {words}"


SHOWS = frozenset(
    [
        "setText",
        "setWindowTitle",
        "setToolTip",
        "setStatusTip",
        "setAccessibleName",
        "setAccessibleDescription",
        "setPlaceholderText",
        "setHeaderLabels",
        "setTitle",
        "setPrefix",
        "setSuffix",
        "addTab",
        "addMenu",
        "QAction",
        "QLabel",
        "QPushButton",
        "QCheckBox",
        "QRadioButton",
        "QToolButton",
        "QMenu",
        "QToolBar",
        "label",
        "headline",
        "say",
    ]
)
"""What puts the text that it is given before a user."""
