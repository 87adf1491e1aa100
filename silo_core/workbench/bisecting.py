"""Finding the plugin that causes a trouble, where the editor is started anew for each question."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from silo_core.ports.settings import Settings
from silo_core.rules.bisect import next_step

FILE = "plugin-bisect.json"


@dataclass(frozen=True, slots=True)
class Step:
    """Where the search is. ``on``: the plugins that are on from the next start on, to be asked about
    then; None: it is over, and the trouble needs the ``found`` ones."""

    on: frozenset[str] | None
    found: tuple[str, ...] = ()


class Bisecting:
    """A search that outlasts the editor: kept in ``folder``, with the setting ``plugins_disabled`` as it
    is put back at the end. Any thread, but one at a time."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self._settings = settings
        self._path = folder / FILE

    @property
    def is_running(self) -> bool:
        """Whether a question waits for its answer."""
        return bool(self._kept())

    def begin(self, names: Sequence[str]) -> Step:
        """Look among these plugins, less those that are disabled.

        Raises:
            SiloError: that cannot be kept.
        """
        off = self._settings.names("plugins_disabled")
        names = sorted(set(names) - set(off))
        return self._go_on(names, off, [])

    def step(self) -> Step:
        """The question that waits. Only while it :attr:`is_running`."""
        kept = self._kept()
        on = next_step(kept["names"], kept["answers"])
        return Step(on) if isinstance(on, frozenset) else Step(None, on)

    def answer(self, is_there: bool) -> Step:
        """Whether the trouble is there.

        Raises:
            SiloError: that cannot be kept.
        """
        kept = self._kept()
        return self._go_on(kept["names"], kept["off"], [*kept["answers"], is_there])

    def stop(self) -> None:
        """Put the setting back; harmless where nothing runs.

        Raises:
            SiloError: it cannot be written.
        """
        if kept := self._kept():
            self._settings.set("plugins_disabled", tuple(kept["off"]))
            self._path.unlink(missing_ok=True)

    def _go_on(self, names: Sequence[str], off: Sequence[str], answers: Sequence[bool]) -> Step:
        from silo_core.ports.durable import write_durably

        on = next_step(names, answers)
        if not isinstance(on, frozenset):
            self.stop()
            return Step(None, on)
        kept = {"names": list(names), "off": list(off), "answers": list(answers)}
        write_durably(self._path, [json.dumps(kept).encode()])
        self._settings.set("plugins_disabled", (*off, *(name for name in names if name not in on)))
        return Step(on)

    def _kept(self) -> dict[str, list[Any]]:
        """Empty where nothing runs; what cannot be read is none."""
        try:
            kept = json.loads(self._path.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        is_whole = isinstance(kept, dict) and all(
            isinstance(kept.get(key), list) for key in ("names", "off", "answers")
        )
        return kept if is_whole else {}
