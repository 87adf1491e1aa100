"""Drawing a window while its event loop stands still."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from silo_core.surfaces.qt.painting import paint_now


class Sheet(QWidget):
    """Counts how often it is drawn."""

    drawn = 0

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        super().paintEvent(event)
        self.drawn += 1


def test_what_waits_is_laid_out_and_drawn_and_nothing_else_happens(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    sheet, field, happened = Sheet(), QLineEdit(), list[str]()
    layout.addWidget(sheet)
    layout.addWidget(field)
    window.resize(200, 100)
    with qtbot.waitExposed(window):
        window.show()
    qtbot.waitUntil(lambda: sheet.drawn > 0)
    before, width = sheet.drawn, sheet.width()
    layout.setContentsMargins(40, 0, 40, 0)
    sheet.update()
    key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a")
    QCoreApplication.postEvent(field, key)
    QTimer.singleShot(0, lambda: happened.append("timer"))
    paint_now(window)
    assert sheet.drawn == before + 1
    assert sheet.width() < width
    assert (happened, field.text()) == ([], "")
    qtbot.waitUntil(lambda: (happened, field.text()) == (["timer"], "a"))
