"""``kcsdk`` and ``kindred_sdk`` as far as Kindred Create has published them: the fork is not at hand."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any


class StandIn:
    """Behaves as published: callbacks for changes; for entering and leaving one context or any (``*``),
    which are told from the context before; and, as is proposed, guards that answer (allowed, reason)."""

    def __init__(self) -> None:
        self.subscribed: list[str] = []
        self._context = ""
        self._changed: list[Callable[..., None]] = []
        self._entered: list[tuple[str, Callable[..., None]]] = []
        self._left: list[tuple[str, Callable[..., None]]] = []
        self._guards: list[Callable[..., tuple[bool, str]]] = []

    def install(self, *, guard: bool = True, broken: bool = False) -> None:
        """Put the modules where Python finds them. ``broken``: one that takes no callback."""
        kcsdk: Any = ModuleType("kcsdk")
        kindred_sdk: Any = ModuleType("kindred_sdk")
        kcsdk.current_context = dict
        kcsdk.on_context_changed = self._refuse if broken else self._on_changed
        kindred_sdk.on_context_enter = self._on_enter
        kindred_sdk.on_context_exit = self._on_exit
        if guard:
            kindred_sdk.add_transition_guard = self._add_guard
        sys.modules.update(kcsdk=kcsdk, kindred_sdk=kindred_sdk)

    def remove(self) -> None:
        """Take them away."""
        del sys.modules["kcsdk"], sys.modules["kindred_sdk"]

    def changed(self, context: str = "sketcher.edit") -> None:
        """The context is this one now."""
        for callback in self._changed:
            callback({"id": context})
        before, self._context = self._context, context
        if before == context:
            return
        for told, name in ((self._left, before), (self._entered, context)):
            for wanted, callback in told:
                if wanted in ("*", name):
                    callback({"id": name})

    def enter(self, context: str, told: dict[str, object]) -> list[object]:
        """Ask the guards, as before a transition; the first that refuses decides."""
        for guard in self._guards:
            allowed, reason = guard(context, told)
            if not allowed:
                return [allowed, reason]
        return [True, ""]

    def _on_changed(self, callback: Callable[..., None]) -> None:
        self.subscribed.append("changed")
        self._changed.append(callback)

    def _on_enter(self, context: str, callback: Callable[..., None]) -> None:
        self.subscribed.append(f"enter {context}")
        self._entered.append((context, callback))

    def _on_exit(self, context: str, callback: Callable[..., None]) -> None:
        self.subscribed.append(f"exit {context}")
        self._left.append((context, callback))

    def _add_guard(self, guard: Callable[..., tuple[bool, str]]) -> None:
        self.subscribed.append("guard")
        self._guards.append(guard)

    @staticmethod
    def _refuse(_callback: Callable[..., None]) -> None:
        raise TypeError("takes two arguments")
