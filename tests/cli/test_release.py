"""``silo release``: one's own sessions, or with an administrator's right somebody else's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from silo_core.ports.client import SiloClient
from silo_core.surfaces.cli import main
from tests.cli.kit import Team
from tests.workbench.kit import Job, renumbered

AsUser = Callable[[str], None]
Output = pytest.CaptureFixture[str]


def failed(capsys: Output, *arguments: str) -> str:
    """The one sentence with which the command must fail."""
    assert main(["release", *arguments]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    (line,) = output.err.splitlines()
    return line.removeprefix("silo: ")


def test_own_sessions_end_by_object_by_part_and_all_at_once(
    job: Job, team: Team, as_user: AsUser, capsys: Output
) -> None:
    alice, bob = team.person("alice"), team.person("bob")
    other = f"{job.part}-2"
    job.share(other, renumbered(job.base, job.folder / "other.FCStd", other, job.part))
    for taken in ("Sketch001", "Sketch"):
        alice.take(job.part, taken)
    alice.take(other, "Sketch001")
    bob.take(job.part, "Pad", "partdesign")
    as_user("alice")
    assert main(["release", job.part, "Sketch001"]) == 0
    assert capsys.readouterr().out == f"Released Sketch001 of {job.part}, on CAD-alice.\n"
    assert job.sessions() == [("alice", "Sketch"), ("bob", "Pad")]
    assert main(["release", job.part]) == 0
    assert job.sessions() == [("bob", "Pad")]
    assert main(["release", "--all"]) == 0
    assert f"Released Sketch001 of {other}" in capsys.readouterr().out
    assert job.live(other) == ()
    assert job.sessions() == [("bob", "Pad")]
    assert main(["release", "--all"]) == 0
    assert capsys.readouterr().out == "You have no edit sessions.\n"


def test_without_a_name_nothing_ends(job: Job, team: Team, as_user: AsUser, capsys: Output) -> None:
    team.person("alice").take(job.part, "Sketch001")
    as_user("alice")
    assert failed(capsys).endswith(
        f"Sketch001 of {job.part}; name a part and an object, or end all with --all."
    )
    assert job.sessions() == [("alice", "Sketch001")]
    assert main(["release", "--all"]) == 0


def test_what_one_does_not_hold_is_told(
    job: Job, team: Team, as_user: AsUser, capsys: Output
) -> None:
    team.person("bob").take(job.part, "Sketch001")
    as_user("alice")
    assert failed(capsys, job.part, "Pad") == f"Nobody edits Pad of {job.part}."
    assert failed(capsys, job.part, "Sketch001") == (
        f"Sketch001 of {job.part} is edited by bob and not by you; --force is for administrators."
    )
    assert job.sessions() == [("bob", "Sketch001")]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--force"], "name its part and object"),
        (["PRT-1", "--force", "--reason", "x"], "name its part and object"),
        (["PRT-1", "Pad", "--force"], "--force needs --reason TEXT"),
        (["PRT-1", "Pad", "--force", "--reason", " "], "--force needs --reason TEXT"),
        (["PRT-1", "Pad", "--reason", "x"], "--reason is for --force"),
        (["PRT-1", "--all"], "leave out the rest"),
        (["PRT-1", ""], "The name of the object is empty; leave it out for all of the part."),
        (["--all", "--force", "--reason", "x"], "leave out the rest"),
    ],
)
def test_what_does_not_belong_together_is_refused_before_anything_is_asked(
    arguments: list[str], why: str, home: object, capsys: Output
) -> None:
    assert why in failed(capsys, *arguments)


def test_an_administrator_ends_somebodys_session_and_says_why(
    job: Job, team: Team, as_user: AsUser, capsys: Output
) -> None:
    team.person("bob", "CAD-12").take(job.part, "Sketch001")
    as_user("admin")
    assert main(["release", job.part, "Sketch001", "--force", "--reason", "bob is ill"]) == 0
    assert capsys.readouterr().out == (
        f"Ended the edit session of bob on Sketch001 of {job.part}, on CAD-12, who is told why: "
        "bob is ill\n"
    )
    assert job.sessions() == []
    assert failed(capsys, job.part, "Sketch001", "--force", "--reason", "x") == (
        f"Nobody edits Sketch001 of {job.part}."
    )


def test_whoever_is_no_administrator_may_not(
    job: Job, team: Team, as_user: AsUser, capsys: Output
) -> None:
    team.person("bob").take(job.part, "Sketch001")
    as_user("alice")
    assert "admin" in failed(capsys, job.part, "Sketch001", "--force", "--reason", "mine")
    assert job.sessions() == [("bob", "Sketch001")]


def test_a_session_that_ended_meanwhile_is_no_failure(
    job: Job, team: Team, as_user: AsUser, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = team.person("alice")
    session = alice.take(job.part, "Sketch001").session
    as_user("alice")
    release = SiloClient.release_edit_session

    def too_late(client: SiloClient, part_number: str, session_id: str) -> None:
        release(alice.client, part_number, session.id)
        release(client, part_number, session_id)

    monkeypatch.setattr(SiloClient, "release_edit_session", too_late)
    assert main(["release", job.part]) == 0
    assert "has ended already" in capsys.readouterr().out
