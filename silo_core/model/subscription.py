"""Subscriptions, and what a workstation should have because of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from silo_core.model.item import Version


class TargetType(StrEnum):
    """What a subscription is to; the value is its name on the wire."""

    ITEM = "item"
    PROJECT = "project"
    CATEGORY = "category"


class Policy(StrEnum):
    """Which content a subscription wants; the value is its name on the wire."""

    LATEST = "latest"
    LATEST_RELEASED = "latest_released"
    PINNED = "pinned"


@dataclass(frozen=True, slots=True)
class Subscription:
    """``revision`` is the revision number of a pinned subscription, None otherwise."""

    id: str
    workstation_id: str
    target_type: TargetType
    target: str
    policy: Policy
    revision: int | None
    paused: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    """A subscription as it might be made or changed: the one that a workstation has to this target
    already would become this. ``revision`` goes with PINNED."""

    target_type: TargetType
    target: str
    policy: Policy = Policy.LATEST
    revision: int | None = None
    paused: bool = False


@dataclass(frozen=True, slots=True)
class SyncEntry:
    """One item that a workstation should have in another version than it acknowledged."""

    part_number: str
    file_name: str
    version: Version
    is_checkpoint: bool
    reason: str


@dataclass(frozen=True, slots=True)
class SyncDiff:
    """``removed`` are part numbers that no subscription covers any more, ``paused`` those whose
    subscription is paused (none where the server does not say). ``partial``: only the items that were
    asked about were compared."""

    entries: tuple[SyncEntry, ...]
    removed: tuple[str, ...]
    paused: tuple[str, ...] = ()
    partial: bool = False


@dataclass(frozen=True, slots=True)
class SyncPreview:
    """What a change of subscriptions would do to a workstation.

    ``items`` is how many items the subscriptions in question reach. ``updates`` of them would be
    fetched, ``size`` bytes in all (what travels may be less), the first ones listed in ``entries``.
    ``without_content`` of them have no content that the policy asks for; ``ruled_elsewhere`` follow
    another subscription of the workstation, which counts for more. ``given_up`` items that the
    workstation has would no longer be followed; their files stay.
    """

    items: int
    updates: int
    size: int
    without_content: int = 0
    ruled_elsewhere: int = 0
    given_up: int = 0
    entries: tuple[SyncEntry, ...] = ()
