"""A window that asks questions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow

from silo_core.surfaces.qt.question import Questions
from tests.qt.asking import boxes, deleted


@pytest.fixture
def window(qapp: QApplication) -> Iterator[QMainWindow]:
    window = QMainWindow()  # not given to qtbot, which would delete it before we have looked
    window.show()
    QTest.qWaitForWindowExposed(window)
    yield window
    window.deleteLater()
    deleted()


@pytest.fixture
def questions(window: QMainWindow) -> Iterator[Questions]:
    questions = Questions(window)
    yield questions
    questions.close()
    deleted()
    assert boxes(window) == []  # nothing stays behind, whatever a test did
