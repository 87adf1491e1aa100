"""What the metadata store keeps. Every record has an ``id`` that is unique among its kind.

Edit sessions, subscriptions and audit entries are kept as the model's own ``EditSession``,
``Subscription`` and ``AuditEntry``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from silo_core.model.answers import HandoffAnswer
from silo_core.model.context import ContextLevel
from silo_core.model.item import Item, Version, VersionKind


class Role(StrEnum):
    """What a user may do: a viewer reads, an editor writes, an admin also ends others' sessions."""

    VIEWER = "viewer"
    EDITOR = "editor"
    ADMIN = "admin"

    def includes(self, other: Role) -> bool:
        """Whether this role may do what ``other`` may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True)
class User:
    """``id`` is the user's name; of the token only its SHA-256 is kept."""

    id: str
    role: Role
    token_sha256: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class WorkstationRecord:
    """``viewing`` are the part numbers its user looks at, as its last heartbeat said."""

    id: str
    user: str
    name: str
    fingerprint: str
    last_seen: datetime
    created_at: datetime
    viewing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """``head`` is the id of the newest content that is no rescue."""

    id: str
    part_number: str
    description: str
    item_type: str
    category: str
    projects: tuple[str, ...]
    file_name: str
    revision_number: int
    head: str | None
    created_at: datetime

    def public(self, head: Version | None) -> Item:
        """The item as the protocol shows it."""
        return Item(
            id=self.id,
            part_number=self.part_number,
            description=self.description,
            item_type=self.item_type,
            category=self.category,
            projects=self.projects,
            file_name=self.file_name,
            revision_number=self.revision_number,
            head=head,
        )


@dataclass(frozen=True, slots=True)
class VersionRecord:
    """One content of the item ``part_number``; the bytes are in the blob store under ``sha256``."""

    id: str
    part_number: str
    kind: VersionKind
    revision_number: int | None
    sha256: str
    size: int
    user: str
    workstation_id: str | None
    context: str | None
    comment: str
    created_at: datetime
    parent: str | None
    changes: tuple[str, ...] = ()

    def public(self) -> Version:
        """The version as the protocol shows it."""
        return Version(
            id=self.id,
            kind=self.kind,
            revision_number=self.revision_number,
            sha256=self.sha256,
            size=self.size,
            user=self.user,
            workstation_id=self.workstation_id,
            context=self.context,
            comment=self.comment,
            created_at=self.created_at,
            parent=self.parent,
            changes=self.changes,
        )


@dataclass(frozen=True, slots=True)
class DagRecord:
    """The feature graph of an item's latest content: ``id`` is the part number, ``stamp`` changes
    with every graph, ``body`` is the graph as JSON."""

    id: str
    stamp: str
    body: str


@dataclass(frozen=True, slots=True)
class Handoff:
    """Somebody asked the holder of a session to hand it over. ``context_level`` is None where the
    session had ended before the server kept it."""

    id: str
    session_id: str
    part_number: str
    context_level: ContextLevel | None
    object_id: str
    holder: str
    requester: str
    workstation_id: str | None
    message: str
    created_at: datetime
    answer: HandoffAnswer | None = None


class Cause(StrEnum):
    """Why an object is kept for somebody."""

    HANDOFF = "handoff"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Reservation:
    """An object that nobody edits is kept for ``user``, until ``expires_at``; for one workstation
    only, if one is named. An object has one at most, and none while it is being edited."""

    id: str
    part_number: str
    context_level: ContextLevel
    object_id: str
    user: str
    workstation_id: str | None
    cause: Cause
    made_at: datetime
    expires_at: datetime

    def admits(self, user: str, workstation_id: str) -> bool:
        """Whether it is kept for that user at that workstation."""
        return self.user == user and self.workstation_id in (None, workstation_id)


@dataclass(frozen=True, slots=True)
class Wait:
    """A workstation wants to be told when an object becomes free. Like a session, it lasts as long as
    the workstation is heard of; who came first is served first."""

    id: str
    part_number: str
    context_level: ContextLevel
    object_id: str
    user: str
    workstation_id: str
    made_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Ack:
    """A workstation has this version of an item; ``id`` is ``ack_id`` of the two."""

    id: str
    workstation_id: str
    part_number: str
    version: str


def ack_id(workstation_id: str, part_number: str) -> str:
    """The id of what a workstation acknowledged of an item."""
    return f"{workstation_id} {part_number}"


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered to a push, to be answered again when it is repeated. ``id`` is user and
    idempotency key; ``request`` tells whether it is the same push."""

    id: str
    request: str
    body: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ManifestRecord:
    """Which chunks a content of an item consists of, and where they stand in it; ``id`` is
    ``manifest_id`` of the two, ``body`` as ``silo_server.work.manifests`` writes it."""

    id: str
    body: bytes


def manifest_id(part_number: str, content: str) -> str:
    """The id of the manifest of a content (SHA-256) of an item."""
    return f"{part_number} {content}"


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk as part of a stored content: ``length`` bytes from ``offset`` on in the blob
    ``content``, raw-deflated if ``deflate`` is a level; ``size`` plain bytes."""

    sha256: str
    size: int
    deflate: int | None
    content: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class LooseChunk:
    """A chunk that was sent and is part of no version yet; ``id`` is part number and SHA-256,
    ``name`` its file, which takes ``stored`` bytes."""

    id: str
    part_number: str
    sha256: str
    name: str
    stored: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class State:
    """A value the server keeps over restarts, under a name."""

    id: str
    value: str


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """One entry of the durable log. ``data`` is JSON; ``audience`` are the workstations it is for,
    None for everybody."""

    id: int
    type: str
    data: str
    audience: frozenset[str] | None
