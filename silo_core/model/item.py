"""Items and their history."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

PART_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""What a part number must match in full (wire protocol)."""


class VersionKind(StrEnum):
    """What a stored content is; the value is its name on the wire."""

    CHECKPOINT = "checkpoint"
    REVISION = "revision"
    RESCUE = "rescue"


@dataclass(frozen=True, slots=True)
class Version:
    """One content of an item. ``size`` in bytes, ``sha256`` in lower-case hex, ``parent`` the id of
    the version it was made from, ``changes`` a short list of what changed, for people."""

    id: str
    kind: VersionKind
    revision_number: int | None = None
    sha256: str = ""
    size: int = 0
    user: str = ""
    workstation_id: str | None = None
    context: str | None = None
    comment: str = ""
    created_at: datetime | None = None
    parent: str | None = None
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """A part or an assembly under a part number. ``head`` is its newest content, None without."""

    id: str
    part_number: str
    description: str = ""
    item_type: str = ""
    category: str = ""
    projects: tuple[str, ...] = ()
    file_name: str = ""
    revision_number: int = 0
    head: Version | None = None
    thumbnail_url: str | None = None
