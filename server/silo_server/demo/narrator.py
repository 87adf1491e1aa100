"""What the demo prints while it plays."""

from __future__ import annotations

import textwrap
from typing import TextIO

from silo_core.model.exchange import ActivityEntry
from silo_core.rules.activity import MARKS

WIDTH = 78


class Narrator:
    """Writes plain text to ``out``; nothing at all where that is None."""

    def __init__(self, out: TextIO | None) -> None:
        self._out = out

    def act(self, title: str) -> None:
        """A new part of the play."""
        self._line("")
        self._line(title)

    def does(self, text: str) -> None:
        """What somebody does."""
        self._line(f"  → {text}")

    def entry(self, user: str, entry: ActivityEntry) -> None:
        """What somebody's activity pane shows."""
        time = entry.at.astimezone().strftime("%H:%M:%S")
        self._line(f"  {time} {user:<5} {MARKS[entry.kind].icon} {entry.text}")
        for detail in entry.details:
            for line in textwrap.wrap(detail, WIDTH - 21):
                self._line(f"{'':21}{line}")

    def checked(self, text: str, held: bool) -> None:
        """A check as it is made: only one that fails is worth a line here."""
        if not held:
            self._line(f"  ✘ {text}")

    def table(self, rows: list[tuple[str, bool]]) -> None:
        """All checks, at the end."""
        self._line("")
        self._line("Checked:")
        for text, held in rows:
            self._line(f"  {'✔' if held else '✘'} {text}")
        failed = sum(not held for _, held in rows)
        self._line("")
        self._line(f"{len(rows) - failed} of {len(rows)} checks held.")

    def _line(self, text: str) -> None:
        if self._out:
            print(text, file=self._out, flush=True)
