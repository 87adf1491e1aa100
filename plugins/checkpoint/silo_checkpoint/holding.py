"""Holding a push back, and letting it go on. Main thread; the store is asked on a worker where it is
written."""

from __future__ import annotations

from functools import partial

from silo_checkpoint import texts
from silo_core.model.exchange import ActivityEntry, Transfer
from silo_core.model.language import translate
from silo_core.ports.services import Services


class Held:
    """[Cancel] of an upload, and [Resume] of what was cancelled."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def cancel(self, transfer: Transfer) -> bool | None:
        """See ``silo_cancel_transfer``: the push ends at its next piece, and is kept."""
        outbox = self._services.store.outbox
        if all(job.id != transfer.id for job in outbox.pending(transfer.part_number)):
            return None
        self._services.submit(partial(outbox.hold, transfer.id))
        return True

    def act(self, entry: ActivityEntry, action: str) -> str | None:
        """See ``silo_act``."""
        if action != texts.RESUME.name:
            return None
        self._services.submit(partial(self._resume, entry.facts.get("job", "")))
        return translate("SiloCheckpoint", "It is sent")

    def problem(self, entry: ActivityEntry, action: str) -> str | None:
        """See ``silo_action_problem``."""
        if action != texts.RESUME.name:
            return None
        is_held = self._services.store.outbox.is_held(entry.facts.get("job", ""))
        return "" if is_held else translate("SiloCheckpoint", "It is not held any more")

    def _resume(self, job_id: str) -> None:
        self._services.store.outbox.resume(job_id, self._services.now())
        self._services.request_push()
