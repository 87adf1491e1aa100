# ruff: noqa: F811 - fixtures that come from elsewhere
"""``silo restore`` and ``silo commit`` against a real server and real files."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from silo_checkpoint.commands import restore, versions
from silo_core.fcstd import to_dag
from silo_core.model.item import Version, VersionKind
from silo_core.ports.client import SiloClient
from silo_core.ports.files import read_file
from silo_core.surfaces.cli import main
from silo_core.surfaces.cli import server as cli_server
from tests.checkpoint.command_kit import (  # noqa: F401
    AsUser,
    Maker,
    Output,
    as_user,
    failed,
    forget_extensions,
    home,
    maker,
    said,
    team,
    three,
)
from tests.cli.kit import Team
from tests.workbench.kit import sha256

SILO = [sys.executable, "-m", "silo_core.surfaces.cli"]


# -- restore to a file -----------------------------------------------------------------------------


def test_a_file_is_only_replaced_when_asked_for(
    three: list[Version], maker: Maker, tmp_path: Path, capsys: Output
) -> None:
    target = tmp_path / "mine.FCStd"
    target.write_bytes(b"mine")
    arguments = ["restore", maker.job.part, "head~1", "-o", str(target)]
    assert failed(capsys, *arguments) == (
        f"{target} exists already; name another file, or replace it with --force."
    )
    assert target.read_bytes() == b"mine"
    said(capsys, *arguments, "--force")
    assert sha256(target) == three[1].sha256
    assert maker.job.head().id == three[0].id
    assert sorted(path.name for path in tmp_path.glob("*.part")) == []


def test_a_file_that_comes_to_be_there_meanwhile_is_not_replaced(
    maker: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: Output,
) -> None:  # fmt: skip
    target = tmp_path / "mine.FCStd"
    target.write_bytes(b"mine")
    monkeypatch.setattr(restore, "is_free", lambda _: True)  # as it was a moment ago
    assert "exists already" in failed(capsys, "restore", maker.job.part, "head", "-o", str(target))
    assert target.read_bytes() == b"mine"


def test_what_cannot_be_written_is_a_sentence_and_leaves_nothing(
    maker: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    place = tmp_path / "place"
    (place / "folder").mkdir(parents=True)
    (place / "real").write_bytes(b"mine")
    (place / "link").symlink_to("real")
    (place / "dangling").symlink_to("nowhere")
    monkeypatch.chdir(place)
    before = sorted(place.rglob("*"))
    for name in ("", "folder", "link", "dangling", "missing/file", "real/file", "x" * 300):
        for force in ([], ["--force"]):
            message = failed(capsys, "restore", maker.job.part, "head", "-o", name, *force)
            assert message.startswith(name or ".")
            assert sorted(place.rglob("*")) == before
    assert (place / "real").read_bytes() == b"mine"


def test_a_full_disk_is_a_sentence_and_leaves_nothing(maker: Maker, tmp_path: Path) -> None:
    target = tmp_path / "place" / "out.FCStd"
    target.parent.mkdir()
    # a limit of 512 bytes a file stands for the disk; Python would keep half of each module's bytecode
    done = subprocess.run(
        ["sh", "-c", 'ulimit -f 1; exec "$@"', "sh", *SILO, "restore", maker.job.part, "head", "-o",
         str(target)],
        capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith(f"silo: {target} cannot be written (")
    assert len(done.stderr.splitlines()) == 1
    assert list(target.parent.iterdir()) == []


def test_a_file_that_arrives_damaged_is_not_kept(
    maker: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    find = versions.History.find
    monkeypatch.setattr(
        versions.History, "find", lambda *args: replace(find(*args), sha256="0" * 64)
    )
    place = tmp_path / "place"
    place.mkdir()
    message = failed(capsys, "restore", maker.job.part, "head", "-o", str(place / "out"))
    assert "damaged" in message
    assert list(place.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--force"], "--force is for -o FILE"),
        (["-o", "f", "--anyway"], "--anyway is for restoring"),
    ],
)
def test_what_does_not_belong_together_is_refused(
    arguments: list[str], why: str, home: Path, capsys: Output
) -> None:  # fmt: skip
    assert failed(capsys, "restore", "PRT-1", "head", *arguments).startswith(why)


# -- restore as the newest version -----------------------------------------------------------------


def test_restoring_makes_a_new_checkpoint_and_rewrites_nothing(
    three: list[Version], maker: Maker, home: Path, capsys: Output
) -> None:  # fmt: skip
    part = maker.job.part
    out = said(capsys, "restore", part, "head~2")
    made, *rest = maker.job.versions()
    assert rest == three
    assert out.startswith(
        f"{made.id[:12]} is the newest version of {part} now, with the content of "
    )
    assert (made.kind, made.context) == (VersionKind.CHECKPOINT, "manual")
    assert (made.sha256, made.parent) == (three[2].sha256, three[0].id)
    assert made.changes == (f"Restored {three[2].id} of {utc(three[2])} by admin",)
    assert maker.job.head().id == made.id
    assert maker.job.site.admin.get_dag(part) == to_dag(read_file(maker.job.base))
    # made by the workstation that the CAD program here is, too
    fingerprint = (home / "data" / "silo" / "workstation").read_text()
    known = {m.id: m.fingerprint for m in maker.person.client.list_workstations()}
    assert known[made.workstation_id or ""] == fingerprint
    # and can itself be taken back
    said(capsys, "restore", part, three[0].id)
    assert maker.job.head().sha256 == three[0].sha256
    assert len(maker.job.versions()) == 5


def utc(version: Version) -> str:
    assert version.created_at is not None
    return f"{version.created_at:%Y-%m-%d %H:%M} UTC"


def test_what_was_kept_beside_the_head_can_become_it(
    three: list[Version], maker: Maker, capsys: Output
) -> None:
    rescue = maker.push(maker.job.deeper, base=three[2].id, rescue=True)
    said(capsys, "restore", maker.job.part, rescue.id[:12])
    assert maker.job.head().sha256 == rescue.sha256
    assert rescue.id in maker.job.head().changes[0]


def test_what_is_no_part_file_is_restored_all_the_same(maker: Maker, capsys: Output) -> None:
    plain = maker.job.folder / "notes.txt"
    plain.write_text("no part")
    notes = maker.push(plain)
    maker.push(maker.job.deeper)
    said(capsys, "restore", maker.job.part, notes.id)
    assert maker.job.head().sha256 == notes.sha256


def test_the_head_is_not_restored_once_more(
    three: list[Version], maker: Maker, capsys: Output
) -> None:
    part = maker.job.part
    for name in ("head", three[0].id):
        message = failed(capsys, "restore", part, name)
        assert message.startswith(three[0].id[:12])
        assert message.endswith(f"by alice is the newest version of {part} already.")
    said(capsys, "restore", part, three[2].id)
    assert failed(capsys, "restore", part, three[2].id).endswith(
        f"has the content of {three[2].id[:12]} already."
    )
    assert len(maker.job.versions()) == 4


def test_who_is_editing_is_named_and_not_disturbed_unless_asked_for(
    three: list[Version], maker: Maker, team: Team, capsys: Output
) -> None:  # fmt: skip
    part = maker.job.part
    team.person("bob", "CAD-12").take(part, "Sketch001")
    maker.person.take(part, "Pad", "partdesign")
    message = failed(capsys, "restore", part, "head~1")
    assert message.startswith(
        f"{part} is being edited (Sketch001 by bob on CAD-12; Pad by you on CAD-07); wait until"
    )
    assert "--anyway" in message
    assert maker.job.head().id == three[0].id
    said(capsys, "restore", part, "head~1", "--anyway")
    assert maker.job.head().sha256 == three[1].sha256
    assert maker.job.sessions() == [("alice", "Pad"), ("bob", "Sketch001")]
    # a file disturbs nobody
    said(capsys, "restore", part, "head", "-o", str(maker.job.folder / "out"))


def test_a_version_that_came_meanwhile_is_not_replaced(
    three: list[Version], maker: Maker, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    registered = cli_server.registered

    def interrupted(client: SiloClient) -> str:
        maker.push(maker.job.base, "Came first")
        return registered(client)

    monkeypatch.setattr(restore, "registered", interrupted)
    message = failed(capsys, "restore", maker.job.part, "head~1")
    newer = maker.job.head()
    assert newer.changes == ("Came first",)
    assert message.startswith(f"Nothing was restored: {newer.id[:12]} of ")
    assert f"`silo history {maker.job.part}`, and restore again" in message


# -- commit ----------------------------------------------------------------------------------------


def test_committing_makes_the_newest_checkpoint_a_revision(
    three: list[Version], maker: Maker, capsys: Output
) -> None:
    part = maker.job.part
    out = said(capsys, "commit", part, "-m", "  For the prototype ")
    assert out.startswith(f"{part} revision 1 is {three[0].id[:12]} of ")
    assert out.endswith(" by alice: For the prototype\n")
    head = maker.job.head()
    assert (head.id, head.kind, head.revision_number) == (three[0].id, VersionKind.REVISION, 1)
    assert head.comment == "For the prototype"
    assert failed(capsys, "commit", part, "-m", "again") == (
        f"The newest version of {part} is revision 1 already; there is nothing to commit."
    )
    assert said(capsys, "commit", part, "-m", "Old", "--version", "head~1").startswith(
        f"{part} revision 2 is {three[1].id[:12]} of "
    )
    assert failed(capsys, "commit", part, "-m", "x", "--version", "r2").startswith(three[1].id[:12])


def test_what_is_beside_the_head_has_to_become_it_first(
    three: list[Version], maker: Maker, capsys: Output
) -> None:
    rescue = maker.push(maker.job.base, base=three[1].id, rescue=True)
    message = failed(capsys, "commit", maker.job.part, "-m", "x", "--version", rescue.id)
    assert f"`silo restore {maker.job.part} {rescue.id[:12]}`" in message


def test_a_revision_needs_a_reason(home: Path, capsys: Output) -> None:
    assert "say what the revision is for" in failed(capsys, "commit", "PRT-1", "-m", " ")
    assert main(["commit", "PRT-1"]) == 2


def test_whoever_may_only_look_may_only_look(
    three: list[Version], maker: Maker, as_user: AsUser, tmp_path: Path, capsys: Output
) -> None:  # fmt: skip
    tokens = maker.job.site.tokens
    if "vera" not in tokens:
        tokens["vera"] = maker.job.site.server.add_user("vera", "viewer")
    as_user("vera")
    part = maker.job.part
    said(capsys, "history", part)
    said(capsys, "restore", part, "head~1", "-o", str(tmp_path / "out"))
    for command in (["commit", part, "-m", "x"], ["restore", part, "head~1"]):
        assert "viewer" in failed(capsys, *command)
    assert maker.job.versions() == tuple(three)
