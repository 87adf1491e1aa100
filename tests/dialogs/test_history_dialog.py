"""The versions of a part on a real server: opening one, restoring one, by the keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytest_mock import MockerFixture

from silo_checkpoint.qt.history import HistoryDialog
from silo_core.model.context import CheckpointContext
from silo_core.model.exchange import ConnectionState
from silo_core.model.item import Version
from silo_core.testing import Proxy
from silo_core.testing.parts import SAMPLE, SAMPLE_DEEPER, renumbered
from tests.dialogs.conftest import Sit
from tests.dialogs.desk import Desk, buttons, is_open, pressed, says
from tests.workbench.kit import Site


@pytest.fixture
def alice(sit: Sit, site: Site, part: str, proxy: Proxy) -> Desk:
    """Online, with the part in front, which has two versions."""
    desk = sit(url=proxy.url)
    drawing = desk.drawing(part_number=part)
    client = site.admin
    deeper = renumbered(SAMPLE_DEEPER, desk.workstation.folder / "deeper.FCStd", part)
    client.push_checkpoint(
        part,
        deeper,
        CheckpointContext.MANUAL,
        None,
        None,
        base=newest(site, part).id,
        workstation_id=client.register_workstation("bob", "bob").id,
        file_name=drawing.name,
        changes=("<b>Pocket</b>.Length: 5 mm → 7 mm",),
    )
    return desk


def rows(dialog: HistoryDialog) -> list[list[str]]:
    found = (
        dialog.versions.topLevelItem(row) for row in range(dialog.versions.topLevelItemCount())
    )
    return [[row.text(column) for column in range(4)] for row in found if row]


def listed(desk: Desk, dialog: HistoryDialog, count: int = 2) -> None:
    desk.wait(lambda: len(rows(dialog)) == count and dialog.versions.isEnabled())


def newest(site: Site, part: str) -> Version:
    head = site.admin.get_item(part).head
    assert head is not None
    return head


def test_an_older_version_is_opened_by_keyboard(alice: Desk, part: str, site: Site) -> None:
    with alice.opened(HistoryDialog) as dialog:
        listed(alice, dialog)
        assert rows(dialog)[0][2] == "<b>Pocket</b>.Length: 5 mm → 7 mm"
        pressed(dialog.versions, Qt.Key.Key_End)
        pressed(dialog.versions)
        alice.told(dialog, "is a copy to look at")
    (copy,) = alice.editor.copies
    oldest = site.admin.list_versions(part).versions[-1]
    assert copy.stat().st_size == oldest.size
    assert copy.parent == alice.workbench.store.path.parent / "versions"


def test_what_others_wrote_is_text_and_never_markup(alice: Desk) -> None:
    with alice.opened(HistoryDialog) as dialog:
        listed(alice, dialog)
        row = dialog.versions.topLevelItem(0)
        assert row
        assert row.text(2).startswith("<b>Pocket</b>")
        assert "&lt;b&gt;Pocket&lt;/b&gt;.Length" in row.toolTip(2)


def test_an_older_version_is_restored_by_keyboard(alice: Desk, part: str, site: Site) -> None:
    first = site.admin.list_versions(part).versions[-1]
    with alice.opened(HistoryDialog) as dialog:
        listed(alice, dialog)
        assert not dialog.restore_button.isEnabled()  # the newest is the newest already
        pressed(dialog.versions, Qt.Key.Key_End)
        pressed(buttons(dialog)["Restore"], Qt.Key.Key_Space)
        pressed(buttons(dialog)["Restore"], Qt.Key.Key_Space)
        alice.told(dialog, "is the newest version now")
        listed(alice, dialog, 3)
    assert newest(site, part).sha256 == first.sha256
    assert len(site.admin.list_versions(part).versions) == 3


def test_what_somebody_edits_is_not_restored(alice: Desk, part: str, site: Site, sit: Sit) -> None:
    bob = sit("bob")
    bob.workstation.host.open(renumbered(SAMPLE, bob.workstation.folder / "b.FCStd", part))
    bob.workstation._key = bob.editor.documents()[0].key
    bob.workstation.edit("Body", "Sketch001")
    bob.wait(lambda: bool(site.admin.get_edit_sessions(part)))
    before = newest(site, part)
    with alice.opened(HistoryDialog) as dialog:
        listed(alice, dialog)
        pressed(dialog.versions, Qt.Key.Key_End)
        pressed(buttons(dialog)["Restore"], Qt.Key.Key_Space)
        alice.told(dialog, "bob")
        alice.told(dialog, "restore it when that is done")
    assert newest(site, part) == before


def test_an_item_without_versions_is_said(sit: Sit, site: Site, part: str) -> None:
    empty = f"{part[:60]}-E"
    site.admin.create_item(empty, file_name="x.FCStd")
    desk = sit()
    desk.drawing(part_number=empty)
    with desk.opened(HistoryDialog) as dialog:
        desk.told(dialog, f"{empty} has no version yet.")
        assert not dialog.go_button.isEnabled()
        assert not dialog.restore_button.isEnabled()


def test_without_a_part_in_front_it_says_so(sit: Sit) -> None:
    desk = sit()
    with desk.opened(HistoryDialog) as dialog:
        desk.told(dialog, "Bring a document to the front that belongs to a part.")


def test_a_wrong_token_is_the_reason(sit: Sit, part: str) -> None:
    desk = sit(token="silo_wrong", online=False)
    desk.drawing(part_number=part)
    desk.wait(lambda: desk.workstation.is_(ConnectionState.REFUSED))
    with desk.opened(HistoryDialog) as dialog:
        desk.told(dialog, "The token is missing or not valid")


def test_a_server_that_goes_away_is_said_and_can_come_back(alice: Desk, proxy: Proxy) -> None:
    with alice.opened(HistoryDialog) as dialog:
        listed(alice, dialog)
        proxy.down()
        pressed(dialog.versions)
        alice.wait(lambda: dialog.go_button.isEnabled() and "127.0.0.1" in says(dialog))
        assert "Traceback" not in says(dialog)
        proxy.up()
        pressed(dialog.versions)
        alice.told(dialog, "is a copy to look at")


def test_pressing_twice_opens_one_copy(alice: Desk) -> None:
    with alice.opened(HistoryDialog) as dialog:
        listed(alice, dialog)
        pressed(dialog.versions)
        pressed(dialog.versions)
        dialog.go_button.click()
        alice.told(dialog, "is a copy to look at")
    assert len(alice.editor.copies) == 1


def test_escape_changes_nothing(alice: Desk, site: Site, part: str, mocker: MockerFixture) -> None:
    before = newest(site, part)
    with alice.opened(HistoryDialog) as dialog:
        listed(alice, dialog)
        pressed(dialog.versions, Qt.Key.Key_Escape)
        assert not is_open(dialog)
    assert newest(site, part) == before
    assert alice.editor.copies == []
