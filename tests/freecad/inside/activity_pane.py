"""The activity pane in FreeCAD's window: a block is asked about there, an object shown in the tree."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import FreeCAD as App
import FreeCADGui as Gui
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QDockWidget,
    QPushButton,
    QTreeView,
    QTreeWidget,
)

from tests.freecad.inside.driver import Found, Step, meet


def buttons(view: QTreeView) -> dict[str, QPushButton]:
    """Those that can be seen in the rows, by their text."""
    found = view.viewport().findChildren(QPushButton)
    return {button.text(): button for button in found if button.isVisible()}


def questions() -> list[QDialog]:
    """The dialogs that are open."""
    shown = (widget for widget in QApplication.topLevelWidgets() if widget.isVisible())
    return [w for w in shown if isinstance(w, QDialog) and type(w).__name__ == "QuestionBox"]


def steps(find: Found, config: dict[str, Any]) -> Iterator[Step]:
    init_gui = sys.modules["freecad.silo.init_gui"]
    yield lambda: init_gui.workbench
    workbench = init_gui.workbench
    yield lambda: workbench.connection.state == "online"
    (dock,) = (
        dock
        for dock in Gui.getMainWindow().findChildren(QDockWidget)
        if dock.windowTitle() == "Silo Activity"
    )
    find["docked"] = dock.isVisible()
    docks = {one.objectName(): one for one in Gui.getMainWindow().findChildren(QDockWidget)}
    find["team at first"] = "Silo_Team" in docks
    Gui.runCommand("Silo_Team", 0)
    (team,) = (
        one
        for one in Gui.getMainWindow().findChildren(QDockWidget)
        if one.objectName() == "Silo_Team"
    )
    find["team beside it"] = team in Gui.getMainWindow().tabifiedDockWidgets(dock)
    dock.raise_()
    part = App.openDocument(str(Path(config["parts"]) / "bracket.FCStd"))
    gui = Gui.getDocument(part.Name)
    yield lambda: bool(workbench.presence.sessions_on("PRT-100"))
    gui.setEdit("Sketch002")
    yield lambda: gui.getInEdit() is None
    yield lambda: bool(questions())
    view = dock.findChild(QTreeView)
    yield (
        lambda: (
            buttons(view).get("Request Handoff") and buttons(view)["Request Handoff"].isEnabled()
        )
    )
    tree = team.findChild(QTreeWidget)
    team.raise_()
    yield lambda: bool(tree.findItems("bob", Qt.MatchFlag.MatchRecursive, 1))
    Gui.runCommand("Silo_Team", 0)
    find["team goes"] = not team.isVisible()
    Gui.runCommand("Silo_Team", 0)
    kept = App.ParamGet("User parameter:BaseApp/Preferences/Mod/Silo")
    find["team is kept"] = kept.GetBool("Silo_Team", False)
    team.findChild(QAbstractButton, "qt_dockwidget_closebutton").click()
    yield lambda: not kept.GetBool("Silo_Team", True)
    dock.raise_()
    find["row"] = str(view.model().index(0, 0).data())
    for name in ("Body", "Fillet"):
        part.getObject(name).ViewObject.show()
    gui.ActiveView.viewIsometric()
    gui.ActiveView.fitAll()
    Gui.getMainWindow().resizeDocks([dock], [340], Qt.Orientation.Horizontal)
    questions()[0].move(430, 420)
    yield 1.0
    QApplication.primaryScreen().grabWindow(0).save(str(Path(config["home"]) / "activity.png"))
    buttons(view)["Request Handoff"].click()
    yield meet("asked")
    find["dialogs left"] = len(questions())
    yield lambda: not buttons(view).get("Request Handoff")
    host = workbench.host
    host.select(part.Name, "Fillet")
    yield lambda: [entry.Object.Name for entry in Gui.Selection.getSelectionEx()] == ["Fillet"]
    host.select(part.Name, "NoSuchObject")
    yield 0.3
    find["selected"] = [entry.Object.Name for entry in Gui.Selection.getSelectionEx()]
