"""The dialog *Manage Subscriptions*, against a real server."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from shiboken6 import isValid

from silo_core.model.errors import OfflineError
from silo_core.model.subscription import Policy, Subscription, TargetType
from silo_core.model.sync import SyncState
from silo_core.ports.client import SiloClient
from silo_subscriptions.qt.manage import ManageDialog
from tests.subscription_windows.windows_kit import (
    Held,
    closed,
    index_of,
    opened,
    settle,
    shown,
    wait,
)
from tests.subscriptions.team import Colleague, Desk


def _opened(desk: Desk, *names: str) -> ManageDialog:
    """The dialog with these selected."""
    dialog = opened(desk, "Silo_Subscriptions", ManageDialog)
    wait(desk, lambda: set(names) <= {one.target for one in dialog.model.rows})
    _select(dialog, *names)
    return dialog


def _select(dialog: ManageDialog, *names: str) -> None:
    selection = dialog.list.selectionModel()
    selection.clearSelection()
    for name in names:
        selection.select(index_of(dialog.model, name), selection.SelectionFlag.Select)


def _all(desk: Desk) -> dict[str, Subscription]:
    here = desk.player.workbench.workstation_id
    assert here
    return {one.target: one for one in desk.client.list_subscriptions(here)}


def _followed(desk: Desk, bob: Colleague, count: int = 3) -> list[str]:
    """Items that the workstation has already, as the server knows; as the dialog sorts them."""
    numbers = sorted(bob.item() for _ in range(count))
    for number in numbers:
        bob.push(number, number.encode())
        desk.subscribe(number)
    for number in numbers:
        desk.until_state(number, SyncState.UP_TO_DATE)
    wait(desk, lambda: desk.is_acknowledged(*numbers))
    return numbers


def test_there_is_nothing_to_confirm_at_first(desk: Desk) -> None:
    dialog = _opened(desk)
    wait(desk, lambda: dialog.line.text == "This workstation is subscribed to nothing yet.")
    assert not dialog.apply.isVisible()
    assert not dialog.keep.isVisible()
    closed(dialog)


def test_many_are_paused_at_once_and_resumed_after_a_preview(desk: Desk, bob: Colleague) -> None:
    numbers = _followed(desk, bob)
    dialog = _opened(desk, *numbers)
    assert not dialog.resume.isEnabled()
    dialog.pause.click()
    wait(desk, lambda: all(one.paused for one in _all(desk).values()))
    wait(desk, lambda: dialog.preview.text == f"Paused: {', '.join(numbers)}.")
    wait(desk, lambda: shown(dialog.model, numbers[0]).state == "‖ paused")
    wait(desk, lambda: dialog.line.text == "3 subscriptions, 3 of them paused.")
    bob.push(numbers[0], b"newer")
    settle(desk)
    assert desk.has(numbers[0], numbers[0].encode()), "a paused subscription brings nothing"
    assert {one.target for one in dialog.selected()} == set(numbers), "the selection is kept"
    dialog.resume.click()
    wait(desk, lambda: "1 of 3 files would be updated, 5 B." in dialog.preview.text)
    assert dialog.apply.isVisible()
    assert all(one.paused for one in _all(desk).values()), "not before it is said yes to"
    dialog.apply.click()
    wait(desk, lambda: not any(one.paused for one in _all(desk).values()))
    wait(desk, lambda: desk.has(numbers[0], b"newer"))


def test_the_policy_is_changed_after_a_preview(desk: Desk, bob: Colleague) -> None:
    one, two, _ = _followed(desk, bob)
    bob.release(one)
    bob.push(one, b"working")
    desk.until_state(one, SyncState.UP_TO_DATE)
    wait(desk, lambda: desk.has(one, b"working") and desk.is_acknowledged(one))
    dialog = _opened(desk, one, two)
    dialog.policy.choose(Policy.LATEST_RELEASED, None)
    dialog.change.click()
    wait(desk, lambda: "1 of 2 files would be updated" in dialog.preview.text)
    assert "1 has no such version yet" in dialog.preview.text
    dialog.keep.click()
    assert not dialog.apply.isVisible()
    assert _all(desk)[one].policy is Policy.LATEST
    dialog.policy.choose(Policy.PINNED, 1)
    dialog.change.click()
    wait(desk, lambda: "1 of 2 files would be updated" in dialog.preview.text)
    dialog.apply.click()
    for number in (one, two):
        wait(desk, lambda number=number: _all(desk)[number].revision == 1)  # type: ignore[misc]
        assert _all(desk)[number].policy is Policy.PINNED
    wait(desk, lambda: "pinned to revision 1" in shown(dialog.model, one).detail)
    wait(desk, lambda: desk.has(one, one.encode()))


def test_unsubscribing_says_what_it_means_and_keeps_the_files(desk: Desk, bob: Colleague) -> None:
    one, two, three = _followed(desk, bob)
    dialog = _opened(desk, one, two)
    dialog.unsubscribe.click()
    said = f"{one}, {two}: 2 of 2 files would no longer be kept up to date; they stay here."
    wait(desk, lambda: dialog.preview.text == said)
    assert dialog.apply.text() == "&Unsubscribe 2"
    dialog.apply.click()
    wait(desk, lambda: set(_all(desk)) == {three})
    wait(desk, lambda: [shown.target for shown in dialog.model.rows] == [three])
    assert desk.has(one, one.encode())


def test_presence_and_changes_from_elsewhere_are_seen(desk: Desk, bob: Colleague) -> None:
    (number,) = _followed(desk, bob, 1)
    dialog = _opened(desk, number)
    held = bob.client.acquire_edit_session(number, bob.workstation, "sketch", "Sketch001")
    wait(desk, lambda: shown(dialog.model, number).words == "admin edits")
    bob.client.release_edit_session(number, held.session.id)
    wait(desk, lambda: shown(dialog.model, number).words == "")
    desk.subscribe("Crane", TargetType.PROJECT)
    wait(desk, lambda: [one.target for one in dialog.model.rows] == [number, "Crane"])
    assert [one.target for one in dialog.selected()] == [number]
    dialog.search.setText("crane")
    assert [one.target for one in dialog.model.rows] == ["Crane"]
    assert dialog.selected() == []


def test_rows_are_selected_run_by_run(desk: Desk) -> None:
    dialog = _opened(desk)
    now = datetime.now(UTC)
    followed = [
        Subscription(
            f"s{row}", "w", TargetType.ITEM, f"P-{row:04}", Policy.LATEST, None, False, now
        )
        for row in range(3_000)
    ]
    dialog.model.become(followed)
    wanted = [0, 1, 2, 7, *range(100, 2_000), 2_999]
    dialog.list.select_rows(wanted)
    assert dialog.list.selected_rows() == wanted
    assert len(dialog.list.selectionModel().selection().toList()) == 4
    assert [one.target for one in dialog.selected()][:4] == ["P-0000", "P-0001", "P-0002", "P-0007"]


def test_without_a_selection_nothing_can_be_changed(desk: Desk, bob: Colleague) -> None:
    _followed(desk, bob, 1)
    dialog = _opened(desk)
    wait(desk, lambda: dialog.line.text == "1 subscription.")
    buttons = (dialog.pause, dialog.resume, dialog.unsubscribe, dialog.change)
    assert not any(shown.isEnabled() for shown in buttons)


def test_another_selection_takes_back_what_was_about_to_be_done(desk: Desk, bob: Colleague) -> None:
    one, two, _ = _followed(desk, bob)
    dialog = _opened(desk, one)
    dialog.unsubscribe.click()
    assert dialog.apply.isVisible()
    _select(dialog, two)
    assert not dialog.apply.isVisible()
    QTest.keyClick(dialog.list, Qt.Key.Key_Space)  # there is nothing to check
    QTest.keyClick(dialog.list, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert set(_all(desk)) >= {one, two}


@pytest.mark.parametrize("method", ["list_subscriptions", "preview_sync", "update_subscription"])
def test_closing_while_a_request_runs_is_safe(
    desk: Desk, bob: Colleague, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    (number,) = _followed(desk, bob, 1)
    dialog = _opened(desk, number)
    held = Held(monkeypatch, method, lambda *_, **__: True)
    (dialog.unsubscribe if method == "preview_sync" else dialog.pause).click()
    wait(desk, held.begun.is_set)
    closed(dialog)
    assert not isValid(dialog)
    held.release()
    settle(desk)


def test_what_goes_wrong_is_a_sentence_in_the_dialog(
    desk: Desk, bob: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    (number,) = _followed(desk, bob, 1)
    dialog = _opened(desk, number)

    def fail(*_: object, **__: object) -> None:
        raise OfflineError("The server does not answer in time.")

    monkeypatch.setattr(SiloClient, "update_subscription", fail)
    dialog.pause.click()
    wait(desk, lambda: dialog.preview.text == "Problem: The server does not answer in time.")
    settle(desk)
    assert dialog.preview.is_problem, "it stays until something else is done"
