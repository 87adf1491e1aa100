"""Putting a document under a part number, with a real server, as a user does it: by the keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from silo_core.fcstd import to_dag
from silo_core.model.errors import HostError
from silo_core.ports.files import read_file
from silo_core.surfaces.qt.new_part import NewDialog
from silo_core.testing import Proxy
from tests.dialogs.conftest import Sit
from tests.dialogs.desk import Desk, is_open, pressed, says, typed
from tests.workbench.kit import Site


@pytest.fixture
def number(part: str) -> str:
    """One that no item has."""
    return f"{part[:60]}-N"


def created(desk: Desk, dialog: NewDialog, number: str, description: str = "") -> None:
    typed(dialog.number, number)
    typed(dialog.description, description)
    pressed(dialog.description)
    desk.wait(lambda: not is_open(dialog))


def test_a_document_gets_its_number_by_keyboard(sit: Sit, site: Site, number: str) -> None:
    alice = sit()
    path = alice.drawing()
    hostile = "<b>Bracket</b> & ../plate"
    with alice.opened(NewDialog) as dialog:
        assert "Put bracket.FCStd under a part number" in says(dialog)
        created(alice, dialog, number, hostile)
    item = site.admin.get_item(number)
    assert (item.description, item.file_name) == (hostile, "bracket.FCStd")
    (version,) = site.admin.list_versions(number).versions
    assert version.size == path.stat().st_size
    (document,) = alice.editor.documents()
    assert document.part_number == number
    tracked = alice.workbench.store.tracked.get(number)
    assert tracked is not None
    assert tracked.base_version == version.id
    assert site.admin.get_dag(number) == to_dag(read_file(path))


def test_an_assembly_is_one(sit: Sit, site: Site, number: str) -> None:
    alice = sit()
    alice.drawing()
    with alice.opened(NewDialog) as dialog:
        pressed(dialog.kind, Qt.Key.Key_Down)
        created(alice, dialog, number)
    assert site.admin.get_item(number).item_type == "assembly"


@pytest.mark.parametrize("typed_in", ["", "no such number!", "../x", "a/b", "<b>x</b>", "-x", "é"])
def test_what_cannot_be_a_number_is_said(sit: Sit, typed_in: str) -> None:
    alice = sit(online=False)
    alice.drawing()
    alice.wait(lambda: alice.workbench.client is not None)
    with alice.opened(NewDialog) as dialog:
        typed(dialog.number, typed_in)
        pressed(dialog.number)
        alice.told(dialog, "A part number is a letter or digit")
        assert is_open(dialog)
    (document,) = alice.editor.documents()
    assert not document.part_number


def test_a_long_number_stops_where_it_must(sit: Sit) -> None:
    alice = sit()
    alice.drawing()
    with alice.opened(NewDialog) as dialog:
        typed(dialog.number, "P" * 100)
        assert dialog.number.text() == "P" * 64


def test_a_number_that_is_taken_is_said(sit: Sit, part: str, number: str) -> None:
    alice = sit()
    path = alice.drawing()
    before = path.read_bytes()
    with alice.opened(NewDialog) as dialog:
        typed(dialog.number, part)
        pressed(dialog.number)
        alice.told(dialog, part)
        alice.wait(dialog.go_button.isEnabled)
        assert path.read_bytes() == before
        created(alice, dialog, number)


def test_pressing_twice_makes_one(sit: Sit, site: Site, number: str) -> None:
    alice = sit()
    alice.drawing()
    with alice.opened(NewDialog) as dialog:
        typed(dialog.number, number)
        pressed(dialog.number)
        pressed(dialog.number)
        dialog.go_button.click()
        alice.wait(lambda: not is_open(dialog))
    assert len(site.admin.list_versions(number).versions) == 1


def test_a_server_that_goes_away_loses_nothing(
    sit: Sit, site: Site, number: str, proxy: Proxy
) -> None:
    alice = sit(url=proxy.url)
    alice.drawing()
    with alice.opened(NewDialog) as dialog:
        proxy.down()
        typed(dialog.number, number)
        pressed(dialog.number)
        alice.wait(lambda: dialog.go_button.isEnabled() and "server" in says(dialog).lower())
        assert "Traceback" not in says(dialog)
        proxy.up()
        pressed(dialog.number)
        alice.wait(lambda: not is_open(dialog))
    assert len(site.admin.list_versions(number).versions) == 1


def test_an_editor_that_cannot_save_it_is_said(
    sit: Sit, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = sit()
    alice.drawing()

    def refuse(_key: str, _number: str) -> None:
        raise HostError("bracket.FCStd could not be saved: it is read-only.")

    monkeypatch.setattr(alice.editor, "set_part_number", refuse)
    with alice.opened(NewDialog) as dialog:
        typed(dialog.number, number)
        pressed(dialog.number)
        alice.told(dialog, "bracket.FCStd could not be saved")
        assert is_open(dialog)


def test_without_a_document_it_says_so(sit: Sit) -> None:
    alice = sit()
    with alice.opened(NewDialog) as dialog:
        alice.told(dialog, "Open the document first")
        assert not dialog.go_button.isEnabled()


def test_what_has_a_number_keeps_it(sit: Sit, part: str) -> None:
    alice = sit()
    alice.drawing(part_number=part)
    with alice.opened(NewDialog) as dialog:
        alice.told(dialog, f"It belongs to {part} already.")
        assert not dialog.go_button.isEnabled()


def test_a_file_name_that_not_every_system_can_have_is_said(sit: Sit, number: str) -> None:
    alice = sit()
    alice.drawing("<b>&amp; x" + "y" * 120)
    with alice.opened(NewDialog) as dialog:
        assert "<b>&amp; x" in says(dialog)
        typed(dialog.number, number)
        pressed(dialog.number)
        alice.told(dialog, "cannot be a file name")
        assert dialog.width() < 1000
    (document,) = alice.editor.documents()
    assert not document.part_number


def test_escape_makes_nothing(sit: Sit, number: str) -> None:
    alice = sit()
    path = alice.drawing()
    before = path.read_bytes()
    with alice.opened(NewDialog) as dialog:
        typed(dialog.number, number)
        pressed(dialog, Qt.Key.Key_Escape)
        assert not is_open(dialog)
    assert path.read_bytes() == before
