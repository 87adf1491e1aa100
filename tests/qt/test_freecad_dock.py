"""The dock of a pane in FreeCAD, without FreeCAD: what the user wants of it is told, no more."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDockWidget, QMainWindow
from pytestqt.qtbot import QtBot

DOCK = Path(__file__).parents[2] / "workbench" / "freecad" / "silo" / "dock.py"


class Panes:
    """A window with two panes, one behind the other."""

    def __init__(self, qtbot: QtBot) -> None:
        made: Callable[[str, QMainWindow], QDockWidget] = runpy.run_path(str(DOCK))["Dock"]
        self.main = QMainWindow()
        self.wanted: list[bool] = []
        qtbot.addWidget(self.main)
        self.dock, self.other = made("Activity", self.main), made("Team", self.main)
        for dock in (self.dock, self.other):
            self.main.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
        self.main.tabifyDockWidget(self.dock, self.other)
        self.dock.wanted.connect(self.wanted.append)  # type: ignore[attr-defined]
        self.main.show()
        self.dock.raise_()
        qtbot.waitExposed(self.main)

    def close(self) -> None:
        """Press ✕."""
        cross = self.dock.findChild(QAbstractButton, "qt_dockwidget_closebutton")
        assert cross
        QTest.mouseClick(cross, Qt.MouseButton.LeftButton)

    def told(self) -> list[bool]:
        QApplication.processEvents()
        return self.wanted


@pytest.fixture
def panes(qtbot: QtBot) -> Panes:
    return Panes(qtbot)


@pytest.mark.parametrize("floats", [False, True])
def test_closing_it_is_told(panes: Panes, *, floats: bool) -> None:
    panes.dock.setFloating(floats)
    panes.close()
    assert panes.told() == [False]


def test_ticking_it_in_the_list_of_panels_is_told(panes: Panes) -> None:
    entry = panes.dock.toggleViewAction()
    entry.trigger()
    assert set(panes.told()) == {False}
    entry.trigger()
    assert panes.told()[-1]


def test_another_tab_in_front_says_nothing(panes: Panes) -> None:
    panes.other.raise_()
    panes.dock.raise_()
    assert panes.told() == []


@pytest.mark.parametrize("floats", [False, True])
def test_the_end_of_the_program_says_nothing(panes: Panes, *, floats: bool) -> None:
    panes.dock.setFloating(floats)
    panes.dock.close() if floats else None  # an application that quits closes what floats first
    panes.main.close()
    assert panes.told() == []
