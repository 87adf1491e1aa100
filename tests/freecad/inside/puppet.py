"""A FreeCAD that does what the test outside asks, one call at a time, until it is told to end."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer

from tests.freecad.inside import eyes, hands, pauses, tree_hands
from tests.freecad.inside.driver import Found, Step

PAUSE_S = 0.02
MODULES = (hands, eyes, pauses, tree_hands)


def steps(find: Found, config: dict[str, Any]) -> Iterator[Step]:
    init_gui = sys.modules["freecad.silo.init_gui"]
    yield lambda: init_gui.workbench
    home = Path(config["home"])
    number = 0
    while not find.get("quit"):
        call = home / f"call-{number}.json"
        if not call.exists():
            yield PAUSE_S
            continue
        name, args = json.loads(call.read_text("utf-8"))
        answer = home / f"answer-{number}.json"
        written = answer.with_suffix(".part")
        written.write_text(json.dumps(_done(find, name, args)), "utf-8")
        written.rename(answer)
        number += 1


def _done(find: Found, name: str, args: list[Any]) -> dict[str, Any]:
    if name == "end":
        find["quit"] = True
        QTimer.singleShot(500, hands.discard_when_asked)
        return {"value": None}
    try:
        hand = next(getattr(module, name) for module in MODULES if hasattr(module, name))
        return {"value": hand(*args)}
    except Exception:  # noqa: BLE001 - the test outside reports it
        return {"error": traceback.format_exc()}
