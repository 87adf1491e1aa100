"""FreeCAD starts with Silo, whose server answers nothing, and with a window that is seen or is not."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QTimer

from tests.freecad.inside.driver import Found, Step
from tests.freecad.inside.pauses import BEAT_MS, clock

LATER_S = 1.0


class _Watch:
    """How long the event loop stands still at most."""

    def __init__(self) -> None:
        self.longest, self._last = 0.0, clock()
        self._beat()

    def _beat(self) -> None:
        now = clock()
        self.longest, self._last = max(self.longest, now - self._last), now
        QTimer.singleShot(BEAT_MS, self._beat)


def steps(find: Found, config: dict[str, Any]) -> Iterator[Step]:
    silo: Any = sys.modules["freecad.silo.init_gui"]
    probe = sys.modules["freecad.start_probe.init_gui"].probe
    silo.AT_MOST_MS = config["at most"]
    watch = _Watch()
    yield lambda: silo.workbench
    find["waited for the window"] = silo._waited.elapsed()
    find["at first sight"] = probe.at_first_sight
    yield LATER_S
    find["stood still"] = watch.longest
    find["connection"] = str(silo.workbench.connection.state)
    find["quit"] = True
