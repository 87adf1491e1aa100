"""Finding a part on a real server, and opening it, as a user does it: by the keyboard."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytest_mock import MockerFixture

from silo_core.model.errors import HostError
from silo_core.model.exchange import ConnectionState
from silo_core.ports.fetching import Fetched, fetch
from silo_core.surfaces.qt import open_part
from silo_core.surfaces.qt.open_part import OpenDialog
from silo_core.testing import Proxy, Server
from tests.dialogs.conftest import Sit
from tests.dialogs.desk import Desk, is_open, pressed, says, typed
from tests.workbench.kit import Site


def listed(dialog: OpenDialog) -> list[tuple[str, str]]:
    rows = (dialog.items.topLevelItem(row) for row in range(dialog.items.topLevelItemCount()))
    return [(row.text(0), row.text(1)) for row in rows if row]


def found(desk: Desk, dialog: OpenDialog, number: str) -> None:
    """Type a part number, and wait until it alone is listed."""
    typed(dialog.search, number)
    desk.wait(lambda: [one for one, _ in listed(dialog)] == [number])


def test_a_part_is_found_and_opened_by_keyboard(sit: Sit, part: str) -> None:
    alice = sit()
    with alice.opened(OpenDialog) as dialog:
        found(alice, dialog, part)
        pressed(dialog.search)
        alice.wait(lambda: not is_open(dialog))
    (document,) = alice.editor.documents()
    assert document.path is not None
    assert document.path.is_relative_to(alice.workbench.settings.workspace)
    assert document.part_number == part
    tracked = alice.workbench.store.tracked.get(part)
    assert tracked is not None
    assert tracked.base_version


def test_pressing_twice_opens_once(sit: Sit, part: str, mocker: MockerFixture) -> None:
    alice, fetches = sit(), mocker.spy(open_part, "fetch")
    with alice.opened(OpenDialog) as dialog:
        found(alice, dialog, part)
        pressed(dialog.items)
        pressed(dialog.items)
        dialog.go_button.click()
        alice.wait(lambda: not is_open(dialog))
    assert fetches.call_count == 1
    assert len(alice.editor.documents()) == 1


def test_names_are_shown_as_they_are(sit: Sit, site: Site, part: str) -> None:
    hostile = f"<b>bold</b> & ../../etc {'long ' * 100}end"
    number = f"{part[:60]}-x"
    site.admin.create_item(number, description=hostile, file_name="evil.FCStd")
    alice = sit()
    with alice.opened(OpenDialog) as dialog:
        found(alice, dialog, number)
        assert listed(dialog) == [(number, hostile)]
        assert dialog.width() < 900
        pressed(dialog.items)
        alice.wait(lambda: number in says(dialog) and dialog.go_button.isEnabled())
        assert "Traceback" not in says(dialog)
    assert alice.editor.documents() == ()


def test_nothing_that_matches_is_said(sit: Sit) -> None:
    alice = sit()
    with alice.opened(OpenDialog) as dialog:
        typed(dialog.search, "<i>no such part</i>")
        alice.told(dialog, "No part matches.")
        assert not dialog.go_button.isEnabled()
        pressed(dialog.search)
        assert is_open(dialog)


def test_a_server_without_parts_says_what_to_do(sit: Sit, silo_server: Server) -> None:
    alice = sit(url=silo_server.url, token=silo_server.token("alice"))
    with alice.opened(OpenDialog) as dialog:
        alice.told(dialog, "put one there with Silo > New Part from This Document")


def test_that_there_are_more_is_said(
    sit: Sit, site: Site, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_part, "PAGE", 1)
    site.admin.create_item(f"{part[:60]}-x", file_name="x.FCStd")
    alice = sit()
    with alice.opened(OpenDialog) as dialog:
        typed(dialog.search, part[:60])
        alice.told(dialog, "The first 1; type to find others.")


def test_a_wrong_token_is_the_reason(sit: Sit) -> None:
    alice = sit(token="silo_wrong", online=False)
    alice.wait(lambda: alice.workstation.is_(ConnectionState.REFUSED))
    with alice.opened(OpenDialog) as dialog:
        alice.told(dialog, "token")
        assert "Traceback" not in says(dialog)
        assert not dialog.go_button.isEnabled()


def test_without_a_server_the_way_to_one_is_said(sit: Sit) -> None:
    alice = sit(token="", online=False, server_url="")
    with alice.opened(OpenDialog) as dialog:
        alice.told(dialog, "sign in")
        typed(dialog.search, "PRT")
        assert not dialog.go_button.isEnabled()


def test_a_server_that_goes_away_is_said_and_can_come_back(
    sit: Sit, part: str, proxy: Proxy
) -> None:
    alice = sit(url=proxy.url)
    with alice.opened(OpenDialog) as dialog:
        found(alice, dialog, part)
        proxy.down()
        pressed(dialog.search)
        alice.wait(lambda: dialog.go_button.isEnabled() and "server" in says(dialog).lower())
        assert "Traceback" not in says(dialog)
        proxy.up()
        pressed(dialog.search)
        alice.wait(lambda: not is_open(dialog))
    assert len(alice.editor.documents()) == 1


def test_an_editor_that_cannot_read_it_is_said(
    sit: Sit, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = sit()

    def refuse(_path: object) -> str:
        raise HostError(f"{part} could not be read. Open it with File > Open.")

    monkeypatch.setattr(alice.editor, "open", refuse)
    with alice.opened(OpenDialog) as dialog:
        found(alice, dialog, part)
        pressed(dialog.search)
        alice.told(dialog, "could not be read")
        assert is_open(dialog)


def test_escape_while_it_fetches_opens_nothing(
    sit: Sit, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, go_on = sit(), threading.Event()

    def slowly(*args: Any) -> Fetched:
        go_on.wait(20)
        return fetch(*args)

    monkeypatch.setattr(open_part, "fetch", slowly)
    with alice.opened(OpenDialog) as dialog:
        found(alice, dialog, part)
        pressed(dialog.search)
        alice.told(dialog, f"Fetching {part}")
        pressed(dialog, Qt.Key.Key_Escape)
        assert not is_open(dialog)
    go_on.set()
    alice.wait(lambda: alice.workbench.store.tracked.get(part) is not None)
    alice.workstation.until(lambda: False, timeout=0.1)
    assert alice.editor.documents() == ()
