"""What holds for every window that is offered: Tab reaches each control, and each says what it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from silo_core.model.exchange import Transfer
from silo_core.surfaces.qt.windows import core_windows
from silo_server.demo.player import Player
from tests.qt.keyboard import by_tab
from tests.workbench.kit import Job, settle

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
)
NAMES = {
    "Silo_Activity",
    "Silo_Commit",
    "Silo_History",
    "Silo_Info",
    "Silo_Login",
    "Silo_New",
    "Silo_Open",
    "Silo_Settings",
    "Silo_Subscribe",
    "Silo_Subscriptions",
    "Silo_SyncStatus",
    "Silo_Team",
}


@pytest.fixture
def alice(job: Job, qapp: QApplication) -> Iterator[Player]:
    """She edits a sketch, and a file of hers is on its way."""
    player = job.join("alice")
    player.edit("Sketch001")
    running = Transfer("t", job.part, True, 1, 2, 1.0, 1.0)
    player.workbench.hooks.progress(running)
    yield player
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def controls(window: QWidget) -> list[QWidget]:
    """What somebody can do something with now; not what a control is made of."""
    found = [one for kind in CONTROLS for one in window.findChildren(kind)]
    return [one for one in found if _is_own(one) and one.isVisible() and one.isEnabled()]


def _is_own(widget: QWidget) -> bool:
    above = widget.parentWidget()
    while above is not None and not isinstance(above, QDialog):
        if isinstance(above, (QAbstractSpinBox, QComboBox, QLineEdit)):
            return False
        above = above.parentWidget()
    return not widget.objectName().startswith("qt_") and not isinstance(widget, QHeaderView)


def _by_arrows(widget: QWidget, reached: set[QWidget]) -> bool:
    """Whether it is one of several that exclude each other: Tab reaches the one that is chosen."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return group is not None and group.exclusive() and group.checkedButton() in reached


def name_of(widget: QWidget) -> str:
    """What a screen reader calls it."""
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


def said(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.objectName()!r} {name_of(widget)!r}"


def test_tab_reaches_every_control_and_a_screen_reader_has_a_name_for_it(
    alice: Player, job: Job
) -> None:
    windows = {
        window.name: window
        for window in (*core_windows(alice.workbench), *alice.workbench.hooks.windows())
    }
    assert set(windows) == NAMES
    for name, window in windows.items():
        widget = window.make(None)
        assert isinstance(widget, QWidget)
        widget.show()
        settle(alice, seconds=0.1)
        QApplication.processEvents()
        assert name_of(widget) or widget.windowTitle(), name
        found = controls(widget)
        assert found, name
        reached = by_tab(widget)
        left_out = [one for one in found if one not in reached and not _by_arrows(one, reached)]
        assert [said(one) for one in left_out] == [], name
        nameless = [
            said(one) for one in found if not any(letter.isalpha() for letter in name_of(one))
        ]
        assert nameless == [], name
        for view in widget.findChildren(QAbstractItemView):
            rows = view.model().rowCount() if view.isVisible() else 0
            for row in range(rows):
                index = view.model().index(row, 0)
                roles = (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.DisplayRole)
                assert any(index.data(role) for role in roles), name
        widget.close()
        widget.deleteLater()
