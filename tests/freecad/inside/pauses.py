"""How long FreeCAD's window stands still: each function is a call of the test outside (``puppet``)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import FreeCADGui as Gui
from PySide6.QtCore import QTimer

from tests.freecad.inside.hands import double_click, edited, workbench

BEAT_MS = 2
LOOK_MS = 5
UNTRACKED_S = 0.1
"""How long a document that is not Silo's is left alone after each step: nothing tells of it."""
_SCHEDSTAT = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
_kept: dict[str, Any] = {}


def clock() -> float:
    """Seconds by the clock, without those in which this thread was ready to run and the processor was
    busy with something else."""
    waited_ns = int(_SCHEDSTAT.read_text("ascii").split()[1])
    return time.perf_counter() - waited_ns / 1e9


def try_to_edit(name: str, entry: str) -> None:
    """Double-click, and time how long it stays in edit: ``tried`` answers that."""
    _kept["tried"] = None
    began = clock()

    def look() -> None:
        if edited():
            QTimer.singleShot(LOOK_MS, look)
        else:
            _kept["tried"] = clock() - began

    QTimer.singleShot(0, look)
    double_click(name, entry)


def tried() -> float | None:
    """How many seconds the last try took until nothing was in edit; None while something is."""
    found: float | None = _kept["tried"]
    return found


class _InAndOut:
    """Enters and leaves an object, as fast as Silo takes note of it. A timer in FreeCAD's event loop
    finds out how long that stands still after each; the calls themselves are FreeCAD's own."""

    def __init__(self, name: str, entry: str, times: int, is_tracked: bool) -> None:
        self.left = times
        self.longest = {"entering": 0.0, "leaving": 0.0}
        self._gui = Gui.getDocument(name)
        self._entry = entry
        self._is_tracked = is_tracked
        self._step = "leaving"
        self._stepped = self._beaten = clock()
        QTimer.singleShot(0, self._beat)
        QTimer.singleShot(0, self._go)

    def _note(self) -> None:
        now = clock()
        self.longest[self._step] = max(self.longest[self._step], now - self._beaten)
        self._beaten = now

    def _beat(self) -> None:
        self._note()
        if _kept["rounds"] is self and (self.left or not self._is_done()):
            QTimer.singleShot(BEAT_MS, self._beat)

    def _is_done(self) -> bool:
        """Whether Silo knows that the object was entered or left."""
        if not self._is_tracked:
            return clock() - self._stepped > UNTRACKED_S
        return bool(workbench().held()) == bool(edited())

    def _do(self, step: str, call: Callable[[], object]) -> None:
        self._note()
        call()
        self._step, self._stepped = step, clock()
        self._beaten = self._stepped

    def _go(self) -> None:
        if self._is_done() and edited():
            self._do("leaving", self._gui.resetEdit)
            self.left -= 1
        elif self._is_done() and self.left:
            self._do("entering", lambda: self._gui.setEdit(self._entry))
        if self.left or not self._is_done():
            QTimer.singleShot(LOOK_MS, self._go)


def in_and_out(name: str, entry: str, times: int, is_tracked: bool = True) -> None:
    """Enter and leave an object that often. ``rounds_left`` and ``longest_pauses`` tell how it goes."""
    _kept["rounds"] = _InAndOut(name, entry, times, is_tracked)


def rounds_left() -> int:
    """How many rounds are to come."""
    return int(_kept["rounds"].left)


def longest_pauses() -> dict[str, float]:
    """For how many seconds the event loop stood still at most, by what was done before."""
    found: dict[str, float] = _kept["rounds"].longest
    return found
