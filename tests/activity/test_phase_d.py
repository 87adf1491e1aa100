"""What Phase D is accepted by, as far as it is the pane: a test for each line, named after it."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QModelIndex
from pytestqt.qtbot import QtBot

from silo_core.hookspecs import hookimpl
from silo_core.model.subscription import Policy
from silo_core.model.sync import SyncState
from tests.activity.kit import Pane, activity_of, with_activity
from tests.subscriptions.team import Colleague, Desk
from tests.workbench.kit import Job, renumbered, until


def details(pane: Pane, text: str) -> list[str]:
    """What stands below a headline and unfolds from it."""
    row: QModelIndex = pane.row(text)
    line = pane.widget.model.line(row)
    assert line is not None
    assert pane.widget.model.rowCount(row) == max(0, len(line.entry.details) - 1)
    return list(line.entry.details)


def test_outbound_checkpoints(job: Job, qtbot: QtBot) -> None:
    alice, activity = with_activity(job, "alice")
    bob = Desk.of(job, "bob").start()
    bob.subscribe(job.part)
    assert until(lambda: job.base_of(alice) is not None, alice)
    pane = Pane(alice, activity, qtbot, bob.player)
    alice.edit("Body", "Sketch001")
    alice.change(job.deeper)
    alice.edit("Body")
    alice.edit()
    told = f"Checkpoint: {job.part} (sketch_close) — 1 subscriber notified"
    assert details(pane, told) == ["Pocket.Length 5 mm → 7 mm"]


def test_inbound_checkpoints_with_context(job: Job, qtbot: QtBot) -> None:
    alice = job.join("alice")
    desk = Desk.of(job, "bob").start()
    desk.subscribe(job.part)
    pane = Pane(desk.player, activity_of(desk.player), qtbot, alice)
    alice.edit("Body", "Sketch001")
    alice.change(job.deeper)
    alice.edit()
    assert details(pane, f"Updated: {job.part} — alice finished editing Sketch001") == [
        "Working checkpoint (not a formal revision)",
        "Pocket.Length 5 mm → 7 mm",
    ]


def test_inbound_revisions_with_context(job: Job, qtbot: QtBot) -> None:
    desk, colleague = Desk.of(job, "bob").start(), Colleague(job)
    number = colleague.item("bolt.FCStd")
    desk.subscribe(number, policy=Policy.LATEST_RELEASED)
    pane = Pane(desk.player, activity_of(desk.player), qtbot)
    for source in (job.base, job.deeper):
        part = renumbered(source, job.folder / "next.FCStd", number, job.part)
        colleague.push_file(number, part)
        version = colleague.release(number)
        desk.until_state(number, SyncState.UP_TO_DATE, version)
    assert "done" in details(pane, f"Released: {number} rev 1 → rev 2 by admin")
    pane.row(f"Synced: {number} rev 1 → rev 2")
    assert desk.player.host.documents() == ()
    pane.press("Open")
    (document,) = desk.player.host.documents()
    assert document.part_number == number
    assert document.path == desk.workspace / "bolt.FCStd"


def test_blocks_with_handoff(job: Job, qtbot: QtBot) -> None:
    alice = job.join("alice")
    bob, activity = with_activity(job, "bob")
    alice.edit("Sketch001")
    assert until(lambda: bool(bob.workbench.presence.sessions_on(job.part)), alice, bob)
    bob.edit("Sketch001")
    pane = Pane(bob, activity, qtbot, alice)
    (why,) = details(pane, f"Blocked: cannot edit Sketch001 on {job.part}")
    assert why.startswith("alice is currently editing Sketch001 on CAD-alice (since ")
    pane.press("Request Handoff")
    assert pane.until(lambda: bool(alice.host.questions))


def test_soft_warnings_with_shared_nodes(job: Job, qtbot: QtBot) -> None:
    alice = job.join("alice")
    bob, activity = with_activity(job, "bob")
    alice.edit("Sketch001")
    bob.edit("Sketch002")
    pane = Pane(bob, activity, qtbot, alice)
    shared, why = details(pane, f"alice is editing Sketch001 on {job.part}")
    assert shared.startswith("Shares downstream: ")
    assert "Pocket001" in shared
    assert "meet in Pocket001" in why


def test_handoff_requests_with_buttons(job: Job, qtbot: QtBot) -> None:
    alice, activity = with_activity(job, "alice")
    bob = job.join("bob")
    alice.edit("Sketch001")
    bob.edit("Sketch001")
    bob.host.answer("Request Handoff", message="only the slot")
    pane = Pane(alice, activity, qtbot, bob)
    assert details(pane, f"bob requests Sketch001 on {job.part}") == ["only the slot"]
    for text in ("Release Now", "Defer", "Dismiss"):
        assert pane.until(lambda text=text: len(pane.buttons(text)) == 1)  # type: ignore[misc]


@pytest.mark.parametrize("count", [4, 12])
def test_bulk_syncs_grouped(job: Job, qtbot: QtBot, count: int) -> None:
    """Up to five are told one by one, and are one line that unfolds; of more only the number is told."""
    desk, colleague = Desk.of(job, "bob").start(), Colleague(job)
    numbers = [colleague.item(category=f"C{job.part}") for _ in range(count)]
    for number in numbers:
        colleague.push(number, number.encode())
    for number in numbers:
        desk.subscribe(number)
    pane = Pane(desk.player, activity_of(desk.player), qtbot)
    for number in numbers:
        desk.until_state(number, SyncState.UP_TO_DATE)

    def synced() -> list[int]:
        """How many items each line tells of."""
        told = [re.match(r"Synced: (?:(\d+) items)?", text) for text in pane.texts()]
        return [int(one[1] or 1) for one in told if one]

    assert pane.until(lambda: sum(synced()) == count), pane.texts()
    assert len(synced()) <= 1 + count // 6


def test_lost_sessions_plugins_that_are_switched_off_offline_and_back(
    job: Job, qtbot: QtBot
) -> None:
    class Failing:
        @hookimpl
        def silo_presence_changed(self) -> None:
            raise RuntimeError("never works")

    proxy = job.proxy()
    alice = job.join("alice", proxy)
    alice.workbench.plugins.register(Failing(), "failing")
    pane = Pane(alice, activity_of(alice), qtbot)
    alice.edit("Sketch001")
    assert until(lambda: bool(job.live()), alice)
    job.site.admin.force_release(job.part, job.live()[0].id, "lunch")
    assert "lunch" in " ".join(details(pane, "Released by admin"))
    for _ in range(5):
        alice.workbench.hooks.presence_changed(frozenset({job.part}))
    pane.row("The plugin failing is not in use")
    proxy.down()
    pane.row("Offline: you can go on working")
    proxy.up()
    assert pane.until(lambda: pane.texts()[0] == "Connected to the server")
