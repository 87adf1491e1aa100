"""Workstations with a FreeCAD each, played from outside, and the server's log of what they did."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.freecad.conftest import Profile, Running
from tests.freecad.kit import PATIENCE_S, Server

PAUSE_S = 0.02


@dataclass
class Workstation:
    """A FreeCAD that is played; see ``inside/hands.py`` for what it can do."""

    running: Running
    token: str
    calls: int = 0

    def call(self, name: str, *args: object) -> Any:
        """Have it done, and answer what came of it."""
        home, number = self.running.home, self.calls
        self.calls += 1
        written = home / f"call-{number}.part"
        written.write_text(json.dumps([name, args]), "utf-8")
        written.rename(written.with_suffix(".json"))
        answer, until = home / f"answer-{number}.json", time.monotonic() + 2 * PATIENCE_S
        while not answer.exists():
            if self.running.process.poll() is not None or time.monotonic() > until:
                self.running.found()
                raise AssertionError(f"FreeCAD did not come to {name}{args}")
            time.sleep(PAUSE_S)
        found = json.loads(answer.read_text("utf-8"))
        assert "error" not in found, found["error"]
        return found["value"]

    def until(
        self, expected: object, name: str, *args: object, patience: float = PATIENCE_S
    ) -> None:
        """Wait until a call answers ``expected``, ``patience`` seconds at most."""
        deadline = time.monotonic() + patience
        while (found := self.call(name, *args)) != expected:
            assert time.monotonic() < deadline, (name, args, found, self.call("activity"))

    def until_said(self, text: str, name: str) -> str:
        """Wait until one of the texts that a call answers holds ``text``; answers that one."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            found: list[str] = self.call(name)
            if said := next((one for one in found if text in one), None):
                return said
            assert time.monotonic() < deadline, (name, text, found, self.call("activity"))

    def settled(self) -> None:
        """Wait until nothing is held, and nothing waits to be sent."""
        self.until([], "held")
        self.until(0, "outbox")

    def end(self) -> dict[str, Any]:
        """Close its window; answers what it found."""
        self.call("end")
        return self.running.found()


@contextmanager
def workstation(profile: Profile, url: str, token: str) -> Iterator[Workstation]:
    """A FreeCAD with the add-on, signed in and online."""
    env = {
        "SILO_SERVER_URL": url,
        "SILO_TOKEN": token,
        "SILO_WORKSPACE": str(profile.home / "workspace"),
    }
    for left in [file for kind in ("call-*", "answer-*") for file in profile.home.glob(kind)]:
        left.unlink()
    with profile.start("puppet", env) as running:
        user = Workstation(running, token)
        user.until("online", "connection")
        yield user


@dataclass
class Log:
    """What the server has in its log, from one look to the next."""

    server: Server
    seen: int = 0
    users: dict[str, str] = field(default_factory=dict)

    def take(self) -> list[str]:
        """Who did what since the last look: ``alice acquired Sketch001``, ``alice stored sketch_close``,
        ``alice released Sketch001 (checkpoint)``."""
        (file,) = self.server.data.glob("*.db")
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
            rows = database.execute(
                "SELECT id, type, data FROM events WHERE id > ? ORDER BY id", (self.seen,)
            ).fetchall()
        found = []
        for number, kind, data in rows:
            self.seen = number
            told = json.loads(data)
            if kind == "edit.session_acquired":
                found.append(f"{told['user']} acquired {told['object_id']}")
            elif kind == "edit.session_released":
                found.append(f"{told['user']} released {told['object_id']} ({told['reason']})")
            elif kind == "edit.handoff_requested":
                found.append(f"{told['requester']} asked for {told['object_id']}")
        return found

    def checkpoints(self, part_number: str) -> list[str]:
        """The versions of an item, oldest first: who stored which kind."""
        (file,) = self.server.data.glob("*.db")
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
            rows = database.execute(
                'SELECT "user", kind, context FROM versions WHERE part_number = ? ORDER BY seq',
                (part_number,),
            ).fetchall()
        return [f"{user} {context or kind}" for user, kind, context in rows]
