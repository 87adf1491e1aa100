"""What goes into a comparison, and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from silo_core.model.sync import ItemStatus, SyncChoice
from silo_core.ports.store import TrackedFile, WantedItem
from silo_core.rules.sync import SyncAction
from silo_subscriptions.engine.scanner import Look

Acks = dict[str, tuple[str | None, bool]]
"""Version id and whether it is a checkpoint, by part number."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What only the main thread knows: the files that are open, or linked to by what is open; those
    of them that are documents of their own; what users have decided; of which versions (part number,
    version id) a merge has failed."""

    open_files: frozenset[Path] = frozenset()
    documents: frozenset[Path] = frozenset()
    choices: Mapping[str, SyncChoice] = field(default_factory=dict)
    unmergeable: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Fetch:
    """A version to be fetched, and the file it is to replace as it was found."""

    wanted: WantedItem
    action: SyncAction
    path: Path
    look: Look
    tracked: TrackedFile | None

    @property
    def part_number(self) -> str:
        """Whose version it is."""
        return self.wanted.part_number

    @property
    def is_clean(self) -> bool:
        """Whether the file holds what it was last in step with."""
        return self.tracked is not None and self.look.local == self.tracked.sha256


@dataclass(slots=True)
class Survey:
    """What came of a comparison: statuses that have changed, items that are none of ours any more, what
    is to be fetched and acknowledged, new conflicts, what newly waits for open files that could be
    reloaded, and what the server said that cannot be."""

    statuses: dict[str, ItemStatus] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    fetch: list[Fetch] = field(default_factory=list)
    acks: Acks = field(default_factory=dict)
    conflicts: list[ItemStatus] = field(default_factory=list)
    waiting: list[ItemStatus] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    doubtful: set[str] = field(default_factory=set)
    """Not listed, though never acknowledged: the server is to be asked again once it is."""
