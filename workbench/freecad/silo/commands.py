"""A command of FreeCAD for each window that Silo and its plugins offer. Main thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import FreeCADGui

from silo_core.model.window import Window


class Command:
    """What FreeCAD asks of a command; ``show`` opens the window."""

    def __init__(self, window: Window, icon: str, show: Callable[[Window], None]) -> None:
        self._window = window
        self._icon = icon
        self._show = show

    def GetResources(self) -> Mapping[str, str]:  # noqa: N802 - FreeCAD's name
        """Its texts and its icon."""
        return {
            "MenuText": self._window.title,
            "ToolTip": self._window.help,
            "Pixmap": self._icon,
        }

    def Activated(self) -> None:  # noqa: N802 - FreeCAD's name
        """Open the window."""
        self._show(self._window)

    def IsActive(self) -> bool:  # noqa: N802 - FreeCAD's name
        """Always: a window that has nothing to show says why."""
        return True


def register(window: Window, icon: str, show: Callable[[Window], None]) -> None:
    """Have FreeCAD know the window's command, by which a macro or a shortcut opens it too."""
    FreeCADGui.addCommand(window.name, Command(window, icon, show))
