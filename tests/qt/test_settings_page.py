"""The page that an editor's preferences show: made from what is declared, over real settings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QLineEdit, QSpinBox, QWidget

from silo_core.hookspecs import hookimpl
from silo_core.model.setting import Setting
from silo_core.surfaces.qt.settings_page import SettingsPage
from silo_server.demo.player import Player
from tests.qt.keyboard import by_tab
from tests.workbench.kit import Job


class Declares:
    """A plugin with settings."""

    @hookimpl
    def silo_settings(self) -> Iterable[Setting]:
        return (
            Setting("example_note", str, None, "A note <b>with</b> & all"),
            Setting("example_count", int, 3, "How many", minimum=1, maximum=9),
        )


@pytest.fixture
def player(job: Job) -> Player:
    player = job.player("alice", server_url="", entry_wait_ms="1234", workspace="")
    player.workbench.plugins.register(Declares(), "example", "silo-core")
    return player


@pytest.fixture
def page(qapp: QApplication, player: Player) -> Iterator[SettingsPage]:
    made = SettingsPage(player.workbench, player.workbench.settings.declared())
    made.load()
    made.show()
    yield made
    made.close()
    made.deleteLater()


def widget(page: SettingsPage, key: str) -> QWidget:
    return next(one.widget for one in page.fields if one.setting.key == key)


def test_settings_of_plugins_come_along(page: SettingsPage, player: Player) -> None:
    keys = [one.setting.key for one in page.fields]
    assert keys == [setting.key for setting in player.workbench.settings.declared()]
    assert {"example_note", "example_count", "subscription_notify"} <= {*keys}
    (label,) = (one for one in page.findChildren(QLabel) if "A note" in one.text())
    assert label.text() == "A note <b>with</b> && all", "no letter is a key"
    assert label.textFormat() is Qt.TextFormat.PlainText


def test_it_is_filled_in_by_keyboard_and_saved(page: SettingsPage, player: Player) -> None:
    check, box = widget(page, "subscription_notify"), widget(page, "example_count")
    note = widget(page, "example_note")
    enabled = [one.widget for one in page.fields if one.widget.isEnabled()]
    assert set(enabled) <= set(by_tab(page))
    assert isinstance(check, QCheckBox)
    QTest.keyClick(check, Qt.Key.Key_Space)
    QTest.keyClick(box, Qt.Key.Key_Up)
    QTest.keyClicks(note, "<i>mine</i>")
    assert page.save() == []
    settings = player.workbench.settings
    assert settings.flag("subscription_notify") is False
    assert settings.number("example_count") == 4
    assert settings.text("example_note") == "<i>mine</i>"
    written = settings.path.read_text()
    assert "subscription_auto_sync" not in written, "what was not changed is not written"


def test_a_number_cannot_leave_its_range(page: SettingsPage, player: Player) -> None:
    box = widget(page, "example_count")
    assert isinstance(box, QSpinBox)
    box.selectAll()
    QTest.keyClicks(box, "99")
    QTest.keyClick(box, Qt.Key.Key_Tab)
    assert 1 <= box.value() <= 9
    assert page.save() == []
    assert 1 <= player.workbench.settings.number("example_count") <= 9


def test_a_value_that_cannot_be_is_a_sentence_and_the_others_are_saved(
    page: SettingsPage, player: Player
) -> None:
    address, note = widget(page, "server_url"), widget(page, "example_note")
    assert isinstance(address, QLineEdit)
    assert isinstance(note, QLineEdit)
    before = player.workbench.settings.server_url
    address.setText("ftp://<b>nowhere</b>")
    note.setText("kept")
    (sentence,) = page.save()
    assert "server_url" in sentence
    assert "ftp://" in sentence
    assert "Traceback" not in sentence
    assert player.workbench.settings.server_url == before
    assert player.workbench.settings.text("example_note") == "kept"
    page.load()
    assert address.text() == before


def test_what_a_variable_gives_is_shown_and_left_alone(page: SettingsPage) -> None:
    box = widget(page, "entry_wait_ms")
    assert isinstance(box, QSpinBox)
    assert box.value() == 1234
    assert not box.isEnabled()
    notes = [label.text() for label in page.findChildren(QLabel)]
    assert "Given by SILO_ENTRY_WAIT_MS in the environment." in notes
    assert page.save() == []


@pytest.mark.parametrize(("ground", "ink"), [("#f0f0f0", "#101010"), ("#2b2b2b", "#e8e8e8")])
def test_it_takes_the_colours_of_its_window(page: SettingsPage, ground: str, ink: str) -> None:
    palette = QPalette(page.palette())
    palette.setColor(QPalette.ColorRole.Window, QColor(ground))
    palette.setColor(QPalette.ColorRole.WindowText, QColor(ink))
    page.setPalette(palette)
    QApplication.processEvents()
    for label in page.findChildren(QLabel):
        if label.isEnabled():
            assert label.palette().color(QPalette.ColorRole.WindowText) == QColor(ink)
    assert page.grab().toImage().pixelColor(1, 1) == QColor(ground)
