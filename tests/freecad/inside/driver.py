"""Runs a scenario inside FreeCAD's window, a step at a time, and writes down what it found.

A scenario is a module with ``steps(find, config)``: a generator that yields how long (seconds) the
event loop shall run before it goes on, or a condition to wait for. Where it sets ``find["quit"]``,
FreeCAD ends as when its window is closed; otherwise at once.
"""

from __future__ import annotations

import importlib
import json
import os
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import FreeCADGui
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

Step = float | Callable[[], object]
Found = dict[str, Any]

TICK_MS = 20
WAIT_S = 60.0
"""What is waited for comes at once, except where the machine is busy."""
CONFIG: dict[str, Any] = json.loads(os.environ["SCENARIO_CONFIG"])
HOME = Path(CONFIG["home"])


class _Run:
    def __init__(self, steps: Callable[[Found, dict[str, Any]], Any]) -> None:
        self.found: Found = {}
        self.steps = steps(self.found, CONFIG)

    def go_on(self) -> None:
        try:
            step = next(self.steps)
        except StopIteration:
            self.end("")
        except Exception:  # noqa: BLE001 - the test outside reports it
            self.end(traceback.format_exc())
        else:
            self.wait(step, time.monotonic() + WAIT_S)

    def wait(self, step: Step, until: float) -> None:
        if not callable(step):
            QTimer.singleShot(int(step * 1000), self.go_on)
        elif step():
            self.go_on()
        elif time.monotonic() > until:
            line = self.steps.gi_frame.f_lineno
            modal = QApplication.activeModalWidget()
            self.end(f"waited in vain in line {line}; modal: {modal}; in edit: {_in_edit()}")
        else:
            QTimer.singleShot(TICK_MS, lambda: self.wait(step, until))

    def end(self, error: str) -> None:
        self.found["error"] = error
        (HOME / "found.json").write_text(json.dumps(self.found, indent=1), "utf-8")
        if error or not self.found.get("quit"):
            os._exit(0)
        FreeCADGui.getMainWindow().close()


def _in_edit() -> object:
    gui = FreeCADGui.editDocument()
    return gui.InEditInfo if gui else None


def meet(point: str) -> Step:
    """Wait until the test outside says ``go_on(point)``."""
    (HOME / f"{point}.reached").touch()
    return (HOME / f"{point}.go").exists


_runs: list[_Run] = []
"""Kept here: a timer does not keep the object of its method alive."""


def run(scenario: str) -> None:
    """Run a scenario once the window is up; FreeCAD ends with it."""
    module = importlib.import_module(f"tests.freecad.inside.{scenario}")
    _runs.append(_Run(module.steps))
    QTimer.singleShot(0, _runs[-1].go_on)
