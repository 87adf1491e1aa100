"""FreeCAD in German, with the add-on as its own Addon Manager installed it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import FreeCADGui as Gui
from PySide6.QtCore import QEvent
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDockWidget, QLabel, QPushButton, QToolButton

from tests.freecad.inside.driver import Found, Step

MAIN = Gui.getMainWindow()


def dialog(name: str) -> Any:
    """The open dialog of that class."""
    shown = (widget for widget in QApplication.topLevelWidgets() if widget.isVisible())
    return next((widget for widget in shown if type(widget).__name__ == name), None)


def bar() -> list[str]:
    """The menus."""
    return [action.text() for action in MAIN.menuBar().actions()]


def steps(find: Found, config: dict[str, Any]) -> Iterator[Step]:
    init_gui = sys.modules["freecad.silo.init_gui"]
    yield lambda: init_gui.workbench
    yield lambda: dialog("LoginDialog")
    login = dialog("LoginDialog")
    find["title"] = login.windowTitle()
    buttons = [button for button in login.findChildren(QPushButton) if button.isVisible()]
    find["buttons"] = [button.text().replace("&", "") for button in buttons]
    find["cut"] = [b.text() for b in buttons if b.width() < b.minimumSizeHint().width()]
    yield 0.5
    if config["pictures"]:
        QApplication.primaryScreen().grabWindow(0).save(f"{config['pictures']}/german.png")
    login.close()
    actions = [a for a in MAIN.findChildren(QAction) if a.objectName().startswith("Silo_")]
    find["menu"] = [action.text() for action in actions]
    find["bar"] = bar()
    find["docks"] = [
        dock.windowTitle()
        for dock in MAIN.findChildren(QDockWidget)
        if dock.objectName().startswith("Silo_")
    ]
    (status,) = (b for b in MAIN.findChildren(QToolButton) if b.objectName() == "SiloStatus")
    find["status"] = status.text()
    find["labels"] = [label.text() for label in login.findChildren(QLabel)]
    # what FreeCAD does to its menus once the user has chosen another language
    QApplication.sendEvent(MAIN, QEvent(QEvent.Type.LanguageChange))
    yield 0.3
    find["bar afterwards"] = bar()
