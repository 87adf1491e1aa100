"""The dialog *Sync Status*, on a real engine and a real server."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from silo_core.model.item import Version, VersionKind
from silo_core.model.sync import ItemStatus, SyncChoice, SyncState
from silo_core.ports.client import SiloClient
from silo_subscriptions.qt.manage import ManageDialog
from silo_subscriptions.qt.standing import SHARE, Standing, counts
from silo_subscriptions.qt.status import StatusDialog
from silo_subscriptions.qt.subscribe import SubscribeDialog
from tests.subscription_windows.windows_kit import (
    closed,
    index_of,
    opened,
    row_of,
    settle,
    shown,
    wait,
)
from tests.subscriptions.team import Colleague, Desk
from tests.workbench.kit import Job


def _opened(desk: Desk) -> StatusDialog:
    return opened(desk, "Silo_SyncStatus", StatusDialog)


def _select(dialog: StatusDialog, *names: str) -> None:
    selection = dialog.list.selectionModel()
    selection.clearSelection()
    for name in names:
        selection.select(index_of(dialog.model, name), selection.SelectionFlag.Select)


def _words(dialog: StatusDialog, number: str) -> str:
    return shown(dialog.model, number).words if row_of(dialog.model, number) >= 0 else ""


@pytest.fixture
def manual(job: Job) -> Desk:
    """A workstation that fetches when it is told to."""
    return Desk.of(job, subscription_auto_sync="false", subscription_notify="false").start()


def test_sync_now_fetches_what_is_pending(manual: Desk, bob: Colleague) -> None:
    number = bob.item()
    bob.push(number, b"content")
    manual.subscribe(number)
    dialog = _opened(manual)
    wait(manual, lambda: _words(dialog, number) == "… pending")
    wait(manual, lambda: dialog.line.text == "Sync Now fetches what is pending.")
    settle(manual)
    assert not manual.file(number).exists()
    dialog.sync_now.click()
    wait(manual, lambda: manual.has(number, b"content"))
    wait(manual, lambda: _words(dialog, number) == "✓ up to date")
    wait(manual, lambda: dialog.line.text == "Everything is up to date.")


def test_counts_of_pending_checkpoint_deferred_conflict_and_failed(
    manual: Desk, bob: Colleague
) -> None:
    clean, released, changed, clash = (bob.item() for _ in range(4))
    for number in (clean, released, changed):
        bob.push(number, number.encode())
        manual.subscribe(number)
    bob.release(released)
    hindered = bob.item()
    manual.file(hindered).mkdir(parents=True)
    bob.push(hindered, b"content")
    manual.subscribe(hindered)
    dialog = _opened(manual)

    def said(name: str) -> str:
        return dialog.filters[name].text().replace("&", "")

    wait(manual, lambda: said("") == "All 4")
    wait(manual, lambda: said("pending") == "… Pending 3")
    assert said("checkpoint") == "Checkpoints 2", "the released one is no working state"
    assert said("failed") == "✗ Failed 1", "a folder is in its place"
    assert said("deferred") == "◷ Deferred 0"
    assert shown(dialog.model, hindered).detail, "and it says why"
    assert clash not in [status.part_number for status in dialog.model.rows]
    dialog.sync_now.click()
    wait(manual, lambda: said("pending") == "… Pending 0")
    manual.file(changed).write_bytes(b"mine")
    bob.push(changed, b"theirs")
    wait(manual, lambda: said("conflict") == "⚠ Conflicts 1")
    dialog.filters["conflict"].click()
    assert [status.part_number for status in dialog.model.rows] == [changed]
    dialog.filters[""].click()
    assert dialog.model.rows[0].part_number == changed, "what needs the user comes first"


def test_a_conflict_is_decided_in_the_dialog(desk: Desk, bob: Colleague) -> None:
    numbers = [bob.item(), bob.item()]
    for number in numbers:
        bob.push(number, b"first")
        desk.subscribe(number)
    for number in numbers:
        desk.until_state(number, SyncState.UP_TO_DATE)
        desk.file(number).write_bytes(b"mine")
        bob.push(number, b"theirs")
        desk.until_state(number, SyncState.CONFLICT)
    dialog = _opened(desk)
    wait(desk, lambda: all(_words(dialog, number) == "⚠ conflict" for number in numbers))
    assert not any(offered.isEnabled() for offered in dialog.choices.values())
    _select(dialog, numbers[0])
    assert dialog.choices[SyncChoice.OVERWRITE].isEnabled()
    assert not dialog.choices[SyncChoice.RELOAD].isEnabled()
    dialog.choices[SyncChoice.OVERWRITE].click()
    wait(desk, lambda: desk.has(numbers[0], b"theirs"))
    wait(desk, lambda: _words(dialog, numbers[0]) == "✓ up to date")
    _select(dialog, numbers[1])
    dialog.choices[SyncChoice.SKIP].click()
    wait(desk, lambda: _words(dialog, numbers[1]) == "↷ skipped")
    assert desk.has(numbers[1], b"mine")


def test_an_open_file_is_shown_as_deferred(desk: Desk, bob: Colleague, job: Job) -> None:
    number = job.part
    file = job.file_of(desk.player)
    desk.player.open(file)
    wait(desk, lambda: job.base_of(desk.player) is not None)
    desk.subscribe(number)
    desk.until_state(number, SyncState.UP_TO_DATE)
    dialog = _opened(desk)
    bob.push_file(number, job.deeper)
    wait(desk, lambda: _words(dialog, number) == "◷ deferred")
    assert dialog.filters["deferred"].text() == "◷ Deferred 1"
    _select(dialog, number)
    reason = dialog.selected()[0].reason
    assert reason
    assert dialog.line.text == reason, "all of it, however narrow the list is"


def test_a_download_shows_how_far_it_is_and_can_be_cancelled_and_retried(
    desk: Desk, bob: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = bob.item()
    bob.push(number, bytes(200_000))
    go: list[bool] = []
    download = SiloClient.download_version

    def slow(
        client: SiloClient,
        part: str,
        version: Version,
        target: Path,
        base: Any,
        told: Any,
        **more: Any,
    ) -> str:
        """As a slow network does: half of it, and then it takes its time."""
        while not go:
            told(100_000, 200_000)
            time.sleep(0.02)
        return download(client, part, version, target, base, told, **more)

    monkeypatch.setattr(SiloClient, "download_version", slow)
    desk.subscribe(number)
    dialog = _opened(desk)
    wait(desk, lambda: _words(dialog, number) == "⬇ downloading")
    wait(desk, lambda: "100.0 kB of 200.0 kB, " in shown(dialog.model, number).state)
    assert "/s" in shown(dialog.model, number).state
    assert index_of(dialog.model, number).data(SHARE) == 0.5
    _select(dialog, number)
    assert dialog.cancel.isEnabled()
    dialog.cancel.click()
    wait(desk, lambda: _words(dialog, number) == "… pending")
    assert [status.part_number for status in dialog.selected()] == [number]
    go.append(True)
    assert not desk.file(number).exists()
    dialog.retry.click()
    wait(desk, lambda: _words(dialog, number) == "✓ up to date")
    assert desk.has(number, bytes(200_000))


def test_the_dialog_hears_nothing_after_it_is_closed(desk: Desk, bob: Colleague) -> None:
    listeners = desk.engine.listeners
    before = len(listeners)
    dialog = _opened(desk)
    assert len(listeners) == before + 1
    closed(dialog)
    assert len(listeners) == before
    number = bob.item()
    bob.push(number, b"x")
    desk.subscribe(number)
    desk.until_state(number, SyncState.UP_TO_DATE)


def test_a_window_closes_with_the_workbench_and_hears_again_after_it_has_started_anew(
    desk: Desk, bob: Colleague
) -> None:
    windows = {window.name: window for window in desk.player.workbench.hooks.windows()}
    dialogs = [_opened(desk), opened(desk, "Silo_Subscribe", SubscribeDialog)]
    desk.player.workbench.stop()
    assert not any(dialog.isVisible() for dialog in dialogs)
    desk.start()
    dialog = windows["Silo_SyncStatus"].make(None)  # as an editor has it, which asked once
    assert isinstance(dialog, StatusDialog)
    number = bob.item()
    bob.push(number, b"x")
    desk.subscribe(number)
    wait(desk, lambda: _words(dialog, number) == "✓ up to date")
    manage = windows["Silo_Subscriptions"].make(None)
    assert isinstance(manage, ManageDialog)
    wait(desk, lambda: row_of(manage.model, number) >= 0)
    bob.client.acquire_edit_session(number, bob.workstation, "sketch", "Sketch001")
    wait(desk, lambda: shown(manage.model, number).words == "admin edits")
    manage.reject()
    dialog.reject()


def test_offline_says_why(job: Job) -> None:
    proxy = job.proxy()
    desk = Desk.of(job, proxy=proxy).start()
    dialog = _opened(desk)
    wait(desk, lambda: dialog.line.text == "This workstation is subscribed to nothing yet.")
    proxy.down()
    wait(desk, lambda: dialog.line.is_problem)
    assert dialog.line.text.startswith("Problem: ")


# -- the list itself -------------------------------------------------------------------------------


def _status(number: str, state: SyncState, **more: Any) -> ItemStatus:
    return ItemStatus(number, Path(number), state, Version("v", VersionKind.CHECKPOINT), **more)


def test_ten_thousand_items_change_row_by_row(desk: Desk) -> None:
    statuses = [_status(f"P-{row:05}", SyncState.UP_TO_DATE) for row in range(10_000)]
    dialog = _opened(desk)
    model = dialog.model
    assert model.become(statuses, {}, "")
    changed: list[int] = []
    model.dataChanged.connect(lambda first, _last: changed.append(first.row()))
    statuses[5000] = _status("P-05000", SyncState.UP_TO_DATE, is_checkpoint=True)
    assert not model.become(statuses, {}, ""), "what is selected and where one has scrolled stays"
    assert changed == [5000]


def test_what_needs_somebody_comes_first(desk: Desk) -> None:
    states = list(SyncState)
    model = Standing(_opened(desk))
    model.become([_status(state.value, state) for state in states], {}, "")
    assert [status.state for status in model.rows][:5] == [
        SyncState.CONFLICT, SyncState.FAILED, SyncState.DOWNLOADING, SyncState.DEFERRED,
        SyncState.PENDING,
    ]  # fmt: skip
    for row in range(model.rowCount()):
        words = shown(model, model.rows[row].part_number).words
        assert words[0] in "✓…⬇◷⚠↷✗‖○", "each state has a mark of its own"


def test_counting(desk: Desk) -> None:
    found = counts(
        [
            _status("a", SyncState.PENDING, is_checkpoint=True),
            _status("b", SyncState.DOWNLOADING),
            _status("c", SyncState.CONFLICT, is_checkpoint=True),
            _status("d", SyncState.PAUSED),
        ]
    )
    assert dict(found) == {"pending": 2, "checkpoint": 1, "conflict": 1}
