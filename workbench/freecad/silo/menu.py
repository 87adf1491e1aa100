"""Silo's menu among FreeCAD's own. Main thread."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu
from shiboken6 import isValid

NAME = "&Silo"
BEFORE = "&Windows"
"""The menu of FreeCAD's own that Silo's stands before: its name, which is the same in every language."""


class SiloMenu(QMenu):
    """Stays in the menu bar: FreeCAD makes its menus anew for each workbench, and drops those that it
    did not make."""

    def __init__(self, main: QMainWindow, actions: Iterable[QAction]) -> None:
        super().__init__(NAME, main)
        self._main = main
        self.setObjectName("Silo")
        self.menuAction().setData(NAME)  # what FreeCAD has it say after a change of language
        self.addActions(list(actions))
        self.put()
        main.workbenchActivated.connect(self.put)  # type: ignore[attr-defined]  # FreeCAD's own signal

    def put(self, _workbench: str = "") -> None:
        """Put it where it belongs, unless it is there."""
        if not isValid(self):
            return
        bar, own = self._main.menuBar(), self.menuAction()
        if own in bar.actions():
            return
        before = next((one for one in bar.actions() if one.objectName() == BEFORE), None)
        if before:
            bar.insertAction(before, own)
        else:
            bar.addAction(own)
