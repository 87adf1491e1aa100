"""Finding and loading: each plugin on its own, in one order, the broken ones reported."""

from __future__ import annotations

import subprocess
import sys
from collections import deque
from typing import TYPE_CHECKING

import pytest

from silo_core.hookspecs import hookimpl
from silo_core.model.event import Event
from silo_core.model.setting import Setting
from silo_core.ports.plugins import Hooks, PluginInfo, PluginManager, PluginState
from silo_core.ports.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.plugins.conftest import Site  # for its type only

GOOD = """
    @hookimpl
    def silo_server_event(event):
        event.data["log"].append(__name__)
"""

BROKEN: Mapping[str, tuple[str, str]] = {
    "raises at import": ("raise RuntimeError('no licence')", "RuntimeError: no licence"),
    "exits at import": ("raise SystemExit(3)", "SystemExit: 3"),
    "does not parse": ("def (", "SyntaxError"),
    "imports what is missing": ("import silo_no_such_module", "silo_no_such_module"),
    "misspells a marked hook": (
        "@hookimpl\ndef silo_context_entr(entry): ...",
        "no such hook (did you mean silo_context_enter?)",
    ),
    "misspells an unmarked hook": ("def silo_activty(entry): ...", "did you mean silo_activity?"),
    "marks what is no hook": ("@hookimpl\ndef start(services): ...", "start, but there is no such"),
    "forgets the mark": ("def silo_startup(services): ...", "not marked with @hookimpl"),
    "is async": ("@hookimpl\nasync def silo_startup(services): ...", "is async"),
    "is an async generator": ("@hookimpl\nasync def silo_settings():\n    yield 1", "is async"),
    "yields": ("@hookimpl\ndef silo_settings():\n    yield 1", "in a list instead"),
    "takes an unknown argument": (
        "@hookimpl\ndef silo_context_enter(entry, docment): ...",
        "unknown argument docment; the hook may take entry",
    ),
    "takes a keyword only": (
        "@hookimpl\ndef silo_startup(*, services): ...",
        "services as a keyword only",
    ),
    "takes anything": ("@hookimpl\ndef silo_startup(*args): ...", "*args; name the arguments"),
    "takes any keyword": ("@hookimpl\ndef silo_startup(**all): ...", "**all; name the arguments"),
    "has a default": ("@hookimpl\ndef silo_startup(services=None): ...", "services a default"),
    "is a wrapper": (
        "@hookimpl(wrapper=True)\ndef silo_startup(services):\n    return (yield)",
        "is a wrapper",
    ),
    "is an old wrapper": (
        "@hookimpl(hookwrapper=True)\ndef silo_startup(services):\n    yield",
        "is a wrapper",
    ),
    "is no function": (
        "import functools\nsilo_startup = hookimpl(functools.partial(print))",
        "silo_startup is not a function",
    ),
    "implements nothing": ("x = 1", "implements no hook; mark its functions"),
    "announces the module of its class": (
        "class Mine:\n    @hookimpl\n    def silo_shutdown(self): ...",
        "announce its class Mine",
    ),
    "raises in silo_settings": (
        "@hookimpl\ndef silo_settings(): raise KeyError('k')",
        "silo_settings raised KeyError: 'k'",
    ),
    "declares nonsense": ("@hookimpl\ndef silo_settings(): return [3]", "not int"),
    "declares a secret": (
        "@hookimpl\ndef silo_settings(): return [Setting('my_token', str, None, '')]",
        "keep secrets in the system's keyring",
    ),
    "declares a key of the core": (
        "@hookimpl\ndef silo_settings(): return [Setting('workspace', str, None, '')]",
        "declared already",
    ),
}


def by_name(manager: PluginManager) -> dict[str, PluginInfo]:
    return {info.name: info for info in manager.plugins()}


def called(manager: PluginManager) -> list[str]:
    """Which of the good plugins are called, in order."""
    log: deque[str] = deque()  # in a list nothing could be written down
    Hooks(manager).server_event(Event(1, "server.state", {"log": log}))
    return list(log)


@pytest.mark.parametrize("kind", BROKEN)
def test_a_plugin_that_cannot_be_used_is_reported_and_the_rest_runs(
    site: Site, tmp_path: Path, kind: str
) -> None:
    code, why = BROKEN[kind]
    site.plugin("alpha", GOOD)
    site.module("broken_module", "")
    (site.folder / "broken_module.py").write_text(
        "from silo_core.hookspecs import hookimpl\n"
        "from silo_core.model.setting import Setting\n" + code,
        "utf-8",
    )
    site.distribution("dist-broken", "[silo.plugins]\nbroken = broken_module\n", "2.1")
    site.plugin("gamma", GOOD)
    told: list[PluginInfo] = []

    settings = Settings(tmp_path / "settings.toml", environ={})
    manager = PluginManager(declare=settings.declare, on_problem=told.append)
    manager.load()

    assert called(manager) == ["alpha_module", "gamma_module"]
    broken = by_name(manager)["broken"]
    assert broken.state is PluginState.FAILED
    assert broken.error.startswith('Plugin "broken" (dist-broken 2.1) cannot be used: ')
    assert why in broken.error
    assert broken.error.endswith(".")
    assert "\n" not in broken.error
    assert told == [broken]


def test_what_a_refused_plugin_already_had_registered_is_not_called(site: Site) -> None:
    site.plugin("late", GOOD + "    @hookimpl\n    def silo_settings(): return [3]\n")
    manager = PluginManager()
    manager.load()
    assert called(manager) == []
    assert manager.settings() == ()


def test_plugins_load_and_are_called_by_name_wherever_they_come_from(site: Site) -> None:
    site.plugin("delta", GOOD, distribution="aaa")
    site.plugin("bravo", GOOD, distribution="zzz")
    log: deque[str] = deque()  # in a list nothing could be written down

    class Mine:
        def __init__(self, name: str) -> None:
            self._name = name

        @hookimpl
        def silo_server_event(self, event: Event) -> None:
            event.data["log"].append(self._name)

    manager = PluginManager()
    manager.register(Mine("charlie"), "charlie")
    manager.load()
    manager.register(Mine("alpha"), "alpha")
    manager.register(Mine("echo"), "echo")
    assert called(manager) == ["alpha", "zzz_module", "charlie", "aaa_module", "echo"]
    assert [i.name for i in manager.plugins()] == ["alpha", "bravo", "charlie", "delta", "echo"]
    assert not log


def test_tryfirst_and_trylast_are_kept(site: Site) -> None:
    site.plugin("alpha", GOOD.replace("@hookimpl", "@hookimpl(trylast=True)"))
    site.plugin("bravo", GOOD)
    site.plugin("charlie", GOOD.replace("@hookimpl", "@hookimpl(tryfirst=True)"))
    manager = PluginManager()
    manager.load()
    assert called(manager) == ["charlie_module", "bravo_module", "alpha_module"]


def test_a_disabled_plugin_is_never_imported(site: Site) -> None:
    site.plugin("bomb", "raise AssertionError('imported')")
    site.module("lazy_module", GOOD)
    manager = PluginManager(disabled=["bomb", "lazy"])
    manager.load()
    manager.register_reference("lazy_module", "lazy", "dist-lazy", "1")
    assert by_name(manager)["bomb"] == PluginInfo("bomb", "dist-bomb", "1.0", PluginState.DISABLED)
    assert by_name(manager)["lazy"].state is PluginState.DISABLED
    assert not {"bomb_module", "dist_bomb_module", "lazy_module"} & set(sys.modules)


def test_a_disabled_name_that_nothing_has_is_told(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.plugin("alpha", GOOD)
    PluginManager(disabled=["alhpa"]).load()
    assert "alhpa" in caplog.text


def test_of_two_plugins_of_one_name_the_second_is_refused_and_both_are_named(site: Site) -> None:
    site.plugin("twin", GOOD, distribution="zulu")
    site.plugin("twin", GOOD, distribution="able")
    manager = PluginManager()
    manager.load()
    used, refused = manager.plugins()
    assert (used.distribution, used.state) == ("able", PluginState.ENABLED)
    assert (refused.distribution, refused.state) == ("zulu", PluginState.FAILED)
    assert 'Plugin "twin" (zulu 1.0)' in refused.error
    assert "able 1.0 has a plugin of that name" in refused.error
    assert called(manager) == ["able_module"]
    assert "zulu_module" not in sys.modules


def test_a_plugin_that_is_registered_and_installed_is_one_plugin(site: Site) -> None:
    site.plugin("solo", GOOD, distribution="dist.solo")
    manager = PluginManager()
    info = manager.register_reference("dist_solo_module", "solo", "Dist-Solo", "1.0")
    manager.load()
    assert manager.plugins() == (info,)
    assert info.state is PluginState.ENABLED
    assert called(manager) == ["dist_solo_module"]


def test_a_class_is_instantiated_for_each_manager(site: Site) -> None:
    site.plugin(
        "classy",
        """
        class Mine:
            @hookimpl
            def silo_server_event(self, event):
                event.data["log"].append(self)
        """,
        value=":Mine",
    )
    one, two = PluginManager(), PluginManager()
    one.load()
    two.load()
    assert called(one) != called(two)
    assert called(one) == called(one)


def test_a_damaged_description_of_one_distribution_hides_no_other(site: Site) -> None:
    site.distribution("ruined", "[silo.plugins]\nthis is no entry point\n")
    nameless = site.distribution("nameless", "[silo.plugins]\nnameless = nameless_module\n")
    (nameless / "METADATA").unlink()
    site.module("nameless_module", GOOD)
    no_text = site.distribution("stained", "")
    (no_text / "entry_points.txt").write_bytes(b"[silo.plugins]\nstained = \xff\n")
    site.distribution("stranger", "[console_scripts]\nthis is no entry point either\n")
    site.plugin("alpha", GOOD)
    manager = PluginManager()
    manager.load()
    assert by_name(manager)["alpha"].state is PluginState.ENABLED
    assert "alpha_module" in called(manager)
    failed = [info for info in manager.plugins() if info.state is PluginState.FAILED]
    assert [(info.name, info.distribution) for info in failed] == [
        ("ruined", "ruined"),
        ("stained", "stained"),
    ]
    assert all("entry points cannot be read" in info.error for info in failed)


def test_settings_are_declared_once_and_asked_for_by_name(site: Site, tmp_path: Path) -> None:
    for name in ("bravo", "alpha"):
        site.plugin(
            name,
            f"""
            @hookimpl
            def silo_settings():
                return [Setting("{name}_level", int, 3, "Level", minimum=1)]
            """,
        )
    settings = Settings(tmp_path / "settings.toml", environ={"SILO_BRAVO_LEVEL": "7"})
    manager = PluginManager(declare=settings.declare)
    manager.load()
    declared = Hooks(manager).settings()
    assert [setting.key for setting in declared] == ["alpha_level", "bravo_level"]
    assert all(isinstance(setting, Setting) for setting in declared)
    assert (settings.number("alpha_level"), settings.number("bravo_level")) == (3, 7)


def test_looking_at_a_plugin_runs_no_property_of_it() -> None:
    class Touchy:
        @property
        def silo_startup(self) -> object:
            raise AssertionError("read")

        @hookimpl
        def silo_shutdown(self) -> None: ...

    info = PluginManager().register(Touchy(), "touchy")
    assert (info.state, info.hooks) == (PluginState.ENABLED, ("silo_shutdown",))


def test_an_optional_hook_of_another_version_is_passed_over() -> None:
    class Newer:
        @hookimpl(optionalhook=True)
        def silo_of_the_future(self, anything: object) -> None: ...

        @hookimpl(specname="silo_shutdown")
        def stop(self) -> None: ...

    info = PluginManager().register(Newer(), "newer")
    assert (info.state, info.hooks) == (PluginState.ENABLED, ("silo_shutdown",))


def test_a_problem_listener_that_raises_does_not_stop_the_loading(site: Site) -> None:
    def listener(info: PluginInfo) -> None:
        raise ValueError(info.name)

    site.plugin("aaa", "raise RuntimeError")
    site.plugin("bbb", GOOD)
    manager = PluginManager(on_problem=listener)
    manager.load()
    assert by_name(manager)["bbb"].state is PluginState.ENABLED


def test_importing_the_manager_and_the_settings_imports_nothing_heavy() -> None:
    code = (
        "import sys, silo_core.ports.plugins, silo_core.ports.settings, silo_core.ports.tokens\n"
        "heavy = {'httpx', 'PySide6', 'sqlite3', 'cattrs', 'keyring', 'platformdirs', 'asyncio'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30
    )
    assert result.stdout.strip() == "[]"
