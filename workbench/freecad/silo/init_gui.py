"""Run by FreeCAD before its window shows: whatever is done here delays the start."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QThread, QTimer

if TYPE_CHECKING:
    from silo_core.workbench import Workbench

workbench: Workbench | None = None
"""The running Silo, None before the window is up and where Silo could not start."""

AGAIN_MS = 20
PACKAGES = Path(__file__).parents[2] / "packages"
"""Silo's own Python packages, in an add-on that was built to be installed."""


def _start() -> None:
    global workbench  # noqa: PLW0603 - FreeCAD keeps this module, and nothing else of the add-on
    from freecad.silo import startup

    if PACKAGES.is_dir() and str(PACKAGES) not in sys.path:
        sys.path.insert(0, str(PACKAGES))
    workbench = startup.start()


def _start_when_up() -> None:
    """FreeCAD lets timers run before its window is ready, too: it is when its event loop runs."""
    if QThread.currentThread().loopLevel():
        _start()
    else:
        QTimer.singleShot(AGAIN_MS, _start_when_up)


QTimer.singleShot(0, _start_when_up)
