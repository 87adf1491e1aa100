"""The demo's two windows: real editors over a real part, worked by their buttons and by the keyboard."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QDockWidget, QMenu, QPushButton

from silo_activity.qt.info_team import TeamPanel
from silo_core.fcstd import read_document
from silo_core.rules.presence import Dot
from silo_core.surfaces.qt.mark_delegate import MarkDelegate
from silo_core.surfaces.qt.question import QuestionBox
from silo_server.demo.gui.changing import longer
from silo_server.demo.gui.part_tree import parents
from silo_server.demo.gui.show import windows
from silo_server.demo.gui.window import DemoWindow
from silo_server.demo.narrator import Narrator
from silo_server.demo.stage import Stage
from tests.qt.keyboard import by_tab
from tests.workbench.kit import DATA

MATCHES = Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive
Playing = tuple[Stage, DemoWindow, DemoWindow]


@pytest.fixture
def playing(qapp: QApplication) -> Iterator[Playing]:
    with windows(Narrator(None)) as (play, (alice, bob)):
        yield play, alice, bob
    assert not [window for window in qapp.topLevelWidgets() if isinstance(window, DemoWindow)]


def dot(window: DemoWindow) -> Dot | None:
    """The mark of the current row, as the delegate has it."""
    delegate = window.tree.itemDelegate()
    assert isinstance(delegate, MarkDelegate)
    mark = delegate.mark_of(window.tree.currentIndex())
    return mark.dot if mark else None


def test_one_edits_the_other_is_blocked_and_gets_the_change(playing: Playing) -> None:
    play, alice, bob = playing
    for window in (alice, bob):
        window.choose("Sketch001")
    assert not alice.change_button.isEnabled()
    alice.open_button.click()
    assert play.until(lambda: dot(bob) is Dot.OTHER_EDITING_THIS)
    assert alice.change_button.isEnabled()
    assert "Sketch001" in alice.state.text()

    bob.open_button.click()
    assert play.until(lambda: bool(bob.findChildren(QuestionBox)))
    assert play.until(lambda: not bob.leave_button.isEnabled())
    assert play.bob.editing() == ()
    bob.host.answer("OK")

    before = play.versions()
    alice.change_button.click()
    assert "Pocket" in alice.state.text()
    alice.leave_button.click()
    assert play.until(lambda: play.versions() == before + 1)
    newest = play.alice.client.list_versions("PRT-100").versions[0]
    assert newest.changes == ("Pocket.Length 5 mm → 6 mm",)
    assert play.until(lambda: bool(play.bob.shown("Updated: PRT-100")))
    assert play.until(lambda: dot(bob) is None)


def test_the_keyboard_alone_edits_changes_and_leaves(playing: Playing) -> None:
    play, alice, _ = playing
    alice.activateWindow()
    alice.tree.setFocus()
    alice.choose("Sketch002")
    QTest.keyClick(alice.tree, Qt.Key.Key_Return)
    assert play.until(lambda: play.alice.editing() == ("Sketch002",))
    assert {alice.change_button, alice.leave_button} <= by_tab(alice)
    QTest.keyClick(alice.change_button, Qt.Key.Key_Space)
    QTest.keyClick(alice.leave_button, Qt.Key.Key_Space)
    assert play.until(lambda: play.alice.editing() == ())


def test_every_window_that_is_offered_opens(playing: Playing) -> None:
    play, alice, _ = playing
    names = [window.name for window in alice._offered.values()]
    assert {"Silo_Login", "Silo_Settings", "Silo_Activity"} <= set(names)
    for name, window in alice._offered.items():
        if window.kind == "dialog":
            dialog = alice.show_named(name)
            assert isinstance(dialog, QDialog), name
            play.until(dialog.isVisible)
            assert dialog.windowTitle()
            assert dialog.findChildren(QPushButton)
            dialog.close()


def test_who_edits_what_is_a_pane_of_its_own_that_is_there_when_it_is_wanted(
    playing: Playing,
) -> None:
    play, alice, bob = playing
    dock = bob.findChild(QDockWidget, "Silo_Team")
    assert isinstance(dock, QDockWidget)
    assert not dock.isVisible()
    (menu,) = bob.menuBar().findChildren(QMenu)
    (offered,) = (action for action in menu.actions() if action.text() == "Silo Team")
    offered.trigger()
    panel = dock.widget()
    assert isinstance(panel, TeamPanel)
    assert play.until(lambda: panel.visibleRegion().boundingRect().isValid()), "in front"
    alice.choose("Sketch001")
    alice.open_button.click()
    assert play.until(lambda: bool(panel.tree.findItems("Sketch001", MATCHES)))
    (row,) = panel.tree.findItems("Sketch001", MATCHES)
    assert (row.text(1), row.text(2)) == ("alice", "CAD-07")
    offered.trigger()
    assert not dock.isVisible()


def test_a_change_is_one_of_the_feature_alone() -> None:
    before = (DATA / "bracket.FCStd").read_bytes()
    for feature in ("Pocket", "Pad"):
        changed = read_document(io.BytesIO(longer(before, feature)), name="x")
        was = {
            entry.name: entry.properties_hash for entry in read_document(io.BytesIO(before)).objects
        }
        now = {entry.name: entry.properties_hash for entry in changed.objects}
        assert {name for name in was if was[name] != now[name]} == {feature}
    assert longer(before, "Nothing") != b""


def test_a_sketch_stands_below_what_is_made_from_it() -> None:
    part = read_document(io.BytesIO((DATA / "bracket.FCStd").read_bytes()))
    above = parents(part.objects)
    assert above["Sketch001"] == "Pocket"
    assert above["Pocket"] == "Body"
    assert above["Body"] == ""
    assert "Origin" not in above
