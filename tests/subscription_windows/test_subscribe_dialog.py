"""The dialog *Subscribe*, against a real server."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QListView, QSpinBox
from shiboken6 import isValid

from silo_core.model.context import ContextLevel
from silo_core.model.errors import BusyError
from silo_core.model.subscription import Policy, TargetType
from silo_core.ports.client import SiloClient
from silo_core.ports.client.transport import Transport
from silo_subscriptions.qt.people import Dot
from silo_subscriptions.qt.subscribe import SubscribeDialog
from tests.fcstd.png import png, with_picture
from tests.subscription_windows.windows_kit import (
    Held,
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

CHECKED = Qt.ItemDataRole.CheckStateRole


def _opened(desk: Desk, words: str = "") -> SubscribeDialog:
    dialog = opened(desk, "Silo_Subscribe", SubscribeDialog)
    if words:
        dialog.search.setText(words)
    wait(desk, lambda: not dialog.choices.is_loading and not dialog.line.text.startswith("Search"))
    return dialog


def _check(dialog: SubscribeDialog, name: str) -> None:
    index = index_of(dialog.choices, name)
    assert dialog.choices.setData(index, Qt.CheckState.Checked, CHECKED)


def _found(desk: Desk, dialog: SubscribeDialog, *names: str) -> None:
    """Wait until these are what is listed, and nothing else."""
    count = len(names)
    wait(desk, lambda: len(dialog.choices.rows) == count)
    wait(desk, lambda: all(row_of(dialog.choices, name) >= 0 for name in names))


def _state(dialog: SubscribeDialog, name: str) -> str:
    return shown(dialog.choices, name).state if row_of(dialog.choices, name) >= 0 else ""


def _subscribed(desk: Desk) -> dict[str, tuple[TargetType, Policy, int | None]]:
    here = desk.player.workbench.workstation_id
    assert here
    return {
        one.target: (one.target_type, one.policy, one.revision)
        for one in desk.client.list_subscriptions(here)
    }


# -- presence --------------------------------------------------------------------------------------


def test_presence_in_the_list(desk: Desk, bob: Colleague) -> None:
    before, later = bob.item(), bob.item()
    cone = (ContextLevel.SKETCH, "Sketch001")
    held = bob.client.acquire_edit_session(before, bob.workstation, *cone)
    dialog = _opened(desk)
    dialog.search.setText(before)
    _found(desk, dialog, before)
    wait(desk, lambda: shown(dialog.choices, before).words == "admin edits")
    row = shown(dialog.choices, before)
    assert row.mark is Dot.EDITED, "a dot, and words beside it"
    assert "admin edits" in index_of(dialog.choices, before).data(
        Qt.ItemDataRole.AccessibleTextRole
    )
    bob.client.release_edit_session(before, held.session.id)
    wait(desk, lambda: shown(dialog.choices, before).words == "")
    dialog.search.setText(later)
    _found(desk, dialog, later)
    assert shown(dialog.choices, later).mark is Dot.NONE
    bob.client.acquire_edit_session(later, bob.workstation, *cone)
    wait(desk, lambda: shown(dialog.choices, later).words == "admin edits")
    bob.client.heartbeat(bob.workstation, (), [before])
    dialog.search.setText(before)
    _found(desk, dialog, before)
    wait(desk, lambda: shown(dialog.choices, before).words == "admin views")
    assert shown(dialog.choices, before).mark is Dot.VIEWED


def test_presence_keeps_who_was_there_before_when_another_one_comes(
    desk: Desk, bob: Colleague
) -> None:
    number = bob.item()
    cone = (ContextLevel.SKETCH, "Sketch001")
    bob.client.acquire_edit_session(number, bob.workstation, *cone)
    dialog = _opened(desk, number)
    wait(desk, lambda: shown(dialog.choices, number).words == "admin edits")
    here = desk.player.workbench.workstation_id
    assert here
    desk.client.acquire_edit_session(number, here, ContextLevel.SKETCH, "Sketch002")
    wait(desk, lambda: shown(dialog.choices, number).words == "admin, you edit")
    settle(desk)
    assert shown(dialog.choices, number).words == "admin, you edit"


# -- choosing --------------------------------------------------------------------------------------


def test_several_items_are_chosen_previewed_and_subscribed_to(desk: Desk, bob: Colleague) -> None:
    one, two = bob.item(description="wheel of steel"), bob.item(description="steel hub")
    bob.push(one, b"x" * 1500)
    dialog = _opened(desk)
    assert not dialog.subscribe.isEnabled()
    for number in (one, two):
        dialog.search.setText(number)
        _found(desk, dialog, number)
        _check(dialog, number)
    said = f"{one}, {two}: 1 of 2 files would be updated, 1.5 kB; 1 has no such version yet."
    wait(desk, lambda: dialog.preview.text == said)
    assert _subscribed(desk) == {}, "a preview changes nothing"
    QTest.mouseClick(dialog.subscribe, Qt.MouseButton.LeftButton)
    wait(desk, lambda: set(_subscribed(desk)) == {one, two})
    wait(desk, lambda: dialog.preview.text == f"Subscribed to {one}, {two}.")
    wait(desk, lambda: shown(dialog.choices, two).state == "subscribed: latest")
    assert not dialog.choices.chosen
    wait(desk, lambda: desk.has(one, b"x" * 1500))


@pytest.mark.parametrize("kind", [TargetType.PROJECT, TargetType.CATEGORY])
def test_a_project_or_a_category_is_subscribed_to(
    desk: Desk, bob: Colleague, kind: TargetType
) -> None:
    name = f"{kind} of {desk.job.part}"
    number, *_ = (bob.item(projects=[name], category=name) for _ in range(3))
    dialog = _opened(desk)
    dialog.kinds.setCurrentIndex(dialog.kinds.findData(kind))
    dialog.search.setText(desk.job.part)
    _found(desk, dialog, name)
    assert shown(dialog.choices, name).detail == "3 items"
    _check(dialog, name)
    wait(desk, lambda: "None of 3 files" in dialog.preview.text)
    dialog.subscribe.click()
    wait(desk, lambda: _subscribed(desk) == {name: (kind, Policy.LATEST, None)})
    dialog.kinds.setCurrentIndex(0)
    dialog.search.setText(number)
    wait(desk, lambda: _state(dialog, number) == f"with {name}: latest")


def test_each_policy_is_explained_previewed_and_made(desk: Desk, bob: Colleague) -> None:
    number = bob.item()
    bob.push(number, b"working")
    dialog = _opened(desk, number)
    _found(desk, dialog, number)
    _check(dialog, number)
    assert "Working checkpoints too" in dialog.policy.note.text()
    wait(desk, lambda: "1 of 1 file would be updated, 7 B" in dialog.preview.text)
    assert dialog.policy.revision.isHidden()
    dialog.policy.choose(Policy.LATEST_RELEASED, None)
    assert "Formal revisions only" in dialog.policy.note.text()
    wait(desk, lambda: "None of 1 file would be updated; 1 has" in dialog.preview.text)
    bob.release(number)
    dialog.policy.choose(Policy.PINNED, 1)
    wait(desk, lambda: "1 of 1 file would be updated" in dialog.preview.text)
    dialog.policy.revision.setValue(2)
    wait(desk, lambda: "None of 1 file" in dialog.preview.text)
    dialog.subscribe.click()
    wait(desk, lambda: _subscribed(desk).get(number) == (TargetType.ITEM, Policy.PINNED, 2))
    wait(desk, lambda: shown(dialog.choices, number).state == "subscribed: pinned to revision 2")
    _check(dialog, number)
    assert (dialog.policy.policy, dialog.policy.pinned_to) == (Policy.PINNED, 2), "what it has now"
    dialog.policy.choose(Policy.LATEST_RELEASED, None)
    dialog.subscribe.click()
    wait(desk, lambda: _subscribed(desk)[number][1] is Policy.LATEST_RELEASED)


def test_the_keyboard_is_enough(desk: Desk, bob: Colleague) -> None:
    mark = desk.job.part
    one, two = (bob.item(description=f"keyboard {mark}") for _ in range(2))
    dialog = _opened(desk)
    dialog.activateWindow()
    assert dialog.focusWidget() is dialog.search
    QTest.keyClicks(dialog.search, f"keyboard {mark}")
    _found(desk, dialog, one, two)
    QTest.keyClick(dialog.search, Qt.Key.Key_Down)
    assert dialog.focusWidget() is dialog.list
    QTest.keyClick(dialog.list, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(dialog.list, Qt.Key.Key_Space)
    assert {name for _, name in dialog.choices.chosen} == {one, two}
    QTest.keyClick(dialog.list, Qt.Key.Key_Space)
    assert not dialog.choices.chosen
    QTest.keyClick(dialog.list, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_click_on_the_box_checks_and_every_field_has_a_name(desk: Desk, bob: Colleague) -> None:
    number = bob.item()
    dialog = _opened(desk, number)
    _found(desk, dialog, number)
    place = dialog.list.visualRect(dialog.choices.index(0))
    middle = place.center()
    QTest.mouseClick(dialog.list.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert not dialog.choices.chosen, "a click beside the box only selects"
    middle.setX(place.left() + 14)
    QTest.mouseClick(dialog.list.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert list(dialog.choices.chosen) == [(TargetType.ITEM, number)]
    for kind in (QComboBox, QListView, QSpinBox):
        for field in dialog.findChildren(kind, options=Qt.FindChildOption.FindDirectChildrenOnly):
            assert field.accessibleName(), field
    assert dialog.search.accessibleName()
    assert dialog.policy.policies.accessibleName()
    assert dialog.policy.revision.accessibleName()


def test_the_picture_of_a_part_is_shown(desk: Desk, bob: Colleague, job: Job) -> None:
    number = bob.item()
    file = job.folder / "pictured.FCStd"
    file.write_bytes(with_picture(job.base.read_bytes(), png(200, 100)))
    bob.push_file(number, file)
    dialog = _opened(desk, number)
    _found(desk, dialog, number)
    wait(desk, lambda: shown(dialog.choices, number).picture is not None)
    picture = shown(dialog.choices, number).picture
    assert picture is not None
    assert picture.deviceIndependentSize().toTuple() == (48, 24)


def test_what_others_wrote_is_text_and_never_markup(desk: Desk, bob: Colleague) -> None:
    hostile = "<img src='http://evil.test/x'><b>bold</b>\nsecond line\x1b[2J"
    number = bob.item(description=hostile, projects=["<a href='x'>"])
    dialog = _opened(desk, number)
    _found(desk, dialog, number)
    index = index_of(dialog.choices, number)
    tip = index.data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;img src=" in tip
    assert "<img" not in tip
    assert "<b>" not in tip
    assert "<img src=" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    height = dialog.list.visualRect(index).height()
    assert height < 80, "a line break does not make a row higher"
    assert not dialog.grab().isNull()


@pytest.mark.parametrize("kind", [TargetType.PROJECT, TargetType.CATEGORY])
def test_a_server_that_lists_no_projects_gets_the_name_that_is_typed(
    desk: Desk, bob: Colleague, monkeypatch: pytest.MonkeyPatch, kind: TargetType
) -> None:
    info = desk.client.server_info()
    less = replace(info, extensions=info.extensions - {"catalogue", "preview", "thumbnails"})
    monkeypatch.setattr(SiloClient, "server_info", lambda _client, **_: less)
    dialog = _opened(desk)
    dialog.kinds.setCurrentIndex(dialog.kinds.findData(kind))
    wait(desk, lambda: dialog.line.is_problem)
    assert "type the name" in dialog.line.text
    dialog.search.setText("Crane 7")
    _found(desk, dialog, "Crane 7")
    assert not dialog.line.is_problem
    assert shown(dialog.choices, "Crane 7").detail == ""
    _check(dialog, "Crane 7")
    wait(desk, lambda: dialog.preview.text == "Crane 7")
    dialog.subscribe.click()
    wait(desk, lambda: _subscribed(desk) == {"Crane 7": (kind, Policy.LATEST, None)})


# -- what goes wrong, and what comes late ----------------------------------------------------------


def test_a_late_answer_of_an_older_search_is_dropped(
    desk: Desk, bob: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, fast = bob.item(), bob.item()
    held = Held(monkeypatch, "list_items", lambda words="", **_: words == slow)
    dialog = _opened(desk)
    dialog.search.setText(slow)
    wait(desk, held.begun.is_set)
    dialog.search.setText(fast)
    _found(desk, dialog, fast)
    held.release()
    settle(desk)
    assert row_of(dialog.choices, fast) == 0
    assert row_of(dialog.choices, slow) == -1


def test_typing_asks_once_and_not_for_every_letter(
    desk: Desk, bob: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = bob.item()
    dialog = _opened(desk)
    asked: list[str] = []
    call = SiloClient.list_items

    def counted(client: SiloClient, words: str = "", **more: Any) -> Any:
        asked.append(words)
        return call(client, words, **more)

    monkeypatch.setattr(SiloClient, "list_items", counted)
    QTest.keyClicks(dialog.search, number)
    _found(desk, dialog, number)
    assert asked == [number]


@pytest.mark.parametrize("method", ["list_items", "preview_sync", "create_subscription"])
def test_closing_while_a_request_runs_is_safe(
    desk: Desk, bob: Colleague, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    number = bob.item()
    dialog = _opened(desk, number)
    _found(desk, dialog, number)
    held = Held(monkeypatch, method, lambda *_, **__: True)
    _check(dialog, number)
    if method == "list_items":
        dialog.search.setText(f"{number} ")
    if method == "create_subscription":
        dialog.subscribe.click()
    wait(desk, held.begun.is_set)
    closed(dialog)
    assert not isValid(dialog)
    held.release()
    settle(desk)
    heard = (
        dialog.windows.on_presence,
        dialog.windows.on_subscriptions,
        dialog.windows.on_connection,
    )
    assert heard == ([], [], [])


def test_what_goes_wrong_is_a_sentence_in_the_dialog(
    desk: Desk, bob: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = bob.item()
    dialog = _opened(desk, number)
    _found(desk, dialog, number)

    def refuse(*_: object, **__: object) -> None:
        raise BusyError("The server is read-only at the moment; try again later.")

    monkeypatch.setattr(SiloClient, "create_subscription", refuse)
    _check(dialog, number)
    dialog.subscribe.click()
    wait(desk, lambda: dialog.preview.is_problem)
    assert dialog.preview.text == (
        "Problem: The server is read-only at the moment; try again later."
    )
    assert dialog.subscribe.isEnabled(), "to be tried again"
    assert list(dialog.choices.chosen) == [(TargetType.ITEM, number)], "and nothing is forgotten"
    monkeypatch.setattr(SiloClient, "list_items", refuse)
    dialog.search.setText("x")
    wait(desk, lambda: dialog.line.is_problem)


def test_offline_says_so_and_goes_on_when_the_server_is_back(job: Job, bob: Colleague) -> None:
    number, proxy = bob.item(), job.proxy()
    desk = Desk.of(job, proxy=proxy, subscription_notify="false").start()
    proxy.down()
    wait(desk, lambda: not desk.is_online())
    dialog = opened(desk, "Silo_Subscribe", SubscribeDialog)
    assert dialog.line.is_problem
    proxy.up()
    dialog.search.setText(number)
    _found(desk, dialog, number)
    wait(desk, lambda: dialog.line.text == "1 found.")


def test_no_request_is_made_on_the_main_thread(
    desk: Desk, bob: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = bob.item()
    bob.push(number, b"x")
    threads = set()
    exchange = Transport.exchange

    def seen(transport: Transport, *args: Any, **more: Any) -> Any:
        threads.add(threading.current_thread())
        return exchange(transport, *args, **more)

    monkeypatch.setattr(Transport, "exchange", seen)
    dialog = _opened(desk, number)
    _found(desk, dialog, number)
    _check(dialog, number)
    wait(desk, lambda: "1 of 1" in dialog.preview.text)
    dialog.subscribe.click()
    wait(desk, lambda: desk.has(number, b"x"))
    assert threads
    assert threading.main_thread() not in threads
