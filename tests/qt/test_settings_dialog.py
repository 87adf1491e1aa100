"""The settings dialog: made from what is declared, over real settings, plugins and a real server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QWidget,
)
from shiboken6 import isValid

from silo_core.hookspecs import hookimpl
from silo_core.model.setting import Setting
from silo_core.ports.plugins import PluginState
from silo_core.surfaces.qt.settings_dialog import OWN_PLACE, SettingsDialog
from silo_server.demo.player import Player
from tests.qt.keyboard import by_tab
from tests.workbench.kit import Job, until

Open = Callable[[], SettingsDialog]


class Declares:
    """A plugin with a setting of each kind."""

    @hookimpl
    def silo_settings(self) -> Iterable[Setting]:
        return (
            Setting("example_list", tuple, ("a",), "Names to leave out"),
            Setting("example_count", int, 3, "How many", minimum=1, maximum=9),
        )


@pytest.fixture
def player(job: Job) -> Player:
    player = job.player("alice", server_url="", entry_wait_ms="", workspace="")  # from the file
    player.workbench.plugins.register(Declares(), "example", "silo-core")
    job.go_online(player)
    return player


@pytest.fixture
def opened(qapp: QApplication, player: Player) -> Iterator[Open]:
    dialogs: list[SettingsDialog] = []

    def make() -> SettingsDialog:
        dialog = SettingsDialog(player.workbench)
        dialogs.append(dialog)
        dialog.show()
        return dialog

    yield make
    for dialog in filter(isValid, dialogs):  # one that was closed deletes itself
        dialog.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def widget(dialog: SettingsDialog, key: str) -> QWidget:
    return next(field.widget for field in dialog.fields if field.setting.key == key)


def saved(dialog: SettingsDialog, player: Player) -> None:
    hidden: list[int] = []
    dialog.finished.connect(hidden.append)
    dialog.go_button.click()
    assert until(lambda: bool(hidden) or bool(QApplication.processEvents()), player)


def test_every_declared_setting_has_its_field(opened: Open, player: Player) -> None:
    dialog = opened()
    declared = {one.key: one for one in player.workbench.settings.declared()}
    assert {field.setting.key for field in dialog.fields} == set(declared) - set(OWN_PLACE)
    kinds = {bool: QCheckBox, int: QSpinBox, str: QLineEdit, tuple: QPlainTextEdit}
    for field in dialog.fields:
        assert isinstance(field.widget, kinds[field.setting.kind])
        assert field.value == player.workbench.settings.get(field.setting.key)
        assert field.widget.accessibleName() == field.setting.help


def test_a_number_keeps_to_its_range(opened: Open) -> None:
    box = widget(opened(), "subscription_max_downloads")
    assert isinstance(box, QSpinBox)
    assert (box.minimum(), box.maximum()) == (1, 8)
    box.setValue(99)
    assert box.value() == 8


def test_what_is_changed_is_written_and_nothing_else(opened: Open, player: Player) -> None:
    dialog, settings = opened(), player.workbench.settings
    check, box = widget(dialog, "subscription_notify"), widget(dialog, "entry_wait_ms")
    lines = widget(dialog, "example_list")
    assert isinstance(check, QCheckBox)
    assert isinstance(box, QSpinBox)
    assert isinstance(lines, QPlainTextEdit)
    check.setChecked(False)
    lines.setPlainText("x\n  y  \n\n")
    saved(dialog, player)
    assert settings.flag("subscription_notify") is False
    assert settings.names("example_list") == ("x", "y")
    written = settings.path.read_text()
    assert "subscription_notify = false" in written
    assert "subscription_auto_sync" not in written


def test_what_a_variable_gives_is_shown_and_cannot_be_changed(job: Job, qapp: QApplication) -> None:
    bob = job.player("bob", entry_wait_ms="1234")
    job.go_online(bob)
    dialog = SettingsDialog(bob.workbench)
    box, other = widget(dialog, "entry_wait_ms"), widget(dialog, "subscription_notify")
    assert isinstance(box, QSpinBox)
    assert box.value() == 1234
    assert not box.isEnabled()
    assert other.isEnabled()
    assert "SILO_ENTRY_WAIT_MS" in " ".join(label.text() for label in dialog.findChildren(QLabel))
    dialog.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def test_plugins_go_off_and_on(opened: Open, player: Player) -> None:
    dialog = opened()
    rows = {
        row.data(0, Qt.ItemDataRole.UserRole): row
        for number in range(dialog.page.plugins.topLevelItemCount())
        if (row := dialog.page.plugins.topLevelItem(number))
    }
    assert {"activity", "checkpoint", "locking", "subscriptions"} <= set(rows)
    assert "on" in rows["locking"].text(1)
    assert "\n" in rows["locking"].text(0)  # and what it does
    rows["activity"].setCheckState(0, Qt.CheckState.Unchecked)
    saved(dialog, player)
    assert player.workbench.settings.names("plugins_disabled") == ("activity",)


class Fails:
    """A plugin that fails at each event."""

    @hookimpl
    def silo_presence_changed(self) -> None:
        raise ValueError("why")


def test_a_plugin_that_was_switched_off_is_switched_on_again_here(
    opened: Open, player: Player
) -> None:
    player.workbench.plugins.register(Fails(), "fails", "dist-fails", "1.0")
    for _ in range(5):
        player.workbench.hooks.presence_changed(frozenset())
    dialog = opened()
    (row,) = dialog.page.plugins.findItems("fails", Qt.MatchFlag.MatchStartsWith)
    assert "switched off" in row.text(1)
    assert not dialog.page.again_button.isEnabled()
    dialog.page.plugins.setCurrentItem(row)
    assert dialog.page.again_button.isEnabled()
    dialog.page.again_button.click()
    assert "on" in row.text(1)
    assert not dialog.page.again_button.isEnabled()
    states = {info.name: info.state for info in player.workbench.plugins.plugins()}
    assert states["fails"] is PluginState.ENABLED


def test_what_the_doctor_finds_is_shown_here(opened: Open, player: Player) -> None:
    player.workbench.plugins.register(object(), "broken", "dist-broken", "1.0")
    dialog = opened()
    dialog.tabs.setCurrentIndex(dialog.tabs.count() - 1)
    dialog.page.find_button.click()
    assert until(
        lambda: dialog.page.findings.isVisible() or bool(QApplication.processEvents()), player
    )
    shown = dialog.page.findings.toPlainText()
    assert 'Plugin "broken" (dist-broken 1.0) cannot be used' in shown
    assert "Update or uninstall dist-broken" in shown


def test_the_doctor_here_looks_at_this_workbench_and_not_at_whoever_started_the_process(
    opened: Open, player: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SILO_SERVER_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("SILO_TOKEN", "of somebody else")
    damaged = player.workbench.store.path.parents[1] / "older" / "store.sqlite3"
    damaged.parent.mkdir()
    damaged.write_bytes(b"this is no database" * 100)
    dialog = opened()
    dialog.tabs.setCurrentIndex(dialog.tabs.count() - 1)
    dialog.page.find_button.click()
    assert until(
        lambda: dialog.page.findings.isVisible() or bool(QApplication.processEvents()), player
    )
    shown = dialog.page.findings.toPlainText()
    assert f"{damaged} is damaged" in shown
    assert not any(f" {area}:" in shown for area in ("Server", "Keyring", "Clock"))


def test_the_connection_is_tested_without_waiting_for_it(opened: Open, player: Player) -> None:
    dialog = opened()
    assert "Connected as alice" in dialog.signed_in.text()
    dialog.test_button.click()
    assert until(
        lambda: (
            "knows you as alice (editor)" in dialog._said.text()
            or bool(QApplication.processEvents())
        ),
        player,
    )


def test_a_file_that_cannot_be_written_is_one_sentence(opened: Open, player: Player) -> None:
    dialog = opened()
    player.workbench.settings.path.unlink()
    player.workbench.settings.path.mkdir()
    check = widget(dialog, "subscription_notify")
    assert isinstance(check, QCheckBox)
    check.setChecked(False)
    dialog.go_button.click()
    assert until(
        lambda: (
            bool(QApplication.processEvents())
            or (bool(dialog._said.text()) and not dialog._busy.isVisible())
        ),
        player,
    )
    assert dialog.isVisible()
    assert dialog._said.text().endswith(".")
    player.workbench.settings.path.rmdir()


def test_no_token_is_shown_or_written(opened: Open, player: Player, job: Job) -> None:
    dialog = opened()
    token = job.site.tokens["alice"]
    shown = [line.text() for line in dialog.findChildren(QLineEdit)]
    shown += [lines.toPlainText() for lines in dialog.findChildren(QPlainTextEdit)]
    assert not any(token in text for text in shown)
    saved(dialog, player)
    for file in player.folder.rglob("*.toml"):
        assert token not in file.read_text()


def test_the_keyboard_reaches_every_field(opened: Open) -> None:
    dialog = opened()
    reached = set()
    for page in range(dialog.tabs.count()):
        dialog.tabs.setCurrentIndex(page)
        reached |= by_tab(dialog)
    assert {field.widget for field in dialog.fields if field.widget.isEnabled()} <= reached
    assert {
        dialog.sign_in_button,
        dialog.test_button,
        dialog.page.plugins,
        dialog.go_button,
    } <= reached
