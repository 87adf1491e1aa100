"""Which open documents are behind: they, or parts that they use, have a newer version that is not here.

What is newest is what the subscription wants; of an item without one, the server's head.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from silo_core.model.context import ContextLevel, Document
from silo_core.model.errors import AuthError, NotFoundError
from silo_core.model.event import Event
from silo_core.model.exchange import ActivityEntry, Connection, ConnectionState, ContextEntry
from silo_core.model.item import Version
from silo_core.model.language import translate
from silo_core.model.session import ReleaseReason
from silo_core.model.sync import Behind, Newer, SyncState
from silo_core.model.verdict import Judgement, Reason, Verdict
from silo_core.ports.client import SiloClient
from silo_core.ports.services import Services
from silo_core.ports.store.paths import path_of, path_text
from silo_core.rules.behind import Copy, newer_of
from silo_subscriptions import texts
from silo_subscriptions.engine import messages
from silo_subscriptions.engine.engine import Engine
from silo_subscriptions.engine.links import Graph
from silo_subscriptions.engine.reloading import waits

T = TypeVar("T")

RULE = "parts_behind"
_AS_IT_SHOULD_BE = (SyncState.UP_TO_DATE, SyncState.SKIPPED, SyncState.UNTRACKED)
_TOLD = "behind "
"""What the key begins with under which the version is kept that was told of last; the item follows."""


class BehindDocuments:
    """Looks again at whatever may have changed it, and tells the hooks and, once for each version, the
    user. Main thread; files, the store and the server are read on workers."""

    def __init__(self, services: Services, engine: Engine) -> None:
        self._services = services
        self._engine = engine
        self._copies: dict[Path, Copy] = {}
        self._heads: dict[str, Version | None] = {}
        """Of items in use without a subscription, as the server last said."""
        self._heard: set[str] = set()
        """Those of which nothing newer can have come since then."""
        self._behind: tuple[Behind, ...] = ()
        self._warned: dict[str, tuple[Newer, ...]] = {}
        self._is_compared = False
        """Whether it is known what is subscribed to."""
        self._is_reading = self._is_due = self._is_asking = False
        engine.listeners.append(self._compared)
        engine.open_files.listeners.append(self.look)
        services.store.tracked.found_out.append(lambda: services.post(self.look))

    # -- what makes it look ------------------------------------------------------------------------

    def _compared(self) -> None:
        self._is_compared = True
        self.look()

    def connection_changed(self, connection: Connection) -> None:
        """What was heard before may be old."""
        if connection.state is ConnectionState.ONLINE:
            self._heard.clear()
            self.look()

    def came(self, event: Event) -> None:
        """Somebody's work on an item that is in use here, and that no subscription tells of."""
        is_work = event.type == "revision.created" or (
            event.type == "edit.session_released"
            and event.data.get("reason") == ReleaseReason.CHECKPOINT
        )
        if is_work and event.part_number in {copy.part_number for copy in self._copies.values()}:
            self._heard.discard(event.part_number)
            self.look()

    def look(self) -> None:
        """Find out anew, soon."""
        self._is_due = True
        if not self._is_reading:
            self._read()

    def _read(self) -> None:
        files = frozenset().union(*(graph for _, _, graph in self._documents()))
        self._is_reading, self._is_due = True, False
        self._submit(partial(_copies_of, self._services, files), self._found)

    def _documents(self) -> Iterable[tuple[Document, Path, Graph]]:
        for document in self._services.host.documents():
            if document.part_number and (found := self._engine.open_files.of(document)):
                yield document, *found

    def _found(self, copies: dict[Path, Copy] | None) -> None:
        self._is_reading = False
        if copies is not None:
            self._copies = copies
            self._judge()
            self._ask()
        if self._is_due:
            self._read()

    # -- what the server says ----------------------------------------------------------------------

    def _ask(self) -> None:
        """Of what no subscription tells."""
        client = self._services.client
        is_online = self._services.connection.state is ConnectionState.ONLINE
        if client is None or not is_online or not self._is_compared or self._is_asking:
            return
        unheard = {copy.part_number for copy in self._copies.values()} - self._heard
        numbers = sorted(one for one in unheard if self._engine.status_of(one) is None)
        if numbers:
            self._is_asking = True
            self._heard.update(numbers)
            self._submit(partial(_heads_of, client, numbers), partial(self._answered, numbers))

    def _answered(self, numbers: list[str], heads: dict[str, Version | None] | None) -> None:
        self._is_asking = False
        if heads is None:  # it is asked again when it is looked again
            self._heard.difference_update(numbers)
        else:
            self._heads.update(heads)
            self.look()

    def _submit(self, call: Callable[[], T], take: Callable[[T | None], None]) -> None:
        """``take`` gets None where it failed."""

        def done(future: Future[T]) -> None:
            if not future.cancelled():
                answer = None if future.exception() else future.result()
                self._services.post(lambda: take(answer))

        self._services.submit(call).add_done_callback(done)

    # -- what comes of it --------------------------------------------------------------------------

    def _newest(self) -> dict[str, Version]:
        found = {}
        for number in {copy.part_number for copy in self._copies.values()}:
            status = self._engine.status_of(number)
            version = status.wanted if status else self._heads.get(number)
            if version and (status is None or status.state not in _AS_IT_SHOULD_BE):
                found[number] = version
        return found

    def _judge(self) -> None:
        newest, own = self._newest(), self._services.workstation_id or ""
        judged = [
            Behind(document, newer_of(file, graph, self._copies, newest, own))
            for document, file, graph in self._documents()
        ]
        is_open = {one.document.key for one in judged}
        self._warned = {key: parts for key, parts in self._warned.items() if key in is_open}
        before, self._behind = self._behind, tuple(one for one in judged if one.newer)
        if self._behind == before:
            return
        self._services.hooks.behind_changed(self._behind)
        known = {newer for one in before for newer in one.parts}
        news = {newer for one in self._behind for newer in one.parts} - known
        if news:
            in_order = sorted(news, key=lambda newer: newer.part_number)
            status_of = self._engine.status_of
            told = {n for n in news if waits(status_of(n.part_number), n.version.id)}
            self._services.submit(partial(self._tell, in_order, told, self._behind))

    def _tell(
        self, news: Iterable[Newer], told: Collection[Newer], behind: tuple[Behind, ...]
    ) -> None:
        """Once for each version, also after a restart; ``told`` are those whose own file is open, which
        is told with their [Reload]. Worker."""
        meta, fresh = self._services.store.meta, []
        for newer in news:
            key = f"{_TOLD}{newer.part_number}"
            if meta.get(key) != newer.version.id:
                meta.set(key, newer.version.id)
                if newer not in told:
                    fresh.append(newer)
        for entry in messages.behind(fresh, behind, self._services.now()):
            self._services.post_activity(entry)

    def warning(self, entry: ContextEntry) -> Judgement | None:
        """Of an assembly that is about to be edited; once for the same versions."""
        if entry.context.level is not ContextLevel.ASSEMBLY:
            return None
        key = entry.document.key
        parts = next((one.parts for one in self._behind if one.document.key == key), ())
        if not parts or self._warned.get(key) == parts:
            return None
        self._warned[key] = parts
        text = texts.uses_older(entry.document.part_number or "", parts)
        return Judgement((Reason(Verdict.SOFT, RULE, text),))

    # -- [Reload] ----------------------------------------------------------------------------------

    def reload(self, part_number: str, done: Callable[[bool], None]) -> None:
        """Have the open document of an item read what is newest; ``done`` is told whether it did. What
        else there is to say of it is told by who does it."""

        def ended(is_newest: bool) -> None:
            self.look()
            done(is_newest)

        status, document = self._engine.status_of(part_number), self._document(part_number)
        if status:
            self._engine.reloading.begin(status, ended)
        elif document:
            self._services.hooks.update(document, ended)

    def problem(self, entry: ActivityEntry) -> str:
        """Why the newer version of a part cannot be read now; empty if it can."""
        number, version = entry.facts.get("part", ""), entry.facts.get("version", "")
        newest = next(
            (n for one in self._behind for n in one.newer if n.part_number == number), None
        )
        if newest is None:
            return translate("SiloSubscriptions", "Your file is this version by now.")
        if newest.version.id != version:
            return translate("SiloSubscriptions", "There is a newer version by now.")
        document = self._document(number)
        if document is None:
            return translate(
                "SiloSubscriptions", "It is not open; it is fetched once what uses it is closed."
            )
        return self._engine.reloading.hindrance(document, number)

    def _document(self, part_number: str) -> Document | None:
        documents = self._services.host.documents()
        return next((found for found in documents if found.part_number == part_number), None)


def _copies_of(services: Services, files: frozenset[Path]) -> dict[Path, Copy]:
    """Which of these files are items' copies, and of which version. Worker. Raises StoreError."""
    tracked, found = services.store.tracked, {}
    names = {_name(path_text(file)) for file in files}
    for number, text, base, _, _ in tracked.stamps() if names else ():
        if base is None or _name(text) not in names:  # as almost all: there may be ten thousand
            continue
        with suppress(OSError):
            file, known = path_of(text).resolve(), tracked.get(number)
            if file in files and known and known.base_version:
                found[file] = Copy(number, known.base_version, known.base_revision)
    return found


def _name(path: str) -> str:
    return path.rpartition(os.sep)[2]


def _heads_of(client: SiloClient, numbers: Iterable[str]) -> dict[str, Version | None]:
    """The newest versions of these items. Worker. Raises ServerError."""
    found: dict[str, Version | None] = {}
    for number in numbers:
        try:
            found[number] = client.get_item(number).head
        except (AuthError, NotFoundError):  # of others there may still be something to know
            found[number] = None
    return found
