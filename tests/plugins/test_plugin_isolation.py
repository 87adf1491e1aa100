"""At run time: what a plugin raises reaches neither its host nor its siblings."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from silo_core.hookspecs import hookimpl
from silo_core.model.context import CheckpointContext, Context, ContextLevel, Document
from silo_core.model.event import Event
from silo_core.model.exchange import ContextEntry, ContextExit
from silo_core.model.interference import InterferenceQuery
from silo_core.model.verdict import Judgement, Reason, Verdict
from silo_core.ports.plugins import FAILURE_LIMIT, Hooks, PluginInfo, PluginManager, PluginState

if TYPE_CHECKING:
    from collections.abc import Callable

DOCUMENT = Document("d1", None, "PRT-100")
ENTRY = ContextEntry("e1", DOCUMENT, Context(ContextLevel.SKETCH, "Sketch001"))
EXIT = ContextExit(DOCUMENT, (), CheckpointContext.SKETCH_CLOSE)
QUERY = InterferenceQuery("PRT-100", ContextLevel.SKETCH, "Sketch001", "bob", "w2", frozenset())
HARD = Reason(Verdict.HARD, "strict", "It is released.")
EVENT = Event(1, "server.state", {})


class Fake:
    """A plugin whose three judging hooks do as told."""

    def __init__(self, act: Callable[[], object]) -> None:
        self._act = act
        self.calls = 0

    def _go(self) -> object:
        self.calls += 1
        return self._act()

    @hookimpl
    def silo_context_enter(self, entry: ContextEntry) -> object:
        return self._go()

    @hookimpl
    def silo_interference(self, query: InterferenceQuery) -> object:
        return self._go()

    @hookimpl
    def silo_context_exit(self, exit: ContextExit) -> object:
        return self._go()

    @hookimpl
    def silo_server_event(self, event: Event) -> object:
        return self._go()

    @hookimpl
    def silo_shutdown(self) -> object:
        return self._go()


class Oops(Exception):
    """Even its text is broken."""

    def __str__(self) -> str:
        raise ValueError("no text")


def raising(error: BaseException) -> Callable[[], object]:
    def act() -> object:
        raise error

    return act


async def coroutine() -> None: ...


def hooks_with(*plugins: object, limit: int = FAILURE_LIMIT) -> tuple[Hooks, PluginManager]:
    manager = PluginManager(failure_limit=limit, rules_limit_s=30)
    for number, plugin in enumerate(plugins):
        info = manager.register(plugin, f"plugin{number}", f"dist{number}", "1")
        assert info.state is PluginState.ENABLED, info.error
    return Hooks(manager), manager


BAD_ACTS = {
    "raises": raising(KeyError("k")),
    "exits": raising(SystemExit(1)),
    "raises something of its own": raising(BaseException()),
    "raises what has no text": raising(Oops()),
    "answers nonsense": lambda: 3,
    "answers a text": lambda: "hard",
    "answers a coroutine": coroutine,
}


@pytest.mark.parametrize("kind", BAD_ACTS)
def test_a_broken_gate_counts_as_soft_and_names_the_plugin(kind: str) -> None:
    hooks, _ = hooks_with(Fake(BAD_ACTS[kind]))
    how = "answered nonsense" if "answers" in kind else "failed ("
    for judgement in (hooks.context_enter(ENTRY), hooks.interference(QUERY)):
        (reason,) = judgement.reasons
        assert (reason.verdict, reason.rule) == (Verdict.SOFT, "plugin0")
        assert f'Plugin "plugin0" {how}' in reason.text


@pytest.mark.parametrize("kind", BAD_ACTS)
def test_a_broken_plugin_changes_nothing_of_what_its_siblings_answer(kind: str) -> None:
    calls: list[str] = []

    class Good:
        @hookimpl
        def silo_context_enter(self) -> Judgement:
            return Judgement((HARD,))

        @hookimpl
        def silo_interference(self) -> Reason:
            return HARD

        @hookimpl
        def silo_context_exit(self) -> bool:
            return True

        @hookimpl
        def silo_server_event(self, event: Event) -> None:
            calls.append(event.type)

    hooks, _ = hooks_with(Good(), Fake(BAD_ACTS[kind]), Good())
    assert [r.verdict for r in hooks.context_enter(ENTRY).reasons] == [2, 2, 1]
    assert [r.verdict for r in hooks.interference(QUERY).reasons] == [2, 2, 1]
    assert hooks.context_exit(EXIT) is True
    hooks.server_event(EVENT)
    assert calls == ["server.state"] * 2


def test_the_next_one_is_asked_when_a_first_raises() -> None:
    silent = Fake(lambda: None)
    hooks, _ = hooks_with(Fake(raising(OSError())), silent)
    assert hooks.context_exit(EXIT) is False
    assert silent.calls == 1


@pytest.mark.parametrize("answer", [False, None])
def test_an_exit_that_nobody_sees_to_is_told(answer: object) -> None:
    asked = Fake(lambda: answer)
    hooks, _ = hooks_with(asked, asked.__class__(lambda: None))
    assert hooks.context_exit(EXIT) is False


def test_the_first_that_sees_to_an_exit_is_the_last_one_asked() -> None:
    second = Fake(lambda: True)
    hooks, _ = hooks_with(Fake(lambda: True), second)
    assert hooks.context_exit(EXIT) is True
    assert second.calls == 0


def test_an_interrupt_by_the_user_is_not_swallowed() -> None:
    hooks, manager = hooks_with(Fake(raising(KeyboardInterrupt())))
    with pytest.raises(KeyboardInterrupt):
        hooks.server_event(EVENT)
    assert manager.plugins()[0].state is PluginState.ENABLED


def test_a_lazy_answer_that_fails_while_it_is_read_counts_as_soft() -> None:
    hooks, _ = hooks_with(Fake(lambda: (1 / 0 for _ in range(1))))
    (reason,) = hooks.interference(QUERY).reasons
    assert reason.verdict is Verdict.SOFT
    assert "ZeroDivisionError" in reason.text


def test_an_interrupt_raised_by_a_rule_is_no_interrupt_by_the_user() -> None:
    hooks, _ = hooks_with(Fake(raising(KeyboardInterrupt())))
    (reason,) = hooks.interference(QUERY).reasons
    assert "failed (KeyboardInterrupt)" in reason.text


def test_a_judgement_of_nonsense_counts_as_soft() -> None:
    hooks, _ = hooks_with(Fake(lambda: Judgement(("no reason",))))  # type: ignore[arg-type]
    assert hooks.context_enter(ENTRY).verdict is Verdict.SOFT


def test_a_failure_is_logged_with_plugin_distribution_and_hook(
    caplog: pytest.LogCaptureFixture,
) -> None:
    hooks, _ = hooks_with(Fake(raising(ValueError("why"))))
    hooks.server_event(EVENT)
    assert 'Plugin "plugin0" (dist0 1) failed in silo_server_event' in caplog.text
    assert "ValueError: why" in caplog.text


def test_details_of_a_failure_do_not_reach_other_users() -> None:
    hooks, _ = hooks_with(Fake(raising(ValueError("the secret part PRT-9"))))
    assert "PRT-9" not in hooks.interference(QUERY).reasons[0].text


def test_one_that_keeps_failing_is_switched_off_once_and_visibly() -> None:
    bad = Fake(raising(ValueError("why")))
    hooks, manager = hooks_with(bad, limit=3)
    told: list[PluginInfo] = []
    manager.on_problem = told.append
    for _ in range(5):
        hooks.server_event(EVENT)
    assert bad.calls == 3
    (info,) = manager.plugins()
    assert info.state is PluginState.SWITCHED_OFF
    assert info.error == (
        'Plugin "plugin0" (dist0 1) was switched off until the next start: '
        "silo_server_event failed 3 times in a row (ValueError: why)."
    )
    assert told == [info]


def test_a_gate_that_was_switched_off_still_lets_nothing_through_silently() -> None:
    bad = Fake(raising(ValueError()))
    hooks, _ = hooks_with(bad, limit=2)
    for _ in range(3):
        judgement = hooks.interference(QUERY)
    assert bad.calls == 2
    assert judgement.verdict is Verdict.SOFT
    assert "switched off" in judgement.reasons[0].text
    assert hooks.context_enter(ENTRY).verdict is Verdict.SOFT
    assert hooks.context_exit(EXIT) is False
    assert bad.calls == 2


def test_a_plugin_that_was_switched_off_is_still_shut_down() -> None:
    bad = Fake(raising(ValueError()))
    hooks, _ = hooks_with(bad, limit=1)
    hooks.server_event(EVENT)
    hooks.server_event(EVENT)
    hooks.shutdown()
    assert bad.calls == 2


def test_failures_that_are_not_in_a_row_switch_nothing_off() -> None:
    answers = iter([ValueError(), None] * 10)

    def act() -> object:
        answer = next(answers)
        if answer:
            raise answer
        return None

    bad = Fake(act)
    hooks, manager = hooks_with(bad, limit=2)
    for _ in range(20):
        hooks.server_event(EVENT)
    assert bad.calls == 20
    assert manager.plugins()[0].state is PluginState.ENABLED


def test_failures_are_counted_for_each_hook_of_its_own() -> None:
    bad = Fake(raising(ValueError()))
    hooks, manager = hooks_with(bad, limit=2)
    hooks.server_event(EVENT)
    hooks.context_exit(EXIT)
    assert manager.plugins()[0].state is PluginState.ENABLED


def test_a_listener_that_calls_hooks_again_is_told_once() -> None:
    bad = Fake(raising(ValueError()))
    hooks, manager = hooks_with(bad, limit=2)
    told: list[PluginInfo] = []

    def listener(info: PluginInfo) -> None:
        told.append(info)
        hooks.server_event(EVENT)

    manager.on_problem = listener
    for _ in range(4):
        hooks.server_event(EVENT)
    assert len(told) == 1


def test_rules_may_be_asked_from_many_threads_at_once() -> None:
    hooks, manager = hooks_with(Fake(raising(ValueError())), Fake(lambda: HARD), limit=50)
    told: list[PluginInfo] = []
    manager.on_problem = told.append
    verdicts: list[tuple[int, ...]] = []

    def ask() -> None:
        for _ in range(50):
            reasons = hooks.interference(QUERY).reasons
            verdicts.append(tuple(reason.verdict for reason in reasons))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(verdicts) == {(2, 1)}
    assert len(verdicts) == 200
    assert [info.name for info in told] == ["plugin0"]
