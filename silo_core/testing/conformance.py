"""Whether a plugin keeps to what is written for plugins."""

from __future__ import annotations

import inspect
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from silo_core.hookspecs import SILO_API_VERSION
from silo_core.ports.plugins import Hooks, PluginManager, PluginState, discovery
from silo_core.ports.plugins.api import lowest
from silo_core.ports.plugins.contract import HOOKS, since
from silo_core.ports.plugins.discovery import Candidate
from silo_core.ports.plugins.isolation import BUDGET_S, TOO_LONG
from silo_core.ports.plugins.manager import STARTED
from silo_core.ports.plugins.trace import TracedCall
from silo_core.testing.installed import InstalledPlugins
from silo_core.testing.rules import assert_rule_conforms
from silo_core.testing.samples import sample_arguments

if TYPE_CHECKING:
    from silo_core.testing.workstation import Workstation

HEAVY = ("PySide6", "httpx", "sqlite3", "cattrs", "asyncio", "numpy", "FreeCAD", "silo_server")
"""What a plugin must not import before it is used: it is imported while a CAD program starts."""

_HOOK_S = 60.0
_NO_SERVER = ("http://127.0.0.1:9", "")
_NOT_BY_SAMPLE = frozenset({"silo_startup", "silo_shutdown", "silo_settings", "silo_interference"})


def assert_conforms(plugin: object, name: str = "") -> None:
    """Fails with everything that :func:`problems_of` finds, a sentence each."""
    if problems := tuple(problems_of(plugin, name)):
        raise AssertionError("The plugin does not conform:\n- " + "\n- ".join(problems))


def problems_of(plugin: object, name: str = "") -> Iterator[str]:
    """What is wrong with a plugin, a sentence each.

    ``plugin`` is the name of an installed one, which is best, since its distribution is looked at too;
    or the module, the class or the object itself. It has to load by the contract; to be imported without
    anything heavy, without printing and without a thread; to work through a day at a workbench without
    a server, where it starts no thread at startup and each of its hooks is called with plausible
    arguments; and to leave no thread behind. Its conflict rules have to hold what
    :func:`assert_rule_conforms` asks of all rules.
    """
    candidate = _candidate(plugin, name)
    if isinstance(candidate, str):
        yield candidate
        return
    yield from _of_its_range(candidate)
    yield from _of_its_import(plugin if not isinstance(plugin, str) else candidate)
    with tempfile.TemporaryDirectory(prefix="silo-conforms-") as folder:
        yield from _of_a_day(candidate, Path(folder))


def _candidate(plugin: object, name: str) -> Candidate | str:
    if not isinstance(plugin, str):
        return Candidate(name or "plugin", "", "", lambda: plugin)
    found = [one for one in discovery.discover() if one.name == plugin]
    if not found:
        return f"no plugin {plugin} is installed; install its distribution, or name its module"
    return found[0]


def _of_its_range(candidate: Candidate) -> Iterator[str]:
    if not candidate.distribution:
        return
    if not candidate.needs:
        yield (
            f"{candidate.distribution} does not say which versions of Silo it was made for: "
            f'let it depend on "silo-core>={SILO_API_VERSION}"'
        )


def _of_its_import(plugin: object) -> Iterator[str]:
    """Imported in a process of its own, where nothing has been imported before."""
    module = _module_of(plugin)
    if not module or module == "__main__":
        return
    code = (
        "import sys, threading; import silo_core.hookspecs, silo_core.ports.plugins; "
        f"sys.path[:0] = {sys.path!r}; before = set(sys.modules); import {module}; "
        "print('\\n|', *({m.partition('.')[0] for m in set(sys.modules) - before}), "
        "*(['THREAD'] if threading.active_count() > 1 else [])); "
        "sys.stdout.flush(); sys.stderr.flush(); import os; os._exit(0)"  # waits for no thread
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120
    )
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:]
        yield f"importing {module} by itself fails: {' '.join(last)}"
        return
    said, _, loaded = done.stdout.rpartition("|")
    names = loaded.split()
    for heavy in sorted(set(HEAVY) & set(names)):
        yield f"importing {module} imports {heavy}; import that in the function that uses it"
    if "THREAD" in names:
        yield f"importing {module} starts a thread; submit work to the services instead"
    if said.strip() or done.stderr.strip():
        yield f"importing {module} prints; use logging instead"


def _module_of(plugin: object) -> str:
    match plugin:
        case Candidate():
            return plugin.module
        case ModuleType():
            name = plugin.__name__
        case type():
            name = plugin.__module__
        case _:
            name = type(plugin).__module__
    spec = sys.modules[name].__spec__ if name in sys.modules else None
    try:
        return name if spec is not None and find_spec(name) else ""
    except (ImportError, ValueError):
        return ""


def _of_a_day(candidate: Candidate, folder: Path) -> Iterator[str]:
    """At work, alone, without a server."""
    threads = threading.active_count()
    nobody_else = InstalledPlugins(folder)
    with nobody_else.only():
        from silo_core.testing.workstation import Workstation

        home = folder / "home"
        home.mkdir()
        person = Workstation("alice", "CAD-07", home, _NO_SERVER, {"SILO_SERVER_URL": ""})
        manager = person.workbench.plugins
        info = manager.add(candidate)
        if info.state is not PluginState.ENABLED:
            yield info.error
            person.quit()
            return
        yield from manager.deprecations(candidate.name)
        yield from _of_its_hooks(candidate, info.hooks)
        yield from _of_its_settings(manager, candidate)
        _work_through(person, manager, info.hooks, folder)
        # not how long its import took, which is the machine's matter too
        yield from (said for said in manager.remarks() if STARTED in said)
        person.quit()
        yield from dict.fromkeys(
            f"its {call.hook} {call.outcome} when it was called as the core calls it"
            for call in manager.trace.calls()
            if call.plugin == candidate.name and call.outcome and not _is_busy_machine(call)
        )
        if "silo_interference" in info.hooks:
            try:
                assert_rule_conforms(manager.plugin(candidate.name))
            except AssertionError as error:
                yield str(error)
    if threading.active_count() > threads:
        left = ", ".join(thread.name for thread in threading.enumerate()[threads:])
        yield f"a thread is left after the workbench has stopped ({left})"


def _is_busy_machine(call: TracedCall) -> bool:
    """Whether a call was somewhat late, as anything is once in a while."""
    return call.outcome.startswith("took") and call.seconds < TOO_LONG * BUDGET_S


def _of_its_hooks(candidate: Candidate, hooks: tuple[str, ...]) -> Iterator[str]:
    bound = lowest(candidate.needs)
    for hook in hooks:
        came_in = tuple(map(int, since(hook).split(".")))
        if bound is not None and bound[: len(came_in)] < came_in:
            yield f"{hook} is there since {since(hook)}; let {candidate.distribution} need that"


def _of_its_settings(manager: PluginManager, candidate: Candidate) -> Iterator[str]:
    for setting in manager.settings():
        if candidate.distribution and not setting.key.startswith(candidate.name.split("-")[0]):
            yield f"the key of its setting {setting.key} does not begin with {candidate.name}"


def _work_through(
    person: Workstation, manager: PluginManager, hooks: tuple[str, ...], folder: Path
) -> None:
    """A part is opened, edited and left; then what has not come up is called with samples."""
    from silo_core.testing.parts import PART_NUMBER, SAMPLE, SAMPLE_DEEPER, renumbered

    person.workbench.start()
    person.open(renumbered(SAMPLE, person.folder / "bracket.FCStd", PART_NUMBER))
    person.edit("Body", "Sketch001")
    person.change(SAMPLE_DEEPER)
    person.edit("Body")
    person.edit()
    person.pump()
    called = {call.hook for call in manager.trace.calls()}
    for hook in hooks:
        if hook not in called | _NOT_BY_SAMPLE:
            typed = getattr(Hooks(manager), hook.removeprefix("silo_"))
            is_workers = "worker" in (inspect.getdoc(HOOKS[hook]) or "").partition(". ")[0]
            call = partial(typed, *sample_arguments(hook, folder))
            if is_workers:
                person.workbench.submit(call).result(_HOOK_S)
            else:
                call()
    person.pump()
