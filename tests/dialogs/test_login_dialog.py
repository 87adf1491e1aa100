"""Signing in, with a real server, as a user does it: by the keyboard."""

from __future__ import annotations

import keyring
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from silo_core.model.answers import Me
from silo_core.model.exchange import ConnectionState
from silo_core.ports import signing_in
from silo_core.surfaces.qt import login
from silo_core.surfaces.qt.login import LoginDialog
from silo_core.testing import Proxy
from tests.dialogs.conftest import Sit
from tests.dialogs.desk import Desk, buttons, is_open, pressed, says, typed
from tests.workbench.kit import Site

pytestmark = pytest.mark.usefixtures("ring")


@pytest.fixture
def newcomer(sit: Sit) -> Desk:
    """Nobody has told this workstation of a server."""
    return sit("alice", token="", online=False, server_url="")


def test_a_new_user_signs_in_by_keyboard(newcomer: Desk, site: Site) -> None:
    with newcomer.opened(LoginDialog) as dialog:
        typed(dialog.address, site.server.url)
        pressed(dialog.address, Qt.Key.Key_Tab)
        typed(dialog.token, site.tokens["alice"])
        assert dialog.token.echoMode() is QLineEdit.EchoMode.Password
        pressed(dialog.token)
        newcomer.wait(lambda: not is_open(dialog))
    newcomer.wait(lambda: newcomer.workstation.is_(ConnectionState.ONLINE))
    assert newcomer.workbench.settings.server_url == site.server.url
    assert site.tokens["alice"] not in newcomer.workbench.settings.path.read_text()
    assert keyring.get_password("silo", site.server.url) == site.tokens["alice"]


def test_a_test_says_who_one_is_and_keeps_nothing(newcomer: Desk, site: Site) -> None:
    with newcomer.opened(LoginDialog) as dialog:
        typed(dialog.address, site.server.url)
        typed(dialog.token, site.tokens["bob"])
        pressed(buttons(dialog)["Test Connection"], Qt.Key.Key_Space)
        newcomer.told(dialog, "knows you as bob (editor)")
    assert newcomer.workbench.settings.server_url is None
    assert keyring.get_password("silo", site.server.url) is None


def test_a_wrong_token_is_said_and_can_be_mended(newcomer: Desk, site: Site) -> None:
    with newcomer.opened(LoginDialog) as dialog:
        typed(dialog.address, site.server.url)
        typed(dialog.token, "silo_<b>wrong</b>")
        pressed(dialog.token)
        newcomer.told(dialog, "token is missing or not valid")
        assert "silo_" not in says(dialog)
        assert newcomer.workbench.settings.server_url is None
        assert dialog.token.isEnabled()
        typed(dialog.token, site.tokens["alice"])
        pressed(dialog.token)
        newcomer.wait(lambda: not is_open(dialog))


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("", "Enter the server's address first."),
        ("   ", "Enter the server's address first."),
        ("ftp://silo.example", "ftp"),
        ("http://", "address"),
        ("http://127.0.0.1:9", "127.0.0.1:9"),
        ("<b>bold</b>", "<b>"),
    ],
)
def test_an_address_that_leads_nowhere_is_said(newcomer: Desk, address: str, sentence: str) -> None:
    with newcomer.opened(LoginDialog) as dialog:
        typed(dialog.address, address)
        typed(dialog.token, "silo_x")
        pressed(dialog.token)
        newcomer.told(dialog, sentence)
        newcomer.wait(dialog.go_button.isEnabled)
        assert "Traceback" not in says(dialog)
    assert newcomer.workbench.settings.server_url is None


def test_a_server_that_went_away_is_said(newcomer: Desk, proxy: Proxy, site: Site) -> None:
    proxy.close()
    with newcomer.opened(LoginDialog) as dialog:
        typed(dialog.address, proxy.url)
        typed(dialog.token, site.tokens["alice"])
        pressed(dialog.token)
        newcomer.wait(
            lambda: (
                proxy.url.removeprefix("http://") in says(dialog) and dialog.go_button.isEnabled()
            )
        )


def test_pressing_twice_asks_once(
    newcomer: Desk, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def check(url: str, token: str) -> Me:
        asked.append(url)
        return signing_in.check(url, token)

    monkeypatch.setattr(login, "check", check)
    with newcomer.opened(LoginDialog) as dialog:
        typed(dialog.address, site.server.url)
        typed(dialog.token, site.tokens["alice"])
        pressed(dialog.token)
        pressed(dialog.token)
        dialog.go_button.click()
        newcomer.wait(lambda: not is_open(dialog))
    assert asked == [site.server.url]


def test_escape_keeps_nothing_while_it_asks(newcomer: Desk, site: Site) -> None:
    with newcomer.opened(LoginDialog) as dialog:
        typed(dialog.address, site.server.url)
        typed(dialog.token, "silo_wrong")
        pressed(dialog.token)
        pressed(dialog, Qt.Key.Key_Escape)
        newcomer.wait(lambda: not is_open(dialog))
    newcomer.workstation.until(lambda: False, timeout=0.2)
    assert newcomer.workbench.settings.server_url is None
