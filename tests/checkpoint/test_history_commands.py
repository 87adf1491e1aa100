# ruff: noqa: F811 - fixtures that come from elsewhere
"""``silo history`` against a real server, and what it has in common with ``silo restore`` and ``silo
commit``: how versions are named, and what is a sentence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from silo_checkpoint.commands import versions
from silo_core.model.item import Version
from silo_core.ports.client import SiloClient
from silo_core.rules.amounts import size
from silo_core.surfaces.cli import main
from silo_core.surfaces.cli.terminal import local
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
from tests.workbench.kit import Job, Site, sha256

SILO = [sys.executable, "-m", "silo_core.surfaces.cli"]
COMMANDS = [["history", "{}"], ["restore", "{}", "head~1"], ["commit", "{}", "-m", "x"]]


# -- history ---------------------------------------------------------------------------------------


def test_history_is_a_line_a_version_and_says_what_changed_below(
    three: list[Version], maker: Maker, capsys: Output
) -> None:
    rescue = maker.push(maker.job.deeper, "Pad.Length 1 mm", base=three[2].id, rescue=True)
    maker.commit(three[1], "First issue")
    columns, kept, head, issued, changed, more, first = said(
        capsys, "history", maker.job.part
    ).splitlines()
    assert columns.split() == [
        "VERSION",
        "KIND",
        "BY",
        "WHEN",
        "CONTEXT",
        "SIZE",
        "WHAT",
        "CHANGED",
    ]
    assert kept.startswith(f"{rescue.id[:12]}  rescue (beside the head)")
    assert head.startswith(f"{three[0].id[:12]}  checkpoint (head) ")
    assert head.endswith("Sketch redrawn")
    assert "revision 1 " in issued
    at = columns.index("WHAT CHANGED")
    assert (issued[at:], changed[at:], more[at:]) == (
        "First issue",
        "  Pocket.Length 5 mm → 7 mm",
        "  Pocket002 added",
    )
    assert changed[:at].strip() == ""
    assert {"alice", "sketch_close"} <= set(head.split())
    assert size(maker.job.wider.stat().st_size) in head
    assert first[at:] == "-"
    assert "admin" in first


def test_history_for_programs(three: list[Version], maker: Maker, capsys: Output) -> None:
    rows = json.loads(said(capsys, "history", maker.job.part, "--json"))
    assert [row["id"] for row in rows] == [version.id for version in three]
    assert [row["head"] for row in rows] == [True, False, False]
    assert rows[1]["changes"] == ["Pocket.Length 5 mm → 7 mm", "Pocket002 added"]
    assert rows[0]["parent"] == three[1].id
    assert rows[0]["size"] == maker.job.wider.stat().st_size
    assert all(row["id"].startswith(row["short_id"]) for row in rows)
    assert rows[0]["created_at"].endswith("Z")


def test_a_limit_and_pages_leave_nothing_out_and_tell_nothing_twice(
    three: list[Version], maker: Maker, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setattr(versions, "PAGE", 2)
    for limit in (1, 2, 3, 9):
        arguments = ["history", maker.job.part, "--limit", str(limit)]
        rows = json.loads(said(capsys, *arguments, "--json"))
        assert [row["id"] for row in rows] == [version.id for version in three][:limit]
        _, *lines = said(capsys, *arguments).splitlines()
        newest = [line.split()[0] for line in lines if not line.startswith(" ")]
        assert newest == [version.id[:12] for version in three][:limit]


@pytest.mark.parametrize("limit", ["0", "-1", "x", "", "1.5", "٣", "1" * 30])
def test_a_limit_that_is_none_is_a_sentence(limit: str, home: Path, capsys: Output) -> None:
    assert "name one from 1 on" in failed(capsys, "history", "PRT-1", f"--limit={limit}")


def test_pages_keep_their_columns(
    three: list[Version], maker: Maker, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    maker.push(
        maker.job.base, base=three[2].id, rescue=True
    )  # the widest of all, on the first page
    monkeypatch.setattr(versions, "PAGE", 1)
    lines = said(capsys, "history", maker.job.part).splitlines()
    assert len({line.index("alice") for line in lines if "alice" in line}) == 1
    assert [line.split()[0] for line in lines].count("VERSION") == 1


def test_ids_that_begin_the_same_are_shown_as_far_as_they_differ(
    three: list[Version], maker: Maker, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setattr("silo_checkpoint.commands.showing.SHORT", 2)
    rows = json.loads(said(capsys, "history", maker.job.part, "--json"))
    assert [row["short_id"] for row in rows] == [version.id for version in three]


def test_a_part_without_versions(job: Job, as_user: AsUser, capsys: Output) -> None:
    as_user("alice")
    job.site.admin.create_item(f"{job.part}-new")
    assert said(capsys, "history", f"{job.part}-new") == f"{job.part}-new has no version yet.\n"
    assert said(capsys, "history", f"{job.part}-new", "--json") == "[]\n"
    for command in (["restore", f"{job.part}-new", "head"], ["commit", f"{job.part}-new", "-mx"]):
        assert failed(capsys, *command) == f"{job.part}-new has no version yet."


def test_what_others_wrote_does_not_steer_the_terminal(maker: Maker, capsys: Output) -> None:
    maker.push(maker.job.deeper, "\x1b[2Jgone\r\nnew line", *["x" * 3000] * 30)
    out = said(capsys, "history", maker.job.part)
    assert "\x1b" not in out
    assert "?[2Jgone??new line" in out
    assert "and 11 more, which --json shows" in out
    assert max(map(len, out.splitlines())) < 220
    assert len(json.loads(said(capsys, "history", maker.job.part, "--json"))[0]["changes"]) == 31


def test_a_reader_that_has_had_enough_is_no_error(maker: Maker) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    done = subprocess.run(
        [*SILO, "history", maker.job.part], stdout=theirs, stderr=subprocess.PIPE, check=False
    )
    os.close(theirs)
    assert done.stderr == b""
    assert done.returncode == 141  # as every program that a closed pipe ends


def test_a_server_that_goes_round_in_circles_is_a_sentence(
    three: list[Version], maker: Maker, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    listed = SiloClient.list_versions

    def circling(client: SiloClient, part_number: str, **_: Any) -> Any:
        return listed(client, part_number, limit=1)

    monkeypatch.setattr(SiloClient, "list_versions", circling)
    assert "in circles" in failed(capsys, "restore", maker.job.part, "nonesuch")


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (999_949, "999.9 kB"), (999_960, "1.0 MB"),
     (12_345_678, "12.3 MB"), (5 * 10**12, "5.0 TB")],
)  # fmt: skip
def test_sizes_for_people(count: int, text: str) -> None:
    assert size(count) == text


def test_a_time_that_this_clock_does_not_have_is_shown_as_it_came(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "WEST+5")
        time.tzset()
        assert local(datetime(1, 1, 1, tzinfo=UTC)).endswith("1-01-01 00:00")  # Go's zero
        assert local(datetime(2026, 1, 1, tzinfo=UTC)) == "2025-12-31 19:00"
    time.tzset()


# -- which version ---------------------------------------------------------------------------------


def test_versions_go_by_their_place_and_by_their_revision(
    three: list[Version], maker: Maker, tmp_path: Path, capsys: Output
) -> None:
    maker.push(maker.job.base, base=three[2].id, rescue=True)  # which is no step back from the head
    maker.commit(three[1], "First issue")
    places = {"head": 0, "HEAD": 0, "head~0": 0, "head~1": 1, "head~2": 2, "r1": 1}
    for name, index in places.items():
        target = tmp_path / f"{name}.out"
        out = said(capsys, "restore", maker.job.part, name, "-o", str(target))
        assert sha256(target) == three[index].sha256
        assert three[index].id[:12] in out
        assert str(target) in out


def test_versions_go_by_their_id_and_its_beginning(
    three: list[Version], maker: Maker, tmp_path: Path, capsys: Output
) -> None:
    for number, name in enumerate((three[1].id, three[1].id[:12])):
        target = tmp_path / str(number)
        said(capsys, "restore", maker.job.part, name, "-o", str(target))
        assert sha256(target) == three[1].sha256


def test_a_name_for_several_versions_lists_them(
    three: list[Version], maker: Maker, capsys: Output
) -> None:
    message = failed(capsys, "restore", maker.job.part, "v-")
    assert message.startswith(f"v- begins 3 versions of {maker.job.part}; type more")
    assert all(f"{version.id} by {version.user}" in message for version in three)
    assert maker.job.versions() == tuple(three)


NO_VERSIONS = {
    "v-nonesuch": "{} has no version 'v-nonesuch'; see `silo history {}`.",
    "": "{} has no version ''; see `silo history {}`.",
    "\x1b[2J": "{} has no version '\\x1b[2J'; see `silo history {}`.",
    "r7": "{} has no revision 7; see `silo history {}`.",
    "head~7": "{} has 2 versions before its newest one, and no head~7.",
    "head~": "{} has no version 'head~'; see `silo history {}`.",
}


def test_a_name_for_no_version_is_a_sentence(
    three: list[Version], maker: Maker, capsys: Output
) -> None:
    part = maker.job.part
    for name, why in NO_VERSIONS.items():
        for command in (["restore", part, name], ["commit", part, "-m", "x", "--version", name]):
            assert failed(capsys, *command) == why.format(part, part)


# -- servers ---------------------------------------------------------------------------------------


def test_a_server_without_extensions_does_what_it_can(
    three: list[Version], maker: Maker, tmp_path: Path, capsys: Output,
    forget_extensions: Callable[[], None],
) -> None:  # fmt: skip
    part = maker.job.part
    maker.commit(three[2], "First issue")
    maker.commit(three[0], "Second issue")
    forget_extensions()
    assert main(["history", part]) == 0
    output = capsys.readouterr()
    assert output.err == "The server lists revisions only, no checkpoints between them.\n"
    _, newest, change, oldest = output.out.splitlines()
    assert "revision 2 (head)" in newest
    assert change.endswith("  Sketch redrawn")
    assert "revision 1 " in oldest
    said(capsys, "restore", part, "r1", "-o", str(tmp_path / "out"))
    assert sha256(tmp_path / "out") == three[2].sha256
    assert failed(capsys, "commit", part, "-m", "x").endswith("there is nothing to commit.")
    assert failed(capsys, "restore", part, three[1].id).endswith("its server lists revisions only.")
    assert main(["restore", part, "head~1"]) == 0
    output = capsys.readouterr()
    assert "does not check what a version was made from" in output.err
    assert "is the newest version of" in output.out


def test_a_server_that_lists_no_version_says_so(
    maker: Maker, capsys: Output, forget_extensions: Callable[[], None]
) -> None:
    forget_extensions()
    none = f"{maker.job.part} has no revision yet, and its server lists no other versions."
    assert failed(capsys, "commit", maker.job.part, "-m", "x") == none
    assert main(["history", maker.job.part]) == 0
    assert capsys.readouterr().out == f"{none}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_where_the_plugin_is_missing_it_says_what_to_install(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: [])
    message = failed(capsys, *[word.format("PRT-1") for word in command])
    assert message.endswith("for checkpoints; install it with: pip install silo-checkpoint")


@pytest.mark.parametrize("command", COMMANDS)
def test_without_a_server_a_valid_token_or_a_connection_it_is_one_sentence(
    command: list[str], site: Site, home: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: Output,
) -> None:  # fmt: skip
    words = [word.format("PRT-1") for word in command]
    assert failed(capsys, *words) == "No server is set; sign in with `silo login URL`."
    for url, why in ((site.server.url, "not valid"), ("http://127.0.0.1:9", "cannot be reached")):
        monkeypatch.setenv("SILO_SERVER_URL", url)
        monkeypatch.setenv("SILO_TOKEN", "silo_wrong")
        message = failed(capsys, *words)
        assert why in message
        assert "silo_wrong" not in message


@pytest.mark.parametrize(
    ("part", "why"),
    [
        ("NO-SUCH", "There is no item NO-SUCH."),
        ("", "'' is no part number"),
        ("../items", "'../items' is no part number"),
        ("\x1b[2J", "'\\x1b[2J' is no part number"),
        ("x" * 65, "is no part number"),
    ],
)
def test_a_part_that_is_none_is_one_sentence(
    part: str, why: str, as_user: AsUser, capsys: Output
) -> None:
    as_user("alice")
    for command in COMMANDS:
        assert why in failed(capsys, *[word.format(part) for word in command])
