"""Every button of every entry of the built-in plugins is pressed, at a real server, and does it."""

from __future__ import annotations

from importlib.metadata import version

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from silo_core.model.item import VersionKind
from silo_core.ports.plugins.hung import Hung, SwitchedOff
from silo_server.demo.player import Player
from tests.activity.kit import ACCESSIBLE, Pane, activity_of, entry_with, with_activity
from tests.subscriptions.kit import publish
from tests.workbench.kit import Job, held_with_session, sha256, until


@pytest.fixture
def blocked(job: Job, qtbot: QtBot) -> tuple[Player, Player, Pane]:
    """Alice edits Sketch001, and bob was refused it."""
    alice = job.join("alice")
    bob, activity = with_activity(job, "bob")
    alice.edit("Sketch001")
    assert until(lambda: bool(bob.workbench.presence.sessions_on(job.part)), alice, bob)
    bob.edit("Sketch001")
    return alice, bob, Pane(bob, activity, qtbot, alice)


@pytest.fixture
def requested(job: Job, qtbot: QtBot) -> tuple[Player, Player, Pane]:
    """Bob asks alice for Sketch001."""
    alice, activity = with_activity(job, "alice")
    bob = job.join("bob")
    alice.edit("Sketch001")
    assert until(lambda: bool(bob.workbench.presence.sessions_on(job.part)), alice, bob)
    bob.edit("Sketch001")
    bob.host.answer("Request Handoff", message="only the slot")
    return alice, bob, Pane(alice, activity, qtbot, bob)


@pytest.fixture
def stale(job: Job, qtbot: QtBot) -> tuple[Player, Pane, str]:
    """Alice edits a copy that is behind; and the newest version's hash."""
    alice, activity = with_activity(job, "alice", subscription_notify="false")
    assert until(lambda: job.base_of(alice) is not None, alice)
    head = publish(job, job.deeper)
    alice.edit("Sketch001")
    return alice, Pane(alice, activity, qtbot), head.sha256


@pytest.fixture
def rescued(job: Job, qtbot: QtBot) -> tuple[Player, Pane]:
    """Bob's version is kept beside alice's, which is the head."""
    alice = job.join("alice")
    bob, activity = with_activity(job, "bob", plugins_disabled="merge")
    assert until(lambda: job.base_of(bob) is not None, bob)
    bob.edit("Sketch002")
    alice.edit("Body", "Sketch001")
    alice.change(job.deeper)
    alice.edit()
    assert until(lambda: job.head().sha256 == sha256(job.deeper), alice, bob)
    bob.change(job.wider)
    bob.edit()
    return bob, Pane(bob, activity, qtbot, alice)


def test_request_handoff(blocked: tuple[Player, Player, Pane]) -> None:
    alice, bob, pane = blocked
    pane.press("Request Handoff")
    assert pane.until(lambda: bool(alice.host.questions))
    assert "bob requests Sketch001" in alice.host.questions[0].title
    assert pane.until(lambda: not pane.buttons("Request Handoff"))
    assert "Asked alice for it" in str(pane.row("Blocked").data(ACCESSIBLE))
    assert not bob.workbench.held()


def test_notify_me_when_free_and_edit_now(blocked: tuple[Player, Player, Pane]) -> None:
    alice, bob, pane = blocked
    pane.press("Notify me when free")
    assert pane.until(lambda: bool(bob.shown("You are told when")))
    alice.edit()
    pane.press("Edit Now")
    assert pane.until(lambda: held_with_session(bob) == ["Sketch001"])


def test_release_now(job: Job, requested: tuple[Player, Player, Pane]) -> None:
    alice, bob, pane = requested
    pane.press("Release Now")
    assert pane.until(lambda: bool(bob.shown("released it to you")))
    assert alice.editing() == ()
    assert [session.user for session in job.live()] in ([], ["bob"])


@pytest.mark.parametrize(
    ("button", "told"), [("Defer", "will release it later"), ("Dismiss", "keeps it for now")]
)
def test_defer_and_dismiss(requested: tuple[Player, Player, Pane], button: str, told: str) -> None:
    alice, bob, pane = requested
    pane.press(button)
    assert pane.until(lambda: bool(bob.shown(told)))
    assert held_with_session(alice) == ["Sketch001"]


def test_update_first(job: Job, stale: tuple[Player, Pane, str]) -> None:
    alice, pane, head = stale
    pane.press("Update First")
    assert pane.until(lambda: sha256(job.file_of(alice)) == head)
    assert pane.until(lambda: held_with_session(alice) == ["Sketch001"])


def test_edit_anyway(job: Job, stale: tuple[Player, Pane, str]) -> None:
    alice, pane, _ = stale
    pane.press("Edit Anyway")
    assert pane.until(lambda: not pane.buttons("Update First"))
    assert held_with_session(alice) == ["Sketch001"]
    assert sha256(job.file_of(alice)) == sha256(job.base)


def test_open_mine(job: Job, rescued: tuple[Player, Pane]) -> None:
    bob, pane = rescued
    assert pane.until(lambda: bool(pane.buttons("Open Mine")))
    (document,) = bob.host.documents()
    bob.host.close(document.key)
    assert bob.host.documents() == ()
    pane.press("Open Mine")
    assert pane.until(lambda: [d.path for d in bob.host.documents()] == [job.file_of(bob)])
    assert sha256(job.file_of(bob)) == sha256(job.wider)


def test_open_theirs(job: Job, rescued: tuple[Player, Pane]) -> None:
    bob, pane = rescued
    pane.press("Open Theirs")
    assert pane.until(lambda: sha256(job.file_of(bob)) == sha256(job.deeper))


def test_make_mine_the_head(job: Job, rescued: tuple[Player, Pane]) -> None:
    _, pane = rescued
    pane.press("Make Mine the Head")
    assert pane.until(lambda: job.head().sha256 == sha256(job.wider))
    assert job.versions()[1].kind is VersionKind.RESCUE


def test_what_is_not_possible_any_more_is_greyed_with_the_reason(
    blocked: tuple[Player, Player, Pane],
) -> None:
    alice, _, pane = blocked
    assert pane.until(lambda: any(b.isEnabled() for b in pane.buttons("Request Handoff")))
    alice.edit()
    assert pane.until(lambda: not any(b.isEnabled() for b in pane.buttons("Request Handoff")))
    (button,) = pane.buttons("Request Handoff")
    why = "alice does not edit Sketch001 any more"
    assert why in button.toolTip()
    assert why in button.accessibleDescription()
    assert why in str(pane.row("Blocked").data(ACCESSIBLE))


def test_the_dialog_takes_the_buttons_along(blocked: tuple[Player, Player, Pane]) -> None:
    _, bob, pane = blocked
    assert pane.until(lambda: bool(pane.buttons("Request Handoff")))
    bob.host.answer("Request Handoff")
    assert pane.until(lambda: not pane.buttons("Request Handoff"))


def test_the_keyboard_alone_reaches_and_presses_a_button(
    blocked: tuple[Player, Player, Pane],
) -> None:
    alice, _, pane = blocked
    view = pane.widget.view
    assert pane.until(lambda: any(b.isEnabled() for b in pane.buttons("Request Handoff")))
    pane.widget.activateWindow()
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Home)
    steps = 0
    while "Blocked" not in str(view.currentIndex().data()):
        QTest.keyClick(view, Qt.Key.Key_Down)
        steps += 1
        assert steps < 20
    QTest.keyClick(view, Qt.Key.Key_Return)
    first, second = pane.buttons("Request Handoff")[0], pane.buttons("Notify me when free")[0]
    assert pane.until(first.hasFocus)
    QTest.keyClick(first, Qt.Key.Key_Right)
    assert second.hasFocus()
    QTest.keyClick(second, Qt.Key.Key_Escape)
    assert view.hasFocus()
    QTest.keyClick(view, Qt.Key.Key_Return)
    QTest.keyClick(first, Qt.Key.Key_Space)
    assert pane.until(lambda: bool(alice.host.questions))
    assert pane.until(view.hasFocus), "the keyboard stays in the list when the buttons go"


def test_the_menu_has_all_that_a_row_can(blocked: tuple[Player, Player, Pane]) -> None:
    _, bob, pane = blocked
    menu = pane.widget.menu_for(pane.row("Blocked"))
    assert menu is not None
    names = [action.text() for action in menu.actions() if action.text()]
    assert names == [
        "Request Handoff",
        "Notify me when free",
        "Show in Tree",
        "Copy",
        "Mark as Read",
    ]
    next(a for a in menu.actions() if a.text() == "Show in Tree").trigger()
    (document,) = bob.host.documents()
    assert bob.host.selected == [(document.key, "Sketch001")]
    entry = entry_with_id(pane)
    next(a for a in menu.actions() if a.text() == "Mark as Read").trigger()
    assert entry not in pane.widget._feed.unread


def entry_with_id(pane: Pane) -> str:
    line = pane.widget.model.line(pane.row("Blocked"))
    assert line is not None
    assert line.entry.id in pane.widget._feed.unread
    return line.entry.id


def test_locking_that_hung_is_off_which_is_said_plainly_and_switched_on_again(
    job: Job, qtbot: QtBot
) -> None:
    data = job.folder / "bob" / "data"
    data.mkdir(parents=True)
    hung = Hung(
        "locking", "silo-locking", version("silo-locking"), "silo_context_enter", 40.0, True
    )
    SwitchedOff(data).add([hung])
    bob = job.player("bob")
    job.go_online(bob)
    pane = Pane(bob, activity_of(bob), qtbot)
    row = pane.row("The plugin locking is not in use")
    assert "You edit without locking" in str(row.data(ACCESSIBLE))
    why = str(pane.widget.model.index(0, 0, row).data())
    assert "it had kept the editor waiting for 40 s in silo_context_enter" in why
    pane.press("Switch On Again")
    assert SwitchedOff(data).all() == ()
    assert pane.until(lambda: not pane.buttons("Switch On Again"))
    entry = entry_with(activity_of(bob), "The plugin locking is not in use")
    assert entry is not None
    assert entry.chosen == "It is used again from the next start on"
    (action,) = entry.actions
    assert "not switched off any more" in (
        bob.workbench.hooks.action_problem(entry, action.name) or ""
    )
