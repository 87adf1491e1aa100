"""Every button of the entries about subscribed items is pressed, at a real server, and does it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from silo_core.model.exchange import ActivityEntry
from silo_core.model.item import Version
from silo_core.model.subscription import Policy
from silo_core.model.sync import SyncState
from tests.activity.kit import Pane, activity_of
from tests.subscriptions.team import Colleague, Desk
from tests.subscriptions.test_behind import Shop
from tests.workbench.kit import DATA, Job, renumbered, sha256, until

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
    pane.press("View in Silo →")
    assert pane.until(lambda: len(desk.player.host.browsed) == 1)
    pane.press("View in Silo →")
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


@dataclass
class Waiting:
    """A file that is open on bob's desk, and what colleagues made of it since."""

    number: str
    desk: Desk
    colleague: Colleague
    file: Path
    pane: Pane
    newest: Path
    version: Version

    @property
    def button(self) -> QPushButton:
        assert self.pane.until(lambda: bool(self.pane.buttons("Reload")))
        (button,) = self.pane.buttons("Reload")
        return button

    def entries(self) -> list[ActivityEntry]:
        """What is told of versions that wait, the newest first."""
        feed = activity_of(self.desk.player).feed or ()
        return [e for e in feed if any(action.text == "Reload" for action in e.actions)]

    def is_grey(self, why: str) -> bool:
        """Whether [Reload] gets grey, with the reason for all who look or listen."""
        return self.pane.until(
            lambda: not self.button.isEnabled() and why in self.button.toolTip()
        ) and (why in self.button.accessibleDescription())


@pytest.fixture
def waiting(job: Job, desk: Desk, qtbot: QtBot) -> Waiting:
    colleague = Colleague(job)
    number = colleague.item("bolt.FCStd")
    desk.subscribe(number)
    first = renumbered(job.base, job.folder / "first.FCStd", number, job.part)
    desk.until_state(number, SyncState.UP_TO_DATE, colleague.push_file(number, first))
    file = desk.workspace / "bolt.FCStd"
    desk.player.open(file)
    newest = theirs(job, number)
    version = colleague.push_file(number, newest)
    desk.until_state(number, SyncState.DEFERRED, version)
    pane = Pane(desk.player, activity_of(desk.player), qtbot)
    return Waiting(number, desk, colleague, file, pane, newest, version)


def test_reload(waiting: Waiting) -> None:
    desk, file, held = waiting.desk, waiting.file, waiting.file.read_bytes()
    waiting.pane.press("Reload")
    desk.until_state(waiting.number, SyncState.UP_TO_DATE, waiting.version)
    assert sha256(file) == sha256(waiting.newest)
    (document,) = desk.player.host.documents()
    assert document.part_number == waiting.number
    assert waiting.pane.until(lambda: not waiting.pane.buttons("Reload"))
    (entry,) = waiting.entries()
    assert entry.text.startswith(f"Updated: {waiting.number} — ")
    assert entry.details[0].startswith("It is fetched once you close the file.")
    assert entry.chosen == "Reloaded"
    assert not desk.entries("waits, as"), "it is told once"
    (kept,) = desk.entries(f"Updated: {waiting.number} is now")
    assert Path(kept.details[-1].split(" as ")[-1].rstrip(".")).read_bytes() == held
    assert desk.player.host.alerts == [], "nobody has to be told of it who looks elsewhere"


def test_reload_gets_what_the_subscription_wants_and_not_what_is_newer(
    job: Job, desk: Desk, qtbot: QtBot
) -> None:
    colleague = Colleague(job)
    number = colleague.item("bolt.FCStd")
    desk.subscribe(number, policy=Policy.LATEST_RELEASED)
    first = renumbered(job.base, job.folder / "first.FCStd", number, job.part)
    colleague.push_file(number, first)
    desk.until_state(number, SyncState.UP_TO_DATE, colleague.release(number))
    desk.player.open(desk.workspace / "bolt.FCStd")
    colleague.push_file(number, theirs(job, number))
    released = colleague.release(number)
    colleague.push_file(number, mine(job, number))
    desk.until_state(number, SyncState.DEFERRED, released)
    Pane(desk.player, activity_of(desk.player), qtbot).press("Reload")
    desk.until_state(number, SyncState.UP_TO_DATE, released)
    assert sha256(desk.workspace / "bolt.FCStd") == sha256(theirs(job, number))


def test_an_open_file_is_told_of_once_for_each_newer_version(job: Job, waiting: Waiting) -> None:
    desk, number = waiting.desk, waiting.number
    assert until(lambda: len(waiting.entries()) == 1, desk.player)
    desk.engine.look()
    desk.until_idle()
    assert len(waiting.entries()) == 1
    newest = waiting.colleague.push_file(number, mine(job, number))
    desk.until_state(number, SyncState.DEFERRED, newest)
    assert until(lambda: len(waiting.entries()) == 2, desk.player)
    newer, older = sorted(waiting.entries(), key=lambda e: e.facts["version"] != newest.id)
    workbench, reload = desk.player.workbench, older.actions[0].name
    assert until(
        lambda: "newer version" in (workbench.hooks.action_problem(older, reload) or ""),
        desk.player,
    )
    assert until(lambda: workbench.hooks.action_problem(newer, reload) == "", desk.player)
    assert workbench.choose(newer, reload)
    desk.until_state(number, SyncState.UP_TO_DATE, newest)
    assert sha256(waiting.file) == sha256(mine(job, number))


def test_reload_is_grey_with_the_reason_while_an_object_is_edited_and_once_the_file_was_closed(
    waiting: Waiting,
) -> None:
    player = waiting.desk.player
    assert waiting.pane.until(waiting.button.isEnabled)
    player.edit("Sketch001")
    assert waiting.is_grey("leave it first")
    player.edit()
    assert waiting.pane.until(waiting.button.isEnabled)
    (document,) = player.host.documents()
    player.host.close(document.key)
    waiting.desk.until_state(waiting.number, SyncState.UP_TO_DATE, waiting.version)
    assert waiting.is_grey("Your file is this version by now")


def test_reload_outlives_a_restart(waiting: Waiting) -> None:
    desk, player = waiting.desk, waiting.desk.player
    assert until(lambda: len(waiting.entries()) == 1, player)
    waiting.pane.widget.close()
    player.workbench.stop()
    player.workbench.start()
    desk.until_state(waiting.number, SyncState.DEFERRED, waiting.version)
    assert not desk.entries("waits, as"), "it is no news any more"
    (kept,) = (
        e
        for e in player.workbench.store.activity.newest()
        if e.facts.get("version") == waiting.version.id
    )
    action = kept.actions[0]
    assert until(lambda: player.workbench.hooks.action_problem(kept, action.name) == "", player)
    assert player.workbench.choose(kept, action.name)
    desk.until_state(waiting.number, SyncState.UP_TO_DATE, waiting.version)
    assert sha256(waiting.file) == sha256(waiting.newest)


def test_a_reload_that_the_editor_refuses_can_be_tried_again(job: Job, waiting: Waiting) -> None:
    player, held = waiting.desk.player, sha256(waiting.file)
    (document,) = player.host.documents()
    player.host.edit(document.key, mine(job, waiting.number))
    waiting.pane.press("Reload")
    assert until(lambda: bool(waiting.desk.entries("Not updated")), player)
    assert sha256(waiting.file) == held
    assert player.host.modified(document.key), "and the user's changes are still there"
    assert waiting.pane.until(waiting.button.isEnabled)


def test_reload_of_a_part_that_an_open_assembly_uses(job: Job, qtbot: QtBot) -> None:
    shop = Shop(job, Colleague(job))
    bolt = shop.part("bolt")
    shop.assembly("asm", "bolt.FCStd")
    shop.open("asm")
    version = shop.newer(bolt)
    pane = Pane(shop.desk.player, activity_of(shop.desk.player), qtbot)

    def offered() -> list[QPushButton]:
        found = pane.buttons("Reload")
        return [button for button in found if "behind" in button.accessibleDescription()]

    assert pane.until(lambda: any("is not open" in button.toolTip() for button in offered()))
    shop.open("bolt")
    assert pane.until(lambda: any(button.isEnabled() for button in offered()))
    QTest.mouseClick(offered()[0], Qt.MouseButton.LeftButton)
    shop.desk.until_state(bolt, SyncState.UP_TO_DATE, version)
    assert sha256(shop.desk.workspace / "bolt.FCStd") == version.sha256
    assert pane.until(lambda: not offered())


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
