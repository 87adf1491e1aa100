"""A user of FreeCAD with the add-on and a server, and a colleague outside."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import FreeCAD as App
import FreeCADGui as Gui
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QMessageBox, QPushButton

from tests.freecad.inside.driver import Found, Step, meet
from tests.freecad.inside.pauses import clock


def dialogs() -> list[QDialog]:
    """The questions of Silo that are open."""
    shown = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    return [w for w in shown if isinstance(w, QDialog) and type(w).__name__ == "QuestionBox"]


def discard() -> None:
    """Answer FreeCAD's question whether to save; Silo has had time to do something wrong by then."""
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox)
    box.button(QMessageBox.StandardButton.Discard).click()


def steps(find: Found, config: dict[str, Any]) -> Iterator[Step]:
    init_gui = sys.modules["freecad.silo.init_gui"]
    yield lambda: init_gui.workbench
    workbench = init_gui.workbench
    yield lambda: workbench.connection.state == "online"
    find["plugins"] = sorted(f"{info.name} {info.state}" for info in workbench.plugins.plugins())

    part = App.openDocument(str(Path(config["parts"]) / "bracket.FCStd"))
    gui = Gui.getDocument(part.Name)
    gui.setEdit("Sketch001")
    yield meet("sketch-entered")

    part.openTransaction("deeper")
    part.Pocket.Length = 7
    part.commitTransaction()
    gui.resetEdit()
    part.recompute()
    yield meet("sketch-left")
    find["volume"] = part.Body.Shape.Volume

    part.Body.ViewObject.doubleClicked()
    yield 0.5
    gui.setEdit("Sketch001")
    yield meet("sketch-in-body-entered")
    part.Pocket.Length = 8
    part.recompute()
    gui.resetEdit()
    yield meet("sketch-in-body-left")
    part.Body.ViewObject.doubleClicked()
    yield meet("body-left")

    started = clock()
    gui.setEdit("Sketch002")
    yield lambda: gui.getInEdit() is None
    find["backed out after"] = clock() - started
    yield lambda: bool(dialogs())
    (dialog,) = dialogs()
    find["question"] = [label.text() for label in dialog.findChildren(QLabel)]
    find["modal"] = dialog.isModal()
    find["options"] = [button.text() for button in dialog.findChildren(QPushButton)]
    for name in ("Body", "Fillet"):  # what the picture in the README shows
        part.getObject(name).ViewObject.show()
    gui.ActiveView.viewIsometric()
    gui.ActiveView.fitAll()
    yield 0.5
    screen = QApplication.primaryScreen().grabWindow(0)
    screen.save(str(Path(config["home"]) / "blocked.png"))
    dialog.findChildren(QPushButton)[0].click()
    yield lambda: not dialogs()
    del dialog
    yield meet("blocked")

    gui.setEdit("Sketch001")
    yield lambda: bool(dialogs())
    (dialog,) = dialogs()
    find["stale"] = [label.text() for label in dialog.findChildren(QLabel)]
    (update,) = (b for b in dialog.findChildren(QPushButton) if b.text() == "Update First")
    update.click()
    del dialog, update
    yield lambda: App.getDocument("bracket").Pocket.Length.Value == config["their pocket"]
    yield lambda: Gui.getDocument("bracket").getInEdit() is not None
    yield 0.5
    part, gui = App.getDocument("bracket"), Gui.getDocument("bracket")
    find["back in"] = gui.getInEdit().Object.Name
    find["asked again"] = len(dialogs())
    yield meet("entered-before-the-end")
    part.Pocket.Length = 9
    QTimer.singleShot(1000, discard)
    find["quit"] = True
