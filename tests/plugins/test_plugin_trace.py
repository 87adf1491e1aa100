"""What plugins were called for, how long it took and how it ended; and who is too slow."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

import pytest

from silo_core.hookspecs import hookimpl
from silo_core.model.context import ContextLevel
from silo_core.model.event import Event
from silo_core.model.interference import InterferenceQuery
from silo_core.ports.plugins import Hooks, PluginManager, PluginState
from silo_core.ports.plugins.isolation import BUDGET_S, TOO_LONG
from silo_core.ports.plugins.trace import KEPT

if TYPE_CHECKING:
    from collections.abc import Callable

    from silo_core.ports.plugins import PluginInfo

EVENT = Event(1, "server.state", {"secret": "PRT-9"})
QUERY = InterferenceQuery("PRT-100", ContextLevel.SKETCH, "Sketch001", "bob", "w2", frozenset())


class Mine:
    def __init__(self, act: Callable[[], object] = lambda: None) -> None:
        self._act = act

    @hookimpl
    def silo_server_event(self) -> object:
        return self._act()

    @hookimpl
    def silo_interference(self) -> object:
        return self._act()


class Ticks:
    """A clock that goes on by what it is told to."""

    def __init__(self) -> None:
        self.now = time.monotonic()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks(monkeypatch: pytest.MonkeyPatch) -> Ticks:
    made = Ticks()
    monkeypatch.setattr(time, "monotonic", made)
    return made


def manager_with(*plugins: object) -> PluginManager:
    manager = PluginManager(failure_limit=3, rules_limit_s=30)
    for number, plugin in enumerate(plugins):
        manager.register(plugin, f"plugin{number}")
    return manager


def taking(ticks: Ticks, seconds: float) -> Mine:
    def act() -> None:
        ticks.now += seconds

    return Mine(act)


def outcomes(manager: PluginManager) -> list[tuple[str, str, str]]:
    return [(call.plugin, call.hook, call.outcome) for call in manager.trace.calls()]


def test_every_call_of_every_implementation_is_traced_with_its_outcome() -> None:
    manager = manager_with(Mine(), Mine(lambda: 1 / 0), Mine())
    Hooks(manager).server_event(EVENT)
    hook = "silo_server_event"
    assert outcomes(manager) == [
        ("plugin0", hook, ""),
        ("plugin1", hook, "failed (ZeroDivisionError)"),
        ("plugin2", hook, ""),
    ]
    calls = manager.trace.calls()
    assert {call.thread for call in calls} == {"main"}
    assert all(call.seconds >= 0 for call in calls)
    assert "PRT-9" not in repr(calls)


def test_a_rule_is_traced_on_its_own_thread_and_another_thread_by_its_name() -> None:
    manager = manager_with(Mine(lambda: 3))
    hooks = Hooks(manager)
    hooks.interference(QUERY)
    worker = threading.Thread(target=lambda: hooks.server_event(EVENT), name="silo-worker_7")
    worker.start()
    worker.join()
    rule, event = manager.trace.calls()
    assert (rule.thread, rule.outcome) == ("silo-rule-plugin0", "answered nonsense")
    assert (event.thread, event.hook) == ("silo-worker_7", "silo_server_event")


def test_the_trace_keeps_the_newest_calls() -> None:
    manager = manager_with(Mine())
    hooks = Hooks(manager)
    for _ in range(KEPT + 5):
        hooks.server_event(EVENT)
    assert len(manager.trace.calls()) == KEPT


def test_who_keeps_the_main_thread_too_long_is_named(
    ticks: Ticks, caplog: pytest.LogCaptureFixture
) -> None:
    manager = manager_with(Mine(), taking(ticks, BUDGET_S + 0.04))
    with caplog.at_level(logging.INFO):
        for _ in range(9):
            Hooks(manager).server_event(EVENT)
    assert outcomes(manager)[:2] == [
        ("plugin0", "silo_server_event", ""),
        ("plugin1", "silo_server_event", "took 0.14 s"),
    ]
    assert 'Plugin "plugin1" kept the editor waiting for 0.14 s' in caplog.text
    assert {info.state for info in manager.plugins()} == {PluginState.ENABLED}


def test_who_keeps_the_main_thread_very_long_again_and_again_is_switched_off(
    ticks: Ticks,
) -> None:
    manager = manager_with(taking(ticks, BUDGET_S * TOO_LONG + 0.1))
    told: list[PluginInfo] = []
    manager.on_problem = told.append
    for _ in range(5):
        Hooks(manager).server_event(EVENT)
    (info,) = told
    assert info.error == (
        'Plugin "plugin0" was switched off until the next start: '
        "silo_server_event took too long 3 times in a row (1.1 s)."
    )
    assert len(manager.trace.calls()) == 3


def test_a_worker_may_take_as_long_as_it_likes(ticks: Ticks) -> None:
    manager = manager_with(taking(ticks, 100))
    hooks = Hooks(manager)
    for _ in range(5):
        worker = threading.Thread(target=lambda: hooks.server_event(EVENT))
        worker.start()
        worker.join()
    assert {call.outcome for call in manager.trace.calls()} == {""}
    assert manager.plugins()[0].state is PluginState.ENABLED


def test_what_was_switched_off_can_be_switched_on_again() -> None:
    broken = [True]
    asked: list[int] = []

    def act() -> None:
        asked.append(1)
        if broken:
            raise ValueError

    manager = manager_with(Mine(act))
    hooks = Hooks(manager)
    assert not manager.switch_on("plugin0"), "it is not off"
    for _ in range(4):
        hooks.server_event(EVENT)
    assert manager.plugins()[0].state is PluginState.SWITCHED_OFF
    broken.clear()
    assert manager.switch_on("plugin0")
    hooks.server_event(EVENT)
    assert (manager.plugins()[0].state, manager.plugins()[0].error) == (PluginState.ENABLED, "")
    assert len(asked) == 4
    assert not manager.switch_on("nobody")
