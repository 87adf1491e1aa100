"""Pushes that cannot go, and what must not wait for them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from silo_checkpoint.adopting import find_base, track
from silo_core.model.answers import VersionPage
from silo_core.model.context import Document
from silo_core.ports.client import SiloClient
from silo_core.ports.store import Store
from tests.workbench.kit import Job


class Overtaken(SiloClient):
    """While it asks for the versions, another thread has moved the base of the file."""

    def __init__(self, job: Job, store: Store) -> None:
        super().__init__(job.site.server.url, job.site.tokens["alice"])
        self._job, self._store = job, store

    def list_versions(
        self, part_number: str, *, limit: int | None = None, cursor: str | None = None
    ) -> VersionPage:
        page = self._job.site.admin.list_versions(part_number)
        known = self._store.tracked.get(part_number)
        assert known is not None
        newer = replace(known, base_version="newer", base_revision=9, sha256="newer")
        self._store.tracked.put(newer)
        return page


def test_a_base_that_was_found_out_too_late_does_not_turn_the_file_back(
    job: Job, tmp_path: Path
) -> None:
    store = Store.open(tmp_path / "store.sqlite")
    track(store, Document("key", job.base, job.part))
    client = Overtaken(job, store)
    find_base(store, client, job.part)
    known = store.tracked.get(job.part)
    assert known is not None
    assert (known.base_version, known.base_revision, known.sha256) == ("newer", 9, "newer")
    client.close()
    store.close()
