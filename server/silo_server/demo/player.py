"""One person of the demo: a workstation that says what it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from silo_core.model.exchange import ActivityEntry
from silo_core.surfaces.headless import HeadlessHost
from silo_core.testing import Workstation


class Player(Workstation):
    """A user at a workstation; ``say`` is told each activity entry as it is shown."""

    def __init__(
        self,
        name: str,
        machine: str,
        folder: Path,
        server: tuple[str, str],
        say: Callable[[str, ActivityEntry], None],
        environ: Mapping[str, str] | None = None,
        host: HeadlessHost | None = None,
    ) -> None:
        """``server``: its address, and this user's token. ``environ``: more ``SILO_*`` variables.
        ``host``: the editor, where it has a window."""
        super().__init__(name, machine, folder, server, environ, host)
        self._say = say
        self._said = 0

    def pump(self) -> None:
        """Give the editor's main loop a turn, and say what it has shown since."""
        super().pump()
        for entry in self.host.notices[self._said :]:
            self._say(self.name, entry)
        self._said = len(self.host.notices)
