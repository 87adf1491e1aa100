"""``silo new``: a file becomes the first revision of a new item."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from silo_core.fcstd import to_dag
from silo_core.model.errors import ConflictError, NotFoundError, OfflineError, RejectedError
from silo_core.model.item import VersionKind
from silo_core.ports.client import SiloClient
from silo_core.ports.files import read_file
from silo_core.ports.publishing import make_item, upload_first
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
    assert maker.person.client.get_dag(number) == to_dag(read_file(file))
    assert "alice may edit Sketch001" in said(capsys, "explain", number, "Sketch001")
    assert "has no object nope" in failed(capsys, "explain", number, "nope")


def test_any_other_file_gets_the_number_that_is_named(maker: Maker, capsys: Output) -> None:  # noqa: F811
    file = maker.job.folder / "notes.txt"
    file.write_text("buy screws")
    assert "silo new FILE PN" in failed(capsys, "new", str(file))
    number = f"{maker.job.part}-notes"
    said(capsys, "new", str(file), number)
    head = maker.person.client.get_item(number).head
    assert head is not None
    assert head.sha256 == sha256(file)
    with pytest.raises(NotFoundError):
        maker.person.client.get_dag(number)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_what_is_no_plain_file_makes_no_item(maker: Maker, capsys: Output) -> None:  # noqa: F811
    pipe, number = maker.job.folder / "pipe", f"{maker.job.part}-pipe"
    os.mkfifo(pipe)
    for path in (pipe, Path(os.devnull), maker.job.folder):
        assert "is not a file" in failed(capsys, "new", str(path), number)
    assert "cannot be read" in failed(capsys, "new", str(maker.job.folder / "gone"), number)
    with pytest.raises(NotFoundError):
        maker.person.client.get_item(number)


def test_an_item_without_content_is_filled_and_named_after_the_file(
    maker: Maker,  # noqa: F811
    capsys: Output,
) -> None:
    number = f"{maker.job.part}-empty"
    maker.person.client.create_item(number, file_name="zero")
    said(capsys, "new", str(part(maker, number)))
    item = maker.person.client.get_item(number)
    assert item.head is not None
    assert item.file_name == "new.FCStd"


def test_a_number_that_somebody_fills_meanwhile_stays_theirs(maker: Maker) -> None:  # noqa: F811
    client, number = maker.person.client, f"{maker.job.part}-race"
    file = part(maker, number)
    for _ in range(2):  # both find it empty
        make_item(client, number, file.name)
    upload_first(client, number, file)
    with pytest.raises(ConflictError, match="with content; choose another"):
        upload_first(client, number, file)
    assert len(client.list_versions(number).versions) == 1


def test_a_server_that_takes_no_graph_keeps_the_file(
    maker: Maker,  # noqa: F811
    capsys: Output,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> None:
        raise RejectedError("The graph is too large.")

    monkeypatch.setattr(SiloClient, "push_dag", refuse)
    number = f"{maker.job.part}-bare"
    said(capsys, "new", str(part(maker, number)))
    assert maker.person.client.get_item(number).head is not None


def test_what_cannot_be_new_is_a_sentence(maker: Maker, capsys: Output) -> None:  # noqa: F811
    inside = f"{maker.job.part}-inside"
    file = str(part(maker, inside))
    assert f"has the part number {inside} inside, not" in failed(capsys, "new", file, "OTHER-1")
    assert "is no part number" in failed(
        capsys, "new", str(maker.job.folder / "x.txt"), "bad number?"
    )
    assert failed(capsys, "new", str(maker.job.folder / "gone.FCStd"))
    said(capsys, "new", file)
    taken = failed(capsys, "new", file)
    assert f"There is an item {inside} already, with content; choose another part number" in taken
    assert len(maker.person.client.list_versions(inside).versions) == 1


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
