"""Making the newest version a revision, with a real server, as a user does it: by the keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytest_mock import MockerFixture

from silo_checkpoint.qt.commit import CommitDialog
from silo_core.model.exchange import ConnectionState
from silo_core.testing import Proxy
from tests.dialogs.conftest import Sit
from tests.dialogs.desk import Desk, is_open, pressed, says, typed
from tests.workbench.kit import Site


@pytest.fixture
def alice(sit: Sit, part: str, proxy: Proxy) -> Desk:
    """Online, with the part in front."""
    desk = sit(url=proxy.url)
    desk.drawing(part_number=part)
    return desk


def ready(desk: Desk, dialog: CommitDialog) -> None:
    desk.told(dialog, "The newest version")
    desk.wait(dialog.go_button.isEnabled)


def test_a_revision_is_made_by_keyboard(alice: Desk, site: Site, part: str) -> None:
    comment = "Released <b>for</b> milling & ../more"
    with alice.opened(CommitDialog) as dialog:
        ready(alice, dialog)
        assert dialog.comment.hasFocus() or not dialog.isActiveWindow()
        typed(dialog.comment, comment)
        pressed(dialog.comment)
        alice.told(dialog, f"This is revision 1 of {part} now.")
        assert not dialog.go_button.isEnabled()
        assert dialog.close_button.text() == "Close"
        pressed(dialog.close_button, Qt.Key.Key_Space)
        assert not is_open(dialog)
    newest, *_ = site.admin.list_versions(part).versions
    assert (newest.revision_number, newest.comment) == (1, comment)


def test_it_asks_what_it_is_for(alice: Desk, site: Site, part: str) -> None:
    with alice.opened(CommitDialog) as dialog:
        ready(alice, dialog)
        typed(dialog.comment, "   ")
        pressed(dialog.comment)
        alice.told(dialog, "Say what the revision is for.")
    assert all(
        version.revision_number is None for version in site.admin.list_versions(part).versions
    )


def test_pressing_twice_makes_one(alice: Desk, site: Site, part: str) -> None:
    with alice.opened(CommitDialog) as dialog:
        ready(alice, dialog)
        typed(dialog.comment, "once")
        pressed(dialog.comment)
        pressed(dialog.comment)
        dialog.go_button.click()
        alice.told(dialog, "This is revision 1")
        assert is_open(dialog)
    numbers = [version.revision_number for version in site.admin.list_versions(part).versions]
    assert numbers.count(1) == 1
    assert 2 not in numbers


def test_what_is_a_revision_already_is_said(alice: Desk, site: Site, part: str) -> None:
    with alice.opened(CommitDialog) as dialog:
        ready(alice, dialog)
        typed(dialog.comment, "first")
        pressed(dialog.comment)
        alice.told(dialog, "This is revision 1")
    with alice.opened(CommitDialog) as again:
        alice.told(again, "revision 1")
        alice.wait(lambda: not again.go_button.isEnabled())
        assert "Traceback" not in says(again)


def test_an_item_without_content_is_said(sit: Sit, site: Site, part: str) -> None:
    empty = f"{part[:60]}-E"
    site.admin.create_item(empty, file_name="x.FCStd")
    desk = sit()
    desk.drawing(part_number=empty)
    with desk.opened(CommitDialog) as dialog:
        desk.told(dialog, f"{empty} has no version yet.")
        assert not dialog.go_button.isEnabled()


def test_an_item_that_the_server_has_not_is_said(sit: Sit) -> None:
    desk = sit()
    desk.drawing(part_number="NOT-THERE-9")
    with desk.opened(CommitDialog) as dialog:
        desk.told(dialog, "NOT-THERE-9")
        assert "Traceback" not in says(dialog)


def test_without_a_part_in_front_it_says_so(sit: Sit, tmp_path: Path) -> None:
    desk = sit()
    desk.drawing()
    with desk.opened(CommitDialog) as dialog:
        desk.told(dialog, "Bring a document to the front that belongs to a part.")
        assert not dialog.go_button.isEnabled()


def test_a_wrong_token_is_the_reason(sit: Sit, part: str) -> None:
    desk = sit(token="silo_wrong", online=False)
    desk.drawing(part_number=part)
    desk.wait(lambda: desk.workstation.is_(ConnectionState.REFUSED))
    with desk.opened(CommitDialog) as dialog:
        desk.told(dialog, "The token is missing or not valid")
        assert not dialog.go_button.isEnabled()


def test_a_server_that_goes_away_is_said_and_can_come_back(
    alice: Desk, site: Site, part: str, proxy: Proxy
) -> None:
    with alice.opened(CommitDialog) as dialog:
        ready(alice, dialog)
        proxy.down()
        typed(dialog.comment, "Released")
        pressed(dialog.comment)
        alice.wait(lambda: dialog.go_button.isEnabled() and "127.0.0.1" in says(dialog))
        assert "Traceback" not in says(dialog)
        assert dialog.comment.text() == "Released"
        proxy.up()
        pressed(dialog.comment)
        alice.told(dialog, f"This is revision 1 of {part} now.")


def test_escape_commits_nothing(alice: Desk, site: Site, part: str, mocker: MockerFixture) -> None:
    client = alice.workbench.client
    assert client is not None
    made = mocker.spy(client, "create_revision")
    with alice.opened(CommitDialog) as dialog:
        ready(alice, dialog)
        typed(dialog.comment, "never mind")
        pressed(dialog.comment, Qt.Key.Key_Escape)
        assert not is_open(dialog)
    assert made.call_count == 0
