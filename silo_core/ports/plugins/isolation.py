"""Runs what a plugin implements so that nothing it raises reaches its host or its siblings."""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Callable

from silo_core.ports.plugins.answers import answered, answers_of
from silo_core.ports.plugins.contract import Implementation
from silo_core.ports.plugins.info import describe_error
from silo_core.rules.interference import NonsenseError

logger = logging.getLogger(__name__)

ALWAYS_CALLED = frozenset({"silo_shutdown"})
"""Called even where a plugin was switched off, so that it can end what it began."""


class LateError(Exception):
    """An implementation has not answered in time."""

    def __init__(self, limit_s: float) -> None:
        super().__init__(f"took longer than {limit_s:g} s")


class Isolation:
    """The boundary around one plugin. Any thread.

    ``failure_limit`` failures of one hook in a row switch the plugin off; ``on_switch_off`` is then
    told once what the last failure was. A gate of a plugin that is off goes on counting as soft.
    """

    def __init__(
        self, plugin: str, label: str, failure_limit: int, on_switch_off: Callable[[str], None]
    ) -> None:
        self.switched_off = False
        self._plugin = plugin
        self._label = label
        self._failure_limit = failure_limit
        self._on_switch_off = on_switch_off
        self._failures: dict[str, int] = {}
        self._lock = threading.Lock()

    def wrap(self, implementation: Implementation) -> Callable[..., object]:
        """The implementation as hooks call it: it answers what counts, and raises nothing."""
        hook, answers = implementation.hook, answers_of(implementation.hook)

        @functools.wraps(implementation.function)
        def isolated(*args: object) -> object:
            if self.switched_off and hook not in ALWAYS_CALLED:
                return answers.failed(self._plugin, "was switched off")
            try:
                answer = answered(implementation.function, answers, args)
            except KeyboardInterrupt:
                raise  # the user's, not the plugin's
            # SystemExit too: a plugin does not end its host.
            except BaseException as error:  # noqa: BLE001 - this is the boundary
                return answers.failed(self._plugin, self.failed(hook, error))
            self.succeeded(hook)
            return answer

        return isolated

    def succeeded(self, hook: str) -> None:
        """The plugin's failures in this hook are no longer in a row."""
        self._failures.pop(hook, None)

    def failed(self, hook: str, error: BaseException) -> str:
        """Log and count it; answers what happened, completing "Plugin so-and-so ..." without the
        details, which are not for other users."""
        logger.error("%s failed in %s", self._label, hook, exc_info=error)
        with self._lock:
            failures = self._failures[hook] = self._failures.get(hook, 0) + 1
            goes_off = failures >= self._failure_limit and not self.switched_off
            self.switched_off = self.switched_off or goes_off
        if goes_off:
            self._on_switch_off(f"{hook} failed {failures} times in a row ({_described(error)})")
        return _how(error)


def _how(error: BaseException) -> str:
    match error:
        case LateError():
            return str(error)
        case NonsenseError():
            return "answered nonsense"
        case _:
            return f"failed ({type(error).__name__})"


def _described(error: BaseException) -> str:
    return str(error) if isinstance(error, LateError) else describe_error(error)
