"""``silo new``: a file becomes the first revision of a new item."""

from __future__ import annotations

from pathlib import Path

import pytest

from silo_core.model.errors import OfflineError
from silo_core.model.item import VersionKind
from silo_core.ports.client import SiloClient
from tests.checkpoint.command_kit import (  # noqa: F401
    Maker,
    Output,
    as_user,
    failed,
    home,
    maker,
    said,
    team,
)
from tests.workbench.kit import renumbered, sha256


def part(maker: Maker, number: str) -> Path:  # noqa: F811 - a fixture's name
    return renumbered(maker.job.base, maker.job.folder / "new.FCStd", number, maker.job.part)


def test_a_part_is_put_under_the_number_inside(maker: Maker, capsys: Output) -> None:  # noqa: F811
    number = f"{maker.job.part}-new"
    file = part(maker, number)
    text = said(capsys, "new", str(file), "--description", "Side Plate", "--project", "Crane")
    assert text.startswith(f"{number} is new: new.FCStd, ")
    item = maker.person.client.get_item(number)
    assert (item.description, item.projects, item.file_name) == (
        "Side Plate",
        ("Crane",),
        "new.FCStd",
    )
    assert item.head is not None
    assert (item.head.kind, item.head.sha256) == (VersionKind.REVISION, sha256(file))


def test_any_other_file_gets_the_number_that_is_named(maker: Maker, capsys: Output) -> None:  # noqa: F811
    file = maker.job.folder / "notes.txt"
    file.write_text("buy screws")
    assert "silo new FILE PN" in failed(capsys, "new", str(file))
    number = f"{maker.job.part}-notes"
    said(capsys, "new", str(file), number)
    head = maker.person.client.get_item(number).head
    assert head is not None
    assert head.sha256 == sha256(file)


def test_what_cannot_be_new_is_a_sentence(maker: Maker, capsys: Output) -> None:  # noqa: F811
    inside = f"{maker.job.part}-inside"
    file = str(part(maker, inside))
    assert f"has the part number {inside} inside, not" in failed(capsys, "new", file, "OTHER-1")
    assert "is no part number" in failed(
        capsys, "new", str(maker.job.folder / "x.txt"), "bad number?"
    )
    assert failed(capsys, "new", str(maker.job.folder / "gone.FCStd"))
    said(capsys, "new", file)
    assert inside in failed(capsys, "new", file), "the number is taken"


def test_what_broke_off_between_item_and_content_is_taken_up_again(
    maker: Maker,  # noqa: F811
    capsys: Output,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    number = f"{maker.job.part}-again"
    file = part(maker, number)

    def cut(*_: object) -> None:
        raise OfflineError("The connection was cut.")

    with monkeypatch.context() as while_cut:
        while_cut.setattr(SiloClient, "upload_file", cut)
        assert "cut" in failed(capsys, "new", str(file))
    said(capsys, "new", str(file))
    head = maker.person.client.get_item(number).head
    assert head is not None
    assert head.sha256 == sha256(file)
