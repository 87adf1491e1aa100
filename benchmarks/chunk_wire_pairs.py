"""Runs inside FreeCAD's window, for ``chunk_wire_size.py``: saves its example files in pairs.

Opens each example, saves it as ``NAME-first.FCStd``, changes one label, and saves it as
``NAME-again.FCStd``. Closes it, opens the first, changes the same label, and saves it as
``NAME-reopened.FCStd``. All in the folder ``SILO_PAIRS_OUT``.
"""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

import FreeCAD as App
from PySide import QtCore  # type: ignore[import-not-found]

OUT = Path(os.environ["SILO_PAIRS_OUT"])


def examples() -> list[Path]:
    """The example files of this FreeCAD, wherever its packagers put them."""
    resources = Path(App.getResourceDir())
    folders = [resources, *(resources.parent / "doc").glob("freecad*")]
    return sorted({p.resolve() for folder in folders for p in folder.rglob("examples/*.FCStd")})


def save_changed(document: App.Document, name: str) -> None:
    """Change the label of the object in the middle, and save under another name."""
    chosen = document.Objects[len(document.Objects) // 2]
    chosen.Label += " changed"
    document.saveAs(str(OUT / name))
    App.closeDocument(document.Name)


def main() -> None:
    """Save all pairs, and end FreeCAD: its window would stay otherwise."""
    code = 1
    try:
        for path in examples():
            document = App.openDocument(str(path))
            first = OUT / f"{path.stem}-first.FCStd"
            document.saveAs(str(first))
            save_changed(document, f"{path.stem}-again.FCStd")
            save_changed(App.openDocument(str(first)), f"{path.stem}-reopened.FCStd")
        (OUT / "done").touch()
        code = 0
    except Exception:  # noqa: BLE001 - nothing above this one tells of it
        traceback.print_exc(file=sys.__stderr__)
    os._exit(code)


QtCore.QTimer.singleShot(500, main)
