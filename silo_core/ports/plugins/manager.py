"""Loads plugins, each on its own, and knows how every one of them fares."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial, wraps
from typing import TypeVar

from silo_core.hookspecs import SILO_API_VERSION
from silo_core.model.errors import SiloError
from silo_core.model.setting import Setting
from silo_core.ports.masking import Masking
from silo_core.ports.plugins.answers import settings_from
from silo_core.ports.plugins.api import CORE, unmet
from silo_core.ports.plugins.contract import (
    ContractError,
    Implementation,
    deprecations,
    implementations,
)
from silo_core.ports.plugins.discovery import Candidate, discover, from_reference
from silo_core.ports.plugins.dispatch import Call, Dispatch, Registered
from silo_core.ports.plugins.hung import Hung, SwitchedOff
from silo_core.ports.plugins.info import (
    PluginInfo,
    PluginState,
    describe_error,
    describe_plugin,
)
from silo_core.ports.plugins.isolation import Isolation
from silo_core.ports.plugins.timed import RULES_LIMIT_S, TimedRule
from silo_core.ports.plugins.trace import IMPORT, OK, SLOW_IMPORT_S, Trace, thread_name

logger = logging.getLogger(__name__)
logger.addFilter(Masking())  # on whatever host: what plugins raise may hold a token

T = TypeVar("T")

FAILURE_LIMIT = 5
"""Failures of one hook in a row after which a plugin is switched off for the session."""

STARTED = "of its own"
"""Is in the remark about threads, and in no other."""

FROM_THE_NEXT_START = "It is used again from the next start on."

Declare = Callable[[str, tuple[Setting, ...]], None]
"""Takes the settings that a plugin (by name) declares; raises a SettingError to refuse them."""


class _RejectedError(Exception):
    """A plugin cannot be used; the text completes "cannot be used: ..."."""


@dataclass(slots=True)
class _Entry:
    """A plugin as the manager keeps it."""

    candidate: Candidate
    state: PluginState
    error: str = ""
    hooks: tuple[str, ...] = ()
    isolation: Isolation | None = None
    plugin: object = None
    settings: tuple[Setting, ...] = ()
    deprecated: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    def info(self) -> PluginInfo:
        candidate = self.candidate
        return PluginInfo(
            candidate.name,
            candidate.distribution,
            candidate.version,
            self.state,
            self.hooks,
            self.error,
        )


class PluginManager:
    """Finds, checks and isolates plugins; ``Hooks`` calls what they implement.

    Hooks may be called from any thread; load and register before the first of those calls. Of
    several implementations of a hook, those of the plugin whose name sorts first are called first,
    unless they are marked ``tryfirst`` or ``trylast``; shutdown runs the other way round.
    """

    def __init__(
        self,
        *,
        disabled: Collection[str] = (),
        switched_off: SwitchedOff | None = None,
        declare: Declare | None = None,
        on_problem: Callable[[PluginInfo], None] | None = None,
        failure_limit: int = FAILURE_LIMIT,
        rules_limit_s: float = RULES_LIMIT_S,
    ) -> None:
        """``disabled``: names of plugins that are neither imported nor used; ``switched_off``: those
        that hung before, and are not until somebody switches them on. ``on_problem`` is told, on
        whatever thread it happens, of each plugin that fails to load or is switched off.
        ``rules_limit_s``: how long all conflict rules together may take to answer a question.
        """
        self.on_problem = on_problem
        self.dispatch = Dispatch()
        """What hooks call. Nobody but ``Hooks`` calls it."""
        self.trace = Trace()
        self._disabled = frozenset(disabled)
        self._switched_off_before = switched_off
        self._hung = {one.plugin: one for one in switched_off.all()} if switched_off else {}
        self._declare = declare
        self._failure_limit = failure_limit
        self.rules_limit_s = rules_limit_s
        self._entries: list[_Entry] = []

    def load(self) -> tuple[PluginInfo, ...]:
        """Load every installed plugin that is not disabled and not registered already.

        Raises nothing: what cannot be used is reported, and left out.
        """
        for candidate in discover():
            if not self._is_registered(candidate):
                self.add(candidate)
        for name in sorted(self._disabled - {entry.candidate.name for entry in self._entries}):
            logger.warning("plugins_disabled names %s, but no such plugin is installed", name)
        return self.plugins()

    def register(
        self, plugin: object, name: str, distribution: str = "", version: str = ""
    ) -> PluginInfo:
        """Use ``plugin`` (a module or an object) without looking for an entry point."""
        return self.add(Candidate(name, distribution, version, lambda: plugin))

    def register_reference(
        self, reference: str, name: str, distribution: str = "", version: str = ""
    ) -> PluginInfo:
        """Use the plugin at ``reference`` (``package.module`` or ``package.module:attribute``), for
        a program whose search path hides entry points. It is not imported if it is disabled."""
        return self.add(from_reference(reference, name, distribution, version))

    def switch_on(self, name: str) -> bool:
        """Use a plugin again that was switched off: at once, or, where it has not been imported, from
        the next start on. False if it is not switched off.

        Raises:
            FileError: that cannot be kept.
        """
        for entry in self._entries:
            if (entry.candidate.name, entry.state) == (name, PluginState.SWITCHED_OFF):
                if entry.isolation is None:
                    if self._switched_off_before:
                        self._switched_off_before.drop(name)
                    entry.state, entry.error = PluginState.DISABLED, FROM_THE_NEXT_START
                else:
                    entry.state, entry.error = PluginState.ENABLED, ""
                    entry.isolation.switch_on()
                return True
        return False

    def plugins(self) -> tuple[PluginInfo, ...]:
        """Every plugin that is known of, by name."""
        ordered = sorted(self._entries, key=lambda entry: entry.candidate.name)
        return tuple(entry.info() for entry in ordered)

    def plugin(self, name: str) -> object:
        """The plugin of that name itself, for commands of its own distribution; None if it is not in
        use."""
        return next(
            (e.plugin for e in self._entries if e.candidate.name == name and e.plugin), None
        )

    def settings(self) -> tuple[Setting, ...]:
        """What the plugins in use declared, in the order of their names."""
        ordered = sorted(self._entries, key=lambda entry: entry.candidate.name)
        return tuple(setting for entry in ordered for setting in entry.settings)

    def deprecations(self, name: str = "") -> tuple[str, ...]:
        """What the plugin of that name (all: ``""``) implements that will go away, a sentence each."""
        return tuple(
            f"{_label(entry.candidate)} {what}"
            for entry in self._entries
            if name in ("", entry.candidate.name)
            for what in entry.deprecated
        )

    def remarks(self) -> tuple[str, ...]:
        """What plugins did at the start that is better not done then, a sentence each."""
        return tuple(
            f"{_label(entry.candidate)} {what}" for entry in self._entries for what in entry.remarks
        )

    def _is_registered(self, candidate: Candidate) -> bool:
        """Registered explicitly and installed as well is one plugin, not two of one name."""
        return any(
            (entry.candidate.name, entry.candidate.source) == (candidate.name, candidate.source)
            for entry in self._entries
        )

    def add(self, candidate: Candidate) -> PluginInfo:
        """Use a plugin that was found."""
        entry = _Entry(candidate, PluginState.DISABLED)
        twin = next((e for e in self._entries if e.candidate.name == candidate.name), None)
        self._entries.append(entry)
        if candidate.name in self._disabled:
            return entry.info()
        if hung := self._hung_before(candidate):
            entry.error = _is_off(hung)
            self._report(entry, PluginState.SWITCHED_OFF)
            return entry.info()
        try:
            if twin is not None:
                raise _RejectedError(_same_name(twin.candidate, candidate))
            self._load(entry)
        except _RejectedError as why:
            self._leave_out(entry)
            entry.error = f"{_label(candidate)} cannot be used: {why}."
            self._report(entry, PluginState.FAILED)
        return entry.info()

    def _hung_before(self, candidate: Candidate) -> Hung | None:
        """Another version gets a chance of its own."""
        hung = self._hung.get(candidate.name)
        same = hung and (hung.distribution, hung.version) == (
            candidate.distribution,
            candidate.version,
        )
        return hung if same else None

    def _load(self, entry: _Entry) -> None:
        if need := unmet(entry.candidate.needs, SILO_API_VERSION):
            raise _RejectedError(_other_api(entry.candidate, need))
        name = entry.candidate.name
        with self.trace.calling(name, IMPORT), self._looking(entry, "while it was imported"):
            plugin = _guarded("importing it raised", partial(self._imported, entry.candidate))
            if isinstance(plugin, type):  # announced as a class: each manager gets its own instance
                plugin = _guarded("making an instance of it raised", plugin)
            found = _guarded("looking at it raised", partial(implementations, plugin))
        entry.hooks = tuple(sorted({implementation.hook for implementation in found}))
        entry.deprecated = deprecations(found)
        for sentence in self.deprecations(name):
            logger.warning("%s", sentence)
        self._enlist(entry, found)
        for implementation in found:
            if implementation.hook == "silo_settings":
                _guarded("its silo_settings raised", partial(self._settings, entry, implementation))
        entry.plugin, entry.state = plugin, PluginState.ENABLED

    @contextmanager
    def _looking(self, entry: _Entry, when: str) -> Iterator[None]:
        """Say what a plugin starts meanwhile, and whether it takes long to import."""
        before, began = set(threading.enumerate()), time.monotonic()
        yield
        if (took := time.monotonic() - began) > SLOW_IMPORT_S and entry.isolation is None:
            self._remark(entry, f"took {took:.1f} s to import, and the editor's start as long")
        started = [one for one in threading.enumerate() if one not in before and _is_own(one)]
        if started:
            names = ", ".join(sorted(one.name for one in started)[:3])
            count = "a thread" if len(started) == 1 else f"{len(started)} threads"
            self._remark(entry, f"started {count} {STARTED} {when} ({names})")

    def _remark(self, entry: _Entry, what: str) -> None:
        entry.remarks += (what,)
        logger.warning("%s %s", _label(entry.candidate), what)

    def _watching_its_start(self, entry: _Entry, found: Implementation) -> Implementation:
        @wraps(found.function)
        def starting(*args: object) -> object:
            with self._looking(entry, f"in {found.hook}"):
                return found.function(*args)

        return replace(found, function=starting)

    def _imported(self, candidate: Candidate) -> object:
        """The plugin, with how long that took in the trace."""
        began = time.monotonic()
        try:
            return candidate.load()
        finally:
            if candidate.is_imported:
                took = time.monotonic() - began
                self.trace.note((candidate.name, IMPORT, began, took, thread_name(), OK))

    def _enlist(self, entry: _Entry, found: tuple[Implementation, ...]) -> None:
        candidate = entry.candidate
        entry.isolation = isolation = Isolation(
            candidate.name,
            _label(candidate),
            self._failure_limit,
            partial(self._switched_off, entry),
            self.trace,
        )
        self.dispatch.add(
            *(
                Registered(
                    candidate.name,
                    implementation.hook,
                    self._called(entry, implementation, isolation),
                    implementation.options,
                )
                for implementation in found
            )
        )

    def _called(self, entry: _Entry, implementation: Implementation, isolation: Isolation) -> Call:
        """The implementation as ``Hooks`` calls it."""
        candidate = entry.candidate
        if implementation.hook == "silo_startup":
            implementation = self._watching_its_start(entry, implementation)
        if implementation.hook != "silo_interference":
            return isolation.wrap(implementation)
        rule = TimedRule(implementation, candidate.name, candidate.distribution, isolation)
        return rule.wrap(self.rules_limit_s)

    def _settings(self, entry: _Entry, implementation: Implementation) -> None:
        with self.trace.calling(entry.candidate.name, implementation.hook):
            settings = settings_from(implementation.function())
        if self._declare is not None:
            self._declare(entry.candidate.name, settings)
        entry.settings += settings

    def _leave_out(self, entry: _Entry) -> None:
        if entry.isolation is not None:
            self.dispatch.remove(entry.candidate.name)
        entry.isolation, entry.settings = None, ()

    def _switched_off(self, entry: _Entry, why: str) -> None:
        entry.error = f"{_label(entry.candidate)} was switched off until the next start: {why}."
        self._report(entry, PluginState.SWITCHED_OFF)

    def _report(self, entry: _Entry, state: PluginState) -> None:
        entry.state = state
        logger.error("%s", entry.error)
        if self.on_problem is None:
            return
        try:
            self.on_problem(entry.info())
        except Exception:
            # The listener is a surface; its trouble must not become that of whoever called a hook.
            logger.exception("A plugin problem could not be shown")


def _is_own(thread: threading.Thread) -> bool:
    """Whether it is no thread of Silo, and none that some other part of the program made."""
    return not thread.name.startswith("silo-") and not isinstance(thread, threading._DummyThread)


def _label(candidate: Candidate) -> str:
    return describe_plugin(candidate.name, candidate.distribution, candidate.version)


def _other_api(candidate: Candidate, need: str) -> str:
    advice = f"install a version of {candidate.distribution or 'it'} that was made for this one"
    return f"it needs {need}, and this is {CORE} {SILO_API_VERSION}; {advice}"


def _is_off(hung: Hung) -> str:
    return (
        f"{hung.label} is switched off: it had {hung.what} and more when your editor was ended. Switch "
        f"it on again in the settings, or with: silo plugins switch-on {hung.plugin}"
    )


def _same_name(twin: Candidate, refused: Candidate) -> str:
    source = f"{twin.distribution} {twin.version}".strip() or "the program itself"
    advice = f"uninstall {refused.distribution}" if twin.is_own else "uninstall one of the two"
    return f"{source} has a plugin of that name, which is used; {advice}"


def _guarded(what: str, step: Callable[[], T]) -> T:
    """Run a step of loading; whatever it raises leaves out this plugin only."""
    try:
        return step()
    except (ContractError, SiloError) as error:
        raise _RejectedError(str(error).rstrip(".")) from error
    except KeyboardInterrupt:
        raise  # the user's, not the plugin's
    except BaseException as error:  # SystemExit too: a plugin does not end its host
        logger.debug("Loading a plugin failed", exc_info=error)
        raise _RejectedError(f"{what} {describe_error(error)}") from error
