"""``silo diff``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from silo_core.surfaces.cli import main

DATA = Path(__file__).parents[1] / "data"
BRACKET, ALICE = str(DATA / "bracket.FCStd"), str(DATA / "bracket-alice.FCStd")


def test_no_changes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", BRACKET, BRACKET]) == 0
    assert capsys.readouterr().out == "No changes.\n"


def test_changes_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", BRACKET, ALICE]) == 1
    assert capsys.readouterr().out == "Pocket.Length 5 mm → 7 mm\n"


def test_json_has_exactly_the_promised_members(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", BRACKET, ALICE, "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == {
        "changes": [
            {
                "kind": "property",
                "object": "Pocket",
                "subject": "Length",
                "old": "5 mm",
                "new": "7 mm",
                "incidental": False,
                "text": "Pocket.Length 5 mm → 7 mm",
            }
        ]
    }


@pytest.mark.parametrize("other", ["", "/nowhere.FCStd", str(DATA), __file__])
def test_trouble_is_one_sentence(other: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", BRACKET, other]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1
