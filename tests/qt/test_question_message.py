"""The line that a user may write beside a question, taking questions back, and several at once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMainWindow, QPushButton
from pytestqt.qtbot import QtBot

from silo_core.model.exchange import Question, Reply
from silo_core.surfaces.qt.question import MESSAGE_LENGTH, QuestionBox, Questions
from tests.qt.asking import boxes, deleted

QUESTION = Question(
    "Cannot edit Holes (Sketch001)",
    "alice edits it.",
    ("OK", "Request Handoff", "Notify me when free"),
    message_label="Message to alice (optional)",
)


def asked(
    questions: Questions, window: QMainWindow, question: Question = QUESTION
) -> tuple[QuestionBox, QLineEdit, list[Reply]]:
    answers: list[Reply] = []
    questions.ask(question, answers.append)
    box = boxes(window)[-1]
    return box, box.findChildren(QLineEdit)[0], answers


def button(box: QuestionBox, text: str) -> QPushButton:
    return next(button for button in box.findChildren(QPushButton) if button.text() == text)


def test_without_a_label_there_is_no_line(questions: Questions, window: QMainWindow) -> None:
    questions.ask(Question("Plain", "", ("OK",)), lambda reply: None)
    assert boxes(window)[-1].findChildren(QLineEdit) == []


def test_what_is_written_comes_with_the_answer(questions: Questions, window: QMainWindow) -> None:
    box, line, answers = asked(questions, window)
    QTest.keyClicks(line, "  I only need the hole pattern ")
    button(box, "Request Handoff").click()
    assert answers == [Reply("Request Handoff", "I only need the hole pattern")]


def test_nothing_written_is_an_empty_message(questions: Questions, window: QMainWindow) -> None:
    box, _, answers = asked(questions, window)
    button(box, "Notify me when free").click()
    assert answers == [Reply("Notify me when free")]


def test_the_line_is_named_for_everybody(questions: Questions, window: QMainWindow) -> None:
    box, line, _ = asked(questions, window)
    assert line.accessibleName() == QUESTION.message_label
    (label,) = [label for label in box.findChildren(QLabel) if label.buddy() is line]
    assert label.text() == f"&{QUESTION.message_label}"
    assert line.placeholderText() == ""


def test_a_message_has_a_limit(questions: Questions, window: QMainWindow) -> None:
    _, line, _ = asked(questions, window)
    line.insert("x" * (MESSAGE_LENGTH + 1))
    assert len(line.text()) == MESSAGE_LENGTH


def test_the_keyboard_starts_at_the_default_and_reaches_the_line(
    questions: Questions, window: QMainWindow, qtbot: QtBot
) -> None:
    box, line, _ = asked(questions, window)
    qtbot.waitUntil(box.isActiveWindow)
    assert box.focusWidget() is button(box, "OK")
    for _ in range(3):
        QTest.keyClick(box.focusWidget(), Qt.Key.Key_Tab)
    assert box.focusWidget() is line


def test_return_in_the_empty_line_is_the_default(
    questions: Questions, window: QMainWindow, qtbot: QtBot
) -> None:
    box, line, answers = asked(questions, window)
    qtbot.waitUntil(box.isActiveWindow)
    line.setFocus()
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert answers == [Reply("OK")]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_return_after_a_message_goes_on_to_what_sends_it(
    questions: Questions, window: QMainWindow, qtbot: QtBot, key: Qt.Key
) -> None:
    box, line, answers = asked(questions, window)
    qtbot.waitUntil(box.isActiveWindow)
    line.setFocus()
    QTest.keyClicks(line, "please")
    QTest.keyClick(line, key)
    assert answers == [], "a message is not thrown away, nor sent, by the key that ends it"
    assert box.focusWidget() is button(box, "Request Handoff")
    QTest.keyClick(box.focusWidget(), key)
    assert answers == [Reply("Request Handoff", "please")]


def test_the_same_question_again_keeps_what_was_written(
    questions: Questions, window: QMainWindow
) -> None:
    _, line, first = asked(questions, window)
    QTest.keyClicks(line, "please")
    box, line, _ = asked(questions, window)
    assert first == [Reply("", "please")]
    assert (box.message, line.text()) == ("please", "please")


def test_taken_back_it_goes_unanswered(questions: Questions, window: QMainWindow) -> None:
    answers: list[Reply] = []
    withdraw = questions.ask(QUESTION, answers.append)
    withdraw()
    deleted()
    assert boxes(window) == []
    withdraw()
    assert answers == []


def test_taken_back_after_the_answer_nothing_happens(
    questions: Questions, window: QMainWindow
) -> None:
    answers: list[Reply] = []
    withdraw = questions.ask(QUESTION, answers.append)
    questions.ask(Question("Other", "", ("OK",)), answers.append)
    button(boxes(window)[0], "OK").click()
    deleted()
    withdraw()
    assert answers == [Reply("OK")]
    assert [box.question.title for box in boxes(window)] == ["Other"]


def test_taken_back_after_its_window_went(qapp: QApplication) -> None:
    window = QMainWindow()
    answers: list[Reply] = []
    withdraw = Questions(window).ask(QUESTION, answers.append)
    window.deleteLater()
    deleted()
    withdraw()
    assert answers == []


def test_many_questions_all_show_their_title_bar(questions: Questions, window: QMainWindow) -> None:
    for number in range(20):
        questions.ask(Question(f"Question {number}", "", ("OK",)), lambda reply: None)
    places = [(box.x(), box.y()) for box in boxes(window)]
    assert len(set(places)) == len(places)
    screen = window.screen().availableGeometry()
    assert all(screen.contains(x, y) for x, y in places)
