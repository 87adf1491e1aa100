"""Taking over what an editor has left that was started beside another one and does not run any more."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from silo_core.model.errors import FileError, SiloError
from silo_core.ports.claims import left_behind

if TYPE_CHECKING:
    from silo_core.ports.store import Store

logger = logging.getLogger(__name__)


def inherit(store: Store, data: Path, own: Path) -> None:
    """Move the pushes that wait in the stores of other folders of ``data`` for the same server to
    ``store``, which is in the folder ``own``. Whatever fails is left where it is, for the next time."""
    for claim in left_behind(data, own):
        path = claim.folder / store.path.relative_to(own)
        if not path.exists():
            continue
        try:
            _move(path, store)
        except SiloError as error:
            logger.warning("what waits in %s is not taken over: %s", path, error.message)


def _move(path: Path, store: Store) -> None:
    """Each push is in one store or the other, or for a moment in both, never in none.

    Raises:
        FileError, StoreError: one of them cannot be used.
    """
    from dataclasses import replace

    from silo_core.ports.spool import Spool
    from silo_core.ports.store import Store

    other = Store.open(path)
    try:
        known = {job.id for job in store.outbox.pending()}
        for job in other.outbox.pending():
            if job.id not in known:
                try:
                    snapshot = Spool(store.path.parent / "spool").snapshot(job.spool_path)
                except FileError as error:  # the others are not lost for that
                    logger.warning("%s is not taken over: %s", job.id, error.message)
                    continue
                # its sessions were those of another workstation, and ended with it
                store.outbox.add(replace(job, spool_path=snapshot.path, session_ids=()))
            other.outbox.drop(job)
            Spool(path.parent / "spool").discard(job.spool_path)
        for leaving in other.leavings.unfinished():
            if store.leavings.adopt(replace(leaving, session_ids=())):
                other.leavings.end(leaving)
    finally:
        other.close()
