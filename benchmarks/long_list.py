"""How the dialog *Subscribe* scrolls through many items of a real server:

QT_QPA_PLATFORM=offscreen .venv/bin/python -m benchmarks.long_list

Scrolls down a row's height at a time until everything is loaded, and measures how much of the window's
thread each step takes, painting included (processor time, so that a busy machine changes nothing).
"""

from __future__ import annotations

import statistics
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtWidgets import QApplication

from silo_core.model.exchange import ConnectionState
from silo_server.demo.player import Player
from silo_server.embedded import EmbeddedServer
from silo_subscriptions.qt.subscribe import SubscribeDialog
from tests.subscription_windows.windows_kit import fill_with_items

COUNT = 5_000
STEP = 56
"""Pixels: one row."""


def main() -> None:
    """Print what was measured."""
    application = QApplication(sys.argv)
    application.setStyle("Fusion")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        server = stack.enter_context(EmbeddedServer(folder / "server"))
        token = server.add_user("alice")
        fill_with_items(folder / "server", COUNT)
        (folder / "alice").mkdir()
        alice = Player("alice", "CAD-07", folder / "alice", (server.url, token), lambda *_: None)
        stack.callback(alice.quit)
        alice.workbench.start()
        while not alice.is_(ConnectionState.ONLINE):
            alice.pump()
        (window,) = (w for w in alice.workbench.hooks.windows() if w.name == "Silo_Subscribe")
        begun = time.perf_counter()
        dialog = window.make(None)
        assert isinstance(dialog, SubscribeDialog)
        dialog.show()
        turns = [turn(alice)]
        while not dialog.choices.rows:
            turns.append(turn(alice))
        print(f"first rows after {time.perf_counter() - begun:.2f} s")
        steps = scroll(dialog, alice)
        print(f"{len(dialog.choices.rows)} items, {len(steps)} steps")
        print(f"a step takes {statistics.median(steps) * 1e3:.1f} ms in the median,")
        print(f"{statistics.quantiles(steps, n=100)[98] * 1e3:.1f} ms in the 99th percentile,")
        print(f"{max(steps) * 1e3:.1f} ms at most")
        dialog.reject()


def scroll(dialog: SubscribeDialog, alice: Player) -> list[float]:
    """Down to the last item; how long each step kept the thread busy, in seconds."""
    steps = []
    bar = dialog.list.verticalScrollBar()
    while dialog.choices.has_more or bar.value() < bar.maximum():
        begun = time.thread_time()
        bar.setValue(bar.value() + STEP)
        dialog.list.viewport().repaint()
        spent = time.thread_time() - begun
        steps.append(spent + turn(alice))
    return steps


def turn(alice: Player) -> float:
    """Let everything go on; how long it kept the thread busy, in seconds, without waiting."""
    begun = time.thread_time()
    QApplication.processEvents()
    alice.host.run_pending(0)
    return time.thread_time() - begun


if __name__ == "__main__":
    main()
