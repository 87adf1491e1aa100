"""The page about plugins: calls, a report, and the search for a culprit, over a real workbench."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from silo_core.surfaces.qt.settings_dialog import SettingsDialog
from silo_core.surfaces.qt.settings_plugins import PluginsPage
from silo_server.demo.player import Player
from tests.workbench.kit import Job, until


@pytest.fixture
def player(job: Job) -> Player:
    player = job.player("alice")
    job.go_online(player)
    return player


@pytest.fixture
def page(qapp: QApplication, player: Player) -> Iterator[PluginsPage]:
    dialog = SettingsDialog(player.workbench)
    dialog.tabs.setCurrentWidget(dialog.page)
    dialog.show()
    yield dialog.page
    if isValid(dialog):
        dialog.deleteLater()
        qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def wait(player: Player) -> Callable[[Callable[[], bool]], None]:
    def wait(holds: Callable[[], bool]) -> None:
        assert until(lambda: holds() or bool(QApplication.processEvents()), player)

    return wait


def said(page: PluginsPage) -> str:
    dialog = page.window()
    assert isinstance(dialog, SettingsDialog)
    return dialog._said.text()


def test_the_calls_of_plugins_are_shown_as_a_table(page: PluginsPage) -> None:
    page.calls_button.click()
    lines = page.findings.toPlainText().splitlines()
    assert lines[0].split() == ["WHEN", "PLUGIN", "HOOK", "MS", "THREAD", "OUTCOME"]
    assert any("locking" in line and "silo_startup" in line for line in lines)
    assert page.findings.isVisible()


def test_a_report_is_written_without_the_token(
    page: PluginsPage,
    player: Player,
    job: Job,
    tmp_path: Path,
    wait: Callable[[Callable[[], bool]], None],
) -> None:
    target = tmp_path / "report.txt"
    page.write_report(target)
    wait(lambda: "read it before you send it" in said(page))
    report = target.read_text("utf-8")
    for needed in ("What the doctor finds", "Versions", "silo_startup", "locking"):
        assert needed in report
    assert job.site.tokens["alice"] not in report
    assert "; you are USER." in report
    assert "127.0.0.1" not in report
    page.write_report(tmp_path / "no" / "where.txt")
    wait(lambda: "cannot be written" in said(page))


def test_a_culprit_is_searched_for_from_start_to_start(
    page: PluginsPage, player: Player, wait: Callable[[Callable[[], bool]], None]
) -> None:
    settings, box = player.workbench.settings, page.bisect
    before = settings.names("plugins_disabled")
    assert not box.isVisible()
    page.bisect_button.click()
    wait(box.isVisible)
    assert "on now: activity, checkpoint" in box.question.text()
    box.there_button.click()
    wait(lambda: "From the next start on, these plugins are on: none" in box.question.text())
    assert not box.there_button.isEnabled(), "the editor was not started anew"
    assert "locking" in settings.names("plugins_disabled")
    assert set(page.disabled()) == set(settings.names("plugins_disabled"))
    again = SettingsDialog(player.workbench)  # it goes on where it was
    assert "these plugins are on: none" in again.page.bisect.question.text()
    again.deleteLater()
    box.stop_button.click()
    wait(lambda: not box.isVisible())
    assert settings.names("plugins_disabled") == before
    assert set(page.disabled()) == set(before)


def test_what_is_not_there_with_all_plugins_on_is_no_plugins_fault(
    page: PluginsPage, player: Player, wait: Callable[[Callable[[], bool]], None]
) -> None:
    page.bisect_button.click()
    wait(page.bisect.isVisible)
    page.bisect.gone_button.click()
    wait(lambda: "The plugins are not to blame" in said(page))
    assert not page.bisect.isVisible()
