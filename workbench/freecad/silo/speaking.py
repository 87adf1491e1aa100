"""FreeCAD's language, and the add-on's own texts in it.

Knows nothing of Silo's packages: the window that says which of them are missing speaks it too.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import FreeCADGui
from PySide6.QtCore import QTranslator

FOLDER = Path(__file__).parent / "translations"


def code() -> str:
    """FreeCAD's language as files are named for it: ``de``, ``pt-BR``; empty for none."""
    found: str = FreeCADGui.supportedLocales().get(FreeCADGui.getLocale(), "")
    return found


def translate(context: str, text: str) -> str:
    """``text`` in FreeCAD's language, where the add-on itself has it."""
    return _texts(code()).translate(context, text) or text


@cache
def _texts(language: str) -> QTranslator:
    read = QTranslator()
    read.load(str(FOLDER / f"freecad_silo_{language}.qm"))
    return read
