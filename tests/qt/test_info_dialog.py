"""Silo_Info and the widget in it: who edits what, and how honest that is, against a real server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QLabel

from silo_activity.qt import info_team
from silo_activity.qt.info import InfoDialog
from silo_activity.qt.info_team import TeamPanel
from silo_core.model.context import ContextLevel
from silo_core.model.exchange import Connection, ConnectionState
from silo_server.demo.player import Player
from tests.qt.keyboard import by_tab
from tests.workbench.kit import Job, until


class Shown:
    """Bob's dialog."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.bob = job.join("bob")
        self.dialog = InfoDialog(self.bob.workbench)
        self.dialog.show()

    @property
    def panel(self) -> TeamPanel:
        return self.dialog.team

    def rows(self) -> list[list[str]]:
        """All texts, the rows below a part behind it, and last of each the part that it belongs to:
        others edit theirs on the same server."""
        found: list[list[str]] = []
        for number in range(self.panel.tree.topLevelItemCount()):
            top = self.panel.tree.topLevelItem(number)
            assert top
            part = top.text(0)
            found.append([part])
            for place in range(top.childCount()):
                child = top.child(place)
                assert child
                found.append([*(child.text(column) for column in range(4)), part])
        return found

    def until(self, *words: str, others: tuple[Player, ...] = ()) -> bool:
        """Wait until some row has all of these in it."""

        def holds() -> bool:
            QApplication.processEvents()
            return any(all(word in " ".join(row) for word in words) for row in self.rows())

        return until(holds, self.bob, *others)


@pytest.fixture
def shown(qapp: QApplication, job: Job, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shown]:
    monkeypatch.setattr(info_team, "LOOK_MS", 20)
    shown = Shown(job)
    yield shown
    shown.dialog.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def test_who_edits_and_who_looks_in_this_document(shown: Shown, job: Job) -> None:
    def of_the_part(text: str) -> bool:
        return any(text in row[0] and job.part in row[-1] for row in shown.rows())

    assert shown.until(job.part, "open here")
    alice = job.join("alice")
    assert shown.until(job.part, "has it open", "alice", "CAD-alice", others=(alice,))
    alice.edit("Sketch001")
    assert shown.until(job.part, "Sketch001", "alice", "CAD-alice", "since ", others=(alice,))
    assert not of_the_part("has it open")
    shown.bob.edit("Sketch002")
    assert shown.until(job.part, "Sketch002", "bob (you)", others=(alice,))
    alice.edit()
    assert until(
        lambda: not of_the_part("Sketch001") or bool(QApplication.processEvents()),
        shown.bob,
        alice,
    )


def test_what_events_tell_is_shown_before_the_next_question(
    shown: Shown, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shown.until(job.part, "open here")
    monkeypatch.setattr(info_team, "ASK_AGAIN_S", 3600.0)
    alice = job.join("alice")
    alice.edit("Sketch001")
    assert shown.until(job.part, "Sketch001", "alice", "CAD-alice", others=(alice,))


def test_what_is_edited_elsewhere_also_if_it_was_before(shown: Shown, job: Job) -> None:
    other = f"{job.part}-B"
    job.share(other, job.base)
    admin = job.site.admin
    desk = admin.register_workstation("far", "far").id
    admin.acquire_edit_session(other, desk, ContextLevel.SKETCH, "Sketch", ["Sketch"])
    assert shown.until(other, "Sketch", "admin", "far")
    later = InfoDialog(shown.bob.workbench)
    later.show()
    shown.dialog, earlier = later, shown.dialog
    assert shown.until(other, "Sketch", "admin", "far")
    earlier.deleteLater()
    admin.release_edit_session(other, admin.get_edit_sessions(other)[0].id)


def test_the_last_contact_is_told_as_it_is(shown: Shown) -> None:
    assert "last heard of" in shown.panel.state.text()
    assert "s ago" in shown.panel.state.text()
    shown.bob.workbench.connection_is(Connection(ConnectionState.OFFLINE, "no network"))
    assert until(
        lambda: (
            "Unknown while offline" in shown.panel.state.text()
            or bool(QApplication.processEvents())
        ),
        shown.bob,
    )
    assert "s ago" in shown.panel.state.text()


def test_what_is_not_known_is_not_told_as_nobody(qapp: QApplication, job: Job) -> None:
    proxy = job.proxy()
    bob = job.player("bob", proxy)
    panel = TeamPanel(bob.workbench)

    def said() -> str:
        panel.look()
        item = panel.tree.topLevelItem(0)
        return f"{panel.state.text()} {item.text(0) if item else ''}"

    assert said() == "No server is set: sign in to see who edits what. Not known yet."
    proxy.down()
    bob.workbench.start()
    assert said() == "Connecting to the server… Not known yet."
    assert until(lambda: said() == "Who edits what is unknown while offline. Not known yet.", bob)
    proxy.up()
    assert until(lambda: "Asking the server…" in said(), bob)
    assert until(lambda: "Asking the server…" not in said(), bob)
    assert "last heard of" in said()
    panel.deleteLater()


def test_in_a_narrow_pane_where_is_told_by_the_tooltip(shown: Shown, job: Job) -> None:
    shown.bob.edit("Sketch002")
    assert shown.until("Sketch002", "bob (you)")
    panel = shown.panel
    assert not panel.tree.isColumnHidden(2)
    shown.dialog.resize(320, 400)
    QApplication.processEvents()
    assert panel.tree.isColumnHidden(2)
    found = panel.tree.findItems(
        "Sketch002", Qt.MatchFlag.MatchContains | Qt.MatchFlag.MatchRecursive
    )
    (item,) = (one for one in found if one.text(1) == "bob (you)")
    assert all(word in item.toolTip(1) for word in ("bob", "CAD-bob", "since"))
    shown.dialog.resize(900, 400)
    QApplication.processEvents()
    assert not panel.tree.isColumnHidden(2)


def test_nobody_is_asked_while_nobody_looks(shown: Shown) -> None:
    shown.dialog.hide()
    assert not shown.panel._clock.isActive()
    shown.dialog.show()
    assert shown.panel._clock.isActive()


def test_it_says_whose_workstation_this_is(shown: Shown, job: Job) -> None:
    said = " ".join(
        label.text().replace("\u200b", "") for label in shown.dialog.findChildren(QLabel)
    )
    assert "bob" in said
    assert job.site.server.url in said
    assert "bracket.FCStd" in said


def test_enter_goes_to_the_object(shown: Shown, job: Job) -> None:
    shown.bob.edit("Sketch002")
    assert shown.until(job.part, "Sketch002", "bob (you)")
    found = shown.panel.tree.findItems(
        "Sketch002", Qt.MatchFlag.MatchContains | Qt.MatchFlag.MatchRecursive
    )
    (item,) = (one for one in found if one.text(1) == "bob (you)")  # others edit theirs
    shown.panel.tree.itemActivated.emit(item, 0)
    assert [name for _, name in shown.bob.host.selected] == ["Sketch002"]


def test_the_keyboard_reaches_it(shown: Shown) -> None:
    assert shown.panel.tree in by_tab(shown.dialog)
    assert len(by_tab(shown.dialog)) >= 2
