"""Entries are kept without waiting for the disk, and the user is notified of the few that ask for it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

from silo_activity.quiet import GAP, Quiet, alert_of, asks_user
from silo_core.model.exchange import Action, ActivityEntry, ActivityKind
from silo_core.ports.store import Store
from tests.activity.kit import with_activity
from tests.workbench.kit import Job, settle, until

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def entry(number: int, kind: ActivityKind = ActivityKind.CHECKPOINT) -> ActivityEntry:
    return ActivityEntry(NOW, kind, f"entry {number}")


def test_a_burst_is_written_by_a_worker_while_the_store_is_busy(job: Job) -> None:
    alice, activity = with_activity(job, "alice")
    store, feed = alice.workbench.store, activity.feed
    assert feed is not None
    settle(alice)  # what opening the part takes is over
    holding, go = threading.Event(), threading.Event()

    def hold() -> None:
        with store._database.transaction():
            holding.set()
            go.wait(30)

    holder = threading.Thread(target=hold)
    holder.start()
    assert holding.wait(5)
    for number in range(500):
        alice.workbench.post_activity(entry(number))
    assert until(lambda: len(feed) >= 500, alice, timeout=20)
    assert holder.is_alive()  # the disk is not free yet, and nobody waited for it
    go.set()
    holder.join()
    assert until(lambda: len(store.activity.newest()) >= 500, alice)


def test_what_was_read_is_remembered(job: Job) -> None:
    alice, activity = with_activity(job, "alice")
    feed = activity.feed
    assert feed is not None
    settle(alice)
    first = alice.workbench.post_activity(entry(1))
    second = alice.workbench.post_activity(entry(2))
    assert until(lambda: {first, second} <= feed.unread, alice)
    feed.mark_read([first])
    path = alice.workbench.store.path
    alice.workbench.stop()
    store = Store.open(path)
    try:
        assert second in store.activity.unread()
        assert first not in store.activity.unread()
    finally:
        store.close()
    alice.workbench.start()
    assert activity.feed is not None
    activity.feed.load()
    assert until(lambda: activity.feed is not None and len(activity.feed) >= 2, alice)
    assert until(lambda: activity.feed is not None and second in activity.feed.unread, alice)
    assert first not in activity.feed.unread


def test_only_what_asks_something_of_the_user_is_worth_a_notification() -> None:
    asking = {kind for kind in ActivityKind if asks_user(entry(1, kind))}
    assert asking == {ActivityKind.CONFLICT, ActivityKind.SESSION}
    button = (Action("a", "A"),)
    request = ActivityEntry(NOW, ActivityKind.HANDOFF, "bob requests", actions=button)
    assert asks_user(request)
    assert not asks_user(ActivityEntry(NOW, ActivityKind.HANDOFF, "x", actions=button, chosen="A"))


def test_several_are_one_notification() -> None:
    title, text = alert_of([entry(number, ActivityKind.CONFLICT) for number in range(5)])
    assert title == "5 things ask for you"
    assert text.splitlines() == ["⚠ entry 4", "⚠ entry 3", "⚠ entry 2", "and 2 more"]


def test_a_burst_is_one_notification_now_and_one_later(job: Job) -> None:
    alice, activity = with_activity(job, "alice")
    services = alice.workbench
    for number in range(20):
        services.post_activity(entry(number, ActivityKind.CONFLICT))
    assert until(lambda: bool(alice.host.alerts), alice)
    settle(alice, seconds=0.2)
    assert len(alice.host.alerts) <= 2
    before, quiet = len(alice.host.alerts), activity._quiet
    assert isinstance(quiet, Quiet)
    services.post_activity(entry(99, ActivityKind.CONFLICT))
    settle(alice, seconds=0.1)
    assert len(alice.host.alerts) == before
    quiet._next = services.now() - GAP
    quiet.look()
    assert "entry 99" in "\n".join(alice.host.alerts[-1])


def test_nothing_disturbs_in_a_sketch_and_is_told_after_it(job: Job) -> None:
    alice, _ = with_activity(job, "alice")
    alice.edit("Body", "Sketch001")
    alice.workbench.post_activity(entry(1, ActivityKind.CONFLICT))
    settle(alice, seconds=0.2)
    assert alice.host.alerts == []
    alice.edit("Body")
    assert until(lambda: [title for title, _ in alice.host.alerts] == ["entry 1"], alice)


def test_who_wants_no_notifications_gets_none(job: Job) -> None:
    alice, _ = with_activity(job, "alice", subscription_notify="false")
    alice.workbench.post_activity(entry(1, ActivityKind.CONFLICT))
    settle(alice, seconds=0.2)
    assert alice.host.alerts == []
