"""What a server answers to the calls of the client, where that is more than the thing itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from silo_core.model.item import Item, Version
from silo_core.model.session import EditSession
from silo_core.model.verdict import Reason, Verdict


class HandoffAnswer(StrEnum):
    """What a holder answers to a request for handoff; the value is its name on the wire."""

    RELEASE = "release"
    DEFER = "defer"
    DISMISS = "dismiss"


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """What a server is and which extensions of the protocol it has; none if it does not say."""

    name: str = ""
    version: str = ""
    extensions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Me:
    """Whose token it is, and its role: ``admin``, ``editor`` or ``viewer``."""

    user: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Workstation:
    """A workstation of the caller; ``fingerprint`` tells one installation from another."""

    id: str
    name: str
    fingerprint: str = ""
    last_seen: datetime | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Acquired:
    """An edit session was granted.

    ``verdict`` is NONE or SOFT; ``conflicts`` are the reasons for SOFT, each with the other party's
    session where the server names one. Where a server leaves out when a session was acquired, the
    time of the answer stands in. ``lease_seconds`` [lease] and ``head`` [base], the newest content
    of the item, are None without the extension.
    """

    session: EditSession
    verdict: Verdict
    conflicts: tuple[Reason, ...] = ()
    lease_seconds: float | None = None
    head: Version | None = None


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """``alive`` and ``lost`` are session ids; ``lease_seconds`` is how long those alive now last.
    A server without leases loses none, and the default stands in for when to ask again."""

    alive: tuple[str, ...]
    lost: tuple[str, ...] = ()
    lease_seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class PushedCheckpoint:
    """A checkpoint is safely on the server. ``handed_to`` is the user whom an object is kept for now,
    as the push accepted a request for handoff; empty if there was none, or it was void."""

    version: Version
    subscribers_notified: int = 0
    handed_to: str = ""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Which admin used an admin's power, on what and why: ``action`` is ``force_release``, ``subject``
    who and what it was done to."""

    id: str
    at: datetime
    admin: str
    action: str
    part_number: str
    subject: str
    reason: str


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Items in the server's order; ``next_cursor`` asks for those that follow, None at the end."""

    items: tuple[Item, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class ItemGroup:
    """A project or a category, and how many items it has; None where that is not known."""

    name: str
    item_count: int | None = None


@dataclass(frozen=True, slots=True)
class ItemGroupPage:
    """Projects or categories by name; ``next_cursor`` asks for those that follow, None at the end."""

    groups: tuple[ItemGroup, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class VersionPage:
    """Versions, newest first; ``next_cursor`` asks for those that follow, None at the end."""

    versions: tuple[Version, ...]
    next_cursor: str | None = None
