"""What the tests of questions look at."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QMainWindow

from silo_core.surfaces.qt.question import QuestionBox


def boxes(window: QMainWindow) -> list[QuestionBox]:
    return window.findChildren(QuestionBox)


def deleted() -> None:
    """Let Qt delete what it was asked to delete later."""
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
