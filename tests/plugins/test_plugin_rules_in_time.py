"""Conflict rules of plugins: none keeps who asks waiting, and each one's answer can be explained."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from silo_core.hookspecs import hookimpl
from silo_core.model.context import ContextLevel
from silo_core.model.interference import InterferenceQuery, RuleAnswer
from silo_core.model.session import EditSession
from silo_core.model.verdict import Reason, Verdict
from silo_core.ports.plugins import Hooks, PluginInfo, PluginManager, PluginState, worker
from silo_core.ports.plugins.contract import implementations
from silo_core.ports.plugins.isolation import Isolation
from silo_core.ports.plugins.timed import BUSY, TimedRule
from silo_core.ports.plugins.trace import Trace
from silo_core.rules.interference import combined

LONG_S = 30.0
"""What is quick is never late, however busy the machine."""
SHORT_S = 0.02
NOW = datetime(2026, 11, 3, 12, tzinfo=UTC)
SESSION = EditSession("s1", "P-1", "alice", "w1", "desk", ContextLevel.SKETCH, "Sketch", (), NOW)
QUERY = InterferenceQuery(
    "P-1", ContextLevel.SKETCH, "Other", "bob", "w2", frozenset({"Other"}), (SESSION,)
)
HARD = Reason(Verdict.HARD, "strict", "It is released.")


class Quick:
    """A rule that answers at once."""

    def __init__(self, act: Callable[[], object] = lambda: HARD) -> None:
        self._act = act

    @hookimpl
    def silo_interference(self) -> object:
        return self._act()


@dataclass
class Slow:
    """A rule that answers when the test says so."""

    calls: int = 0
    begun: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    lazily: bool = False

    @hookimpl
    def silo_interference(self, query: InterferenceQuery) -> Iterable[Reason]:
        self.calls += 1
        return self._answers() if self.lazily else list(self._answers())

    def _answers(self) -> Iterator[Reason]:
        self.begun.set()
        self.go_on.wait()
        yield HARD


@pytest.fixture
def slow() -> Iterator[Slow]:
    rule = Slow()
    yield rule
    rule.go_on.set()


@pytest.fixture(autouse=True)
def _no_thread_is_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    until(lambda: not threads())  # of other tests, which end a while after the last question
    monkeypatch.setattr(worker, "IDLE_S", 0.02)
    yield
    until(lambda: not threads())


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("silo-rule-")]


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def manager_with(*plugins: object, limit_s: float, failures: int = 5) -> PluginManager:
    manager = PluginManager(failure_limit=failures, rules_limit_s=limit_s)
    for number, plugin in enumerate(plugins):
        info = manager.register(plugin, f"plugin{number}", f"dist{number}", "1")
        assert info.state is PluginState.ENABLED, info.error
    return manager


def asked(hooks: Hooks) -> list[RuleAnswer]:
    """What the rules of plugins answer."""
    return [answer for answer in hooks.explain(QUERY) if answer.source != "silo-core"]


@pytest.mark.parametrize("lazily", [False, True], ids=["in its code", "while its answer is read"])
def test_a_late_rule_counts_as_soft_by_name_and_hides_nothing(slow: Slow, lazily: bool) -> None:
    slow.lazily = lazily
    hooks = Hooks(manager_with(Quick(), slow, Quick(), limit_s=0.5))
    judgement = hooks.interference(QUERY)  # it has come back, though the rule has not
    assert [(reason.verdict, reason.text) for reason in judgement.reasons] == [
        (Verdict.HARD, HARD.text),
        (Verdict.HARD, HARD.text),
        (
            Verdict.SOFT,
            (
                'Plugin "plugin1" took longer than 0.5 s and could not say whether this may be'
                " edited."
            ),
        ),
    ]


def test_a_rule_that_is_stuck_is_not_called_again_until_it_has_returned(slow: Slow) -> None:
    manager = manager_with(slow, limit_s=SHORT_S, failures=1000)
    hooks = Hooks(manager)
    while not slow.begun.is_set():  # what had not begun when its time was up is never called
        hooks.interference(QUERY)
    problems = {answer.problem for _ in range(20) for answer in asked(hooks)}
    assert problems <= {"took longer than 0.02 s", BUSY}
    assert BUSY in problems
    assert slow.calls == 1
    assert len(threads()) == 1

    slow.go_on.set()
    manager.rules_limit_s = LONG_S
    until(lambda: not asked(hooks)[0].problem)
    assert slow.calls == 2


def test_a_rule_that_stays_stuck_is_switched_off_visibly(slow: Slow) -> None:
    manager = manager_with(slow, limit_s=SHORT_S, failures=3)
    told: list[PluginInfo] = []
    manager.on_problem = told.append
    hooks = Hooks(manager)
    until(lambda: bool(hooks.interference(QUERY).reasons and told))
    assert slow.calls == 1
    (info,) = told
    assert info.state is PluginState.SWITCHED_OFF
    assert info.error == (
        'Plugin "plugin0" (dist0 1) was switched off until the next start: '
        "silo_interference failed 3 times in a row (took longer than 0.02 s)."
    )
    (answer,) = asked(hooks)
    assert (answer.verdict, answer.problem) == (Verdict.SOFT, "was switched off")


def test_questions_in_quick_succession_count_as_one_lateness(slow: Slow) -> None:
    told: list[str] = []
    rule = the_rule(slow, Isolation("slow", "Plugin", 2, told.append, Trace()))
    first = rule.wrap(LONG_S)(QUERY)
    assert slow.begun.wait(20)
    assert first(time.monotonic()).problem == "took longer than 30 s"
    for _ in range(50):
        assert rule.wrap(LONG_S)(QUERY)(time.monotonic()).problem == BUSY
    assert told == []


def test_a_rule_that_is_always_late_is_switched_off_though_it_returns() -> None:
    told: list[str] = []
    isolation = Isolation("slow", "Plugin", 3, told.append, Trace())
    slow = Slow()
    rule = the_rule(slow, isolation)
    for _ in range(3):
        assert not told
        slow.begun.clear()
        slow.go_on.clear()
        answering = rule.wrap(LONG_S)(QUERY)
        assert slow.begun.wait(20)
        assert answering(time.monotonic()).problem == "took longer than 30 s"
        slow.go_on.set()
        until(lambda: rule._late is not None and rule._late.done())
    assert told == ["silo_interference failed 3 times in a row (took longer than 30 s)"]
    assert slow.calls == 3


def test_answers_in_time_between_late_ones_keep_a_rule_in_use() -> None:
    told: list[str] = []
    slow = Slow()
    rule = the_rule(slow, Isolation("slow", "Plugin", 2, told.append, Trace()))
    for _ in range(3):
        slow.begun.clear()
        slow.go_on.clear()
        answering = rule.wrap(LONG_S)(QUERY)
        assert slow.begun.wait(20)
        answering(time.monotonic())
        slow.go_on.set()
        until(lambda: rule._late is not None and rule._late.done())
        assert rule.wrap(LONG_S)(QUERY)(time.monotonic() + LONG_S).reasons == (HARD,)
    assert told == []


def test_who_asks_at_the_same_time_waits_in_line_and_is_not_blamed_on_the_rule(
    slow: Slow,
) -> None:
    told: list[str] = []
    rule = the_rule(slow, Isolation("slow", "Plugin", 1, told.append, Trace()))
    first, second, third = (rule.wrap(LONG_S)(QUERY) for _ in range(3))
    assert slow.begun.wait(20)
    assert second(time.monotonic()).problem == BUSY
    assert told == []
    slow.go_on.set()
    for answering in (first, third):
        assert answering(time.monotonic() + LONG_S).reasons == (HARD,)
    assert slow.calls == 2, "nobody waited for the answer to the second question any more"


def the_rule(plugin: object, isolation: Isolation) -> TimedRule:
    (implementation,) = implementations(plugin)
    return TimedRule(implementation, "slow", "dist", isolation)


def test_a_program_ends_though_a_rule_never_does() -> None:
    program = """
        from silo_core.ports.plugins import Hooks
        from tests.plugins.test_plugin_rules_in_time import QUERY, SHORT_S, manager_with, Slow
        slow = Slow()
        hooks = Hooks(manager_with(slow, limit_s=SHORT_S))
        while not slow.begun.is_set():
            hooks.interference(QUERY)
        print(slow.calls)
    """
    done = subprocess.run(
        (sys.executable, "-c", textwrap.dedent(program)),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stdout) == (0, "1\n"), done.stderr
    assert "Traceback" not in done.stderr


def test_without_rules_of_plugins_there_is_no_thread() -> None:
    class Observer:
        @hookimpl
        def silo_shutdown(self) -> None: ...

    hooks = Hooks(manager_with(Observer(), limit_s=LONG_S))
    assert hooks.interference(QUERY).reasons == ()
    assert asked(hooks) == []
    assert threads() == []


def test_a_worker_ends_when_idle_and_the_next_question_starts_another() -> None:
    hooks = Hooks(manager_with(Quick(), limit_s=LONG_S))
    for _ in range(3):
        assert hooks.interference(QUERY).reasons == (HARD,)
        until(lambda: not threads())


def test_a_question_starts_no_thread_where_one_is_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[threading.Thread] = []
    start = threading.Thread.start

    def counted(thread: threading.Thread) -> None:
        started.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", counted)
    hooks = Hooks(manager_with(Quick(), limit_s=LONG_S))
    for _ in range(200):
        hooks.interference(QUERY)
    assert len(started) < 100, "a busy machine may have let it go idle now and then"


def test_where_no_thread_can_be_started_the_rule_has_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def start(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    hooks = Hooks(manager_with(Quick(), limit_s=LONG_S))
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", start)
        (answer,) = asked(hooks)
    assert (answer.verdict, answer.problem) == (Verdict.SOFT, "failed (RuntimeError)")
    assert asked(hooks)[0].reasons == (HARD,)


def test_each_rule_that_is_asked_is_explained() -> None:
    soft = Reason(Verdict.SOFT, "mine", "Careful.")
    acts: list[Callable[[], object]] = [
        lambda: None,
        lambda: [soft, HARD],
        lambda: 1 / 0,
        lambda: "no",
    ]
    hooks = Hooks(manager_with(*map(Quick, acts), limit_s=LONG_S))
    answers = hooks.explain(QUERY)
    assert [(a.rule, a.source, a.verdict, a.problem) for a in answers] == [
        ("same_object", "silo-core", Verdict.NONE, ""),
        ("shared_cone", "silo-core", Verdict.NONE, ""),
        ("plugin0", "dist0", Verdict.NONE, ""),
        ("plugin1", "dist1", Verdict.HARD, ""),
        ("plugin2", "dist2", Verdict.SOFT, "failed (ZeroDivisionError)"),
        ("plugin3", "dist3", Verdict.SOFT, "answered nonsense"),
    ]
    assert answers[3].reasons == (soft, HARD)
    assert hooks.interference(QUERY) == combined(answers)


def test_a_question_that_decides_nothing_switches_no_rule_off() -> None:
    def act() -> object:
        raise ValueError("cannot read this object")

    manager = PluginManager(failure_limit=2, rules_limit_s=LONG_S)
    manager.register(Quick(act), "strict")
    hooks = Hooks(manager)
    hooks.interference(QUERY)
    for _ in range(5):
        assert hooks.explain(QUERY)[-1].problem == "failed (ValueError)"
    assert hooks.plugins()[0].state is PluginState.ENABLED
    hooks.interference(QUERY)  # the second in a row: what was asked meanwhile does not count
    assert hooks.plugins()[0].state is PluginState.SWITCHED_OFF
