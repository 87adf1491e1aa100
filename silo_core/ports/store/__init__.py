"""What a workstation remembers about one server: a single SQLite file."""

from __future__ import annotations

from silo_core.ports.store.activity import ActivityLog
from silo_core.ports.store.jobs import PushJob
from silo_core.ports.store.leaving import Leaving, Leavings
from silo_core.ports.store.location import store_path
from silo_core.ports.store.meta import Meta
from silo_core.ports.store.outbox import Outbox
from silo_core.ports.store.store import Store
from silo_core.ports.store.tracked import TrackedFile, TrackedFiles
from silo_core.ports.store.wanted import WantedItem, WantedItems

__all__ = [
    "ActivityLog",
    "Leaving",
    "Leavings",
    "Meta",
    "Outbox",
    "PushJob",
    "Store",
    "TrackedFile",
    "TrackedFiles",
    "WantedItem",
    "WantedItems",
    "store_path",
]
