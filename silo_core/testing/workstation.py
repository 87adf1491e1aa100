"""A person at a workstation: a real workbench with an editor that has no window."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from silo_core.model.context import Context, ContextLevel
from silo_core.model.exchange import ConnectionState
from silo_core.ports.client import SiloClient
from silo_core.surfaces.headless import HeadlessHost
from silo_core.testing.parts import SAMPLE_DEEPER, renumbered
from silo_core.testing.recorder import HookRecorder
from silo_core.workbench import make_workbench

LEVELS = {"Body": ContextLevel.PARTDESIGN}
PATIENCE_S = 60.0
"""How long something that takes a moment may take; far more than it needs, also on a busy machine."""


class Workstation:
    """One user's. Everything is in ``folder``: settings, stores, part files. The thread that makes it is
    its editor's main thread; what others hand to that is run by :meth:`pump` and :meth:`until`."""

    def __init__(
        self,
        name: str,
        machine: str,
        folder: Path,
        server: tuple[str, str],
        environ: Mapping[str, str] | None = None,
        host: HeadlessHost | None = None,
    ) -> None:
        """``server``: its address, and this user's token. ``environ``: more ``SILO_*`` variables.
        ``host``: the editor, where it is not to be one of this class's own.

        Raises:
            SiloError: the store or the data folder cannot be used.
        """
        self.name = name
        self.folder = folder
        self.client = SiloClient(*server)
        self.host = host or HeadlessHost()
        self.recorder = HookRecorder()
        self._key = ""
        self.workbench = make_workbench(
            self.host,
            config=folder / "settings.toml",
            data=folder / "data",
            # long enough that a busy machine answers in time
            environ={
                "SILO_SERVER_URL": server[0],
                "SILO_TOKEN": server[1],
                "SILO_WORKSPACE": str(folder / "workspace"),  # never the one of whoever runs this
                "SILO_ENTRY_WAIT_MS": "5000",
                **(environ or {}),
            },
            name=machine,
        )
        self.workbench.plugins.register(self.recorder, "recorder")

    def start(self) -> None:
        """Start the workbench, and wait until it is online.

        Raises:
            AssertionError: it is not, after a minute.
        """
        self.workbench.start()
        assert self.until(lambda: self.is_(ConnectionState.ONLINE)), self.workbench.connection

    def fetch(self, part_number: str) -> Path:
        """Get the newest version of a part into this user's folder, and open it; answers the file.

        Raises:
            AssertionError: the server has no version of it.
        """
        item = self.client.get_item(part_number)
        assert item.head is not None, f"{part_number} has no version on the server"
        path = self.folder / part_number / (item.file_name or f"{part_number}.FCStd")
        path.parent.mkdir(exist_ok=True)
        self.client.download_version(part_number, item.head, path)
        self.open(path)
        if self.workbench.plugins.plugin("checkpoint"):  # it finds out which version the file is
            self.until(lambda: self._base_of(part_number) is not None)
        return path

    def _base_of(self, part_number: str) -> str | None:
        tracked = self.workbench.store.tracked.get(part_number)
        return tracked.base_version if tracked else None

    def open(self, path: Path) -> None:
        """Open the part."""
        self._key = self.host.open(path)

    def edit(self, *names: str) -> None:
        """Be in these objects, outermost first; none: in the document."""
        labels = self.host.labels(self._key)
        self.host.enter(
            self._key,
            *(
                Context(LEVELS.get(name, ContextLevel.SKETCH), name, labels.get(name, ""))
                for name in names
            ),
        )

    def change(self, to: Path) -> None:
        """Change the part for real: to what another file holds."""
        self.host.edit(self._key, to)

    def change_sample(self, part_number: str, to: Path = SAMPLE_DEEPER) -> None:
        """Change the sample part, which the server shares under that number, to another state of it."""
        self.change(renumbered(to, self.folder / f"{part_number}-changed.FCStd", part_number))

    def editing(self) -> tuple[str, ...]:
        """The names of the objects this user holds."""
        return tuple(held.context.object_id for held in self.workbench.held())

    def shown(self, text: str) -> str:
        """The newest entry whose headline has ``text`` in it, details included; empty without one."""
        for entry in reversed(self.host.notices):
            if text in entry.text:
                return "\n".join((entry.text, *entry.details))
        return ""

    def is_(self, state: ConnectionState) -> bool:
        """Whether the connection is in this state."""
        return self.workbench.connection.state is state

    def pump(self) -> None:
        """Give the editor's main loop a turn."""
        self.host.run_pending(0.005)

    def until(self, holds: Callable[[], bool], timeout: float = PATIENCE_S) -> bool:
        """Run the editor until ``holds``; False if that takes longer than ``timeout`` seconds."""
        return until(holds, self, timeout=timeout)

    def quit(self) -> None:
        """Close the editor."""
        self.workbench.stop()
        self.client.close()


def until(
    holds: Callable[[], bool], *workstations: Workstation, timeout: float = PATIENCE_S
) -> bool:
    """Run these editors until ``holds``; False if that takes longer than ``timeout`` seconds."""
    deadline = time.monotonic() + timeout
    while not holds():
        if time.monotonic() > deadline:
            return False
        for workstation in workstations:
            workstation.pump()
        if not workstations:
            time.sleep(0.005)
    return True
