"""Notices in a corner of the window: seen, never in the way, gone by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QMainWindow,
    QScrollArea,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from silo_core.model.exchange import ActivityEntry, ActivityKind
from silo_core.surfaces.qt import notice as module
from silo_core.surfaces.qt.notice import MOST, Notice, Notices

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def entry(
    text: str = "Warning: Holes (Sketch001) on PRT-100",
    details: tuple[str, ...] = ("alice edits Pocket001, which is built on it.",),
    kind: ActivityKind = ActivityKind.WARNING,
) -> ActivityEntry:
    return ActivityEntry(NOW, kind, text, details)


@pytest.fixture
def window(qapp: QApplication) -> Iterator[QMainWindow]:
    window = QMainWindow()
    field = QLineEdit()
    window.setCentralWidget(field)
    window.resize(900, 700)
    window.show()
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    field.setFocus()
    yield window
    window.deleteLater()
    deleted()


@pytest.fixture
def notices(window: QMainWindow) -> Notices:
    return Notices(window)


def shown(window: QMainWindow) -> list[Notice]:
    """The notices that are there, from top to bottom."""
    deleted()
    return sorted(window.findChildren(Notice), key=lambda notice: notice.y())


def deleted() -> None:
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def texts(notice: Notice) -> list[str]:
    return [label.text().replace("\u200b", "") for label in notice.findChildren(QLabel)]


def closer(notice: Notice) -> QToolButton:
    return notice.findChildren(QToolButton)[0]


def central(window: QMainWindow) -> QWidget:
    widget = window.centralWidget()
    assert widget
    return widget


def inside(window: QMainWindow) -> QRect:
    return central(window).geometry()


def test_it_shows_in_the_lower_right_corner_and_leaves_the_keyboard(
    notices: Notices, window: QMainWindow
) -> None:
    notices.show(entry())
    (notice,) = shown(window)
    assert notice.isVisible()
    assert not notice.isWindow()
    assert QApplication.focusWidget() is window.centralWidget()
    assert inside(window).contains(notice.geometry())
    gap = inside(window).bottomRight() - notice.geometry().bottomRight()
    assert gap.x() == gap.y() == module.MARGIN + 1


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        (ActivityKind.WARNING, "Warning"),
        (ActivityKind.BLOCKED, "Blocked"),
        (ActivityKind.CONFLICT, "Conflict"),
        (ActivityKind.PROBLEM, "Problem"),
        (ActivityKind.HANDOFF, "Handoff"),
        (ActivityKind.SYNCED, "Notice"),
    ],
)
def test_a_word_and_an_icon_tell_what_it_is(
    notices: Notices, window: QMainWindow, kind: ActivityKind, word: str
) -> None:
    notices.show(entry("Holes", kind=kind))
    (notice,) = shown(window)
    assert texts(notice)[1:3] == [word, "Holes"]
    assert not notice.findChildren(QLabel)[0].pixmap().isNull()
    assert notice.accessibleName() == f"{word}: Holes"
    assert notice.accessibleDescription() == entry().details[0]


def test_the_word_is_not_said_twice(notices: Notices, window: QMainWindow) -> None:
    notices.show(entry("Blocked: cannot edit Holes", kind=ActivityKind.BLOCKED))
    assert texts(shown(window)[0])[1:3] == ["Blocked", "Cannot edit Holes"]


def test_the_newest_three_are_shown_newest_on_top(notices: Notices, window: QMainWindow) -> None:
    for number in range(5):
        notices.show(entry(f"Number {number}"))
    assert [notice.entry.text for notice in shown(window)] == ["Number 4", "Number 3", "Number 2"]
    places = [notice.geometry() for notice in shown(window)]
    assert not places[0].intersects(places[1])
    assert not places[1].intersects(places[2])
    assert len(places) == MOST


def test_the_same_again_takes_the_place_of_the_first(notices: Notices, window: QMainWindow) -> None:
    notices.show(entry("A"))
    notices.show(entry("B"))
    notices.show(entry("A"))
    assert [notice.entry.text for notice in shown(window)] == ["A", "B"]


def test_a_click_closes_it_and_the_others_close_up(notices: Notices, window: QMainWindow) -> None:
    for text in "AB":
        notices.show(entry(text))
    upper, lower = shown(window)
    place = lower.geometry()
    QTest.mouseClick(closer(lower), Qt.MouseButton.LeftButton)
    assert shown(window) == [upper]
    assert upper.geometry() == place


def test_the_keyboard_reaches_the_close_button(notices: Notices, window: QMainWindow) -> None:
    notices.show(entry())
    (notice,) = shown(window)
    reached = False
    for _ in range(20):
        focused = QApplication.focusWidget()
        reached = focused is closer(notice)
        if reached:
            break
        QTest.keyClick(window, Qt.Key.Key_Tab)
    assert reached
    assert closer(notice).accessibleName() == "Close this notice"
    QTest.keyClick(closer(notice), Qt.Key.Key_Space)
    assert shown(window) == []


def test_escape_closes_the_one_that_has_the_keyboard(notices: Notices, window: QMainWindow) -> None:
    notices.show(entry())
    button = closer(shown(window)[0])
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Escape)
    assert shown(window) == []


def test_it_goes_by_itself(
    notices: Notices, window: QMainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SHOWN_MS", 0)
    monkeypatch.setattr(module, "READING_MS", 0)
    notices.show(entry())
    qtbot.waitUntil(lambda: shown(window) == [])


def test_it_stays_while_the_keyboard_is_in_it(
    notices: Notices, window: QMainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SHOWN_MS", 0)
    monkeypatch.setattr(module, "READING_MS", 0)
    monkeypatch.setattr(module, "AGAIN_MS", 0)
    notices.show(entry("In use"))
    (notice,) = shown(window)
    closer(notice).setFocus()
    notices.show(entry("Not in use"))
    qtbot.waitUntil(lambda: shown(window) == [notice])
    central(window).setFocus()
    qtbot.waitUntil(lambda: shown(window) == [])


def test_markup_of_others_is_plain_text(notices: Notices, window: QMainWindow) -> None:
    markup = "<b>bold</b> &amp; <img src='http://example.invalid/x.png'>"
    notices.show(entry(markup, (markup, markup)))
    labels = [label for label in shown(window)[0].findChildren(QLabel) if "bold" in label.text()]
    assert len(labels) == 3
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}


def test_long_details_scroll_within_the_window(notices: Notices, window: QMainWindow) -> None:
    notices.show(entry("T" * 300, ("x" * 3000, "word " * 1000)))
    (notice,) = shown(window)
    (area,) = notice.findChildren(QScrollArea)
    assert inside(window).contains(notice.geometry())
    assert area.verticalScrollBar().maximum() > 0
    assert area.focusPolicy() == Qt.FocusPolicy.StrongFocus


def test_it_keeps_its_corner_when_the_window_changes(
    notices: Notices, window: QMainWindow, qtbot: QtBot
) -> None:
    notices.show(entry())
    (notice,) = shown(window)
    before = notice.geometry()
    window.resize(1200, 800)
    qtbot.waitUntil(lambda: notice.geometry() != before)
    assert inside(window).contains(notice.geometry())
    assert inside(window).right() - notice.geometry().right() < 2 * module.MARGIN


def test_in_a_low_window_the_oldest_go(notices: Notices, window: QMainWindow) -> None:
    for number in range(3):
        notices.show(entry(f"Number {number}"))
    window.resize(900, 160)
    assert [notice.entry.text for notice in shown(window)] == ["Number 2"]


def test_closing_takes_all_away(notices: Notices, window: QMainWindow) -> None:
    notices.show(entry("A"))
    notices.show(entry("B"))
    notices.close()
    assert shown(window) == []


def test_a_window_that_goes_takes_its_notices_along(qapp: QApplication) -> None:
    window = QMainWindow()
    window.show()
    notices = Notices(window)
    notices.show(entry())
    window.deleteLater()
    deleted()
    notices.close()


def test_a_plain_window_will_do(qapp: QApplication) -> None:
    window = QWidget()
    window.resize(800, 600)
    Notices(window).show(entry())
    (notice,) = window.findChildren(Notice)
    assert window.rect().contains(notice.geometry())
    window.deleteLater()
    deleted()


@pytest.mark.parametrize(("back", "text"), [("#efefef", "#101010"), ("#2d2d2d", "#e6e6e6")])
def test_it_wears_the_palette_it_finds(
    notices: Notices, window: QMainWindow, back: str, text: str
) -> None:
    palette = QPalette(QColor(back))
    palette.setColor(QPalette.ColorRole.Window, QColor(back))
    palette.setColor(QPalette.ColorRole.WindowText, QColor(text))
    window.setPalette(palette)
    notices.show(entry())
    image = shown(window)[0].grab().toImage()
    colours = [
        image.pixelColor(x, y).lightness()
        for x in range(20, image.width() - 40)
        for y in range(image.height())
    ]
    assert max(set(colours), key=colours.count) == QColor(back).lightness()
    assert max(colours) - min(colours) > 150  # the text stands out


def test_a_style_sheet_that_colours_the_text_alone_leaves_it_readable(
    notices: Notices, window: QMainWindow
) -> None:
    window.setPalette(QPalette(QColor("#efefef")))
    window.setStyleSheet("* { color: #f0f0f0; } QFrame, QWidget { background: transparent; }")
    notices.show(entry())
    image = shown(window)[0].grab().toImage()
    assert image.pixelColor(image.width() // 2, 3).lightness() < 60
