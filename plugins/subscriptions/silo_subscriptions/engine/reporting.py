"""Who is told of changes: listeners a few times a second, the user once for what belongs together."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from silo_core.model.exchange import ActivityEntry
from silo_core.model.sync import ItemStatus, SyncState
from silo_core.ports.services import Services
from silo_subscriptions import assembly_parts, viewing
from silo_subscriptions.engine import messages
from silo_subscriptions.engine.download import Fetched
from silo_subscriptions.engine.plan import Survey

TELL_S = 0.2


class Audience:
    """Main thread."""

    def __init__(self, services: Services) -> None:
        self.listeners: list[Callable[[], None]] = []
        self.finished: list[Fetched] = []
        """Files in step that the user has not been told of."""
        self.complaints: list[tuple[str, str]] = []
        """Part numbers, and why they could not be fetched, that the user has not been told of."""
        self._news: dict[str, ActivityEntry] = {}
        """What was told of versions by part number, until it is known what becomes of them here."""
        self._services = services
        self._is_told = True
        self._was_busy = False
        """A listener that looked meanwhile shows that something is under way."""
        self._told_at = 0.0

    def changed(self) -> None:
        """There is something new to tell."""
        self._is_told = False

    def news(self, entry: ActivityEntry) -> None:
        """Somebody made the version of an item that the facts name."""
        told = self._services.post_activity(entry)
        self._news[entry.part_number] = replace(entry, id=told)

    def surveyed(self, survey: Survey) -> None:
        """Tell what a comparison found. That a version waits is added to what was told of it."""
        for entry in messages.of_survey(survey, self._services.now()):
            news = self._news.get(entry.part_number)
            is_same = news and news.facts["version"] == entry.facts.get("version")
            waits = messages.RELOAD in entry.actions
            self._services.post_activity(
                messages.joined(news, entry) if news and is_same and waits else entry
            )

    def tell(self, *, is_over: bool) -> None:
        """Tell what is new, unless more of it is to come right away; ``is_over``: it is not."""
        if is_over:
            self._report()
            self._is_told = self._is_told and not self._was_busy
        self._was_busy = not is_over
        if self._is_told or not (is_over or time.monotonic() - self._told_at > TELL_S):
            return
        self._is_told, self._told_at = True, time.monotonic()
        for listener in tuple(self.listeners):
            listener()

    def _report(self) -> None:
        """One line for each file, or one for many."""
        self._news.clear()
        finished, self.finished = self.finished, []
        complaints, self.complaints = self.complaints, []
        now = self._services.now()
        if finished:
            self._services.submit(partial(assembly_parts.offer, self._services, finished))
            self._services.hooks.files_synced(tuple(map(_status, finished)))
        for entry in messages.synced(finished, now, viewing.offered(self._services)):
            self._services.post_activity(entry)
        if len(complaints) > messages.ONE_BY_ONE:
            reasons = [why for _, why in complaints]
            self._services.post_activity(messages.many_failed(reasons, len(complaints), now))
            return
        for number, why in complaints:
            self._services.post_activity(messages.failed(number, why, now))


def _status(fetched: Fetched) -> ItemStatus:
    fetch = fetched.fetch
    wanted = fetch.wanted
    state = SyncState.UP_TO_DATE
    return ItemStatus(
        wanted.part_number, fetch.path, state, wanted.version, is_checkpoint=wanted.is_checkpoint
    )
