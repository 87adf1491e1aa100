"""Every text of a window can be translated, and German is complete."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.translations.catalogues import (
    ROOT,
    bare_texts,
    calls,
    marked,
    messages,
    module_at,
    placeholders,
)

SCRIPT = module_at(ROOT / "scripts" / "translations.py")
FOLDER, update, release = SCRIPT.FOLDER, SCRIPT.update, SCRIPT.release
PACKAGES: list[Path] = SCRIPT.packages()
NOT_TRANSLATED = {"https://silo.example", "PRT-100", "silo_…"}
"""Examples of what is typed in."""
MARKED_ELSEWHERE = {
    "MARKS[kind].word", "MARKS[line.entry.kind].word", "self._look.word",  # SiloKinds
    "action.text", "option", "texts.EDIT_NOW", "texts.UPDATE",  # SiloButtons
    "setting.help", "status.reason", "chosen[0].reason", "text", "said", "_GONE", "_ADVICE",
    "_WAITING", "_CHOSEN[choice]", "known",
}  # fmt: skip
"""Texts that are marked where they are declared, and translated where they are shown."""


def ts_of(package: Path, language: str) -> Path:
    return package / str(FOLDER) / f"{SCRIPT.name_of(package)}_{language}.ts"


CATALOGUES = [ts_of(package, "de") for package in PACKAGES if ts_of(package, "de").exists()]
GERMAN = [message for path in CATALOGUES for message in messages(path)]


def modules(package: Path) -> list[Path]:
    return sorted(package.rglob("*.py"))


def test_there_is_german_for_each_package_that_has_texts() -> None:
    speaking = [one for one in PACKAGES if any(marked(path) for path in modules(one))]
    assert [ts_of(one, "de") for one in speaking] == CATALOGUES
    assert len(CATALOGUES) == 7
    assert SCRIPT.languages() == ["de"]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_the_catalogue_has_the_texts_of_the_sources(path: Path, tmp_path: Path) -> None:
    package = path.parents[1]
    fresh = update(package, "de", tmp_path)
    assert fresh is not None
    now = {(one.context, one.source) for one in messages(fresh)}
    assert now == {(one.context, one.source) for one in messages(path)}, "run `make translations`"
    # the tool reads what Python reads
    assert now == {
        (one.context, one.source) for module in modules(package) for one in marked(module)
    }


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_what_is_loaded_is_what_was_translated(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / path.name
    copy.write_bytes(path.read_bytes())
    release(copy)
    fresh = copy.with_suffix(".qm").read_bytes()
    assert fresh == path.with_suffix(".qm").read_bytes(), "run `make translations`"


def test_german_is_finished() -> None:
    assert len(GERMAN) > 500
    assert [one.name for one in GERMAN if one.state or not one.translation.strip()] == []


def test_placeholders_agree() -> None:
    wrong = [
        one.name for one in GERMAN if placeholders(one.source) != placeholders(one.translation)
    ]
    assert wrong == []


def test_keys_spaces_and_dots_agree() -> None:
    def shape(text: str) -> tuple[bool, bool, bool, bool]:
        key = text.replace("&&", "").count("&") == 1
        return key, text.endswith("…"), text[:1] == " ", text[-1:] == " "

    assert [one.name for one in GERMAN if shape(one.source) != shape(one.translation)] == []


def test_texts_are_literals() -> None:
    others = {
        ast.unparse(call.args[1])
        for package in PACKAGES
        for path in modules(package)
        for call in calls(path)
        if not isinstance(call.args[1], ast.Constant)
    }
    assert others <= MARKED_ELSEWHERE


def test_no_window_says_a_text_that_cannot_be_translated() -> None:
    surfaces = [path for one in PACKAGES for path in modules(one) if is_surface(path)]
    assert len(surfaces) > 60
    found = {
        f"{path.relative_to(ROOT)}:{text}"
        for path in surfaces
        for text in bare_texts(path.read_text("utf-8"))
        if text.partition(": ")[2] not in NOT_TRANSLATED
    }
    assert found == set()


def is_surface(path: Path) -> bool:
    return "qt" in path.parts or "gui" in path.parts or "freecad" in path.parts


@pytest.mark.parametrize(
    "source",
    ['box.setText("Open it")', 'QLabel("Open it", self)', 'self.say("Open it", problem=True)'],
)
def test_a_bare_text_is_found(source: str) -> None:
    assert list(bare_texts(source)) == ["1: Open it"]


def test_a_wrong_placeholder_is_found() -> None:
    assert placeholders("{count} of {total}") != placeholders("{anzahl} von {total}")
