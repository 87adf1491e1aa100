"""A copy that is behind the server's newest version: [Update First] or [Edit Anyway]. Main thread."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from silo_core.model.context import ContextPath, Document
from silo_core.model.exchange import ActivityEntry, ConnectionState, ContextEntry
from silo_core.model.language import translate
from silo_core.model.verdict import Judgement
from silo_core.ports.services import Services
from silo_locking import buttons, entries, texts
from silo_locking.judging import STALE_COPY


class StaleCopies:
    """Asks once for each document and what makes it stale; leaves, updates and enters again."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._asked: dict[str, str] = {}
        self._updating: dict[str, ContextPath] = {}

    def offer(self, entry: ContextEntry, judgement: Judgement) -> None:
        """Ask the user, if the copy is stale and it was not said already to edit it anyway."""
        stale = next((r for r in judgement.reasons if r.rule.startswith(STALE_COPY)), None)
        key = entry.document.key
        if stale is None or self._asked.get(key) == stale.rule or key in self._updating:
            return
        self._asked[key] = stale.rule
        told = replace(
            entries.behind(entry, stale.text, self._services.now()),
            actions=(buttons.UPDATE, buttons.ANYWAY),
            facts={"file": str(entry.document.path or "")},
        )
        self._services.offer(told, texts.stale(entry, stale.text))

    def act(self, entry: ActivityEntry, action: str) -> str | None:
        """See ``silo_act``."""
        document = buttons.document_of(entry, self._services.host.documents())
        if action == buttons.ANYWAY.name:
            return texts.chosen_anyway()
        if document is None:
            return None
        self._begin(document)
        return translate("SiloButtons", texts.UPDATE)

    def problem(self, entry: ActivityEntry) -> str:
        """See ``silo_action_problem``."""
        if buttons.document_of(entry, self._services.host.documents()) is None:
            return texts.not_open(entry.part_number)
        online = self._services.connection.state is ConnectionState.ONLINE
        return "" if online else texts.no_connection()

    def left(self, document: Document) -> None:
        """Everything in the document was left: it can be updated now."""
        path = self._updating.get(document.key)
        if path is not None and not self._services.held(document.key):
            self._services.post(partial(self._update, document, path))

    def closed(self, document: Document) -> None:
        """Forget a document that is not open any more."""
        self._asked.pop(document.key, None)
        self._updating.pop(document.key, None)

    def _begin(self, document: Document) -> None:
        held = self._services.held(document.key)
        path = tuple(context.context for context in held)
        if path:
            self._updating[document.key] = path
            self._services.leave(document.key, path[0])
        else:
            self._update(document, ())

    def _update(self, document: Document, path: ContextPath) -> None:
        done = partial(self._updated, document, path)
        if not self._services.hooks.update(document, done):
            self._services.post_activity(entries.no_update(document, self._services.now()))
            done(False)

    def _updated(self, document: Document, path: ContextPath, updated: bool) -> None:
        """Back to where the user was about to work, whether it could be updated or not."""
        self._updating.pop(document.key, None)
        if updated:
            self._asked.pop(document.key, None)
        self._services.enter(document.key, path)
