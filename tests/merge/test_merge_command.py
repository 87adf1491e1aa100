"""``silo merge``, and the plugin."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from silo_core.model.exchange import MergeRequest
from silo_core.surfaces.cli import main
from silo_merge import Merge
from tests.merge.kit import DATA, edited, length, sample

BRACKET, ALICE, BOB = (str(DATA / f"bracket{who}.FCStd") for who in ("", "-alice", "-bob"))


def test_two_edits_become_one_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.FCStd"
    assert main(["merge", BRACKET, ALICE, BOB, "-o", str(out)]) == 0
    told = f"Merged into {out}: this of THEIRS is in it now\nSketch002 redrawn\n"
    assert capsys.readouterr().out == told
    assert main(["diff", BRACKET, str(out)]) == 1
    assert capsys.readouterr().out == "Sketch002 redrawn\nPocket.Length 5 mm → 7 mm\n"


def test_conflicts_are_listed_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other, out = tmp_path / "other.FCStd", tmp_path / "out.FCStd"
    other.write_bytes(edited(sample("bracket"), length("Pocket", 9)))
    arguments = ["merge", BRACKET, ALICE, str(other), "-o", str(out)]
    assert main(arguments) == 1
    sentence = "Pocket: Length is 7 mm in ours and 9 mm in theirs (was 5 mm)"
    assert capsys.readouterr().out == f"{sentence}\n"
    assert main([*arguments, "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == {
        "renamed": {},
        "taken": [],
        "conflicts": [
            {
                "kind": "two values",
                "object": "Pocket",
                "subject": "Length",
                "base": "5 mm",
                "ours": "7 mm",
                "theirs": "9 mm",
                "text": sentence,
            }
        ],
    }
    assert not out.exists()


def test_a_result_needs_a_file_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["merge", BRACKET, ALICE, BOB, "-o", "-"]) == 2
    assert "name a file after -o" in capsys.readouterr().err


def test_no_input_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ours = tmp_path / "ours.FCStd"
    ours.write_bytes(sample("bracket-alice"))
    link = tmp_path / "link.FCStd"
    link.hardlink_to(ours)
    for out in (ours, link):
        assert main(["merge", BRACKET, str(ours), BOB, "-o", str(out)]) == 2
        assert "name another one for the result" in capsys.readouterr().err
    assert ours.read_bytes() == sample("bracket-alice")


def test_a_file_is_only_replaced_when_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.FCStd"
    out.write_bytes(b"mine")
    arguments = ["merge", BRACKET, ALICE, BOB, "-o", str(out)]
    assert main(arguments) == 2
    assert capsys.readouterr().err == (
        f"silo: {out} exists already; name another file, or replace it with --force.\n"
    )
    assert out.read_bytes() == b"mine"
    assert main([*arguments, "--force"]) == 0
    assert out.read_bytes() != b"mine"


def test_what_is_no_plain_file_stays_what_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe, link, loop = (tmp_path / name for name in ("pipe.FCStd", "link.FCStd", "loop.FCStd"))
    os.mkfifo(pipe)
    link.symlink_to(tmp_path / "elsewhere.FCStd")
    loop.symlink_to(loop)
    for out in (pipe, link, loop, tmp_path):
        assert main(["merge", BRACKET, ALICE, BOB, "-o", str(out), "--force"]) == 2
        assert capsys.readouterr().err == (
            f"silo: {out} is no plain file; name a file that may be written.\n"
        )
    assert pipe.is_fifo()
    assert link.is_symlink()
    assert main(["merge", BRACKET, str(loop), BOB, "-o", str(tmp_path / "out.FCStd")]) == 2
    assert "cannot be read (" in capsys.readouterr().err


def test_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad, out = tmp_path / "bad.FCStd", tmp_path / "out.FCStd"
    bad.write_bytes(b"nothing")
    for path in (bad, tmp_path / "missing.FCStd", tmp_path):
        assert main(["merge", BRACKET, str(path), BOB, "-o", str(out)]) == 2
        assert capsys.readouterr().err.count("\n") == 1
    assert not out.exists()


def request(tmp_path: Path, ours: str, theirs: str, suffix: str = ".FCStd") -> MergeRequest:
    """As a push makes it: what is kept here has no suffix."""
    paths = [tmp_path / "base", tmp_path / f"ours{suffix}", tmp_path / "theirs"]
    for path, source in zip(paths, (BRACKET, ours, theirs), strict=True):
        path.write_bytes(Path(source).read_bytes())
    base, mine, other = paths
    return MergeRequest("PRT-100", base, mine, other, tmp_path / "target.FCStd", "bob")


def test_the_plugin_merges_part_files(tmp_path: Path) -> None:
    asked = request(tmp_path, ALICE, BOB)
    answer = Merge().silo_merge(asked)
    assert answer is not None
    assert answer.taken == ("Sketch002 redrawn",)
    assert asked.target.exists()


def test_the_plugin_says_what_conflicts(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_bytes(edited(sample("bracket"), length("Pocket", 9)))
    asked = request(tmp_path, ALICE, str(other))
    answer = Merge().silo_merge(asked)
    assert answer is not None
    assert answer.conflicts == ("Pocket: Length is 7 mm in ours and 9 mm in theirs (was 5 mm)",)
    assert not asked.target.exists()


def test_the_plugin_leaves_other_files_to_others(tmp_path: Path) -> None:
    assert Merge().silo_merge(request(tmp_path, ALICE, BOB, ".csv")) is None
