"""Which implementations a hook calls, and in what order.

pluggy marks the hooks and their implementations; it does not call them, since that alone takes longer
than a call may (``benchmarks/hook_dispatch.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from silo_core.ports.plugins.contract import HOOKS

Call = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Registered:
    """An implementation of a plugin as hooks call it: ``call`` takes all arguments of its hook."""

    plugin: str
    hook: str
    call: Call
    options: Mapping[str, Any]

    @property
    def order(self) -> tuple[int, str]:
        """First what is marked ``tryfirst``, last what is marked ``trylast``; then by name."""
        rank = bool(self.options.get("trylast")) - bool(self.options.get("tryfirst"))
        return rank, self.plugin


class Dispatch:
    """The implementations of every hook. Any thread may call them while another registers: a hook's
    tuple is replaced and never changed."""

    def __init__(self) -> None:
        self.calls: dict[str, tuple[Call, ...]] = dict.fromkeys(HOOKS, ())
        """By hook, in the order in which they are called."""
        self._registered: list[Registered] = []

    def add(self, *registered: Registered) -> None:
        """Call these too, from now on."""
        self._registered = sorted([*self._registered, *registered], key=lambda one: one.order)
        self._arrange({one.hook for one in registered})

    def remove(self, plugin: str) -> None:
        """Call nothing of that plugin any more."""
        gone = {one.hook for one in self._registered if one.plugin == plugin}
        self._registered = [one for one in self._registered if one.plugin != plugin]
        self._arrange(gone)

    def _arrange(self, hooks: set[str]) -> None:
        for hook in hooks:
            self.calls[hook] = tuple(one.call for one in self._registered if one.hook == hook)
