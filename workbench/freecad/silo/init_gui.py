"""Run by FreeCAD before its window shows: whatever is done here delays the start."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import FreeCADGui
from PySide6.QtCore import QElapsedTimer, QThread, QTimer

if TYPE_CHECKING:
    from silo_core.workbench import Workbench

workbench: Workbench | None = None
"""The running Silo, None before the window is up and where Silo could not start."""

AGAIN_MS = 20
AT_MOST_MS = 10_000
"""A window that nobody sees for so long (minimised, on another desktop) is not waited for."""
PACKAGES = Path(__file__).parents[2] / "packages"
"""Silo's own Python packages, in an add-on that was built to be installed."""


def _start() -> None:
    global workbench  # noqa: PLW0603 - FreeCAD keeps this module, and nothing else of the add-on
    from freecad.silo import startup

    if PACKAGES.is_dir() and str(PACKAGES) not in sys.path:
        sys.path.insert(0, str(PACKAGES))
    workbench = startup.start()


def _is_up() -> bool:
    """FreeCAD lets timers run before its event loop does, and its event loop before it has drawn."""
    if not QThread.currentThread().loopLevel():
        return False
    if not _waited.isValid():
        _waited.start()
    window = FreeCADGui.getMainWindow().windowHandle()
    return (window is not None and window.isExposed()) or _waited.hasExpired(AT_MOST_MS)


def _start_when_up() -> None:
    if _is_up():
        _start()
    else:
        QTimer.singleShot(AGAIN_MS, _start_when_up)


_waited = QElapsedTimer()
QTimer.singleShot(0, _start_when_up)
