"""Every button of the entries about subscribed items is pressed, at a real server, and does it."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from pytestqt.qtbot import QtBot

from silo_core.model.sync import SyncState
from tests.activity.kit import Pane, activity_of
from tests.subscriptions.team import Colleague, Desk
from tests.workbench.kit import DATA, Job, renumbered, sha256

VIEW = "View in Silo →"


@pytest.fixture
def desk(job: Job) -> Desk:
    return Desk.of(job, "bob").start()


@pytest.fixture
def conflict(job: Job, desk: Desk, qtbot: QtBot) -> tuple[str, Path, Pane]:
    """A file that was changed here, and a newer version on the server."""
    colleague = Colleague(job)
    number = colleague.item("bolt.FCStd")
    desk.subscribe(number)
    first = renumbered(job.base, job.folder / "first.FCStd", number, job.part)
    desk.until_state(number, SyncState.UP_TO_DATE, colleague.push_file(number, first))
    file = desk.workspace / "bolt.FCStd"
    file.write_bytes(mine(job, number).read_bytes())
    colleague.push_file(number, theirs(job, number))
    desk.until_state(number, SyncState.CONFLICT)
    return number, file, Pane(desk.player, activity_of(desk.player), qtbot)


def mine(job: Job, number: str) -> Path:
    return renumbered(job.wider, job.folder / "mine.FCStd", number, job.part)


def theirs(job: Job, number: str) -> Path:
    return renumbered(job.deeper, job.folder / "theirs.FCStd", number, job.part)


def test_overwrite(job: Job, conflict: tuple[str, Path, Pane]) -> None:
    number, file, pane = conflict
    pane.press("Overwrite")
    content = theirs(job, number).read_bytes()
    assert pane.until(lambda: file.read_bytes() == content)
    assert pane.until(lambda: not pane.buttons("Overwrite"))


def test_skip(job: Job, desk: Desk, conflict: tuple[str, Path, Pane]) -> None:
    number, file, pane = conflict
    pane.press("Skip")
    desk.until_state(number, SyncState.SKIPPED)
    assert file.read_bytes() == mine(job, number).read_bytes()
    assert pane.until(lambda: not pane.buttons("Skip"))


def test_merge(job: Job, conflict: tuple[str, Path, Pane]) -> None:
    number, file, pane = conflict
    pane.press("Merge")
    sides = [sha256(side(job, number)) for side in (mine, theirs)]
    assert pane.until(lambda: sha256(file) not in sides)


def test_view_in_silo_opens_the_items_page_as_often_as_it_is_pressed(
    job: Job, desk: Desk, qtbot: QtBot
) -> None:
    colleague = Colleague(job)
    number = colleague.item("bolt.FCStd")
    desk.subscribe(number)
    part = renumbered(job.deeper, job.folder / "deeper.FCStd", number, job.part)
    desk.until_state(number, SyncState.UP_TO_DATE, colleague.push_file(number, part))
    pane = Pane(desk.player, activity_of(desk.player), qtbot)
    pane.press(VIEW)
    assert pane.until(lambda: len(desk.player.host.browsed) == 1)
    pane.press(VIEW)
    assert pane.until(lambda: len(desk.player.host.browsed) == 2)
    page = httpx.get(desk.player.host.browsed[0])
    assert page.status_code == 200
    assert f"<h1>{number}</h1>" in page.text
    pane.press("Open")
    assert pane.until(lambda: not pane.buttons("Open"))


def test_view_in_silo_is_grey_while_offline(job: Job, qtbot: QtBot) -> None:
    proxy = job.proxy()
    desk, colleague = Desk.of(job, "bob", proxy).start(), Colleague(job)
    number = colleague.item("bolt.FCStd")
    desk.subscribe(number)
    part = renumbered(job.deeper, job.folder / "deeper.FCStd", number, job.part)
    desk.until_state(number, SyncState.UP_TO_DATE, colleague.push_file(number, part))
    pane = Pane(desk.player, activity_of(desk.player), qtbot)
    assert pane.until(lambda: any(button.isEnabled() for button in pane.buttons(VIEW)))
    proxy.down()
    assert pane.until(lambda: any("cannot be reached" in b.toolTip() for b in pane.buttons(VIEW)))
    assert not any(button.isEnabled() for button in pane.buttons(VIEW))


def test_subscribe_to_its_parts(job: Job, desk: Desk, qtbot: QtBot) -> None:
    colleague = Colleague(job)
    motor, plate = colleague.item("motor.FCStd"), colleague.item("plate.FCStd")
    colleague.push_file(plate, DATA / "plate.FCStd")
    desk.subscribe(motor)
    version = colleague.push_file(motor, DATA / "motor.FCStd")
    desk.until_state(motor, SyncState.UP_TO_DATE, version)
    pane = Pane(desk.player, activity_of(desk.player), qtbot)
    pane.press("Subscribe to its parts")
    assert pane.until((desk.workspace / "plate.FCStd").exists)
    assert pane.until(lambda: not pane.buttons("Subscribe to its parts"))
