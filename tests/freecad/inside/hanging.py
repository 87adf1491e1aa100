"""FreeCAD with a plugin that hung the last time: how its plugins fare."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from tests.freecad.inside.driver import Found, Step


def steps(find: Found, config: dict[str, Any]) -> Iterator[Step]:
    silo: Any = sys.modules["freecad.silo.init_gui"]
    yield lambda: silo.workbench
    find["plugins"] = {
        info.name: (info.state, info.error) for info in silo.workbench.plugins.plugins()
    }
    find["quit"] = True
