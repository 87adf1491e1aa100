"""When a push is tried again, and what does and does not wait for it."""

from __future__ import annotations

from typing import Any, NoReturn

import pytest

from silo_checkpoint import pushing
from silo_core.model.context import Context, ContextLevel
from silo_core.model.errors import BusyError
from silo_core.model.exchange import ConnectionState
from silo_core.model.item import VersionKind
from silo_core.ports.client import SiloClient
from silo_core.testing import Proxy
from silo_server.demo.player import Player
from tests.checkpoint.crashing import history, spool_of, variant
from tests.workbench.kit import Job, count, renumbered, sha256, until


def leave(player: Player, job: Job, number: int) -> str:
    """Leave a sketch changed as no other; answers the SHA-256."""
    content = variant(job, number)
    player.edit("Sketch001")
    player.change(content)
    player.edit()
    return sha256(content)


def reconnect(player: Player, proxy: Proxy) -> None:
    proxy.down()
    assert until(lambda: player.is_(ConnectionState.OFFLINE), player)
    proxy.up()
    assert until(lambda: player.is_(ConnectionState.ONLINE), player)


def waiting(player: Player) -> int:
    return len(player.workbench.store.outbox.pending())


# -- what the server rejects for good ------------------------------------------------------------------


def test_what_is_rejected_is_set_aside_shown_and_kept_and_later_work_gets_through(
    job: Job,
) -> None:
    proxy = job.proxy()
    alice = job.join("alice", proxy)
    proxy.meet(f"POST /api/items/{job.part}/checkpoints", "422", times=99)
    first = leave(alice, job, 1)
    assert until(lambda: count(alice, "is kept here and set aside") == 1, alice)
    assert until(lambda: job.sessions() == [], alice)
    (kept,) = alice.workbench.store.outbox.pending()
    assert kept.set_aside
    assert str(kept.spool_path) in alice.shown("set aside")
    assert sha256(kept.spool_path) == first
    proxy.forgive()
    second, third = leave(alice, job, 2), leave(alice, job, 3)
    assert until(lambda: history(job) == [second, third], alice)
    assert until(lambda: waiting(alice) == 1, alice)
    assert alice.workbench.store.outbox.pending()[0].id == kept.id
    head = job.head()

    # whatever was wrong is put right: it is judged by what it was made from, and never becomes head
    reconnect(alice, proxy)
    assert until(lambda: waiting(alice) == 0, alice)
    assert sorted(job.contents()) == sorted([first, second, third, sha256(job.base)])
    (rescue,) = (version for version in job.versions() if version.kind is VersionKind.RESCUE)
    assert rescue.sha256 == first
    assert job.head() == head
    assert not kept.spool_path.exists()


def test_what_was_set_aside_goes_first_if_nothing_got_through_since(job: Job) -> None:
    proxy = job.proxy()
    alice = job.join("alice", proxy)
    proxy.meet(f"POST /api/items/{job.part}/checkpoints", "422", times=99)
    left = [leave(alice, job, 1), leave(alice, job, 2)]
    assert until(lambda: count(alice, "set aside") == 2, alice)
    proxy.forgive()
    reconnect(alice, proxy)
    assert until(lambda: history(job) == left, alice)
    assert until(lambda: waiting(alice) == 0, alice)


def test_what_the_server_fails_at_again_and_again_is_set_aside_as_well(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pushing, "BACKOFF_S", 0.01)
    monkeypatch.setattr(pushing, "FAULTS", 4)
    proxy = job.proxy()
    alice = job.join("alice", proxy)
    proxy.meet(f"POST /api/items/{job.part}/checkpoints", "500", times=99)
    first = leave(alice, job, 1)
    assert until(lambda: count(alice, "is kept here and set aside") == 1, alice)
    (kept,) = alice.workbench.store.outbox.pending()
    assert kept.attempts == 4
    proxy.forgive()
    second = leave(alice, job, 2)
    assert until(lambda: history(job) == [second], alice)
    reconnect(alice, proxy)  # the server was mended
    assert until(lambda: waiting(alice) == 0, alice)
    assert sorted(job.contents()) == sorted([first, second, sha256(job.base)])
    assert job.head().sha256 == second


def test_a_server_that_is_busy_for_long_sets_nothing_aside(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pushing, "BACKOFF_S", 0.01)
    monkeypatch.setattr(pushing, "FAULTS", 2)
    proxy = job.proxy()
    alice = job.join("alice", proxy)
    proxy.meet(f"POST /api/items/{job.part}/checkpoints", "503", times=99)
    left = [leave(alice, job, 1), leave(alice, job, 2)]
    assert until(lambda: alice.workbench.store.outbox.pending()[0].attempts >= 4, alice)
    assert count(alice, "set aside") == 0
    proxy.forgive()
    assert until(lambda: history(job) == left, alice)


def test_what_is_set_aside_survives_a_restart(job: Job) -> None:
    proxy = job.proxy()
    alice = job.join("alice", proxy)
    proxy.meet(f"POST /api/items/{job.part}/checkpoints", "422", times=99)
    first = leave(alice, job, 1)
    assert until(lambda: count(alice, "set aside") == 1, alice)
    alice.quit()
    proxy.forgive()
    alice = job.player("alice", proxy)
    (kept,) = alice.workbench.store.outbox.pending()
    assert kept.set_aside
    job.go_online(alice)
    assert until(lambda: history(job) == [first], alice)
    assert until(lambda: list(spool_of(alice).glob("*")) == [], alice)


def test_a_rejected_content_left_again_is_not_kept_twice(job: Job) -> None:
    proxy = job.proxy()
    alice = job.join("alice", proxy)
    proxy.meet(f"POST /api/items/{job.part}/checkpoints", "422", times=99)
    leave(alice, job, 1)
    assert until(lambda: count(alice, "set aside") == 1, alice)
    alice.edit("Sketch001")
    alice.edit()
    assert until(lambda: job.sessions() == [], alice)
    assert waiting(alice) == 1


# -- what may be tried again soon ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "at_least", "at_most"), [(None, 0.0, 2.0), (120.0, 120.0, 120.0), (1e-3, 1e-3, 2.0)]
)
def test_backoff_is_jittered_and_retry_after_is_honoured(
    job: Job,
    monkeypatch: pytest.MonkeyPatch,
    asked: float | None,
    at_least: float,
    at_most: float,
) -> None:
    def busy(*_: Any, **__: Any) -> NoReturn:
        raise BusyError("Not now.", retry_after=asked)

    monkeypatch.setattr(pushing, "BACKOFF_S", 2.0)
    alice = job.join("alice")
    with monkeypatch.context() as patch:
        patch.setattr(SiloClient, "push_checkpoint", busy)
        leave(alice, job, 1)
        store = alice.workbench.store
        assert until(lambda: store.outbox.pending()[0].attempts == 1, alice)
        (job_,) = store.outbox.pending()
        assert job_.tried_at
        assert job_.next_try_at
        assert at_least <= (job_.next_try_at - job_.tried_at).total_seconds() <= at_most
        assert not job_.set_aside
        assert until(lambda: job.sessions() == [], alice)


def test_a_bug_that_one_file_brings_out_is_told_and_holds_no_other_back(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = SiloClient.push_checkpoint

    def fail(client: SiloClient, part_number: str, *rest: Any, **named: Any) -> Any:
        if part_number == job.part:
            raise ZeroDivisionError
        return real(client, part_number, *rest, **named)

    monkeypatch.setattr(SiloClient, "push_checkpoint", fail)
    alice = job.join("alice")
    other = f"{job.part}-B"
    beside = renumbered(job.base, alice.folder / "beside.FCStd", other, job.part)
    job.share(other, beside)
    key = alice.host.open(beside)
    leave(alice, job, 1)
    alice.host.enter(key, Context(ContextLevel.SKETCH, "Sketch001"))
    alice.host.edit(key, renumbered(job.wider, job.folder / "changed.FCStd", other, job.part))
    alice.host.enter(key)
    versions = job.site.admin.list_versions
    assert until(lambda: len(versions(other).versions) == 2, alice)
    assert until(lambda: count(alice, "set aside") == 1, alice)
    assert until(lambda: waiting(alice) == 1, alice)
    (kept,) = alice.workbench.store.outbox.pending()
    assert (kept.part_number, kept.set_aside) == (job.part, True)
    assert "ZeroDivisionError" in kept.last_error


def test_pushes_of_an_item_keep_their_order_and_another_item_does_not_wait(job: Job) -> None:
    proxy = job.proxy()
    alice = job.join("alice", proxy)
    other = f"{job.part}-B"
    beside = renumbered(job.base, alice.folder / "beside.FCStd", other, job.part)
    job.share(other, beside)
    changed = renumbered(job.wider, job.folder / "changed.FCStd", other, job.part)
    key = alice.host.open(beside)
    proxy.meet(f"POST /api/items/{job.part}/checkpoints", "503", times=99)
    left = [leave(alice, job, number) for number in range(3)]
    assert until(lambda: alice.workbench.store.outbox.pending()[0].attempts > 0, alice)
    alice.host.enter(key, Context(ContextLevel.SKETCH, "Sketch001"))
    alice.host.edit(key, changed)
    alice.host.enter(key)

    def newest() -> str:
        head = job.site.admin.get_item(other).head
        assert head
        return head.sha256

    assert until(lambda: newest() == sha256(changed), alice)
    assert history(job) == []
    assert until(lambda: waiting(alice) == 3, alice)
    proxy.forgive()
    assert until(lambda: history(job) == left, alice)


def test_every_leave_without_a_server_is_a_version_of_its_own(job: Job) -> None:
    """Also those that a later one superseded before they could be sent: people look for them."""
    proxy = job.proxy()
    alice = job.join("alice", proxy)
    proxy.down()
    assert until(lambda: alice.is_(ConnectionState.OFFLINE), alice)
    left = [leave(alice, job, number) for number in range(5)]
    assert waiting(alice) == 5
    proxy.up()
    assert until(lambda: history(job) == left, alice)
    assert until(lambda: waiting(alice) == 0 and job.sessions() == [], alice)


def test_what_is_set_aside_does_not_keep_the_file_from_being_updated(job: Job) -> None:
    proxy = job.proxy()
    alice = job.join("alice", proxy)
    proxy.meet(f"POST /api/items/{job.part}/checkpoints", "422", times=99)
    leave(alice, job, 1)
    assert until(lambda: count(alice, "set aside") == 1, alice)
    proxy.forgive()
    second = leave(alice, job, 2)
    assert until(lambda: history(job) == [second], alice)
    job.site.admin.push_checkpoint(
        job.part, job.base, "manual", None, None, base=job.head().id, file_name="bracket.FCStd"
    )
    answers: list[bool] = []
    (document,) = alice.host.documents()
    assert until(lambda: job.base_of(alice) == job.versions()[1].id, alice)
    assert alice.workbench.hooks.update(document, answers.append)
    assert until(lambda: answers == [True], alice)
    assert sha256(job.file_of(alice)) == sha256(job.base)
    assert waiting(alice) == 1
