"""The two ports of the server. Nothing above them knows which adapters are behind."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, Protocol, TypeVar

from silo_core.model.answers import ItemGroup
from silo_server.storage.records import ItemRecord, LoggedEvent, StoredChunk, VersionRecord

R = TypeVar("R")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ItemQuery:
    """Which items to list, by part number. Each word of ``search`` is looked for in part number,
    description and file name, whatever its case; ``after`` is the last part number of the page before.
    """

    search: str = ""
    project: str = ""
    category: str = ""
    after: str = ""
    limit: int = 100


@dataclass(frozen=True, slots=True)
class GroupQuery:
    """Which projects (or ``categories``) to list, by name. ``search`` is looked for in the name,
    whatever its case; ``after`` is the last name of the page before."""

    categories: bool = False
    search: str = ""
    after: str = ""
    limit: int = 100


class Reader(Protocol):
    """One consistent look at the records."""

    def get(self, kind: type[R], key: str) -> R | None:
        """The record of that kind with that id."""

    def find(self, kind: type[R], /, **equals: object) -> list[R]:
        """All records of that kind with these values, in the order they were added."""

    def items(self, query: ItemQuery) -> list[ItemRecord]:
        """Items in the order of their part numbers."""

    def groups(self, query: GroupQuery) -> list[ItemGroup]:
        """Projects or categories in the order of their names."""

    def versions(self, part_number: str, before: str, limit: int) -> list[VersionRecord]:
        """Newest first, those older than the version ``before`` (all if it is empty)."""

    def newest(self, kind: type[R], limit: int) -> list[R]:
        """The records of that kind that were added last, newest first."""

    def due(self, kind: type[R], now: datetime) -> list[R]:
        """Records of a kind that lasts for a time (edit sessions, reservations, waits) whose time is
        over at ``now``, in the order they were added."""

    def chunks(self, part_number: str, hashes: Collection[str]) -> dict[str, StoredChunk]:
        """Those of the chunks (SHA-256) that contents of this item hold, by their SHA-256."""

    def loose_size(self, part_number: str) -> int:
        """Bytes on disk of the item's loose chunks."""

    def events(self, after: int, limit: int) -> list[LoggedEvent]:
        """Logged events with a greater id, oldest first."""

    def event_range(self) -> tuple[int, int]:
        """Ids of the oldest event held and of the newest ever; (newest + 1, newest) when empty."""


class Transaction(Reader, Protocol):
    """A look at the records that may also change them, all of it or nothing."""

    def add(self, record: Any) -> None:
        """Keep a new record."""

    def change(self, record: Any) -> None:
        """Replace the record of the same kind and id."""

    def remove(self, record: Any) -> None:
        """Forget the record of the same kind and id."""

    def add_chunks(self, part_number: str, chunks: Collection[StoredChunk]) -> None:
        """Keep where chunks of one content stand, whose manifest is kept already; a chunk that the
        item has elsewhere stays there."""

    def renew_leases(self, workstations: Collection[str], until: datetime) -> None:
        """Let all edit sessions and waits of these workstations last until then, if they do not
        already."""

    def next_fence(self) -> int:
        """A number greater than any it answered before."""

    def append(
        self, event: str, data: Mapping[str, Any], audience: Collection[str] | None = None
    ) -> None:
        """Add an event to the durable log, for everybody or for these workstations."""

    def trim_events(self, keep: int) -> None:
        """Forget all but the newest ``keep`` events."""


class MetadataStore(Protocol):
    """Where records and the event log are kept."""

    def read(self, question: Callable[[Reader], T]) -> T:
        """Answer ``question`` from one consistent state."""

    def write(self, work: Callable[[Transaction], T]) -> Future[T]:
        """Run ``work`` as one transaction. The future is done once it is durable; if ``work`` raises,
        nothing of it happened and the future holds what it raised."""

    def on_events(self, listener: Callable[[], object]) -> None:
        """Call ``listener``, on any thread, whenever events became durable."""

    def close(self) -> None:
        """Finish what was submitted, then stop."""


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes that are durable in the blob store."""

    sha256: str
    size: int


class BlobStore(Protocol):
    """Where file contents are kept, each under the SHA-256 of its bytes."""

    def put(self, source: BinaryIO) -> Blob:
        """Store what can be read from ``source``; durable when this returns."""

    def open(self, sha256: str) -> BinaryIO:
        """A stored content to read and seek in, to be closed.

        Raises:
            FileNotFoundError: there is no such content.
        """

    def read(self, sha256: str, start: int, length: int) -> Iterator[bytes]:
        """That part of a stored content, in pieces.

        Raises:
            FileNotFoundError: there is no such content.
        """
