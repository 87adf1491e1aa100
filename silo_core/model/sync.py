"""What keeping a workstation's copies of subscribed items in step comes to, item by item."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from silo_core.model.context import Document
from silo_core.model.item import Version


class SyncState(StrEnum):
    """How the copy of a subscribed item stands to what its subscription wants."""

    UP_TO_DATE = "up_to_date"
    """The copy is what is wanted."""
    PENDING = "pending"
    """To be fetched: soon, once the server is back, or when the user asks for it."""
    DOWNLOADING = "downloading"
    """On its way."""
    DEFERRED = "deferred"
    """The file is open, or linked to by one that is, or its own push is under way; it follows then."""
    CONFLICT = "conflict"
    """The copy was changed here and somewhere else: the user decides."""
    SKIPPED = "skipped"
    """The user decided to keep the own copy until there is a still newer version."""
    FAILED = "failed"
    """It could not be done; the reason says why."""
    PAUSED = "paused"
    """Its subscription is paused."""
    UNTRACKED = "untracked"
    """No subscription reaches it any more: it is let go once its file is closed; the file stays."""


class SyncChoice(StrEnum):
    """What a user can decide about one item."""

    OVERWRITE = "overwrite"
    """Take the newer version; what the file holds is kept for 30 days."""
    SKIP = "skip"
    """Keep the own copy until there is a still newer version."""
    MERGE = "merge"
    """Join both, object by object."""
    RELOAD = "reload"
    """Replace the open file now, and have the editor read it again."""


@dataclass(frozen=True, slots=True)
class ItemStatus:
    """How things stand with one subscribed item.

    ``path`` is where its file is or will be, None where no path is possible. ``wanted`` is the version
    that its subscription asks for, None where that is not known; ``is_checkpoint`` tells that it is a
    working state and no released one. ``reason`` is one sentence for people, empty where the state says
    it all. ``choices`` are what ``resolve`` takes for it now.
    """

    part_number: str
    path: Path | None
    state: SyncState
    wanted: Version | None = None
    is_checkpoint: bool = False
    reason: str = ""
    choices: tuple[SyncChoice, ...] = ()


@dataclass(frozen=True, slots=True)
class Newer:
    """A version of an item that this workstation does not have yet, and would get."""

    part_number: str
    version: Version


@dataclass(frozen=True, slots=True)
class Behind:
    """An open document that is not made of the newest versions: ``newer`` are those of the parts that
    it uses, directly or through other assemblies, by part number; and of itself, where it is old too.
    That does not change the document: its file, and what is said of its own version, stay."""

    document: Document
    newer: tuple[Newer, ...]

    @property
    def parts(self) -> tuple[Newer, ...]:
        """Those of the parts alone."""
        own = self.document.part_number
        return tuple(one for one in self.newer if one.part_number != own)
