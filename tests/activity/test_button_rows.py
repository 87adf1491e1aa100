"""Where the buttons of a row stand."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import combinations

import pytest
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from silo_activity.qt.buttons import ButtonRow, height_of
from silo_core.model.exchange import Action, ActivityEntry, ActivityKind

ACTIONS = (Action("now", "Release Now"), Action("defer", "Defer"), Action("no", "Dismiss"))
ENTRY = ActivityEntry(
    datetime(2026, 3, 1, tzinfo=UTC), ActivityKind.HANDOFF, "bob requests it", actions=ACTIONS
)


@pytest.mark.parametrize("width", [110, 180, 260, 400])
@pytest.mark.parametrize("sheet", ["", "QPushButton { min-width: 90px; padding: 6px 20px }"])
def test_buttons_do_not_cover_each_other(qtbot: QtBot, width: int, sheet: str) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.setStyleSheet(sheet)
    row = ButtonRow(ENTRY, 0, 0, window)
    row.resize(width, height_of(ACTIONS, QFontMetrics(row.font()), width))
    with qtbot.waitExposed(window):
        window.show()
    places = [button.geometry() for button in row.buttons]
    assert all(row.rect().contains(place) for place in places)
    assert not any(one.intersects(other) for one, other in combinations(places, 2))
