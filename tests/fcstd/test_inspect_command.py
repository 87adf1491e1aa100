"""``silo inspect``."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from silo_core.model.errors import FileError
from silo_core.surfaces.cli import inspect as inspect_command

DATA = Path(__file__).parents[1] / "data"


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    inspect_command.add_parser(parser.add_subparsers())
    args = parser.parse_args(["inspect", *words])
    status: int = args.run(args)
    return status


def test_json_has_exactly_the_promised_members(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(str(DATA / "bracket.FCStd"), "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert list(answer) == ["part_number", "program_version", "objects"]
    assert answer["part_number"] == "PRT-100"
    assert len(answer["objects"]) == 16
    assert {"name": "Pocket", "type": "PartDesign::Pocket", "label": "Pocket",
            "uses": ["Pad", "Sketch001"]} in answer["objects"]  # fmt: skip


def test_the_table_is_readable(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(str(DATA / "plate.FCStd")) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["Part", "number:", "PRT-101"]
    assert lines[4].split() == ["NAME", "LABEL", "TYPE", "BUILT", "FROM"]
    assert lines[-1].split() == ["Pad", "Pad", "PartDesign::Pad", "Sketch,", "Spreadsheet"]


def test_texts_of_a_file_do_not_steer_the_terminal(
    tmp_path: Path, pack_zip: Callable[..., bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    document = (
        '<Document ProgramVersion="1&#9;&#x9b;"><Objects><Object type="T" name="A"/></Objects>'
        '<ObjectData><Object name="A"><Properties><Property name="Label" '
        'type="App::PropertyString"><String value="Bad&#x9b;31m&#10;x"/></Property></Properties>'
        "</Object></ObjectData></Document>"
    )
    path = tmp_path / "a.FCStd"
    path.write_bytes(pack_zip(("Document.xml", document.encode())))
    assert run(str(path)) == 0
    assert "Bad?31m?x" in capsys.readouterr().out


def test_a_damaged_file_is_the_callers_to_report(tmp_path: Path) -> None:
    path = tmp_path / "a.FCStd"
    path.write_bytes(b"no zip")
    with pytest.raises(FileError, match="not a complete FCStd"):
        run(str(path))
