"""Tells the hooks what becomes of the copies."""

from __future__ import annotations

from silo_core.model.sync import ItemStatus
from silo_core.ports.services import Services
from silo_subscriptions.facade import Sync


class Observing:
    """Compares what is with what was told, whenever the engine tells of a change."""

    def __init__(self, services: Services, sync: Sync) -> None:
        self._services = services
        self._sync = sync
        self._told: dict[str, ItemStatus] = {}
        sync.listeners.append(self._look)

    def _look(self) -> None:
        now = {status.part_number: status for status in self._sync.statuses()}
        changed = tuple(
            status for number, status in now.items() if self._told.get(number) != status
        )
        self._told = now
        if changed:
            self._services.hooks.sync_changed(changed)
