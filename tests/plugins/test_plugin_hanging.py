"""A plugin that hangs: named while it does, and by the next start if the editor is killed meanwhile."""

from __future__ import annotations

import inspect
import logging
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from silo_core.hookspecs import hookimpl
from silo_core.model.event import Event
from silo_core.ports.plugins import Hooks, PluginManager, PluginState, hung, isolation
from silo_core.ports.plugins.contract import HOOKS
from silo_core.ports.plugins.hung import Hung, SwitchedOff
from silo_core.surfaces.cli import main
from silo_core.surfaces.headless import HeadlessHost
from silo_core.testing import InstalledPlugins, sample_arguments
from silo_core.workbench import Workbench, make_workbench, plugin_watch
from silo_core.workbench.plugin_watch import PluginWatch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from silo_core.model.exchange import ActivityEntry

EVENT = Event(1, "server.state", {})
MOST_S = 60.0
"""A hang that is not noticed ends by itself, and the test fails."""


class Noticed(logging.Handler):
    """Lets what hangs go on once somebody has named it."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.event = threading.Event()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())
        self.event.set()


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for seconds here."""
    monkeypatch.setattr(isolation, "HANG_S", 0.02)
    monkeypatch.setattr(isolation, "BUDGET_S", 0.01)
    monkeypatch.setattr(isolation, "BUDGETS_S", {"silo_context_exit": None})
    monkeypatch.setattr(plugin_watch, "PERIOD_S", 0.005)
    monkeypatch.setattr(plugin_watch, "BESIDE_S", 0.03)


@pytest.fixture
def noticed() -> Iterator[Noticed]:
    handler = Noticed()
    logger = logging.getLogger("silo_core.workbench.plugin_watch")
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)


def hanging(hook: str, until: threading.Event) -> object:
    """A plugin that does not return from one hook until it has been noticed."""

    def hang(*_: object) -> None:
        until.wait(MOST_S)

    hang.__signature__ = inspect.signature(HOOKS[hook])  # type: ignore[attr-defined] # as declared
    plugin = type("Hanging", (), {})()
    setattr(plugin, hook, hookimpl(hang))
    return plugin


def watched(
    manager: PluginManager, folder: Path, call: Callable[[], object]
) -> list[ActivityEntry]:
    """What is told when that is called with somebody watching."""
    told: list[ActivityEntry] = []
    watch = PluginWatch(manager, folder)
    watch.tell(told.append)
    watch.start()
    call()
    deadline = time.monotonic() + MOST_S
    while not told and time.monotonic() < deadline:
        time.sleep(0.002)
    watch.stop()
    return told


def named(said: list[str], hook: str) -> bool:
    return any('Plugin "slow" (dist-slow 1.0) has ' in one and hook in one for one in said)


@pytest.mark.parametrize("hook", [name for name in HOOKS if name != "silo_settings"])
def test_who_hangs_is_named_meanwhile_and_told_afterwards(
    hook: str, noticed: Noticed, tmp_path: Path
) -> None:
    manager = PluginManager(rules_limit_s=MOST_S)
    manager.register(hanging(hook, noticed.event), "slow", "dist-slow", "1.0")
    typed = getattr(Hooks(manager), hook.removeprefix("silo_"))
    arguments = (object(),) if hook == "silo_startup" else sample_arguments(hook, tmp_path)
    (entry,) = watched(manager, tmp_path, lambda: typed(*arguments))
    assert named(noticed.said, hook)
    assert "slow" in entry.text
    assert hook in entry.details[0]
    beside = hook in ("silo_context_exit", "silo_interference")
    assert ("been at work" in noticed.said[0]) == beside
    assert hung.marked(tmp_path) == (), "it has returned"
    assert manager.trace.running == {}


def test_a_hang_while_it_is_imported_or_declares_its_settings_is_named_too(
    silo_plugins: InstalledPlugins, noticed: Noticed, tmp_path: Path
) -> None:
    manager = PluginManager()
    sys.modules["silo_test_noticed"] = noticed  # type: ignore[assignment] # holds the event
    wait = f"import sys; sys.modules['silo_test_noticed'].event.wait({MOST_S})"
    silo_plugins.plugin("slow", f"{wait}\n@hookimpl\ndef silo_shutdown(): ...\n")
    try:
        (entry,) = watched(manager, tmp_path, manager.load)
    finally:
        del sys.modules["silo_test_noticed"]
    assert any('Plugin "slow" (dist-slow 1.0)' in one for one in noticed.said)
    assert "while it was imported" in entry.details[0]
    noticed.event.clear()
    noticed.said.clear()
    plugin = hanging("silo_settings", noticed.event)
    watched(manager, tmp_path, lambda: manager.register(plugin, "other", "dist-other"))
    assert "silo_settings" in noticed.said[0]


def test_a_hang_on_another_thread_is_named_with_the_thread(
    noticed: Noticed, tmp_path: Path
) -> None:
    manager = PluginManager()
    manager.register(hanging("silo_merge", noticed.event), "slow", "dist-slow", "1.0")
    arguments = sample_arguments("silo_merge", tmp_path)

    def merge() -> None:
        worker = threading.Thread(target=lambda: Hooks(manager).merge(*arguments), name="outbox-7")
        worker.start()
        worker.join()

    (entry,) = watched(manager, tmp_path, merge)
    assert "been at work" in entry.details[0]
    assert noticed.said[0].endswith("in silo_merge, on the thread outbox-7")
    assert manager.plugins()[0].state is PluginState.ENABLED


def test_while_it_hangs_word_of_it_is_on_the_disk_and_in_the_trace(
    noticed: Noticed, tmp_path: Path
) -> None:
    manager = PluginManager()
    let_go = threading.Event()
    manager.register(hanging("silo_server_event", let_go), "slow", "dist-slow", "1.0")
    seen: list[tuple[tuple[Hung, ...], str]] = []

    def look() -> None:
        deadline = time.monotonic() + MOST_S
        while not hung.marked(tmp_path) and time.monotonic() < deadline:
            time.sleep(0.002)
        seen.append((hung.marked(tmp_path), (tmp_path / "plugin-trace.json").read_text("utf-8")))
        let_go.set()

    looking = threading.Thread(target=look)
    looking.start()
    watched(manager, tmp_path, lambda: Hooks(manager).server_event(EVENT))
    looking.join()
    ((marked,), trace) = seen[0]
    assert (marked.plugin, marked.version, marked.hook) == ("slow", "1.0", "silo_server_event")
    assert marked.kept_waiting
    assert "has not returned" in trace


@pytest.fixture
def takes(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets time pass."""
    now = [time.monotonic()]

    def takes(seconds: float) -> None:
        now[0] += seconds

    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return takes


def test_who_hangs_twice_is_switched_off_however_well_it_works_in_between(
    takes: Callable[[float], None],
) -> None:
    naps = iter([0.1, 0.0, 0.0, 0.1, 0.0])

    class OnceInAWhile:
        @hookimpl
        def silo_server_event(self) -> None:
            takes(next(naps))

    manager = PluginManager()
    manager.register(OnceInAWhile(), "slow", "dist-slow", "1.0")
    for _ in range(4):
        Hooks(manager).server_event(EVENT)
    (info,) = manager.plugins()
    assert info.state is PluginState.SWITCHED_OFF
    assert "it kept the editor waiting 2 times, now for 0.1 s in silo_server_event" in info.error
    assert manager.switch_on("slow")
    Hooks(manager).server_event(EVENT)
    assert manager.plugins()[0].state is PluginState.ENABLED


@pytest.mark.parametrize("then", [lambda: None, lambda: 1 / 0])
def test_who_only_calls_the_slow_one_is_not_blamed(
    then: Callable[[], object], takes: Callable[[float], None], caplog: pytest.LogCaptureFixture
) -> None:
    manager = PluginManager()
    hooks = Hooks(manager)

    class Outer:
        @hookimpl
        def silo_server_event(self) -> None:
            hooks.presence_changed(frozenset())

    class Inner:
        @hookimpl
        def silo_presence_changed(self) -> None:
            takes(0.05)
            then()

    manager.register(Outer(), "outer", "dist-outer", "1.0")
    manager.register(Inner(), "slow", "dist-slow", "1.0")
    hooks.server_event(EVENT)
    assert [(call.plugin, call.outcome != "") for call in manager.trace.calls()] == [
        ("slow", True),
        ("outer", False),
    ]
    assert "dist-outer" not in caplog.text


def test_who_waits_for_one_that_hangs_does_not_hang_itself_meanwhile_nor_afterwards(
    takes: Callable[[float], None],
) -> None:
    manager = PluginManager()
    hooks = Hooks(manager)
    seen: list[dict[str, bool]] = []

    def look() -> None:
        calls = manager.trace.under_way()
        seen.append({call.plugin: call.own_s > plugin_watch._limit_s(call) for call in calls})

    class Outer:
        @hookimpl
        def silo_server_event(self) -> None:
            hooks.presence_changed(frozenset())
            look()

    class Inner:
        @hookimpl
        def silo_presence_changed(self) -> None:
            takes(0.05)
            look()

    manager.register(Outer(), "outer", "dist-outer", "1.0")
    manager.register(Inner(), "slow", "dist-slow", "1.0")
    hooks.server_event(EVENT)
    assert seen == [{"slow": True, "outer": False}, {"outer": False}]


# -- the editor is killed ----------------------------------------------------------------------------

HANGS = """
import time
@hookimpl
def silo_startup(services):
    if %r: time.sleep(600)
"""
EDITOR = """
import sys
from pathlib import Path
from silo_core.ports.plugins import isolation
from silo_core.surfaces.headless import HeadlessHost
from silo_core.testing import InstalledPlugins
from silo_core.workbench import make_workbench, plugin_watch
isolation.HANG_S, plugin_watch.PERIOD_S, isolation.BUDGETS_S = 0.1, 0.02, {}
installed, data = map(Path, sys.argv[1:])
with InstalledPlugins(installed).only():
    make_workbench(HeadlessHost(), config=data / "settings.toml", data=data, environ={}).start()
"""


def start(data: Path) -> Workbench:
    bench = make_workbench(HeadlessHost(), config=data / "settings.toml", data=data, environ={})
    bench.start()
    return bench


def test_who_hung_when_the_editor_was_killed_is_off_at_the_next_start_until_switched_on(
    silo_plugins: InstalledPlugins,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    data = tmp_path / "silo"
    data.mkdir()
    silo_plugins.plugin("slow", HANGS % True)
    editor = subprocess.Popen([sys.executable, "-c", EDITOR, silo_plugins.folder, data])
    try:
        deadline = time.monotonic() + MOST_S
        while not hung.marked(data) and time.monotonic() < deadline:
            time.sleep(0.02)
    finally:
        editor.kill()
        editor.wait()
    bench = start(data)
    (info,) = bench.plugins.plugins()
    assert info.state is PluginState.SWITCHED_OFF
    assert info.error.startswith(
        'Plugin "slow" (dist-slow 1.0) is switched off: it had kept the editor waiting for '
    )
    assert "silo plugins switch-on slow" in info.error
    assert "slow_module" not in sys.modules, "it has not been imported"
    host = bench.host
    assert isinstance(host, HeadlessHost)
    host.run_pending(0)
    assert any(info.error in entry.details for entry in host.notices)
    bench.stop()
    again = start(data)  # still
    assert again.plugins.plugins()[0].state is PluginState.SWITCHED_OFF
    again.stop()
    (silo_plugins.folder / "slow_module.py").unlink()
    silo_plugins.module("slow_module", HANGS % False)
    assert main(["plugins", "list"]) == 0
    assert "switched off" in capsys.readouterr().out
    assert main(["plugins", "switch-on", "slow"]) == 0
    assert main(["plugins", "switch-on", "slow"]) == 2
    assert "such are: none" in capsys.readouterr().err
    well = start(data)
    assert well.plugins.plugins()[0].state is PluginState.ENABLED
    well.stop()


HUNG = Hung("slow", "dist-slow", "1.0", "silo_startup", 7.0, kept_waiting=True)


def test_switching_it_on_in_the_running_editor_counts_from_the_next_start_on(
    silo_plugins: InstalledPlugins, tmp_path: Path
) -> None:
    silo_plugins.plugin("slow", HANGS % False)
    SwitchedOff(tmp_path).add([HUNG])
    manager = PluginManager(switched_off=SwitchedOff(tmp_path))
    manager.load()
    assert manager.switch_on("slow")
    (info,) = manager.plugins()
    assert (info.state, info.error) == (
        PluginState.DISABLED,
        "It is used again from the next start on.",
    )
    assert SwitchedOff(tmp_path).all() == ()


def test_another_version_is_given_a_chance(silo_plugins: InstalledPlugins, tmp_path: Path) -> None:
    silo_plugins.plugin("slow", HANGS % False)
    SwitchedOff(tmp_path).add([Hung("slow", "dist-slow", "0.9", "silo_startup", 7.0, True)])
    manager = PluginManager(switched_off=SwitchedOff(tmp_path))
    assert manager.load()[0].state is PluginState.ENABLED


def test_who_was_at_work_beside_the_editor_is_only_told_of(
    silo_plugins: InstalledPlugins, tmp_path: Path
) -> None:
    silo_plugins.plugin("slow", HANGS % False)
    hung.mark(tmp_path, [Hung("slow", "dist-slow", "1.0", "silo_merge", 75.0, False)])
    bench = start(tmp_path)
    assert bench.plugins.plugins()[0].state is PluginState.ENABLED
    host = bench.host
    assert isinstance(host, HeadlessHost)
    host.run_pending(0)
    (entry,) = [one for one in host.notices if "still at work" in one.text]
    assert "had been at work for 75 s in silo_merge" in entry.details[0]
    bench.stop()
    assert hung.marked(tmp_path) == ()


REST = '"distribution": "", "version": "", "hook": "", "kept_waiting": true'
KEPT = '[{"plugin": %s, "seconds": %s, ' + REST + "}]"


@pytest.mark.parametrize(
    "content",
    ["{", "[3]", '{"a": 1}', '[{"plugin": "slow"}]', "", KEPT % ('"slow"', '"9"'), KEPT % (3, 9)],
)
def test_a_list_that_cannot_be_read_switches_nothing_off(tmp_path: Path, content: str) -> None:
    (tmp_path / hung.LIST).write_text(content, "utf-8")
    assert SwitchedOff(tmp_path).all() == ()
