"""What users are told, and what they choose of it. Main thread, but for ``post``."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from silo_core.model.exchange import ActivityEntry, Question, Reply
from silo_core.ports.host import Host
from silo_core.ports.plugins import Hooks

MESSAGE = "message"
"""The fact that holds what the user wrote beside the question."""


class Telling:
    """Activity entries, their buttons, and the questions that stand for both: whichever is answered
    first settles the other."""

    def __init__(
        self, host: Host, hooks: Hooks, soon: Callable[[Callable[[], None]], None]
    ) -> None:
        self._host = host
        self._hooks = hooks
        self._soon = soon
        self._asked: dict[str, Callable[[], None]] = {}
        """How to take away the open question of an entry, by its id."""
        self._chosen: set[str] = set()

    def post(self, entry: ActivityEntry) -> str:
        """See ``Services.post_activity``. Any thread."""
        is_news = not entry.id
        told = replace(entry, id=uuid.uuid4().hex) if is_news else entry
        self._soon(lambda: self._show(told, is_news))
        return told.id

    def _show(self, entry: ActivityEntry, is_news: bool) -> None:
        self._hooks.activity(entry)
        if is_news:
            self._host.notify(entry)

    def offer(self, entry: ActivityEntry, question: Question) -> str:
        """See ``Services.offer``."""
        entry_id = self.post(entry)
        told = replace(entry, id=entry_id)
        asked = replace(question, entry_id=entry_id)
        self._asked[entry_id] = self._host.ask(asked, partial(self._answered, told))
        return entry_id

    def _answered(self, entry: ActivityEntry, reply: Reply) -> None:
        self._asked.pop(entry.id, None)
        for action in entry.actions:
            if action.text == reply.choice:
                facts = {**entry.facts, MESSAGE: reply.message} if reply.message else entry.facts
                self.choose(replace(entry, facts=facts), action.name)

    def choose(self, entry: ActivityEntry, action: str) -> bool:
        """See ``Services.choose``."""
        if entry.chosen or entry.id in self._chosen:
            return False
        self._chosen.add(entry.id)
        chosen = self._hooks.act(entry, action)
        if chosen is None:
            self._chosen.discard(entry.id)
            return False
        if not chosen:  # it may be done again
            self._chosen.discard(entry.id)
            return True
        self.withdraw(entry.id)
        self.post(replace(entry, chosen=chosen))
        return True

    def withdraw(self, entry_id: str) -> None:
        """See ``Services.withdraw``."""
        take_away = self._asked.pop(entry_id, None)
        if take_away:
            take_away()
