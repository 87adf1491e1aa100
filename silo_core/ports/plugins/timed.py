"""Conflict rules of plugins, asked so that none of them keeps who asks waiting."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from concurrent.futures import Future

from silo_core.model.interference import RuleAnswer
from silo_core.ports.plugins.answers import answered, answers_of
from silo_core.ports.plugins.contract import Implementation
from silo_core.ports.plugins.isolation import Isolation, LateError, how
from silo_core.ports.plugins.trace import OK, thread_name
from silo_core.ports.plugins.worker import Worker
from silo_core.rules.interference import reasons_from

RULES_LIMIT_S = 0.2
"""All rules of plugins together answer a question within so many seconds."""

_STUCK_COUNTS_EVERY = 5
"""A rule that is stuck is late once more each time so many limits have passed; not with every question
meanwhile, or a moment's trouble on a busy server would switch it off."""

BUSY = "is still busy with an earlier question"

Answering = Callable[[float], RuleAnswer]
"""Takes the ``time.monotonic()`` until which to wait, at most."""


class TimedRule:
    """One implementation of ``silo_interference``, on a thread of its own. Any thread.

    One that is late counts as soft, and as failed. Until it has returned it is not called again,
    so that it never occupies more than one thread.
    """

    def __init__(
        self, implementation: Implementation, plugin: str, distribution: str, isolation: Isolation
    ) -> None:
        self._function = implementation.taking_all()
        self._hook = implementation.hook
        self._answers = answers_of(implementation.hook)
        self._plugin = plugin
        self._distribution = distribution
        self._isolation = isolation
        self._worker = Worker(f"silo-rule-{plugin}")
        self._late: Future[object] | None = None
        self._late_at = 0.0
        self._late_counts = True

    def wrap(self, limit_s: float) -> Callable[..., Answering]:
        """The implementation as hooks call it: asked at once, to be waited for together. ``counts``:
        whether failing counts towards switching it off."""

        def ask(*args: object, counts: bool = True) -> Answering:
            return self._ask(limit_s, args, counts)

        return ask

    def _ask(self, limit_s: float, args: tuple[object, ...], counts: bool) -> Answering:
        if self._isolation.switched_off:
            return self._at_once("was switched off")
        if self._late is not None and not self._late.done():
            if counts and self._late_counts:
                self._stuck(limit_s)
            return self._at_once(BUSY)
        call = functools.partial(self._call, args)
        try:
            future = self._worker.submit(call)
        except RuntimeError as error:  # the process may start no more threads
            return self._at_once(self._isolation.failed(self._hook, error, counts=counts))
        return functools.partial(self._answer, future, limit_s, counts)

    def _call(self, args: tuple[object, ...]) -> object:
        """On the rule's thread. Raises whatever the rule raises."""
        began, outcome = time.monotonic(), OK
        try:
            with self._isolation.trace.calling(self._plugin, self._hook):
                return answered(self._function, self._answers, args)
        except BaseException as error:
            outcome = how(error)
            raise
        finally:
            self._note(began, outcome)

    def _note(self, began: float, outcome: str) -> None:
        seconds = time.monotonic() - began
        self._isolation.trace.note(
            (self._plugin, self._hook, began, seconds, thread_name(), outcome)
        )

    def _answer(
        self, future: Future[object], limit_s: float, counts: bool, until: float
    ) -> RuleAnswer:
        try:
            error = future.exception(max(0.0, until - time.monotonic()))
        except TimeoutError:  # of this waiting; what the rule raises is returned instead
            return self._without_answer(future, limit_s, counts)
        if error is not None:
            return self._failed(self._isolation.failed(self._hook, error, counts=counts))
        if counts:
            self._isolation.succeeded(self._hook)
        return RuleAnswer(self._plugin, self._distribution, reasons_from(future.result()))

    def _without_answer(self, future: Future[object], limit_s: float, counts: bool) -> RuleAnswer:
        if future.cancel():  # it has not begun: another question is before it
            return self._failed(BUSY)
        self._late, self._late_at, self._late_counts = future, time.monotonic(), counts
        late = self._isolation.failed(self._hook, LateError(limit_s), counts=counts)
        self._note(self._late_at - limit_s, late)
        return self._failed(late)

    def _stuck(self, limit_s: float) -> None:
        now = time.monotonic()
        if now - self._late_at >= _STUCK_COUNTS_EVERY * limit_s:
            self._late_at = now
            self._isolation.failed(self._hook, LateError(limit_s))

    def _at_once(self, how: str) -> Answering:
        answer = self._failed(how)
        return lambda _: answer

    def _failed(self, how: str) -> RuleAnswer:
        reasons = reasons_from(self._answers.failed(self._plugin, how))
        return RuleAnswer(self._plugin, self._distribution, reasons, how)
