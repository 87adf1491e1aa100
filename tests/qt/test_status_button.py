"""The line in an editor's status bar."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from silo_core.model.exchange import Connection, ConnectionState
from silo_core.surfaces.qt.status import StatusButton
from tests.workbench.kit import Job, until


def test_it_says_who_else_is_in_the_part(job: Job, qtbot: QtBot) -> None:
    alice, bob = job.join("alice"), job.join("bob")
    button = StatusButton(alice.workbench)
    qtbot.addWidget(button)

    def says(state: str, what: str) -> bool:
        button.show_state(job.part)
        return button.text() == f"● Silo: online · {state}" and what in button.toolTip()

    assert until(lambda: says("bob here", "bob: has it open"), alice, bob)
    bob.edit("Sketch001")
    assert until(lambda: says("bob here", "bob: edits Sketch001"), alice, bob)
    assert "bob: edits Sketch001" in button.accessibleName()


def test_what_a_server_says_is_text_and_never_markup(job: Job, qtbot: QtBot) -> None:
    alice = job.player("alice")
    button = StatusButton(alice.workbench)
    qtbot.addWidget(button)
    hostile = "<img src='file:///etc/x.png'> & more"
    alice.workbench.connection = Connection(ConnectionState.REFUSED, hostile)
    button.show_state(None)
    assert "&lt;img src=" in button.toolTip()
    assert "<img" not in button.toolTip()
