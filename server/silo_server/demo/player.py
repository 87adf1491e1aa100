"""One person of the demo: a workstation with a headless editor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from silo_core.hookspecs import hookimpl
from silo_core.model.context import Context, ContextLevel
from silo_core.model.event import Event
from silo_core.model.exchange import ActivityEntry, ConnectionState
from silo_core.ports.client import SiloClient
from silo_core.surfaces.headless import HeadlessHost
from silo_core.workbench import make_workbench

LEVELS = {"Body": ContextLevel.PARTDESIGN}


class Recorder:
    """A plugin that keeps every event of the server."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    @hookimpl
    def silo_server_event(self, event: Event) -> None:
        """Keep it."""
        self.events.append(event)

    def has(self, type_: str, **data: object) -> bool:
        """Whether an event of this type with these members came."""
        return any(
            event.type == type_ and data.items() <= event.data.items() for event in self.events
        )


class Player:
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
        self.name = name
        self.folder = folder
        self.client = SiloClient(*server)
        self.host = host or HeadlessHost()
        self.recorder = Recorder()
        self._say = say
        self._said = 0
        self._key = ""
        self.workbench = make_workbench(
            self.host,
            config=folder / "settings.toml",
            data=folder / "data",
            # long enough that a busy machine answers in time: the demo checks what it shows
            environ={
                "SILO_SERVER_URL": server[0],
                "SILO_TOKEN": server[1],
                "SILO_WORKSPACE": str(folder),  # never the one of whoever plays
                "SILO_ENTRY_WAIT_MS": "5000",
                **(environ or {}),
            },
            name=machine,
        )
        self.workbench.plugins.register(self.recorder, "demo-recorder")

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
        """Give the editor's main loop a turn, and say what it has shown since."""
        self.host.run_pending(0.005)
        for entry in self.host.notices[self._said :]:
            self._say(self.name, entry)
        self._said = len(self.host.notices)

    def quit(self) -> None:
        """Close the editor."""
        self.workbench.stop()
        self.client.close()
