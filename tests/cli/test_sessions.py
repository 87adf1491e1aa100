"""``silo sessions``: who edits what, now and as it changes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from silo_core.surfaces.cli import main
from silo_server.embedded import EmbeddedServer
from tests.cli.kit import Team
from tests.workbench.kit import Job, Site

AsUser = Callable[[str], None]
Output = pytest.CaptureFixture[str]
SILO = [sys.executable, "-m", "silo_core.surfaces.cli"]


def rows(output: Output) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(output.readouterr().out)
    return found


def test_the_sessions_of_a_part_are_a_table_that_marks_the_own(
    job: Job, team: Team, as_user: AsUser, capsys: Output
) -> None:
    team.person("alice", "CAD-07").take(job.part, "X_Axis")
    team.person("bob", "CAD-12").take(job.part, "Pad", "partdesign")
    as_user("alice")
    assert main(["sessions", job.part]) == 0
    head, first, second = capsys.readouterr().out.splitlines()
    assert head.split() == ["PART", "OBJECT", "LEVEL", "USER", "WORKSTATION", "SINCE", "FOR"]
    assert "X-axis (X_Axis)" in first  # label beside internal name
    assert first.split("  ")[-1].endswith(" s")
    assert "alice (you)" in first
    assert "CAD-07" in first
    assert "partdesign" in second
    assert "(you)" not in second
    assert head.index("WORKSTATION") == first.index("CAD-07") == second.index("CAD-12")


def test_the_sessions_of_all_parts_for_programs(
    job: Job, team: Team, as_user: AsUser, capsys: Output
) -> None:
    session = team.person("bob", "CAD-12").take(job.part, "Sketch001").session
    as_user("alice")
    assert main(["sessions", "--json"]) == 0
    (row,) = [row for row in rows(capsys) if row["part_number"] == job.part]
    assert row["session_id"] == session.id
    assert (row["user"], row["own"], row["workstation"]) == ("bob", False, "CAD-12")
    assert row["context_level"] == "sketch"
    assert row["acquired_at"].endswith("Z")
    assert main(["sessions", job.part, "--json"]) == 0
    assert rows(capsys)[0]["label"]


def test_nobody_edits(job: Job, as_user: AsUser, capsys: Output) -> None:
    as_user("alice")
    assert main(["sessions", job.part]) == 0
    assert capsys.readouterr().out == f"Nobody edits {job.part}.\n"
    assert main(["sessions", job.part, "--json"]) == 0
    assert rows(capsys) == []


def test_what_others_wrote_neither_steers_the_terminal_nor_breaks_the_columns(
    job: Job, team: Team, as_user: AsUser, capsys: Output
) -> None:
    team.person("bob", "\x1b[2Jмашина\n").take(job.part, "Sketch001")
    team.person("alice", "機械").take(job.part, "X" * 300)
    as_user("alice")
    assert main(["sessions", job.part]) == 0
    out = capsys.readouterr().out
    lines = out.splitlines()
    assert len(lines) == 3
    assert "\x1b" not in out
    assert "?[2Jмашина?" in out
    assert max(map(len, lines)) < 160
    assert "XXX…" in out


@pytest.mark.parametrize("command", [["sessions"], ["release"], ["explain", "PRT-1", "Pad"]])
def test_without_a_server_or_a_valid_token_or_a_connection_it_is_one_sentence(
    command: list[str], site: Site, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    assert main(command) == 2
    assert capsys.readouterr().err == "silo: No server is set; sign in with `silo login URL`.\n"
    for url, why in ((site.server.url, "not valid"), ("http://127.0.0.1:9", "cannot be reached")):
        monkeypatch.setenv("SILO_SERVER_URL", url)
        monkeypatch.setenv("SILO_TOKEN", "silo_wrong")
        assert main(command) == 2
        output = capsys.readouterr()
        assert output.out == ""
        assert why in output.err
        assert len(output.err.splitlines()) == 1
        assert "silo_wrong" not in output.err


@pytest.mark.parametrize(
    "command",
    [["sessions"], ["sessions", "--watch"], ["release"], ["explain", "Pad"]],
)
def test_an_unknown_part_is_one_sentence(
    command: list[str], as_user: AsUser, capsys: Output
) -> None:
    as_user("alice")
    name, *rest = command
    assert main([name, "NO-SUCH", *rest]) == 2
    output = capsys.readouterr()
    assert "NO-SUCH" in output.err
    assert len(output.err.splitlines()) == 1


class Watching:
    """``silo sessions --watch`` in a process of its own."""

    def __init__(self, environ: Mapping[str, str], *arguments: str) -> None:
        self.process = subprocess.Popen(
            [*SILO, "sessions", *arguments, "--watch"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **environ},
        )

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip("\n")

    def note(self) -> str:
        assert self.process.stderr is not None
        return self.process.stderr.readline().rstrip("\n")

    def interrupt(self) -> tuple[int, str]:
        """Its exit status, and what else it had to complain about."""
        self.process.send_signal(signal.SIGINT)
        _, errors = self.process.communicate(timeout=120)
        return self.process.returncode, errors


@contextmanager
def watching(environ: Mapping[str, str], *arguments: str) -> Iterator[Watching]:
    watch = Watching(environ, *arguments)
    try:
        yield watch
    finally:
        watch.process.kill()
        watch.process.communicate()


@pytest.mark.usefixtures("home")
def test_watching_prints_a_line_for_each_change_until_it_is_interrupted(
    job: Job, team: Team
) -> None:
    alice, bob = team.person("alice"), team.person("bob")
    with watching(team.environ("alice"), job.part) as watch:
        assert watch.line() == f"Nobody edits {job.part}."
        mine = alice.take(job.part, "X_Axis").session
        edits = f"alice (you) edits X-axis (X_Axis) of {job.part}, sketch, on CAD-alice"
        assert watch.line().endswith(edits)
        alice.client.release_edit_session(job.part, mine.id)
        assert watch.line().endswith("on CAD-alice (released)")
        taken = bob.take(job.part, "Pad", "partdesign").session
        assert " bob edits Pad" in watch.line()
        job.site.admin.force_release(job.part, taken.id, "gone home")
        assert watch.line().endswith(f"Pad of {job.part}, partdesign, on CAD-bob (forced)")
        assert watch.interrupt() == (130, "")


@pytest.mark.usefixtures("home")
def test_watching_for_programs_is_one_object_a_line(job: Job, team: Team) -> None:
    bob = team.person("bob")
    first = bob.take(job.part, "Sketch001").session
    with watching(team.environ("alice"), job.part, "--json") as watch:
        held = json.loads(watch.line())
        assert (held["event"], held["session_id"], held["own"]) == ("held", first.id, False)
        bob.client.release_edit_session(job.part, first.id)
        ended = json.loads(watch.line())
        assert (ended["event"], ended["reason"]) == ("released", "released")
        bob.take(job.part, "Sketch001")
        assert json.loads(watch.line())["event"] == "acquired"
        assert watch.interrupt()[0] == 130


@pytest.mark.usefixtures("home")
def test_watching_goes_on_when_the_server_returns_and_misses_nothing(
    tmp_path: Path, stack: Any
) -> None:
    server = stack.enter_context(EmbeddedServer(tmp_path / "own"))
    site = Site(server)
    stack.callback(site.close)
    (tmp_path / "job").mkdir()
    job, team = Job(site, tmp_path / "job", stack), Team(site, stack)
    alice = team.person("alice")
    session = alice.take(job.part, "Sketch001").session
    with watching(team.environ("bob"), job.part) as watch:
        assert "Sketch001" in (watch.line(), watch.line())[1]
        alice.take(job.part, "Pad", "partdesign")
        assert " alice edits Pad" in watch.line()  # so it listens
        server.stop()
        assert watch.note().startswith("silo: ")
        server.start()
        alice.client.release_edit_session(job.part, session.id)
        assert watch.line().endswith("on CAD-alice (released)")
        assert watch.interrupt()[0] == 130


@pytest.mark.usefixtures("home")
def test_watching_ends_when_the_token_is_not_valid_any_more(tmp_path: Path, stack: Any) -> None:
    server = stack.enter_context(EmbeddedServer(tmp_path / "own"))
    site = Site(server)
    stack.callback(site.close)
    environ = Team(site, stack).environ("bob")
    with watching(environ) as watch:
        assert watch.line() == "Nobody edits anything."
        done = subprocess.run(
            [*SILO, "user", "remove", "bob", "--data", str(tmp_path / "own")],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        server.stop()
        server.start()
        assert watch.process.wait(20) == 2
        assert watch.process.stderr is not None
        assert "not valid" in watch.process.stderr.read().splitlines()[-1]
