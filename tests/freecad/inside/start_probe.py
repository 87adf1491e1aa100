"""An add-on beside Silo's that looks on while FreeCAD starts: what is loaded when its window is drawn
for the first time. FreeCAD runs this before the window shows."""

from __future__ import annotations

import os
import sys

import FreeCADGui
from PySide6.QtCore import QEvent, QObject, Qt

HIDDEN = os.environ.get("START_HIDDEN") == "yes"
OWN = "freecad.silo"
COSTLY = ("silo_", "httpx", "sqlite3", "cattrs", "pluggy", "keyring")


def loaded() -> list[str]:
    """What Silo loads, and what of it is loaded now."""
    parts = [name for name in sys.modules if name.startswith(f"{OWN}.")]
    return sorted(parts + [name for name in sys.modules if name.startswith(COSTLY)])


class Probe(QObject):
    """Takes note as the window is drawn."""

    at_first_sight: list[str] | None = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Look on, and let everything pass."""
        if event.type() == QEvent.Type.Paint and self.at_first_sight is None:
            self.at_first_sight = loaded()
        return super().eventFilter(watched, event)


probe = Probe()
window = FreeCADGui.getMainWindow()
window.installEventFilter(probe)
if HIDDEN:
    window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
