"""A push that its user cancels is held, not lost, and goes on when it is resumed."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from silo_checkpoint.commands import transferring
from silo_core.model.context import CheckpointContext
from silo_core.model.exchange import Transfer, TransferState
from silo_core.ports.installation import data_folder
from silo_core.ports.settings import Settings
from silo_core.ports.store import PushJob, Store, store_path
from silo_core.rules import meter
from tests.checkpoint.command_kit import as_user, failed, home, said, team  # noqa: F401
from tests.checkpoint.crashing import history, variant
from tests.workbench.kit import Job, count, sha256, until

Output = pytest.CaptureFixture[str]


@pytest.fixture
def _told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every step of a transfer is told, however short it is."""
    monkeypatch.setattr(meter, "QUIET_S", 0.0)
    monkeypatch.setattr(meter, "STEP_S", 0.0)


@pytest.mark.usefixtures("_told")
def test_a_cancelled_upload_is_held_its_sessions_end_and_it_is_resumed(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = job.join("alice")
    outbox = alice.workbench.store.outbox
    seen: list[Transfer] = []
    monkeypatch.setattr(alice.workbench.hooks, "progress", seen.append)
    content = variant(job, 1)
    alice.edit("Sketch001")
    alice.change(content)
    with monkeypatch.context() as during:

        def held_as_it_begins(now: datetime) -> tuple[PushJob, ...]:
            found = type(outbox).due(outbox, now)
            for one in found:
                outbox.hold(one.id)
            return found

        during.setattr(outbox, "due", held_as_it_begins)
        alice.edit()
        assert until(lambda: count(alice, "is held") == 1, alice)
    assert until(lambda: job.sessions() == [], alice)
    (held,) = outbox.pending()
    assert held.held
    assert sha256(held.spool_path) == sha256(content)
    assert until(lambda: seen != [], alice)
    assert (seen[-1].id, seen[-1].state) == (held.id, TransferState.CANCELLED)
    assert history(job) == []

    outbox.resume(held.id, alice.workbench.now())
    alice.workbench.request_push()
    assert until(lambda: history(job) == [sha256(content)], alice)
    assert until(lambda: seen[-1].state is TransferState.DONE, alice)
    assert seen[-1].done == seen[-1].total


@pytest.mark.usefixtures("_told")
def test_what_is_fetched_to_be_joined_with_is_told_as_well(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, bob = job.join("alice"), job.join("bob")
    seen: list[Transfer] = []
    monkeypatch.setattr(bob.workbench.hooks, "progress", seen.append)
    bob.edit("Sketch002")
    alice.edit("Sketch001")
    alice.change(job.deeper)
    alice.edit()
    assert until(lambda: job.head().sha256 == sha256(job.deeper), alice, bob)
    bob.change(job.wider)
    bob.edit()
    assert until(lambda: bob.workbench.store.outbox.pending() == (), alice, bob)
    assert until(lambda: seen[-1].state is TransferState.DONE and seen[-1].upload, bob)
    fetched = [transfer for transfer in seen if not transfer.upload]
    assert fetched[-1].state is TransferState.DONE
    assert fetched[-1].done == fetched[-1].total


def test_what_is_held_is_not_sent_and_what_was_made_on_it_waits(job: Job) -> None:
    alice = job.join("alice", job.proxy())
    outbox = alice.workbench.store.outbox
    assert outbox.next_due() is None
    for number in (1, 2):
        outbox.add(_job(job.folder, f"{job.part}-{number}", job.part))
        assert outbox.hold(f"{job.part}-1")
    assert outbox.due(datetime.now(UTC)) == ()
    assert outbox.next_due() is None
    assert not outbox.hold("no such")
    outbox.resume(f"{job.part}-1", datetime.now(UTC))
    assert [one.id for one in outbox.due(datetime.now(UTC))] == [f"{job.part}-1"]
    for one in outbox.pending():
        outbox.drop(one)


def _job(folder: Path, job_id: str, part_number: str) -> PushJob:
    return PushJob(
        id=job_id,
        part_number=part_number,
        spool_path=folder / "snapshot",
        file_name="a.FCStd",
        source_path=folder / "a.FCStd",
        context=CheckpointContext.MANUAL,
        session_ids=(),
        object_ids=(),
        base=None,
        sha256="0" * 64,
        size=12_300,
        created_at=datetime(2026, 3, 1, 8, tzinfo=UTC),
    )


def test_the_command_lists_holds_and_resumes(
    as_user: Callable[[str], None],  # noqa: F811
    tmp_path: Path,
    capsys: Output,
) -> None:
    as_user("alice")
    assert "No checkpoint waits here" in said(capsys, "outbox")
    url = Settings().text("server_url")
    for folder, job_id in ((data_folder(), "one"), (data_folder() / "editor-2", "other")):
        store = Store.open(store_path(folder, url))
        store.outbox.add(_job(tmp_path, job_id, "PRT-1"))
        store.close()
    assert "other" in said(capsys, "outbox")
    assert "is held" in said(capsys, "outbox", "cancel", "oth")
    rows = {row["id"]: row["state"] for row in json.loads(said(capsys, "outbox", "--json"))}
    assert rows == {"one": "waiting", "other": "held"}
    assert "2 checkpoints 'o'" in failed(capsys, "outbox", "resume", "o")
    assert "no checkpoint 'x'" in failed(capsys, "outbox", "cancel", "x")
    assert "leave the ID out" in failed(capsys, "outbox", "list", "one")
    assert "is not held" in failed(capsys, "outbox", "resume", "one")
    assert "name one checkpoint" in failed(capsys, "outbox", "resume")
    assert "goes on" in said(capsys, "outbox", "resume", "other")
    assert "held" not in said(capsys, "outbox")


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.usefixtures("_told")
def test_a_terminal_shows_how_far_it_is_and_is_left_clean(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = _Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with transferring.shown("PRT-1", upload=False) as progress:
        progress(500, 1000)
        assert "PRT-1: fetched 500 B of 1.0 kB" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r")


def test_a_pipe_gets_nothing(capsys: Output) -> None:
    with transferring.shown("PRT-1", upload=True) as progress:
        progress(500, 1000)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("left", "text"), [(3.4, "3 s left"), (125.0, "2 min 5 s left"), (8000.0, "2 h left")]
)
def test_the_time_left_in_words(left: float, text: str) -> None:
    transfer = Transfer("t", "PRT-1", True, 1000, 2000, 10.0, left)
    assert transferring.described(transfer) == f"PRT-1: sent 1.0 kB of 2.0 kB, 10 B/s, {text}"
