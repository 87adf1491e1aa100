"""Where the files of items go: two of one name both get a place, and neither another's."""

from __future__ import annotations

from pathlib import Path

import pytest

from silo_core.model.errors import FileError
from silo_subscriptions.engine.paths import Places


def test_the_second_of_two_files_of_one_name_has_its_part_number_added(tmp_path: Path) -> None:
    places = Places(tmp_path, {"PRT-100": str(tmp_path / "Bracket.FCStd")})
    places.reserve([("PRT-200", "bracket.FCStd"), ("PRT-300", "bracket.FCStd")])
    assert places.of("PRT-100", "bracket.FCStd").name == "Bracket.FCStd"
    assert places.of("PRT-300", "bracket.FCStd").name == "bracket (PRT-300).FCStd"
    assert places.of("PRT-200", "bracket.FCStd").name == "bracket (PRT-200).FCStd"


def test_it_keeps_that_place_whoever_comes_later(tmp_path: Path) -> None:
    second = tmp_path / "plate (PRT-2).FCStd"
    places = Places(tmp_path, {"PRT-2": str(second)})
    assert places.of("PRT-2", "plate.FCStd") == second
    assert places.of("PRT-1", "plate.FCStd").name == "plate.FCStd"


def test_where_both_places_are_taken_the_remedy_is_said(tmp_path: Path) -> None:
    taken = {"A": str(tmp_path / "x.step"), "B": str(tmp_path / "x (C).step")}
    with pytest.raises(
        FileError, match=r"C cannot be kept here: .* unsubscribe from one of the two"
    ):
        Places(tmp_path, taken).of("C", "x.step")
