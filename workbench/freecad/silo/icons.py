"""Silo's icons, for light windows and for dark ones."""

from __future__ import annotations

from pathlib import Path

import FreeCADGui
from PySide6.QtGui import QIcon, QPalette

FOLDER = Path(__file__).parent / "icons"
OTHER = "Silo_Window"
"""What the window of a plugin shows that has no icon of its own."""

_DARK_BELOW = 128
_chosen: list[Path] = []


def install(palette: QPalette) -> None:
    """Choose those that can be seen on this palette's windows."""
    dark = palette.color(QPalette.ColorRole.Window).lightness() < _DARK_BELOW
    _chosen[:] = [FOLDER / ("dark" if dark else "light")]
    FreeCADGui.addIconPath(str(_chosen[0]))


def name_of(command: str) -> str:
    """The icon of a command, as FreeCAD finds it."""
    return command if (_chosen[0] / f"{command}.svg").exists() else OTHER


def icon_of(command: str) -> QIcon:
    """The same, drawn by FreeCAD: not every Qt that it runs on can read SVG by itself."""
    icon: QIcon = FreeCADGui.getIcon(name_of(command))
    return icon
