"""Questions in a window: never in the way, answered exactly once, reachable by keyboard."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QMainWindow,
    QPushButton,
    QScrollArea,
)
from pytestqt.qtbot import QtBot

from silo_core.model.exchange import ActivityKind, Question, Reply
from silo_core.surfaces.qt.question import QuestionBox, Questions
from tests.qt.asking import boxes, deleted

QUESTION = Question(
    "Cannot edit Holes (Sketch001)", "alice edits it.", ("OK", "Request Handoff"), ("Since 10:30.",)
)


def asked(
    questions: Questions, window: QMainWindow, question: Question = QUESTION
) -> tuple[QuestionBox, list[str]]:
    answers: list[str] = []
    questions.ask(question, lambda reply: answers.append(reply.choice))
    return boxes(window)[-1], answers


def button(box: QuestionBox, text: str) -> QPushButton:
    return next(button for button in box.findChildren(QPushButton) if button.text() == text)


def texts(box: QuestionBox) -> str:
    return "\n".join(label.text() for label in box.findChildren(QLabel)).replace("\u200b", "")


def test_it_shows_the_question_and_stops_nothing(questions: Questions, window: QMainWindow) -> None:
    box, answers = asked(questions, window)
    assert box.isVisible()
    assert not box.isModal()
    assert answers == []
    for text in (QUESTION.title, QUESTION.text, *QUESTION.details):
        assert text in texts(box)


@pytest.mark.parametrize("option", QUESTION.options)
def test_a_button_answers_with_its_text(
    questions: Questions, window: QMainWindow, option: str
) -> None:
    box, answers = asked(questions, window)
    QTest.mouseClick(button(box, option), Qt.MouseButton.LeftButton)
    assert answers == [option]
    deleted()
    assert boxes(window) == []


def test_return_answers_with_the_first_option(questions: Questions, window: QMainWindow) -> None:
    box, answers = asked(questions, window)
    assert button(box, "OK").isDefault()
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert answers == ["OK"]


def test_tab_reaches_the_other_options(
    questions: Questions, window: QMainWindow, qtbot: QtBot
) -> None:
    box, answers = asked(questions, window)
    qtbot.waitUntil(box.isActiveWindow)
    assert box.focusWidget() is button(box, "OK")
    QTest.keyClick(box.focusWidget(), Qt.Key.Key_Tab)
    assert box.focusWidget() is button(box, "Request Handoff")
    QTest.keyClick(box.focusWidget(), Qt.Key.Key_Space)
    assert answers == ["Request Handoff"]


def test_escape_answers_with_nothing(questions: Questions, window: QMainWindow) -> None:
    box, answers = asked(questions, window)
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert answers == [""]


def test_the_close_button_answers_with_nothing(questions: Questions, window: QMainWindow) -> None:
    box, answers = asked(questions, window)
    box.close()
    assert answers == [""]


def test_it_is_answered_once_whatever_follows(questions: Questions, window: QMainWindow) -> None:
    box, answers = asked(questions, window)
    ok, other = button(box, "OK"), button(box, "Request Handoff")
    ok.click()
    other.click()
    box.reject()
    box.close()
    assert answers == ["OK"]


def test_an_answer_may_ask_the_next_question(questions: Questions, window: QMainWindow) -> None:
    answers: list[Reply] = []

    def ask_again(_: Reply) -> None:
        questions.ask(QUESTION, answers.append)

    questions.ask(QUESTION, ask_again)
    button(boxes(window)[0], "OK").click()
    button(boxes(window)[-1], "Request Handoff").click()
    assert answers == [Reply("Request Handoff")]


def test_the_same_question_again_takes_the_place_of_the_first(
    questions: Questions, window: QMainWindow
) -> None:
    _, first = asked(questions, window)
    _, other = asked(questions, window, Question("Other", "", ("OK",)))
    box, second = asked(questions, window)
    assert (first, other, second) == ([""], [], [])
    deleted()
    assert len(boxes(window)) == 2
    button(box, "OK").click()
    assert (first, other, second) == ([""], [], ["OK"])


def test_closing_all_takes_them_away_unanswered(questions: Questions, window: QMainWindow) -> None:
    _, answers = asked(questions, window)
    questions.close()
    deleted()
    assert boxes(window) == []
    assert answers == []


def test_a_window_that_goes_takes_its_questions_along(qapp: QApplication) -> None:
    window = QMainWindow()
    questions = Questions(window)
    _, answers = asked(questions, window)
    window.deleteLater()
    deleted()
    questions.close()
    assert answers == []


def test_it_leaves_the_keyboard_to_somebody_who_types(
    questions: Questions, window: QMainWindow, qtbot: QtBot
) -> None:
    field = QLineEdit(window)
    window.setCentralWidget(field)
    window.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    box, _ = asked(questions, window)
    assert box.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)


def test_markup_and_mnemonics_of_others_are_plain_text(
    questions: Questions, window: QMainWindow
) -> None:
    markup = "<b>bold</b> &amp; <img src='http://example.invalid/x.png'>"
    box, answers = asked(questions, window, Question(markup, markup, ("Save & Go",), (markup,)))
    labels = [label for label in box.findChildren(QLabel) if "bold" in label.text()]
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}
    button(box, "Save && Go").click()
    assert answers == ["Save & Go"]


def test_a_very_long_text_scrolls_and_fits_the_screen(
    questions: Questions, window: QMainWindow
) -> None:
    long = Question("T" * 300, "word " * 3000, ("OK",), ("x" * 3000,) * 20)
    box, _ = asked(questions, window, long)
    screen = box.screen().availableGeometry()
    assert box.height() < screen.height()
    assert box.width() < screen.width()
    (area,) = box.findChildren(QScrollArea)
    assert area.focusPolicy() == Qt.FocusPolicy.StrongFocus
    last = box.findChildren(QLabel)[-1]
    area.ensureWidgetVisible(last)
    assert area.verticalScrollBar().maximum() > 0
    assert last.height() >= last.heightForWidth(last.width())
    assert last.width() <= area.viewport().width()


def test_a_short_text_does_not_scroll(questions: Questions, window: QMainWindow) -> None:
    box, _ = asked(questions, window)
    (area,) = box.findChildren(QScrollArea)
    assert area.verticalScrollBar().maximum() == 0
    assert area.focusPolicy() == Qt.FocusPolicy.NoFocus


def test_a_font_sized_in_pixels_is_no_problem(window: QMainWindow, questions: Questions) -> None:
    window.setStyleSheet("* { font-size: 20px; }")
    box, _ = asked(questions, window)
    assert box.isVisible()


@pytest.mark.parametrize(("back", "text"), [("#efefef", "#101010"), ("#2d2d2d", "#e6e6e6")])
def test_it_wears_the_palette_it_finds(
    questions: Questions, window: QMainWindow, back: str, text: str
) -> None:
    palette = QPalette(QColor(back))
    palette.setColor(QPalette.ColorRole.Window, QColor(back))
    palette.setColor(QPalette.ColorRole.WindowText, QColor(text))
    window.setPalette(palette)
    box, _ = asked(questions, window)
    box.setPalette(palette)
    image = box.grab().toImage()
    middle = box.findChildren(QScrollArea)[0].geometry()
    colours = [
        image.pixelColor(x, y).lightness()
        for x in range(middle.left(), middle.right())
        for y in range(middle.top(), middle.bottom())
    ]
    assert image.pixelColor(2, 2) == QColor(back)
    assert max(set(colours), key=colours.count) == QColor(back).lightness()
    assert max(colours) - min(colours) > 150  # the text stands out


def picture(box: QuestionBox) -> QImage:
    """What stands beside the text."""
    return next(
        label.pixmap().toImage()
        for label in box.findChildren(QLabel)
        if not label.pixmap().isNull()
    )


def test_a_refusal_a_warning_and_a_mere_question_have_pictures_of_their_own(
    questions: Questions, window: QMainWindow
) -> None:
    kinds = (None, ActivityKind.BLOCKED, ActivityKind.WARNING)
    shown = [
        picture(asked(questions, window, replace(QUESTION, kind=kind, title=str(kind)))[0])
        for kind in kinds
    ]
    assert shown[0] != shown[1] != shown[2] != shown[0]


@pytest.mark.parametrize(("details", "dots"), [((), 0), (("one",), 0), (("one", "two"), 2)])
def test_several_details_have_a_dot_each(
    questions: Questions, window: QMainWindow, details: tuple[str, ...], dots: int
) -> None:
    box, _ = asked(questions, window, replace(QUESTION, details=details))
    assert texts(box).count("•") == dots
