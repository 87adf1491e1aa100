"""A plugin that keeps to the contract conforms; each way not to is found, and said."""

from __future__ import annotations

import itertools
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from silo_core.hookspecs import SILO_API_VERSION, hookimpl
from silo_core.model.verdict import Reason, Verdict
from silo_core.ports.plugins.contract import HOOKS
from silo_core.testing import (
    HookRecorder,
    assert_conforms,
    assert_rule_conforms,
    problems_of,
    sample_arguments,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from silo_core.model.interference import InterferenceQuery
    from silo_core.testing import InstalledPlugins

SOFT = Reason(Verdict.SOFT, "mine", "Careful.")
RANGE = ("silo-core>=0.1,<0.2",)


@pytest.mark.parametrize("name", ["activity", "checkpoint", "locking", "merge", "subscriptions"])
def test_our_own_plugins_conform(name: str) -> None:
    assert_conforms(name)


def test_a_good_plugin_conforms_by_name_as_a_class_and_as_a_module(
    silo_plugins: InstalledPlugins,
) -> None:
    code = """
        class Mine:
            @hookimpl
            def silo_settings(self):
                return [Setting("mine_level", int, 3, "Level")]

            @hookimpl
            def silo_startup(self, services):
                self.services = services

            @hookimpl
            def silo_context_entered(self, entry):
                self.services.settings.number("mine_level")

        @hookimpl
        def silo_interference(query):
            return [Reason(Verdict.SOFT, "mine", s.user) for s in query.sessions]
    """
    silo_plugins.plugin("mine", code, value=":Mine", needs=RANGE)
    assert_conforms("mine")
    module = sys.modules["mine_module"]
    assert_conforms(module.Mine, "mine")
    assert_conforms(module.Mine(), "mine")
    assert_conforms(module, "mine")


BAD: dict[str, tuple[str, str]] = {
    "misspelt": ("@hookimpl\ndef silo_startupp(services): ...", "no such hook"),
    "heavy": ("import sqlite3\n@hookimpl\ndef silo_shutdown(): ...", "imports sqlite3"),
    "prints": ("print('hello')\n@hookimpl\ndef silo_shutdown(): ...", "prints"),
    "thread": (
        "import threading as t\nt.Timer(2, str).start()\n@hookimpl\ndef silo_shutdown(): ...",
        "starts a thread",
    ),
    "thread at startup": (
        (
            "import threading as t\n@hookimpl\ndef silo_startup():\n    global END; END = t.Event()\n"
            "    t.Thread(target=END.wait, name='mine').start()\n"
            "@hookimpl\ndef silo_shutdown(): END.set()"
        ),
        "started a thread of its own in silo_startup (mine)",
    ),
    "raises": ("@hookimpl\ndef silo_document_opened(): 1 / 0", "its silo_document_opened failed"),
    "raises in what comes rarely": (
        "@hookimpl\ndef silo_sessions_lost(held): 1 / 0",
        "its silo_sessions_lost failed (ZeroDivisionError)",
    ),
    "nonsense": (
        "@hookimpl\ndef silo_context_enter(): return 'no'",
        "its silo_context_enter answered nonsense",
    ),
    "setting": (
        "@hookimpl\ndef silo_settings(): return [Setting('depth', int, 1, 'Depth')]",
        "its setting depth does not begin with bad",
    ),
    "rule": (
        "@hookimpl\ndef silo_interference(query): return query.labels[query.object_id] and None",
        "the rule raised KeyError",
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_does_not_conform_is_said(silo_plugins: InstalledPlugins, kind: str) -> None:
    code, problem = BAD[kind]
    silo_plugins.module("bad_module", "")
    path = silo_plugins.folder / "bad_module.py"
    path.write_text(path.read_text("utf-8") + code, "utf-8")
    silo_plugins.distribution("dist-bad", "[silo.plugins]\nbad = bad_module\n", needs=RANGE)
    said = list(problems_of("bad"))
    assert any(problem in sentence for sentence in said), said
    with pytest.raises(AssertionError, match="does not conform"):
        assert_conforms("bad")


def test_a_need_that_is_no_tuple_is_refused(silo_plugins: InstalledPlugins) -> None:
    need: Any = "silo-core>=0.1"
    with pytest.raises(TypeError, match=r'write needs=\("silo-core>=0.1",\)'):
        silo_plugins.plugin("mine", "", needs=need)


def test_a_range_that_is_missing_or_wrong_is_said(silo_plugins: InstalledPlugins) -> None:
    good = "@hookimpl\ndef silo_shutdown(): ...\n"
    silo_plugins.plugin("none", good)
    silo_plugins.plugin("old", good, needs=("silo-core>=0.0.1",))
    silo_plugins.plugin("late", good, needs=("silo-core>=9",))
    (none,), (old,), (late,) = (list(problems_of(name)) for name in ("none", "old", "late"))
    assert none.startswith("dist-none does not say which versions of Silo")
    assert old == "silo_shutdown is there since 0.1; let dist-old need that"
    assert f"and this is silo-core {SILO_API_VERSION}" in late
    assert list(problems_of("nobody")) == [
        "no plugin nobody is installed; install its distribution, or name its module"
    ]


# -- rules ----------------------------------------------------------------------------------------


def told() -> Callable[[InterferenceQuery], object]:
    numbers = itertools.count()
    return lambda query: SOFT if next(numbers) % 2 else None


def changing(query: InterferenceQuery) -> None:
    query.labels["new"] = "x"  # type: ignore[index] # that is the point


def lasting(query: InterferenceQuery) -> None:
    time.sleep(0.3)


def starting(query: InterferenceQuery) -> None:
    threading.Thread(target=time.sleep, args=(3,), daemon=True).start()


RULES: dict[str, tuple[Any, str]] = {
    "not total": (lambda query: query.labels[query.object_id], "the rule raised KeyError"),
    "nonsense": (lambda query: "no", "nonsense"),
    "not deterministic": (told(), "and then"),
    "not pure": (changing, "the rule raised TypeError"),
    "threads": (starting, "started a thread"),
    "slow": (lasting, "the rule took"),
}


@pytest.mark.parametrize("kind", RULES)
def test_a_rule_that_is_not_as_rules_are_is_found(kind: str) -> None:
    rule, problem = RULES[kind]
    with pytest.raises(AssertionError, match=problem):
        assert_rule_conforms(rule)


def test_a_good_rule_passes_as_a_function_and_as_a_plugin() -> None:
    def rule(query: InterferenceQuery) -> list[Reason]:
        return [SOFT for session in query.sessions if session.object_id in query.cone]

    class Mine:
        @hookimpl
        def silo_interference(self, query: InterferenceQuery) -> list[Reason]:
            return rule(query)

    assert_rule_conforms(rule)
    assert_rule_conforms(Mine())


# -- recorder -------------------------------------------------------------------------------------


def test_a_recorder_tells_order_and_arguments() -> None:
    recorder = HookRecorder()
    for hook in ("silo_document_opened", "silo_presence_changed", "silo_document_closed"):
        getattr(recorder, hook)(*sample_arguments(hook))
    (document,) = sample_arguments("silo_document_opened")
    recorder.assert_order("silo_document_opened", "silo_document_closed")
    recorder.assert_called("silo_document_opened", times=1, document=document)
    recorder.assert_not_called("silo_document_opened", document=None)
    with pytest.raises(AssertionError, match="did not come in the order"):
        recorder.assert_order("silo_document_closed", "silo_document_opened")
    with pytest.raises(AssertionError, match="was to be called at least once, and was 0 times"):
        recorder.assert_called("silo_document_opened", document=None)
    with pytest.raises(AssertionError, match="was called"):
        recorder.assert_not_called("silo_document_opened")
    recorder.clear()
    assert recorder.calls == []


def test_there_is_a_sample_for_every_hook_but_startup() -> None:
    for hook in HOOKS.keys() - {"silo_startup"}:
        sample_arguments(hook)
    with pytest.raises(KeyError):
        sample_arguments("silo_startup")
