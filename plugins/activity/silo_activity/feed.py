"""The entries that the pane shows: in memory at once, in the store soon. Main thread, but for writing.

A burst of entries is one transaction on a worker: the editor never waits for the disk.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future
from typing import Protocol

from silo_core.model.errors import StoreError
from silo_core.model.exchange import ActivityEntry
from silo_core.ports.services import Services

logger = logging.getLogger(__name__)

MOST = 10_000
"""Entries that are kept in memory; the store keeps the newest 2,000."""
_SPARE = 500
"""So many more are let in before the oldest go, all at once."""


class Listener(Protocol):
    """Who shows the entries."""

    def entry_changed(self, entry: ActivityEntry) -> None:
        """It is new, or something of it changed."""

    def all_changed(self) -> None:
        """Anything may be different."""

    def possibilities_changed(self) -> None:
        """Other buttons may be possible now."""

    def read_changed(self) -> None:
        """Something was read."""


class Feed:
    """What happened, newest first, and what of it was not read yet."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.unread: set[str] = set()
        self._entries: dict[str, ActivityEntry] = {}  # oldest first
        self._listeners: list[Listener] = []
        self._loading = False
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._unsaved: dict[str, ActivityEntry] = {}
        self._read: set[str] = set()
        self._is_due = False

    def __iter__(self) -> Iterator[ActivityEntry]:
        return reversed(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, entry_id: str) -> ActivityEntry | None:
        """The entry of that id as it is now."""
        return self._entries.get(entry_id)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Tell ``listener`` of changes from now on; what comes back ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def put(self, entry: ActivityEntry) -> None:
        """An entry is new, or takes the place of an earlier one."""
        if entry.id not in self._entries:
            self.unread.add(entry.id)
        self._entries[entry.id] = entry
        self._trim()
        with self._lock:
            self._unsaved[entry.id] = entry
        self._write_soon()
        self._tell(entry)

    def mark_read(self, entry_ids: Collection[str]) -> None:
        """These were read."""
        read = self.unread.intersection(entry_ids)
        if not read:
            return
        self.unread -= read
        with self._lock:
            self._read |= read
        self._write_soon()
        for listener in tuple(self._listeners):
            listener.read_changed()

    def load(self) -> None:
        """Add what happened before this start, unless that was done."""
        if self._loading:
            return
        self._loading = True
        loaded = self.services.submit(self._load)
        loaded.add_done_callback(lambda done: self.services.post(lambda: self._loaded(done)))

    def _load(self) -> tuple[tuple[ActivityEntry, ...], frozenset[str]]:
        self.flush()
        log = self.services.store.activity
        return log.newest(), log.unread()

    def _loaded(self, done: Future[tuple[tuple[ActivityEntry, ...], frozenset[str]]]) -> None:
        if done.cancelled() or done.exception():
            self._loading = False  # another try when the pane is opened again
            return
        before, unread = done.result()
        earlier = {entry.id: entry for entry in reversed(before)}
        self.unread |= {entry_id for entry_id in unread if entry_id not in self._entries}
        self._entries = {**earlier, **self._entries}
        self._tell(None)

    def _trim(self) -> None:
        if len(self._entries) <= MOST + _SPARE:
            return
        for entry_id in list(self._entries)[: len(self._entries) - MOST]:
            del self._entries[entry_id]
            self.unread.discard(entry_id)
        self._tell(None)

    def possibilities_changed(self) -> None:
        """What buttons can do may have changed: others came, went, or are heard no more."""
        for listener in tuple(self._listeners):
            listener.possibilities_changed()

    def _tell(self, entry: ActivityEntry | None) -> None:
        for listener in tuple(self._listeners):
            if entry is None:
                listener.all_changed()
            else:
                listener.entry_changed(entry)

    # -- writing ---------------------------------------------------------------------------------

    def _write_soon(self) -> None:
        with self._lock:
            due, self._is_due = self._is_due, True
        if not due:
            self.services.submit(self.flush)

    def flush(self) -> None:
        """Write what is new. Any thread."""
        with self._writing:
            with self._lock:
                entries, self._unsaved = self._unsaved, {}
                read, self._read = self._read, set()
                self._is_due = False
            if not entries and not read:
                return
            try:
                self.services.store.activity.add(*entries.values())
                self.services.store.activity.mark_read(read)
            except StoreError as error:  # it is shown all the same, until the editor is closed
                logger.warning("activity is not kept: %s", error.message)
