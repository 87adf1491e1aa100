"""Two editors of one user on one machine, with one data folder between them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from silo_core.model.errors import StoreError
from silo_core.ports import claims
from tests.workbench.kit import Job, held_with_session, settle, sha256, until


def test_they_are_two_workstations_that_block_each_other(job: Job) -> None:
    one = job.join("alice")
    two = job.join("alice")
    one.edit("Sketch001")
    two.edit("Sketch001")
    assert until(lambda: bool(two.shown("Blocked")), one, two)
    assert "You are editing" in two.shown("Blocked")
    assert held_with_session(one) == ["Sketch001"]
    assert job.sessions() == [("alice", "Sketch001")]
    assert {one.workbench.workstation_id} != {two.workbench.workstation_id}
    two.edit("Sketch002")
    settle(one, two, seconds=0.2)
    assert job.sessions() == [("alice", "Sketch001"), ("alice", "Sketch002")]
    (session,) = (s for s in job.live() if s.object_id == "Sketch002")
    assert session.workstation == "CAD-alice (editor-2)", "people see that these are two"


def test_what_the_second_could_not_send_the_first_sends_when_it_starts_again(job: Job) -> None:
    proxy = job.proxy()
    one, two = job.join("alice"), job.join("alice", proxy)
    two.edit("Sketch001")
    two.change(job.deeper)
    proxy.down()
    two.edit()
    waiting = two.workbench.store.outbox.pending()
    assert [push.sha256 for push in waiting] == [sha256(job.deeper)]
    two.quit()
    one.quit()
    proxy.up()
    again = job.player("alice", proxy)
    job.go_online(again)
    assert until(lambda: job.head().sha256 == sha256(job.deeper), again)
    assert until(lambda: again.workbench.store.outbox.pending() == (), again)
    assert not waiting[0].spool_path.exists()


def test_a_folder_is_free_again_once_its_program_is_gone(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from silo_core.ports import claims;"
        "c = claims.claim(Path(sys.argv[1])); print(c.folder.name, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "data")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        try:
            assert program.stdout is not None
            assert program.stdout.readline() == "data\n"
            second = claims.claim(tmp_path / "data")
            assert second.folder.name == "editor-2"
            assert [c.folder for c in claims.left_behind(tmp_path / "data", second.folder)] == []
            second.release()
        finally:
            program.kill()
    first = claims.claim(tmp_path / "data")
    assert first.folder == tmp_path / "data"
    left = claims.left_behind(tmp_path / "data", first.folder)
    assert [claim.folder.name for claim in left] == ["editor-2"]
    first.release()


def test_a_folder_that_cannot_be_used_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "data" / "in-use.sqlite3").mkdir(parents=True)
    with pytest.raises(StoreError, match="cannot be used"):
        claims.claim(tmp_path / "data")


def test_there_is_an_end_to_editors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "MOST", 2)
    taken = [claims.claim(tmp_path), claims.claim(tmp_path)]
    with pytest.raises(StoreError, match="2 editors use"):
        claims.claim(tmp_path)
    for claim in taken:
        claim.release()
