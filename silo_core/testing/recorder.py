"""A plugin that keeps what it was called for."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from silo_core.hookspecs import hookimpl
from silo_core.model.event import Event
from silo_core.ports.plugins.contract import HOOKS

NOT_BY_ITSELF = frozenset({"silo_merge", "silo_interference", "silo_settings"})
"""Recorded only where they are named: a plugin that merges changes what becomes of pushes, a rule has a
thread of its own, and settings are asked for before anything is to be recorded."""


@dataclass(frozen=True, slots=True)
class HookCall:
    """A call of a hook, and its arguments by name."""

    hook: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


class HookRecorder:
    """Implements ``hooks`` (all but ``NOT_BY_ITSELF`` where none is named) with all their arguments,
    answers None, and keeps each call in ``calls``. Register it beside other plugins, any thread."""

    def __init__(self, *hooks: str) -> None:
        self.calls: list[HookCall] = []
        for hook in hooks or sorted(HOOKS.keys() - NOT_BY_ITSELF):
            setattr(self, hook, self._implementation(hook))

    def _implementation(self, hook: str) -> Callable[..., None]:
        signature = inspect.signature(HOOKS[hook])

        def record(*args: object) -> None:
            self.calls.append(HookCall(hook, dict(zip(signature.parameters, args, strict=True))))

        record.__signature__ = signature  # type: ignore[attr-defined] # what a plugin is judged by
        return hookimpl(record)

    def of(self, hook: str, **arguments: object) -> list[HookCall]:
        """The calls of a hook with these arguments, whatever the others were."""
        return [call for call in self.calls if call.hook == hook and _has(call, arguments)]

    def clear(self) -> None:
        """Forget all calls."""
        self.calls.clear()

    def assert_called(self, hook: str, times: int | None = None, **arguments: object) -> HookCall:
        """The last call of the hook with these arguments; fails where there is none, or there were
        not so many."""
        found = self.of(hook, **arguments)
        if not found or times not in (None, len(found)):
            asked = "at least once" if times is None else f"{times} times"
            said = ", ".join(f"{name}={value!r}" for name, value in arguments.items())
            raise AssertionError(
                f"{hook}({said}) was to be called {asked}, and was {len(found)} times; "
                f"what was called: {self._told()}"
            )
        return found[-1]

    def assert_not_called(self, hook: str, **arguments: object) -> None:
        """Fails where the hook was called with these arguments."""
        if found := self.of(hook, **arguments):
            raise AssertionError(f"{hook} was called: {found}")

    def assert_order(self, *hooks: str) -> None:
        """Fails unless these hooks were called in this order; others may come in between."""
        called = iter([call.hook for call in self.calls])
        for hook in hooks:
            if hook not in called:  # goes on behind the one before
                raise AssertionError(
                    f"{hook} did not come in the order {', '.join(hooks)}; "
                    f"what was called: {self._told()}"
                )

    def _told(self) -> str:
        return ", ".join(call.hook for call in self.calls) or "nothing"

    # -- the server's events -----------------------------------------------------------------------

    @property
    def events(self) -> list[Event]:
        """Every event that the server told of."""
        return [call.arguments["event"] for call in self.of("silo_server_event")]

    def has(self, type_: str, **data: object) -> bool:
        """Whether an event of this type with these members came."""
        return any(
            event.type == type_ and data.items() <= event.data.items() for event in self.events
        )


def _has(call: HookCall, arguments: Mapping[str, object]) -> bool:
    known = call.arguments
    return all(name in known and known[name] == value for name, value in arguments.items())
