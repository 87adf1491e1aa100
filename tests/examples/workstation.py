"""A workstation at work, in a process of its own: ``workstation.py URL HOME``, the token in SILO_TOKEN.

It opens HOME/bracket.FCStd, tries to enter Sketch001, then edits Sketch002 for real and leaves, and
prints what came of it as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from silo_core.hookspecs import hookimpl
from silo_core.model.context import Context, ContextLevel
from silo_core.model.exchange import CheckpointPushed, ConnectionState
from silo_core.surfaces.headless import HeadlessHost
from silo_core.workbench import make_workbench


class Recorder:
    """Keeps what was pushed."""

    def __init__(self) -> None:
        self.pushed: list[CheckpointPushed] = []

    @hookimpl
    def silo_checkpoint_pushed(self, pushed: CheckpointPushed) -> None:
        self.pushed.append(pushed)


def work(url: str, home: Path) -> dict[str, object]:
    host, recorder = HeadlessHost(), Recorder()
    workbench = make_workbench(
        host,
        config=home / "settings.toml",
        data=home / "data",
        environ={
            "SILO_SERVER_URL": url,
            "SILO_TOKEN": os.environ["SILO_TOKEN"],
            "SILO_ENTRY_WAIT_MS": "5000",
            "SILO_WORKSPACE": str(home),
        },
        name="CAD-07",
    )
    workbench.plugins.register(recorder, "recorder")

    def until(holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 20
        while not holds():
            if time.monotonic() > deadline:
                raise TimeoutError(workbench.connection)
            host.run_pending(0.005)

    def enter(name: str) -> list[str]:
        label = host.labels(key)[name]
        host.enter(key, Context(ContextLevel.SKETCH, name, label))
        host.run_pending(0.005)
        return [held.context.object_id for held in workbench.held() if held.session]

    def tracked() -> bool:
        known = workbench.store.tracked.get("PRT-100")
        return known is not None and known.base_version is not None

    workbench.start()
    until(lambda: workbench.connection.state is ConnectionState.ONLINE)
    key = host.open(home / "bracket.FCStd")
    until(tracked)
    entered = [enter("Sketch001"), enter("Sketch002")]
    host.edit(key, home / "changed.FCStd")
    host.enter(key)
    until(lambda: bool(recorder.pushed))
    workbench.stop()
    host.run_pending(0.005)
    return {
        "entered": entered,
        "shown": [[entry.text, *entry.details] for entry in host.notices],
        "pushed": [pushed.version.id for pushed in recorder.pushed],
    }


if __name__ == "__main__":
    print(json.dumps(work(sys.argv[1], Path(sys.argv[2]))))
