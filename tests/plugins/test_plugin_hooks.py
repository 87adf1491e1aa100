"""Every hook: called through its typed method, with its arguments, in order."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import pytest

from silo_core import hookspecs
from silo_core.hookspecs import hookimpl
from silo_core.model.context import CheckpointContext, Context, ContextLevel, Document
from silo_core.model.exchange import (
    ActivityEntry,
    ActivityKind,
    ContextEntry,
    ContextExit,
    HeldContext,
)
from silo_core.model.interference import InterferenceQuery
from silo_core.model.session import EditSession
from silo_core.model.setting import Setting
from silo_core.model.verdict import Judgement, Reason, Verdict
from silo_core.model.window import Window, WindowKind
from silo_core.ports.plugins import Hooks, PluginManager
from silo_core.ports.plugins.answers import answers_of
from silo_core.ports.plugins.contract import HOOKS
from silo_core.testing import HookCall, HookRecorder, sample_arguments

if TYPE_CHECKING:
    from silo_core.ports.services import Services

NOW = datetime(2026, 11, 3, 12, tzinfo=UTC)
DOCUMENT = Document("d1", None, "PRT-100")
CONTEXT = Context(ContextLevel.SKETCH, "Sketch001")
ENTRY = ContextEntry("e1", DOCUMENT, CONTEXT)
SESSION = EditSession(
    "s1", "PRT-100", "alice", "w1", "desk", ContextLevel.SKETCH, "Sketch001", ("Sketch001",), NOW
)
HELD = (HeldContext(ENTRY, SESSION),)
EXIT = ContextExit(DOCUMENT, HELD, CheckpointContext.SKETCH_CLOSE)
QUERY = InterferenceQuery(
    "PRT-100", ContextLevel.SKETCH, "Sketch001", "bob", "w2", frozenset(), (SESSION,)
)
SOFT = Reason(Verdict.SOFT, "rule", "Careful.")
# For each hook: what Hooks takes, in the order of the hook's arguments.
ARGUMENTS: dict[str, tuple[Any, ...]] = {
    **{hook: sample_arguments(hook) for hook in HOOKS.keys() - {"silo_startup"}},
    "silo_startup": (cast("Services", object()),),
}


def method(hooks: Hooks, hook: str) -> Any:
    return getattr(hooks, hook.removeprefix("silo_"))


def test_every_hook_has_a_case_here_and_a_typed_method() -> None:
    assert set(ARGUMENTS) == set(HOOKS)
    others = {"explain", "can_merge", "plugins", "deprecations", "remarks", "trace", "switch_on"}
    methods = {name for name in vars(Hooks) if not name.startswith("_")} - others
    assert {f"silo_{name}" for name in methods} == set(HOOKS)


@pytest.mark.parametrize("hook", sorted(set(ARGUMENTS) - {"silo_settings"}))
def test_a_hook_reaches_every_plugin_with_its_arguments_in_order(hook: str) -> None:
    manager = PluginManager(rules_limit_s=30)
    recorders = {name: HookRecorder(hook) for name in ("b", "c", "a")}
    order: list[str] = []
    for name, recorder in recorders.items():
        recorder.calls = Told(partial(order.append, name))
        manager.register(recorder, name)
    arguments = sample_arguments(hook) if hook != "silo_startup" else ARGUMENTS[hook]
    method(Hooks(manager), hook)(*arguments)
    if hook != "silo_interference":  # each rule on a thread of its own
        assert order == list("cba" if hook == "silo_shutdown" else "abc")
    names = list(inspect.signature(HOOKS[hook]).parameters)
    for recorder in recorders.values():
        (call,) = recorder.calls
        assert list(call.arguments.items()) == list(zip(names, arguments, strict=True))


class Told(list[HookCall]):
    """A list that tells of what is appended."""

    def __init__(self, tell: Callable[[], None]) -> None:
        super().__init__()
        self._tell = tell

    def append(self, call: HookCall) -> None:
        self._tell()
        super().append(call)


def test_silo_settings_is_asked_once_when_a_plugin_is_loaded() -> None:
    asked: list[int] = []
    setting = Setting("depth", int, 1, "Depth")

    class Mine:
        @hookimpl
        def silo_settings(self) -> list[Setting]:
            asked.append(1)
            return [setting]

    manager = PluginManager()
    manager.register(Mine(), "mine")
    hooks = Hooks(manager)
    assert hooks.settings() == hooks.settings() == (setting,)
    assert asked == [1]


@pytest.mark.parametrize("hook", sorted(HOOKS))
def test_an_implementation_may_take_no_argument_at_all(hook: str) -> None:
    calls: list[str] = []

    class Mine: ...

    plugin = Mine()

    def implementation() -> None:
        calls.append(hook)

    setattr(plugin, hook, hookimpl(implementation))
    manager = PluginManager()
    manager.register(plugin, "mine")
    if hook == "silo_settings":
        assert Hooks(manager).settings() == ()
    else:
        method(Hooks(manager), hook)(*ARGUMENTS[hook])
    assert calls == [hook]
    assert manager.plugins()[0].error == ""


def test_windows_of_all_plugins_are_offered_and_a_name_only_once() -> None:
    def window(name: str, title: str) -> Window:
        return Window(name, title, "", WindowKind.DIALOG, lambda parent: None)

    class Mine:
        def __init__(self, answer: object) -> None:
            self._answer = answer

        @hookimpl
        def silo_windows(self) -> object:
            return self._answer

    manager = PluginManager()
    first, second = window("Silo_A", "a"), window("Silo_B", "b")
    for name, answer in (("a", [first]), ("b", second), ("c", [window("Silo_A", "c")]), ("d", 3)):
        manager.register(Mine(answer), name)
    assert Hooks(manager).windows() == (first, second)


def test_an_action_is_carried_out_by_the_first_plugin_that_knows_the_entry() -> None:
    class Mine:
        def __init__(self, answer: object) -> None:
            self._answer = answer

        @hookimpl
        def silo_act(self) -> object:
            return self._answer

        @hookimpl
        def silo_action_problem(self) -> object:
            return self._answer

    entry = ActivityEntry(NOW, ActivityKind.HANDOFF, "bob asks")
    manager = PluginManager()
    hooks = Hooks(manager)
    assert hooks.act(entry, "release") is hooks.action_problem(entry, "release") is None
    for name, answer in (("a", None), ("b", 3), ("c", ""), ("d", "late")):
        manager.register(Mine(answer), name)
    assert hooks.act(entry, "release") == hooks.action_problem(entry, "release") == ""


def test_gates_combine_all_answers_strictest_first() -> None:
    hard = Reason(Verdict.HARD, "strict", "No.")
    none = Reason(Verdict.NONE, "mild", "Fine.")

    class Mine:
        def __init__(self, *reasons: Reason) -> None:
            self._reasons = reasons

        @hookimpl
        def silo_context_enter(self) -> Judgement:
            return Judgement(self._reasons)

        @hookimpl
        def silo_interference(self) -> tuple[Reason, ...]:
            return self._reasons

    manager = PluginManager(rules_limit_s=30)
    manager.register(Mine(SOFT, none), "a")
    manager.register(Mine(), "b")
    manager.register(Mine(hard), "c")
    hooks = Hooks(manager)
    assert hooks.context_enter(ENTRY).reasons == (hard, SOFT, none)
    judgement = hooks.interference(QUERY)
    assert [reason.rule for reason in judgement.reasons] == [
        "same_object",
        "strict",
        "rule",
        "mild",
    ]


def test_interference_judges_by_the_built_in_rules_without_any_plugin() -> None:
    judgement = Hooks(PluginManager()).interference(QUERY)
    assert judgement.verdict is Verdict.HARD
    assert judgement.reasons[0].session == SESSION


@pytest.mark.parametrize("hook", sorted(HOOKS))
def test_each_docstring_says_the_kind_by_which_the_answers_are_treated(hook: str) -> None:
    docstring = inspect.getdoc(HOOKS[hook]) or ""
    kind = docstring.partition(".")[0].partition(",")[0].lower()
    assert kind == answers_of(hook).kind
    first_result = getattr(HOOKS[hook], f"{hookspecs.PROJECT}_spec")["firstresult"]
    assert first_result == (kind == "first")
