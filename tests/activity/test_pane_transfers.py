"""What is being sent stands in the pane while it lasts, and can be held back and let go there."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QProgressBar, QToolButton
from pytestqt.qtbot import QtBot

from silo_activity.qt.strip import AT_MOST
from silo_checkpoint.watching import Watch
from silo_core.model.exchange import Transfer, TransferState
from silo_core.rules import meter
from tests.activity.kit import Pane, with_activity
from tests.workbench.kit import Job, sha256


@pytest.fixture
def slow_push(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Every step of a push is told, and the next one waits until this is set."""
    monkeypatch.setattr(meter, "QUIET_S", 0.0)
    monkeypatch.setattr(meter, "STEP_S", 0.0)
    go_on, tell = threading.Event(), Watch.__call__

    def step(watch: Watch, done: int, total: int | None) -> None:
        tell(watch, done, total)
        go_on.wait()

    monkeypatch.setattr(Watch, "__call__", step)
    yield go_on
    go_on.set()


def strip_of(pane: Pane) -> tuple[list[str], list[QToolButton], list[QProgressBar]]:
    """The texts, the buttons and the bars that can be seen below the list."""
    strip = pane.widget.strip
    if not strip.isVisible():
        return [], [], []
    labels = [label.text() for label in strip.findChildren(QLabel) if label.isVisible()]
    return labels, strip.findChildren(QToolButton), strip.findChildren(QProgressBar)


def test_a_push_is_shown_held_back_and_resumed(
    job: Job, slow_push: threading.Event, qtbot: QtBot
) -> None:
    alice, activity = with_activity(job, "alice")
    pane = Pane(alice, activity, qtbot)
    assert strip_of(pane) == ([], [], [])
    alice.edit("Sketch001")
    alice.change(job.deeper)
    alice.edit()
    assert pane.until(lambda: bool(strip_of(pane)[1]))
    (text,), (cancel,), (bar,) = strip_of(pane)
    assert text.startswith(f"Sending {job.part}: ")
    assert (bar.accessibleName(), cancel.accessibleName()) == (text, f"Hold {job.part} back")

    QTest.mouseClick(cancel, Qt.MouseButton.LeftButton)
    outbox = alice.workbench.store.outbox
    assert pane.until(lambda: any(one.held for one in outbox.pending()))
    slow_push.set()
    assert pane.until(lambda: strip_of(pane) == ([], [], []))
    assert job.head().sha256 != sha256(job.deeper)

    pane.press("Resume")
    assert pane.until(lambda: job.head().sha256 == sha256(job.deeper))
    assert pane.until(lambda: not pane.buttons("Resume"))


def test_many_transfers_take_little_room(job: Job, qtbot: QtBot) -> None:
    alice, activity = with_activity(job, "alice")
    pane = Pane(alice, activity, qtbot)
    told = [
        Transfer(f"t{number}", f"PRT-{number}", False, 1_000_000, 4_000_000, 5e5, 6.0)
        for number in range(AT_MOST + 3)
    ]
    for transfer in told:
        alice.workbench.hooks.progress(transfer)
    assert pane.until(lambda: len(strip_of(pane)[0]) == AT_MOST + 1)
    labels, _, bars = strip_of(pane)
    assert "Fetching PRT-0: 1.0 MB of 4.0 MB, 500.0 kB/s, 6 s left" in labels
    assert "and 3 more" in labels
    assert bars[0].value() * 4 == bars[0].maximum()
    for transfer in told:
        done = TransferState.DONE
        alice.workbench.hooks.progress(
            Transfer(transfer.id, transfer.part_number, False, 4, 4, 1.0, 0.0, done)
        )
    assert pane.until(lambda: strip_of(pane) == ([], [], []))
