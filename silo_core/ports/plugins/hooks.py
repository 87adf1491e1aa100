"""The typed way to call hooks."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from silo_core.model.context import Document
from silo_core.model.event import Event
from silo_core.model.exchange import (
    ActivityEntry,
    CheckpointPushed,
    Connection,
    ContextEntry,
    ContextExit,
    HeldContext,
    MergeRequest,
    MergeResult,
    Transfer,
)
from silo_core.model.interference import InterferenceQuery, RuleAnswer
from silo_core.model.session import EditSession
from silo_core.model.setting import Setting
from silo_core.model.sync import Behind, ItemStatus
from silo_core.model.verdict import Judgement
from silo_core.model.window import Window
from silo_core.ports.plugins.info import PluginInfo
from silo_core.ports.plugins.manager import PluginManager
from silo_core.ports.plugins.timed import Answering
from silo_core.ports.plugins.trace import Trace
from silo_core.rules.interference import builtin_answers, combined

if TYPE_CHECKING:
    from silo_core.ports.services import Services


class Hooks:
    """One method for each hook, named as it without ``silo_``; see ``silo_core.hookspecs`` for when
    and on which thread each is called. None of them raises what a plugin raises."""

    def __init__(self, manager: PluginManager) -> None:
        self._manager = manager
        self._calls = manager.dispatch.calls

    # -- Lifecycle ---------------------------------------------------------------------------------

    def settings(self) -> tuple[Setting, ...]:
        """What the plugins declared when they were loaded."""
        return self._manager.settings()

    def plugins(self) -> tuple[PluginInfo, ...]:
        """Every plugin that is known of, and how it fares, by name."""
        return self._manager.plugins()

    def deprecations(self) -> tuple[str, ...]:
        """What plugins implement that will go away, a sentence each."""
        return self._manager.deprecations()

    def remarks(self) -> tuple[str, ...]:
        """What plugins did at the start that is better not done then, a sentence each."""
        return self._manager.remarks()

    @property
    def trace(self) -> Trace:
        """What plugins were called for, and how that ended."""
        return self._manager.trace

    def switch_on(self, name: str) -> bool:
        """Call a plugin again that was switched off; False if that is not how it stands."""
        return self._manager.switch_on(name)

    def startup(self, services: Services) -> None:
        for call in self._calls["silo_startup"]:
            call(services)

    def shutdown(self) -> None:
        """In the reverse of the order of startup: what came up last goes down first."""
        for call in reversed(self._calls["silo_shutdown"]):
            call()

    def settings_changed(self, keys: frozenset[str]) -> None:
        for call in self._calls["silo_settings_changed"]:
            call(keys)

    def connection_changed(self, connection: Connection) -> None:
        for call in self._calls["silo_connection_changed"]:
            call(connection)

    # -- Documents and contexts --------------------------------------------------------------------

    def document_opened(self, document: Document) -> None:
        for call in self._calls["silo_document_opened"]:
            call(document)

    def document_closed(self, document: Document) -> None:
        for call in self._calls["silo_document_closed"]:
            call(document)

    def context_enter(self, entry: ContextEntry) -> Judgement:
        """What all gates say, strictest first. One that fails counts as soft."""
        return Judgement.combine(self._all("silo_context_enter", entry))

    def context_entered(self, entry: ContextEntry, judgement: Judgement) -> None:
        for call in self._calls["silo_context_entered"]:
            call(entry, judgement)

    def context_refused(
        self, entry: ContextEntry, judgement: Judgement, session: EditSession | None
    ) -> None:
        for call in self._calls["silo_context_refused"]:
            call(entry, judgement, session)

    def context_exit(self, exit: ContextExit) -> bool:
        """Whether a plugin sees to it that the sessions end."""
        return self._first("silo_context_exit", exit) is True

    def context_exited(self, exit: ContextExit) -> None:
        for call in self._calls["silo_context_exited"]:
            call(exit)

    def sessions_lost(self, held: tuple[HeldContext, ...]) -> None:
        for call in self._calls["silo_sessions_lost"]:
            call(held)

    # -- Conflict rules ----------------------------------------------------------------------------

    def interference(self, query: InterferenceQuery) -> Judgement:
        """What the built-in rules and those of plugins say, strictest first. A plugin's rule that
        fails, or has not answered in time, counts as soft. Any thread; answers within
        ``RULES_LIMIT_S`` and what the built-in rules take."""
        return combined(self._asked(query, counts=True))

    def explain(self, query: InterferenceQuery) -> tuple[RuleAnswer, ...]:
        """What each rule that is asked answers, the built-in ones first; as ``interference``. It
        decides nothing, so how a rule fares here does not count towards switching it off: whoever may
        only read could take a rule away from all others by asking often."""
        return self._asked(query, counts=False)

    def _asked(self, query: InterferenceQuery, *, counts: bool) -> tuple[RuleAnswer, ...]:
        until = time.monotonic() + self._manager.rules_limit_s
        asks = self._calls["silo_interference"]
        asked: list[Answering] = [ask(query, counts=counts) for ask in asks]
        built_in = builtin_answers(query)  # while the plugins' rules are at work
        return (*built_in, *(answer(until) for answer in asked))

    # -- Server events -----------------------------------------------------------------------------

    def server_event(self, event: Event) -> None:
        for call in self._calls["silo_server_event"]:
            call(event)

    def presence_changed(self, part_numbers: frozenset[str]) -> None:
        for call in self._calls["silo_presence_changed"]:
            call(part_numbers)

    # -- File sync and activity --------------------------------------------------------------------

    def update(self, document: Document, done: Callable[[bool], None]) -> bool:
        """Whether a plugin sees to it that the document is brought up to date; it then calls
        ``done`` with whether it is."""
        return self._first("silo_update", document, done) is True

    def merge(self, request: MergeRequest) -> MergeResult | None:
        """The first plugin's answer that can read both files; None without one. Worker thread."""
        answer: MergeResult | None = self._first("silo_merge", request)
        return answer

    @property
    def can_merge(self) -> bool:
        """Whether there is a plugin that merges. Any thread."""
        return bool(self._calls["silo_merge"])

    def act(self, entry: ActivityEntry, action: str) -> str | None:
        """What was chosen, in words; None where no plugin carries it out."""
        chosen: str | None = self._first("silo_act", entry, action)
        return chosen

    def action_problem(self, entry: ActivityEntry, action: str) -> str | None:
        """Why an action is not possible, ``""`` if it is; None where no plugin knows the entry."""
        problem: str | None = self._first("silo_action_problem", entry, action)
        return problem

    def progress(self, transfer: Transfer) -> None:
        for call in self._calls["silo_progress"]:
            call(transfer)

    def files_synced(self, files: tuple[ItemStatus, ...]) -> None:
        for call in self._calls["silo_files_synced"]:
            call(files)

    def sync_changed(self, changed: tuple[ItemStatus, ...]) -> None:
        for call in self._calls["silo_sync_changed"]:
            call(changed)

    def behind_changed(self, behind: tuple[Behind, ...]) -> None:
        for call in self._calls["silo_behind_changed"]:
            call(behind)

    def cancel_transfer(self, transfer: Transfer) -> bool:
        """Whether a plugin ends it."""
        return self._first("silo_cancel_transfer", transfer) is True

    def checkpoint_pushed(self, pushed: CheckpointPushed) -> None:
        for call in self._calls["silo_checkpoint_pushed"]:
            call(pushed)

    def activity(self, entry: ActivityEntry) -> None:
        for call in self._calls["silo_activity"]:
            call(entry)

    # -- Windows -----------------------------------------------------------------------------------

    def windows(self) -> tuple[Window, ...]:
        """The windows that plugins offer; of two of one name the first one."""
        named: dict[str, Window] = {}
        for offered in self._all("silo_windows"):
            for window in offered:
                named.setdefault(window.name, window)
        return tuple(named.values())

    # ----------------------------------------------------------------------------------------------

    def _all(self, hook: str, *args: object) -> list[Any]:
        """All answers other than None."""
        answers = [call(*args) for call in self._calls[hook]]
        return [answer for answer in answers if answer is not None]

    def _first(self, hook: str, *args: object) -> Any:
        """The first answer other than None."""
        for call in self._calls[hook]:
            answer = call(*args)
            if answer is not None:
                return answer
        return None
