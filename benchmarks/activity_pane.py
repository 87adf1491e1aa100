"""How long the window stands still while the activity pane shows 10,000 entries.

QT_QPA_PLATFORM=offscreen .venv/bin/python benchmarks/activity_pane.py [ENTRIES]

A frame is one turn of the window's event loop; each line is the longest of a step. Times are of the
processor, for this thread, so that other programs and the workers do not count. A full run of Python's
garbage collector may fall into any frame: two lines say how long one takes without the pane and
with all its rows.
"""

from __future__ import annotations

import gc
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from silo_activity.plugin import Activity
from silo_activity.qt.pane import ActivityPane
from silo_activity.transfers import Transfers
from silo_core.model.exchange import Action, ActivityEntry, ActivityKind
from silo_core.surfaces.headless import HeadlessHost
from silo_core.workbench import Workbench, make_workbench

KINDS = tuple(ActivityKind)
PEOPLE = ("alice", "bob", "carol", "dave")
BUTTONS = (Action("bench.one", "Request Handoff"), Action("bench.two", "Notify me when free"))
EVENTS, SECONDS = 1000, 2.0


class Frames:
    """Runs the event loop, and knows the longest turn."""

    def __init__(self, application: QApplication, host: HeadlessHost) -> None:
        self._application = application
        self._host = host
        self.longest = 0.0

    def turn(self, *calls: Callable[[], object]) -> None:
        """One turn, with what the user does in it."""
        began = time.thread_time()
        for call in calls:
            call()
        self._host.run_pending()
        self._application.processEvents()
        self.longest = max(self.longest, time.thread_time() - began)

    def settle(self, seconds: float) -> None:
        """Turns until that time is over."""
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            self.turn()
            time.sleep(0.001)


def entry(number: int, workbench: Workbench, count: int) -> ActivityEntry:
    """Entries of every kind, of four people in 300 parts; every tenth has buttons."""
    kind, part = KINDS[number % len(KINDS)], f"PRT-{number % 300:03}"
    return ActivityEntry(
        at=workbench.now() - timedelta(seconds=30 * (count - number)),
        kind=kind,
        text=f"{kind.value.title()}: {part} rev {number} — Sketch{number % 40:03} of it was changed",
        details=(
            f"Pocket.Length {number} mm → {number + 2} mm",
            "Shares downstream: Pad003, Fillet005",
        ),
        part_number=part,
        object_id=f"Sketch{number % 40:03}",
        user=PEOPLE[number % len(PEOPLE)],
        actions=BUTTONS if number % 10 == 0 else (),
    )


def main() -> None:
    """Measure each step."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    application = QApplication(sys.argv)
    application.setStyle("Fusion")
    with tempfile.TemporaryDirectory() as folder:
        host, activity = HeadlessHost(), Activity()
        workbench = make_workbench(
            host,
            config=Path(folder) / "settings.toml",
            data=Path(folder) / "data",
            environ={"SILO_PLUGINS_DISABLED": "activity"},
            name="bench",
        )
        workbench.plugins.register(activity, "activity-in-sight")
        workbench.start()
        try:
            measure(application, host, workbench, activity, count)
        finally:
            workbench.stop()


def measure(
    application: QApplication,
    host: HeadlessHost,
    workbench: Workbench,
    activity: Activity,
    count: int,
) -> None:
    """Print the longest frame of each step."""
    for number in range(count):
        workbench.post_activity(entry(number, workbench, count))
    host.run_pending()
    feed = activity.feed
    if feed is None:
        raise RuntimeError("the plugin did not start")
    print(f"{len(feed)} entries")
    held: list[ActivityPane] = []
    longest: dict[str, float] = {}

    def tell(name: str, frames: Frames) -> None:
        longest[name] = frames.longest
        print(f"{name:<44} {frames.longest * 1000:6.1f} ms")

    def step(name: str, *calls: Callable[[], object], seconds: float = 0.6) -> Frames:
        frames = Frames(application, host)
        for call in calls:
            frames.turn(call)
        frames.settle(seconds)
        tell(name, frames)
        return frames

    def open_pane() -> None:
        pane = ActivityPane(workbench, feed, Transfers())
        pane.resize(420, 800)
        pane.show()
        held.append(pane)

    step("nothing happens, and there is no pane")
    tell_collection("without the pane")
    step("the first pane opens (fonts, styles)", open_pane)
    held.pop().deleteLater()
    step("it closes")
    step("the pane opens", open_pane)
    pane = held[0]
    bar = pane.view.verticalScrollBar()
    step("scrolls, a page at a time", *([lambda: bar.setValue(bar.value() + 8)] * 60))

    def to_the_end() -> Callable[[], object]:
        return lambda: bar.setValue(bar.maximum())

    frames = Frames(application, host)
    while pane.model.has_more:
        frames.turn(to_the_end())
    tell(f"scrolls to the very end ({pane.model.rowCount()} rows)", frames)
    tell_collection("with all rows")
    step("scrolls back, by the wheel", *([lambda: bar.setValue(bar.value() - 3)] * 200))
    step(
        "an entry comes while all rows are there",
        lambda: workbench.post_activity(entry(1, workbench, 1)),
    )
    step("is resized while all rows are there", lambda: pane.resize(500, 800))
    filters = pane.filters
    step("filters by words that few have", lambda: filters.search.setText("rev 77 sketch"))
    step("filters by words that none has", lambda: filters.search.setText("no such words"))
    step("shows all again", filters.search.clear)
    step("filters by kind", lambda: filters.kind.setCurrentIndex(3))
    step("filters by person too", lambda: filters.person.setCurrentIndex(2))
    step(
        "shows all again",
        lambda: filters.kind.setCurrentIndex(0),
        lambda: filters.person.setCurrentIndex(0),
    )
    step("goes down by key", *([lambda: QTest.keyClick(pane.view, Qt.Key.Key_Down)] * 100))
    step("all is marked read", filters.all_read.click)
    name = max(longest, key=longest.__getitem__)
    print(f"{'the longest of all':<44} {longest[name] * 1000:6.1f} ms, as {name}")
    storm(application, host, workbench, pane)
    pane.close()


def tell_collection(when: str) -> None:
    """Print how long Python's garbage collector takes for all that there is."""
    gc.collect()
    began = time.thread_time()
    gc.collect()
    took = time.thread_time() - began
    print(f"{'(a full garbage collection, ' + when + ')':<44} {took * 1000:6.1f} ms")


def storm(
    application: QApplication, host: HeadlessHost, workbench: Workbench, pane: ActivityPane
) -> None:
    """1,000 presence events a second."""
    frames, updates = Frames(application, host), [0]
    pane._updates.due.connect(lambda: updates.__setitem__(0, updates[0] + 1))
    began, sent = time.perf_counter(), 0
    while (now := time.perf_counter() - began) < SECONDS:
        due = int(now * EVENTS) - sent
        sent += due
        for _ in range(due):
            workbench.hooks.presence_changed(frozenset({"PRT-001"}))
        frames.turn()
        time.sleep(0.001)
    print(
        f"{sent / SECONDS:.0f} presence events a second: {frames.longest * 1000:.1f} ms, "
        f"{updates[0] / SECONDS:.1f} updates a second"
    )


if __name__ == "__main__":
    main()
