"""A workstation with the activity plugin in sight."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from silo_activity.plugin import Activity
from silo_activity.qt.pane import ActivityPane
from silo_core.model.exchange import ActivityEntry
from silo_server.demo.player import Player
from tests.workbench.kit import PATIENCE_S, Job, until


def activity_of(player: Player) -> Activity:
    """The activity plugin that a workstation uses."""
    activity = player.workbench.plugins.plugin("activity")
    assert isinstance(activity, Activity)
    return activity


def with_activity(job: Job, name: str, **environ: str) -> tuple[Player, Activity]:
    """A workstation that is online, with the part open, and the activity plugin it uses."""
    player = job.player(name, None, **environ)
    job.go_online(player)
    player.open(job.file_of(player))
    return player, activity_of(player)


def entry_with(activity: Activity, text: str) -> ActivityEntry | None:
    """The newest entry that has ``text`` in its headline, as it is now."""
    assert activity.feed is not None
    return next((entry for entry in activity.feed if text in entry.text), None)


ACCESSIBLE = Qt.ItemDataRole.AccessibleTextRole


class Pane:
    """An open pane, and the user before it."""

    def __init__(self, player: Player, activity: Activity, qtbot: QtBot, *others: Player) -> None:
        assert activity.feed is not None
        self.players = (player, *others)
        self.widget = ActivityPane(player.workbench, activity.feed, activity.transfers)
        qtbot.addWidget(self.widget)
        self.widget.resize(420, 700)
        self.widget.show()

    def until(self, holds: Callable[[], bool]) -> bool:
        """Run Qt and the players' editors until ``holds``."""

        def look() -> bool:
            QApplication.processEvents()
            return holds()

        return until(look, *self.players, timeout=2 * PATIENCE_S)

    def buttons(self, text: str) -> list[QPushButton]:
        """Those with that text that can be seen."""
        found = self.widget.view.viewport().findChildren(QPushButton)
        return [button for button in found if button.text() == text and button.isVisible()]

    def press(self, text: str) -> None:
        """Press the one button with that text once it can be."""
        assert self.until(lambda: any(b.isEnabled() for b in self.buttons(text))), text
        button = next(button for button in self.buttons(text) if button.isEnabled())
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def texts(self) -> list[str]:
        """The headlines, from the top."""
        model = self.widget.model
        return [str(model.index(row, 0).data()) for row in range(model.rowCount())]

    def row(self, text: str) -> QModelIndex:
        """The first row with ``text`` in its headline."""
        assert self.until(lambda: any(text in shown for shown in self.texts())), self.texts()
        place = next(row for row, shown in enumerate(self.texts()) if text in shown)
        return self.widget.model.index(place, 0)
