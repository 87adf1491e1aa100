"""Pushes that cannot go, and what must not wait for them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from silo_checkpoint import pushing
from silo_checkpoint.adopting import find_base, track
from silo_core.model.answers import VersionPage
from silo_core.model.context import Context, ContextLevel, Document
from silo_core.model.exchange import ConnectionState
from silo_core.ports.client import SiloClient
from silo_core.ports.store import Store
from silo_core.testing import Proxy
from silo_core.workbench import bench
from silo_server.demo.player import Player
from tests.workbench.kit import Job, count, held_with_session, renumbered, sha256, until


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
    find_base(store, client, job.part, job.base)
    known = store.tracked.get(job.part)
    assert known is not None
    assert (known.base_version, known.base_revision, known.sha256) == ("newer", 9, "newer")
    client.close()
    store.close()


def spool_of(player: Player) -> Path:
    return player.workbench.store.path.parent / "spool"


def offline(job: Job) -> tuple[Player, Proxy]:
    """Alice has an edit session, and no server any more."""
    proxy = job.proxy()
    alice = job.join("alice", proxy)
    alice.edit("Sketch001")
    assert until(lambda: held_with_session(alice) == ["Sketch001"], alice)
    proxy.down()
    assert until(lambda: alice.is_(ConnectionState.OFFLINE), alice)
    return alice, proxy


def test_a_lost_snapshot_is_told_and_holds_back_neither_sessions_nor_later_work(job: Job) -> None:
    alice, proxy = offline(job)
    alice.change(job.deeper)
    alice.edit()
    (lost,) = spool_of(alice).iterdir()
    lost.unlink()
    alice.edit("Sketch002")
    alice.change(job.wider)
    alice.edit()
    proxy.up()
    assert until(lambda: job.contents() == [sha256(job.wider), sha256(job.base)], alice)
    assert until(lambda: count(alice, "cannot be sent") == 1, alice)
    assert str(lost) in alice.shown("cannot be sent")
    assert until(lambda: job.sessions() == [], alice)
    assert until(lambda: alice.workbench.store.outbox.pending() == (), alice)


def test_a_snapshot_that_cannot_be_read_releases_its_sessions(job: Job) -> None:
    alice, proxy = offline(job)
    alice.change(job.deeper)
    alice.edit()
    (kept,) = spool_of(alice).iterdir()
    kept.unlink()
    kept.mkdir()
    proxy.up()
    assert until(lambda: count(alice, "set aside") == 1, alice)
    assert until(lambda: job.sessions() == [], alice)
    assert len(alice.workbench.store.outbox.pending()) == 1


def test_what_waits_behind_a_push_that_fails_keeps_no_session(job: Job) -> None:
    proxy = job.proxy()
    alice = job.join("alice", proxy)
    proxy.meet(f"POST /api/items/{job.part}/checkpoints", "503", times=99)
    for sketch, content in (("Sketch001", job.deeper), ("Sketch002", job.wider)):
        alice.edit(sketch)
        assert until(lambda: held_with_session(alice) != [], alice)
        alice.change(content)
        alice.edit()
        assert until(lambda: job.sessions() == [], alice)
    assert len(alice.workbench.store.outbox.pending()) == 2


def test_stopping_within_a_push_does_not_begin_with_the_next(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = job.proxy()
    alice = job.join("alice", proxy)
    other = f"{job.part}-2"
    second = renumbered(job.base, job.folder / "second.FCStd", other, job.part)
    job.share(other, second)
    alice.open(second)
    assert until(lambda: is_tracked(alice, other), alice)
    proxy.down()
    assert until(lambda: alice.is_(ConnectionState.OFFLINE), alice)
    for document in alice.host.documents():
        alice.host.enter(document.key, Context(ContextLevel.SKETCH, "Sketch001"))
        content = renumbered(
            job.deeper, job.folder / "next.FCStd", str(document.part_number), job.part
        )
        alice.host.edit(document.key, content)
        alice.host.enter(document.key)
    assert len(alice.workbench.store.outbox.pending()) == 2
    begun: list[object] = []

    def never_answered(file: object) -> None:
        begun.append(file)
        proxy.pause()

    monkeypatch.setattr(pushing, "to_dag", never_answered)
    monkeypatch.setattr(bench, "FLUSH_S", 0.2)
    proxy.up()
    assert until(lambda: begun != [], alice)
    alice.quit()
    assert len(begun) == 1


def is_tracked(player: Player, part_number: str) -> bool:
    tracked = player.workbench.store.tracked.get(part_number)
    return tracked is not None and tracked.base_version is not None
