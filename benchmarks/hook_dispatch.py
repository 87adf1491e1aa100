"""What a hook costs: four implementations called through the typed functions, isolated, timed and
traced, against a plain loop over the same four functions and against pluggy's own call, which isolates
nothing.

    .venv/bin/python benchmarks/hook_dispatch.py
"""

from __future__ import annotations

import timeit
from collections.abc import Callable

import pluggy

from silo_core import hookspecs
from silo_core.hookspecs import hookimpl
from silo_core.ports.plugins import Hooks, PluginManager

CALLS = 50_000
ROUNDS = 15
PARTS = frozenset({"PRT-100"})


class Mine:
    """Does nothing, so that all that is measured is the way to it."""

    @hookimpl
    def silo_presence_changed(self, part_numbers: frozenset[str]) -> None:
        """See the hook."""


def microseconds(call: Callable[[], object]) -> float:
    """Per call; the best of some rounds, as whatever else the machine does only adds."""
    return min(timeit.repeat(call, number=CALLS, repeat=ROUNDS)) / CALLS * 1e6


def main() -> None:
    """Measure, and print a table."""
    plugins = [Mine() for _ in range(4)]
    manager, bare = PluginManager(), pluggy.PluginManager(hookspecs.PROJECT)
    bare.add_hookspecs(hookspecs)
    for number, plugin in enumerate(plugins):
        manager.register(plugin, f"plugin{number}")
        bare.register(plugin)
    functions = [plugin.silo_presence_changed for plugin in plugins]
    hooks = Hooks(manager)

    def loop() -> None:
        for function in functions:
            function(PARTS)

    for name, call in (
        ("plain loop over four functions", loop),
        (
            "pluggy's own call, nothing isolated",
            lambda: bare.hook.silo_presence_changed(part_numbers=PARTS),
        ),
        ("through the typed hook", lambda: hooks.presence_changed(PARTS)),
    ):
        print(f"{name:36} {microseconds(call):5.2f} µs")


if __name__ == "__main__":
    main()
