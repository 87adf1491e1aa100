"""Run by FreeCAD before its window shows: whatever is done here delays the start."""

from __future__ import annotations

from PySide6.QtCore import QTimer


def _start() -> None:
    from freecad.silo import startup

    startup.start()


QTimer.singleShot(0, _start)
