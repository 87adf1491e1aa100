"""The reference is what the generator makes of the hooks, and each of its examples does what it says."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import pytest

from silo_core.model.exchange import MergeResult
from silo_core.model.setting import Setting
from silo_core.ports.plugins import Hooks, PluginManager
from silo_core.ports.plugins.contract import HOOKS
from silo_core.testing import sample_arguments

ROOT = Path(__file__).parents[2]
PART = "PRT-100"
OBJECT = "Holes (Sketch001)"
WRITTEN = {
    "silo_activity": ["12:00 bob asks for Holes (Sketch001)"],
    "silo_behind_changed": ["There is something newer of PRT-101"],
    "silo_cancel_transfer": [f"{PART} is not to travel now"],
    "silo_checkpoint_pushed": [f"{PART} is on the server as version-1"],
    "silo_connection_changed": ["Offline: The server is away."],
    "silo_context_entered": [f"Began {OBJECT} in spite of a warning"],
    "silo_context_exit": ["1 sessions are to end"],
    "silo_context_exited": [f"Left {OBJECT}"],
    "silo_context_refused": [f"Kept out of {OBJECT}"],
    "silo_document_closed": [f"Closed {PART}"],
    "silo_document_opened": [f"Opened {PART}"],
    "silo_files_synced": [f"Arrived: {PART}"],
    "silo_presence_changed": [f"People came or went: {PART}"],
    "silo_progress": [f"{PART}: 50%"],
    "silo_server_event": [f"The server says item.updated of {PART}"],
    "silo_sessions_lost": [f"Lost {OBJECT}"],
    "silo_settings_changed": ["Changed: workspace"],
    "silo_shutdown": ["Good night"],
    "silo_sync_changed": [f"Come when they are closed: {PART}"],
}
ANSWERING = {
    *("silo_act", "silo_action_problem", "silo_context_enter", "silo_interference", "silo_merge"),
    *("silo_settings", "silo_startup", "silo_update", "silo_windows"),
}


def module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


GENERATOR = module(ROOT / "scripts" / "hook_reference.py")


@pytest.fixture
def diary() -> Any:
    return module(ROOT / "docs" / "hook_examples.py").Diary()


@pytest.fixture
def hooks(diary: Any) -> Hooks:
    manager = PluginManager(rules_limit_s=30)
    assert manager.register(diary, "diary").error == ""
    return Hooks(manager)


def test_the_reference_is_up_to_date() -> None:
    page = (ROOT / "docs" / "plugin-reference.md").read_text("utf-8")
    assert page == GENERATOR.with_reference(page), "run `make docs`"


def test_a_hook_that_changes_changes_the_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    def silo_shutdown(why: str) -> None:
        """Observer, worker. Another ``text``.

        Since 9.9.
        """

    hooks = {**HOOKS, "silo_shutdown": silo_shutdown}
    monkeypatch.setattr(GENERATOR, "HOOKS", hooks)
    text = GENERATOR.reference()
    assert "`silo_shutdown(why: str) -> None`\n\n*Worker thread.* Another `text`.\n" in text
    monkeypatch.setattr(GENERATOR, "HOOKS", {**hooks, "silo_unheard_of": silo_shutdown})
    with pytest.raises(ValueError, match="no example of silo_unheard_of"):
        GENERATOR.reference()


def test_every_hook_has_an_example_that_is_called_here() -> None:
    assert WRITTEN.keys() | ANSWERING == HOOKS.keys()


@pytest.mark.parametrize("hook", sorted(WRITTEN))
def test_an_example_writes_what_happens_into_its_diary(hooks: Hooks, diary: Any, hook: str) -> None:
    getattr(hooks, hook.removeprefix("silo_"))(*sample_arguments(hook))
    assert diary.lines == WRITTEN[hook]


def test_the_examples_that_answer_answer(hooks: Hooks, diary: Any, tmp_path: Path) -> None:
    services = object()
    hooks.startup(cast("Any", services))
    assert diary.services is services
    (reason,) = hooks.context_enter(*sample_arguments("silo_context_enter")).reasons
    assert reason.text == "The drill is being repaired."
    (query,) = sample_arguments("silo_interference")
    crowded = replace(query, sessions=query.sessions * 10)
    said = [[reason.text for reason in hooks.interference(q).reasons] for q in (query, crowded)]
    text = "10 people are in here already."
    assert [text in texts for texts in said] == [False, True]
    (setting,) = hooks.settings()
    assert isinstance(setting, Setting)
    assert not hooks.update(*sample_arguments("silo_update"))
    entry, _ = sample_arguments("silo_act")
    assert hooks.act(entry, "release") is None
    assert hooks.action_problem(entry, "diary.remember") == ""
    assert hooks.act(entry, "diary.remember") == "Written down"
    assert hooks.action_problem(entry, "diary.remember") == "It is written down already"


def test_the_example_of_a_merge_takes_what_only_others_changed(
    hooks: Hooks, tmp_path: Path
) -> None:
    (request,) = sample_arguments("silo_merge", tmp_path)
    assert hooks.merge(request) is None
    result = hooks.merge(replace(request, ours=request.base))
    assert result == MergeResult(taken=("All that bob made",))
    assert request.target.read_bytes() == request.theirs.read_bytes()


def test_the_example_of_an_update_answers_for_its_files_alone(hooks: Hooks) -> None:
    document, _ = sample_arguments("silo_update")
    told: list[bool] = []
    assert hooks.update(replace(document, path=Path("a.txt")), told.append)
    assert told == [False]


def test_the_example_of_a_window_shows_the_diary(hooks: Hooks, diary: Any, qtbot: Any) -> None:
    (window,) = hooks.windows()
    diary.lines.append("Good night")
    widget: Any = window.make(None)
    qtbot.addWidget(widget)
    assert widget.item(0).text() == "Good night"
