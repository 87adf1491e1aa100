"""Whatever button a built-in plugin puts below an entry, some test of the pane presses it."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import silo_activity
import silo_checkpoint
import silo_locking
import silo_merge
import silo_subscriptions
from silo_core.model.exchange import Action
from silo_core.model.sync import SyncChoice

PLUGINS = (silo_activity, silo_checkpoint, silo_locking, silo_merge, silo_subscriptions)
PRESSED = re.compile(r'press\("([^"]+)"\)')
PRESSED_IN_TURN = re.compile(r'\("button", "told"\), (\[.*?\])', re.DOTALL)


def modules(package: ModuleType) -> Iterator[ModuleType]:
    """Those of a plugin that need no window."""
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if ".qt" not in found.name and not found.name.endswith("__main__"):
            yield importlib.import_module(found.name)


def declared() -> set[str]:
    """The texts of all actions."""
    actions = {
        value.text
        for package in PLUGINS
        for module in modules(package)
        for value in vars(module).values()
        if isinstance(value, Action)
    }
    return actions | {choice.value.title() for choice in SyncChoice}


def pressed() -> set[str]:
    """The texts of all buttons that tests of the pane press."""
    sources = [path.read_text("utf-8") for path in Path(__file__).parent.glob("test_p*.py")]
    found = {text for source in sources for text in PRESSED.findall(source)}
    in_turn = "".join(several for source in sources for several in PRESSED_IN_TURN.findall(source))
    return found | set(re.findall(r'\("([^"]+)",', in_turn))


def test_no_button_is_forgotten() -> None:
    assert declared() - pressed() == set()
