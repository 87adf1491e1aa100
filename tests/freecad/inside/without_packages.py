"""FreeCAD with the add-on, but without the Python packages it needs, or with some that are too old."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import FreeCAD as App
import FreeCADGui as Gui
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QTextEdit

from tests.freecad.inside.driver import Found, Step


def report() -> list[str]:
    """The lines of Silo in the Report view."""
    texts = Gui.getMainWindow().findChildren(QTextEdit)
    lines = "\n".join(text.toPlainText() for text in texts).splitlines()
    return [
        line.partition("  ")[2] or line for line in lines if "ilo" in line or "Traceback" in line
    ]


def steps(find: Found, config: dict[str, Any]) -> Iterator[Step]:
    # the report view is filled where it exists, shown or not
    yield report
    find["report"] = report()
    (dialog,) = (w for w in QApplication.topLevelWidgets() if w.objectName() == "SiloMissing")
    find["dialog"] = dialog.isVisible()
    find["listed"] = [label.text() for label in dialog.findChildren(QLabel)]
    find["command"] = [field.toPlainText() for field in dialog.findChildren(QPlainTextEdit)]
    dialog.close()
    find["running"] = sys.modules["freecad.silo.init_gui"].workbench is not None
    part = App.openDocument(str(Path(config["parts"]) / "bracket.FCStd"))
    gui = Gui.getDocument(part.Name)
    gui.setEdit("Sketch001")
    yield 0.5
    find["sketch opens"] = gui.getInEdit() is not None
    gui.resetEdit()
    find["report afterwards"] = report()
    from freecad.silo import needs

    home = Path(config["home"]) / "Program Files"
    (home / "bin").mkdir(parents=True)
    for name, platform in (("python.exe", "win32"), ("python", "darwin")):
        (home / "bin" / name).touch()
        find[f"python on {platform}"] = needs.python_for(platform, home, {})
        (home / "bin" / name).unlink()
