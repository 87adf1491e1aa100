"""Runs what a plugin implements so that nothing it raises reaches its host or its siblings."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping

from silo_core.ports.masking import Masking
from silo_core.ports.plugins.answers import answers_of, checked
from silo_core.ports.plugins.contract import Implementation
from silo_core.ports.plugins.info import describe_error
from silo_core.ports.plugins.trace import HOOK, OK, OUTER, WITHIN, Frame, Trace, thread_name
from silo_core.rules.interference import NonsenseError

logger = logging.getLogger(__name__)
logger.addFilter(Masking())  # on whatever host: what plugins raise may hold a token

ALWAYS_CALLED = frozenset({"silo_shutdown"})
"""Called even where a plugin was switched off, so that it can end what it began."""

BUDGET_S = 0.1
"""How long an implementation may keep the main thread; the log and the trace name who takes longer."""

BUDGETS_S: Mapping[str, float | None] = {
    "silo_startup": 1.0,
    "silo_shutdown": 1.0,
    "silo_context_enter": 5.0 + BUDGET_S,  # may wait for ``entry_wait_ms``, which is that at most
    "silo_context_exit": None,  # saves a file of any size
    "silo_interference": None,  # timed on threads of their own
}
"""What differs from ``BUDGET_S``; None: as long as it takes."""

TOO_LONG = 10
"""So many times its budget counts as a failure."""

HANG_S = 5.0
"""An implementation that keeps the main thread so long beyond its budget hangs, and is named."""

HANG_LIMIT = 2
"""A plugin that hung so many times is switched off, however well it worked in between."""

_MAIN = threading.main_thread().ident


def budget_s(hook: str) -> float:
    """How many seconds an implementation of the hook may keep the main thread; infinite where it may
    take its time."""
    budget = BUDGETS_S.get(hook, BUDGET_S)
    return float("inf") if budget is None else budget


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
        self,
        plugin: str,
        label: str,
        failure_limit: int,
        on_switch_off: Callable[[str], None],
        trace: Trace,
    ) -> None:
        self.switched_off = False
        self.trace = trace
        self._plugin = plugin
        self._label = label
        self._failure_limit = failure_limit
        self._on_switch_off = on_switch_off
        self._failures: dict[str, int] = {}
        self._hangs = 0
        self._lock = threading.Lock()

    def wrap(self, implementation: Implementation) -> Callable[..., object]:
        """The implementation as hooks call it, with all arguments of its hook: it answers what counts,
        and raises nothing."""
        hook, answers = implementation.hook, answers_of(implementation.hook)
        function, nothing = implementation.taking_all(), answers.check(None)
        plugin, note, running = self._plugin, self.trace.note, self.trace.running
        ticks, ident = time.monotonic, threading.get_ident
        budget = budget_s(hook)

        def isolated(*args: object) -> object:  # called for every event: each line of it counts
            if self.switched_off and hook not in ALWAYS_CALLED:
                return answers.failed(plugin, "was switched off")
            me, began, outcome = ident(), ticks(), OK
            outer = running.get(me)
            frame = running[me] = [plugin, hook, began, outer, 0.0]
            try:
                answer = function(*args)
                answer = nothing if answer is None else checked(answer, answers)
            except KeyboardInterrupt:
                raise  # the user's, not the plugin's
            # SystemExit too: a plugin does not end its host.
            except BaseException as error:  # noqa: BLE001 - this is the boundary
                outcome = self.failed(hook, error)
                answer = answers.failed(plugin, outcome)
            finally:
                if outer is None:
                    del running[me]
                else:
                    running[me] = outer
            seconds, is_main = ticks() - began, me == _MAIN
            if seconds > budget and is_main:
                outcome = self._overran(frame, seconds, budget, outcome)
            elif self._failures and outcome is OK:
                self.succeeded(hook)
            note((plugin, hook, began, seconds, "main" if is_main else thread_name(), outcome))
            return answer

        return isolated

    def succeeded(self, hook: str) -> None:
        """The plugin's failures in this hook are no longer in a row."""
        self._failures.pop(hook, None)

    def failed(self, hook: str, error: BaseException, *, counts: bool = True) -> str:
        """Log it, and count it where it ``counts``; answers what happened, completing "Plugin so-and-so
        ..." without the details, which are not for other users."""
        logger.error("%s failed in %s", self._label, hook, exc_info=error)
        if counts:
            self._count(hook, f"failed {{times}} times in a row ({_described(error)})")
        return how(error)

    def switch_on(self) -> None:
        """Call it again, with what failed before forgotten."""
        with self._lock:
            self._failures.clear()
            self._hangs = 0
            self.switched_off = False

    def _overran(self, frame: Frame, seconds: float, budget: float, outcome: str) -> str:
        """Name who kept the main thread; answers what happened, as ``failed``. What a slow plugin within
        the call took is that one's."""
        hook, outer = frame[HOOK], frame[OUTER]
        if outer is not None:
            outer[WITHIN] += seconds
        own = seconds - frame[WITHIN]
        if outcome is not OK or own <= budget:
            return outcome
        hangs, is_failure = own > budget + HANG_S, own > TOO_LONG * budget
        level = logging.WARNING if hangs or is_failure else logging.INFO
        logger.log(level, "%s kept the editor waiting for %.2f s in %s", self._label, own, hook)
        if hangs:
            self._hung(hook, own)
        if is_failure:
            self._count(hook, f"took too long {{times}} times in a row ({own:.1f} s)")
        return f"took {own:.2f} s"

    def _hung(self, hook: str, seconds: float) -> None:
        with self._lock:
            self._hangs += 1
            goes_off = self._hangs >= HANG_LIMIT and not self.switched_off
            self.switched_off = self.switched_off or goes_off
        if goes_off:
            self._on_switch_off(
                f"it kept the editor waiting {self._hangs} times, now for {seconds:.1f} s in {hook}"
            )

    def _count(self, hook: str, happened: str) -> None:
        with self._lock:
            failures = self._failures[hook] = self._failures.get(hook, 0) + 1
            goes_off = failures >= self._failure_limit and not self.switched_off
            self.switched_off = self.switched_off or goes_off
        if goes_off:
            self._on_switch_off(f"{hook} {happened.replace('{times}', str(failures))}")


def how(error: BaseException) -> str:
    """What an implementation did, completing "Plugin so-and-so ...", without the details."""
    match error:
        case LateError():
            return str(error)
        case NonsenseError():
            return "answered nonsense"
        case _:
            return f"failed ({type(error).__name__})"


def _described(error: BaseException) -> str:
    return str(error) if isinstance(error, LateError) else describe_error(error)
