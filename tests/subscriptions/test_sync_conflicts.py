"""What was changed here and on the server: nothing is lost, and the user decides."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from silo_core.model.exchange import ActivityEntry
from silo_core.model.item import Version, VersionKind
from silo_core.model.sync import ItemStatus, SyncChoice, SyncState
from silo_core.ports.bases import Bases
from silo_core.ports.client import SiloClient
from silo_core.ports.files import read_file
from silo_subscriptions.engine import messages
from silo_subscriptions.engine.plan import Survey
from tests.subscriptions.kit import backups
from tests.subscriptions.team import Colleague, Desk
from tests.workbench.kit import DATA, Job, renumbered, settle, sha256, until


@pytest.fixture
def bob(job: Job) -> Colleague:
    return Colleague(job)


@pytest.fixture
def desk(job: Job) -> Desk:
    return Desk.of(job).start()


def _conflict(desk: Desk, bob: Colleague) -> tuple[str, ActivityEntry]:
    """An item that was changed on both sides, and what the user is told of it."""
    number = bob.item()
    desk.subscribe(number)
    desk.until_state(number, SyncState.UP_TO_DATE, bob.push(number, b"one"))
    desk.file(number).write_bytes(b"my own work")
    desk.until_state(number, SyncState.CONFLICT, bob.push(number, b"two"))
    desk.until_idle()
    (entry,) = desk.entries(f"Not updated: {number}")
    assert desk.has(number, b"my own work")
    return number, entry


def test_a_clean_copy_is_overwritten_without_a_word(desk: Desk, bob: Colleague) -> None:
    number = bob.item()
    desk.subscribe(number)
    for content in (b"one", b"two"):
        desk.until_state(number, SyncState.UP_TO_DATE, bob.push(number, content))
    assert desk.has(number, b"two")
    assert backups(desk.player) == []
    assert not desk.entries("Not updated")


def test_overwrite_takes_the_newer_one_and_keeps_the_old(desk: Desk, bob: Colleague) -> None:
    number, entry = _conflict(desk, bob)
    assert {action.name for action in entry.actions} == {"overwrite", "skip", "merge"}
    hooks = desk.player.workbench.hooks
    assert hooks.action_problem(entry, "overwrite") == ""
    assert "30 days" in (hooks.act(entry, "overwrite") or "")
    desk.until_state(number, SyncState.UP_TO_DATE)
    assert desk.has(number, b"two")
    (backup,) = backups(desk.player)
    assert backup.read_bytes() == b"my own work"
    assert hooks.action_problem(entry, "overwrite")
    assert hooks.act(entry, "overwrite") is None


def test_work_that_is_written_while_a_version_arrives_stays_and_nothing_lies_beside_it(
    desk: Desk, bob: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = bob.item()
    desk.subscribe(number)
    desk.until_state(number, SyncState.UP_TO_DATE, bob.push(number, b"one"))
    real = SiloClient.download_version

    def beside_work(*arguments: Any, **named: Any) -> str:
        sha256 = real(*arguments, **named)
        desk.file(number).write_bytes(b"my own work")
        return sha256

    monkeypatch.setattr(SiloClient, "download_version", beside_work)
    desk.until_state(number, SyncState.CONFLICT, bob.push(number, b"two"))
    assert desk.has(number, b"my own work")
    assert desk.leftovers() == []


def test_skip_keeps_the_own_copy_until_there_is_a_newer_one(desk: Desk, bob: Colleague) -> None:
    number, entry = _conflict(desk, bob)
    assert desk.player.workbench.hooks.act(entry, "skip")
    desk.until_state(number, SyncState.SKIPPED)
    desk.engine.sync_now()
    desk.until_idle()
    assert desk.has(number, b"my own work")
    status = desk.status(number)
    assert status
    assert status.state is SyncState.SKIPPED
    desk.until_state(number, SyncState.CONFLICT, bob.push(number, b"three"))
    assert until(lambda: len(desk.entries(f"Not updated: {number}")) == 2, desk.player)


def test_merge_joins_both(job: Job, desk: Desk, bob: Colleague) -> None:
    number = bob.item("bracket.FCStd")
    desk.subscribe(number)
    base, deeper, wider = (
        renumbered(source, job.folder / f"{name}.FCStd", number, job.part)
        for name, source in (("b", job.base), ("d", job.deeper), ("w", job.wider))
    )
    desk.until_state(number, SyncState.UP_TO_DATE, bob.push_file(number, base))
    file = desk.workspace / "bracket.FCStd"
    file.write_bytes(deeper.read_bytes())
    version = bob.push_file(number, wider)
    status = desk.until_state(number, SyncState.CONFLICT, version)
    assert SyncChoice.MERGE in status.choices
    desk.until_idle()
    (entry,) = desk.entries(f"Not updated: {number}")
    assert desk.player.workbench.hooks.act(entry, "merge")
    status = desk.until_state(number, SyncState.UP_TO_DATE, version)
    assert "not on the server yet" in status.reason
    assert sha256(file) not in {sha256(base), sha256(deeper), sha256(wider)}
    assert read_file(file).part_number == number
    (backup,) = backups(desk.player)
    assert sha256(backup) == sha256(deeper)
    # what was merged is still to be pushed: a newer version is asked about, and does not replace it
    desk.until_state(number, SyncState.CONFLICT, bob.push_file(number, base))


def test_what_does_not_go_together_is_said_and_left(desk: Desk, bob: Colleague) -> None:
    number, entry = _conflict(desk, bob)  # no part files: nothing can merge them
    assert desk.player.workbench.hooks.act(entry, "merge")
    assert until(lambda: bool(desk.entries("do not go together")), desk.player)
    status = desk.until_state(number, SyncState.CONFLICT)
    assert SyncChoice.MERGE not in status.choices
    assert desk.has(number, b"my own work")
    desk.until_idle()
    assert backups(desk.player) == []


def test_an_open_document_is_reloaded_at_once_where_the_user_wants_it(
    job: Job, desk: Desk, bob: Colleague
) -> None:
    number = bob.item("bracket.FCStd")
    desk.subscribe(number)
    base, deeper = (
        renumbered(source, job.folder / f"{name}.FCStd", number, job.part)
        for name, source in (("b", job.base), ("d", job.deeper))
    )
    desk.until_state(number, SyncState.UP_TO_DATE, bob.push_file(number, base))
    file = desk.workspace / "bracket.FCStd"
    desk.player.open(file)
    version = bob.push_file(number, deeper)
    status = desk.until_state(number, SyncState.DEFERRED, version)
    assert status.choices == (SyncChoice.RELOAD,)
    desk.engine.resolve(number, SyncChoice.RELOAD)
    desk.until_state(number, SyncState.UP_TO_DATE, version)
    assert sha256(file) == version.sha256


def test_what_an_editor_only_saved_again_is_no_work(job: Job, desk: Desk, bob: Colleague) -> None:
    import zipfile

    number = bob.item("bracket.FCStd")
    desk.subscribe(number)
    base = renumbered(job.base, job.folder / "b.FCStd", number, job.part)
    deeper = renumbered(job.deeper, job.folder / "d.FCStd", number, job.part)
    desk.until_state(number, SyncState.UP_TO_DATE, bob.push_file(number, base))
    file = desk.workspace / "bracket.FCStd"
    desk.player.open(file)  # a copy of what it was made from is kept now
    kept = Bases(desk.player.workbench.store.path.parent / "bases")
    assert until(lambda: kept.find(sha256(base)) is not None, desk.player)
    with zipfile.ZipFile(base) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            new.writestr(member.filename, old.read(member))
    assert sha256(file) != sha256(base)
    (document,) = desk.player.host.documents()
    desk.player.host.close(document.key, save=False)
    version = bob.push_file(number, deeper)
    desk.until_state(number, SyncState.UP_TO_DATE, version)
    assert sha256(file) == version.sha256


def test_a_removed_subscription_is_no_longer_tracked_and_its_file_stays(
    desk: Desk, bob: Colleague
) -> None:
    number = bob.item()
    subscription = desk.subscribe(number)
    desk.until_state(number, SyncState.UP_TO_DATE, bob.push(number, b"one"))
    assert until(lambda: desk.is_acknowledged(number), desk.player)
    desk.client.delete_subscription(subscription.id)
    assert until(lambda: desk.status(number) is None, desk.player)
    assert desk.has(number, b"one")
    assert desk.player.workbench.store.tracked.get(number) is None
    bob.push(number, b"two")
    settle(desk.player)
    assert desk.has(number, b"one")


def test_a_paused_subscription_brings_nothing(desk: Desk, bob: Colleague) -> None:
    number = bob.item()
    subscription = desk.subscribe(number)
    desk.until_state(number, SyncState.UP_TO_DATE, bob.push(number, b"one"))
    desk.client.update_subscription(subscription.id, paused=True)
    desk.until_state(number, SyncState.PAUSED)
    version = bob.push(number, b"two")
    settle(desk.player)
    assert desk.has(number, b"one")
    desk.client.update_subscription(subscription.id, paused=False)
    desk.until_state(number, SyncState.UP_TO_DATE, version)
    assert desk.has(number, b"two")


def test_what_an_open_assembly_links_to_counts_as_open(
    job: Job, desk: Desk, bob: Colleague
) -> None:
    plate = bob.item("plate.FCStd")
    desk.subscribe(plate)
    first = bob.push_file(plate, DATA / "plate.FCStd")
    desk.until_state(plate, SyncState.UP_TO_DATE, first)
    motor = desk.workspace / "motor.FCStd"
    motor.write_bytes((DATA / "motor.FCStd").read_bytes())
    desk.player.open(motor)
    version = bob.push_file(plate, job.base)
    status = desk.until_state(plate, SyncState.DEFERRED, version)
    assert status.choices == ()
    (document,) = desk.player.host.documents()
    desk.player.host.close(document.key)
    desk.until_state(plate, SyncState.UP_TO_DATE, version)


def test_what_an_assembly_links_to_since_it_was_reloaded_counts_as_open(
    job: Job, desk: Desk, bob: Colleague
) -> None:
    number, plate = bob.item("motor.FCStd"), bob.item("plate.FCStd")
    for name in (number, plate):
        desk.subscribe(name)
    first, newer = job.folder / "first.FCStd", job.folder / "newer.FCStd"
    renumbered(DATA / "motor.FCStd", newer, number, "ASM-200")
    renumbered(newer, first, 'file="bracket.FCStd"', 'file="plate.FCStd"')
    desk.until_state(number, SyncState.UP_TO_DATE, bob.push_file(number, first))
    desk.until_state(plate, SyncState.UP_TO_DATE, bob.push_file(plate, DATA / "plate.FCStd"))
    desk.player.open(desk.workspace / "motor.FCStd")
    version = bob.push_file(number, newer)
    desk.until_state(number, SyncState.DEFERRED, version)
    desk.engine.resolve(number, SyncChoice.RELOAD)
    desk.until_state(number, SyncState.UP_TO_DATE, version)
    desk.until_state(plate, SyncState.DEFERRED, bob.push_file(plate, job.base))


def test_a_subscription_to_an_assembly_offers_its_parts(
    job: Job, desk: Desk, bob: Colleague
) -> None:
    motor, plate = bob.item("motor.FCStd"), bob.item("plate.FCStd")
    bob.push_file(plate, DATA / "plate.FCStd")
    desk.subscribe(motor)
    desk.until_state(motor, SyncState.UP_TO_DATE, bob.push_file(motor, DATA / "motor.FCStd"))
    assert until(lambda: bool(desk.entries("links to 2 files")), desk.player)
    (entry,) = desk.entries("links to 2 files")
    assert entry.details[0] == "bracket.FCStd"
    assert desk.player.workbench.hooks.act(entry, "subscribe_parts")
    assert until((desk.workspace / "plate.FCStd").exists, desk.player)


@pytest.mark.parametrize(("count", "told"), [(1, 1), (5, 5), (6, 1)])
def test_versions_that_wait_for_many_open_files_are_one_line(count: int, told: int) -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    version = Version("v5", VersionKind.REVISION, 5, user="alice", created_at=at)
    choices = (SyncChoice.RELOAD,)
    waiting = [
        ItemStatus(f"PRT-{number}", None, SyncState.DEFERRED, version, choices=choices)
        for number in range(count)
    ]
    entries = list(messages.of_survey(Survey(waiting=waiting), at))
    assert len(entries) == told
    if told == count:
        text = "PRT-0: revision 5 by alice waits, as the file is open here"
        assert (entries[0].text, [a.text for a in entries[0].actions]) == (text, ["Reload"])
    else:
        assert entries[0].text == "Newer versions of 6 open files wait until you close them"
        assert entries[0].actions == ()
