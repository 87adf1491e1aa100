"""What the tests of a plugin need: a real server, workstations with headless editors, plugins that are
installed for one test, and ways to make things go wrong.

pytest finds the fixtures by itself where ``silo-core`` is installed; see
:mod:`silo_core.testing.fixtures`. Everything here can be used without pytest, too, and nothing is
imported before it is used: pytest starts as fast as ever elsewhere.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from silo_core.testing.clock import Clock
    from silo_core.testing.conformance import assert_conforms, problems_of
    from silo_core.testing.installed import InstalledPlugins
    from silo_core.testing.network import Proxy
    from silo_core.testing.parts import SAMPLE, SAMPLE_DEEPER, SAMPLE_WIDER, renumbered, share_part
    from silo_core.testing.recorder import HookCall, HookRecorder
    from silo_core.testing.rules import assert_rule_conforms, interference_queries
    from silo_core.testing.samples import sample_arguments
    from silo_core.testing.server import Server
    from silo_core.testing.widgets import no_leaked_widgets
    from silo_core.testing.workstation import Workstation

__all__ = [
    "SAMPLE",
    "SAMPLE_DEEPER",
    "SAMPLE_WIDER",
    "Clock",
    "HookCall",
    "HookRecorder",
    "InstalledPlugins",
    "Proxy",
    "Server",
    "Workstation",
    "assert_conforms",
    "assert_rule_conforms",
    "interference_queries",
    "no_leaked_widgets",
    "problems_of",
    "renumbered",
    "sample_arguments",
    "share_part",
]

_MODULES = {
    "clock": ("Clock",),
    "conformance": ("assert_conforms", "problems_of"),
    "installed": ("InstalledPlugins",),
    "network": ("Proxy",),
    "parts": ("SAMPLE", "SAMPLE_DEEPER", "SAMPLE_WIDER", "renumbered", "share_part"),
    "recorder": ("HookCall", "HookRecorder"),
    "rules": ("assert_rule_conforms", "interference_queries"),
    "samples": ("sample_arguments",),
    "server": ("Server",),
    "widgets": ("no_leaked_widgets",),
    "workstation": ("Workstation",),
}
_WHERE = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
