"""What the dialogs have in common that ask a server something."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from silo_core.surfaces.qt.task_dialog import TaskDialog

NOBODY: Any = None
"""Nothing is asked here."""


def test_a_long_sentence_takes_no_room_from_the_fields_and_gives_it_back(qtbot: QtBot) -> None:
    dialog = TaskDialog(NOBODY, "New part", "&Create", None)
    dialog.setStyleSheet("QLineEdit { min-height: 10px }")
    qtbot.addWidget(dialog)
    fields = [QLineEdit(dialog) for _ in range(4)]
    for field in fields:
        dialog.content.addWidget(field)
    with qtbot.waitExposed(dialog):
        dialog.show()
    before, heights = dialog.height(), [field.height() for field in fields]
    dialog.say("A part number is a letter or digit, then more of them. " * 5, problem=True)
    qtbot.wait(1)
    assert [field.height() for field in fields] == heights
    assert dialog.height() > before
    dialog.say("")
    assert dialog.height() == before
