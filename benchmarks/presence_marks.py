"""How a model tree fares while the team is very busy: ``QT_QPA_PLATFORM=offscreen python
benchmarks/presence_marks.py``.

A real workbench, connected to a real server, gets 1,000 presence events a second for five seconds,
from a thread as its event stream's, about a part of 1,000 objects whose tree is shown. Counted are the
looks and repaints of the tree; measured is how late a timer of the main thread is, due every 5 ms: what
a user would feel as a window that does not answer.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QTreeWidget, QTreeWidgetItem

from silo_core.model.event import Event
from silo_core.model.exchange import ConnectionState
from silo_core.surfaces.qt.tree_marks import TreeMarks
from silo_server.demo.gui.host import QtHost
from silo_server.demo.gui.window import DemoWindow
from silo_server.demo.player import Player
from silo_server.embedded import EmbeddedServer

PART = "PRT-100"
OBJECTS = 1_000
PER_SECOND = 1_000
SECONDS = 5
EVERY_MS = 5


class Repaints(QObject):
    """Counts the paint events of what it watches."""

    count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        self.count += event.type() == QEvent.Type.Paint
        return super().eventFilter(watched, event)


def tree() -> QTreeWidget:
    made = QTreeWidget()
    made.setColumnCount(3)
    made.setColumnHidden(2, True)
    top = QTreeWidgetItem(made, ["bracket"])
    for number in range(OBJECTS):
        QTreeWidgetItem(top, [f"Sketch {number}", "", f"Sketch{number}"])
    made.expandAll()
    made.resize(300, 700)
    made.show()
    return made


def events(number: int) -> Event:
    """A session that begins, or the one before it that ends."""
    session = number // 2
    if number % 2:
        over = {"part_number": PART, "session_id": f"s{session}"}
        return Event(number, "edit.session_released", over)
    held = {
        "id": f"s{session}",
        "part_number": PART,
        "user": "carol",
        "workstation_id": "elsewhere",
        "workstation": "CAD-3",
        "context_level": "sketch",
        "object_id": f"Sketch{session % 40}",
        "acquired_at": "2026-03-03T14:02:00Z",
    }
    return Event(number, "edit.session_acquired", held)


def main() -> None:
    application = QApplication(sys.argv)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(EmbeddedServer(folder / "server"))
        window, shown, repaints = DemoWindow("bob", "CAD-12"), tree(), Repaints()
        assert isinstance(window.host, QtHost)
        access = (server.url, server.add_user("bob"))
        player = Player("bob", "CAD-12", folder, access, lambda *_: None, None, window.host)
        marks = TreeMarks(shown, lambda _: PART)
        player.workbench.plugins.register(marks, "marks")
        player.workbench.start()
        until = time.monotonic() + 30
        while not player.is_(ConnectionState.ONLINE) and time.monotonic() < until:
            application.processEvents()
        shown.viewport().installEventFilter(repaints)
        looks, late = [0], [0.0]
        marks._look.due.connect(lambda: looks.__setitem__(0, looks[0] + 1))
        last = time.perf_counter()

        def tick() -> None:
            nonlocal last
            now = time.perf_counter()
            late.append((now - last) * 1e3 - EVERY_MS)
            last = now

        timer = QTimer()
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(tick)
        timer.start(EVERY_MS)

        def send() -> None:
            begun = time.perf_counter()
            for number in range(PER_SECOND * SECONDS):
                player.workbench.event_came(events(number))
                ahead = number / PER_SECOND - (time.perf_counter() - begun)
                if ahead > 0:
                    time.sleep(ahead)

        sender = threading.Thread(target=send)
        begun = time.perf_counter()
        sender.start()
        while sender.is_alive():
            application.processEvents()
            time.sleep(0.0005)
        took = time.perf_counter() - begun
        late.sort()
        print(f"{PER_SECOND * SECONDS} events in {took:.1f} s, a tree of {OBJECTS} objects")
        print(f"looks {looks[0] / took:.1f}/s, repaints {repaints.count / took:.1f}/s")
        median, most = late[len(late) // 2], late[-1]
        print(
            f"main thread late: median {median:.1f} ms, 99 % {late[int(len(late) * 0.99)]:.1f} ms,",
            end=" ",
        )
        print(f"most {most:.1f} ms")
        player.quit()
        window.end()
        shown.deleteLater()
        application.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


if __name__ == "__main__":
    main()
