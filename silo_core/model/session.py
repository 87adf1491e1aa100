"""Edit sessions: leases on one object of one item."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from silo_core.model.context import ContextLevel


class ReleaseReason(StrEnum):
    """Why an edit session ended; the value is its name on the wire."""

    RELEASED = "released"
    CHECKPOINT = "checkpoint"
    EXPIRED = "expired"
    HANDOFF = "handoff"
    FORCED = "forced"


@dataclass(frozen=True, slots=True)
class EditSession:
    """A lease on one object. Times are aware UTC; ``expires_at`` and ``fence`` are None where the
    server has no [lease] extension. ``fence`` grows with every grant of the server."""

    id: str
    part_number: str
    user: str
    workstation_id: str
    workstation: str
    context_level: ContextLevel
    object_id: str
    dependency_cone: tuple[str, ...]
    acquired_at: datetime
    expires_at: datetime | None = None
    fence: int | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """Who stands in the way of a refused entry, as the 409 answer names them. ``session_id`` is empty
    where nobody edits the object yet but it is kept for that user, until ``reserved_until``."""

    session_id: str
    user: str
    workstation: str
    context_level: ContextLevel
    object_id: str
    acquired_at: datetime | None
    reserved_until: datetime | None = None
