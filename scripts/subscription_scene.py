"""A team, its parts and a workstation that is subscribed to some of them, for the pictures: a real
server, the real engine, and real parts with the pictures that FreeCAD makes of them."""

from __future__ import annotations

import time
import uuid
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtWidgets import QApplication

from silo_core.model.context import ContextLevel
from silo_core.model.exchange import ConnectionState
from silo_core.model.item import Version
from silo_core.model.subscription import TargetType
from silo_core.ports.client import SiloClient
from silo_server.demo.player import Player
from silo_server.embedded import EmbeddedServer
from silo_subscriptions import Subscriptions
from silo_subscriptions.facade import Sync

DATA = Path(__file__).parents[1] / "tests" / "data"
LARGE = 1_200_000_000
"""Bytes of a file that takes long enough to be seen on its way."""

NOW = datetime(2026, 3, 3, 14, 20, tzinfo=UTC)
ITEMS = (
    ("BRK-100", "Bracket, left", "bracket", "Brackets", "Crane"),
    ("BRK-101", "Bracket, right", "bracket-alice", "Brackets", "Crane"),
    ("BRK-120", "Bracket with slot", "bracket-bob", "Brackets", "Crane", "Lift"),
    ("MOT-210", "Motor mount", "motor", "Drives", "Crane"),
    ("MOT-230", "Motor mount, short", "motor", "Drives", "Lift"),
    ("PLT-300", "Base plate", "plate", "Plates", "Crane"),
    ("PLT-310", "Cover plate", "plate", "Plates", "Lift"),
    ("PLT-340", "Gusset plate", "plate", "Plates", "Crane", "Lift"),
    *((f"PLT-4{n:02}", f"Shim plate {n} mm", "plate", "Plates", "Lift") for n in range(1, 60)),
)


class Scene:
    """What the pictures show."""

    def __init__(self, folder: Path, server: EmbeddedServer) -> None:
        self.folder = folder
        self.server = server
        self.people = {
            name: SiloClient(server.url, server.add_user(name)) for name in ("bob", "carol")
        }
        self.machines = {
            name: client.register_workstation(f"CAD-{number:02}", name).id
            for number, (name, client) in enumerate(self.people.items(), 12)
        }
        self.alice = Player(
            "alice",
            "CAD-07",
            self._folder("alice"),
            (server.url, server.add_user("alice")),
            lambda _user, _entry: None,
            {"SILO_WORKSPACE": str(folder / "workspace"), "SILO_SUBSCRIPTION_MAX_DOWNLOADS": "1"},
        )
        for number, description, name, category, *projects in ITEMS:
            self._share(number, description, name, category, projects)

    def begin(self) -> None:
        """Alice connects; others edit."""
        self.alice.workbench.start()
        self.until(lambda: self.alice.is_(ConnectionState.ONLINE))
        self.people["bob"].acquire_edit_session(
            "BRK-100", self.machines["bob"], ContextLevel.SKETCH, "Sketch001"
        )
        self.people["carol"].acquire_edit_session(
            "MOT-210", self.machines["carol"], ContextLevel.PARTDESIGN, "Body"
        )
        self.people["bob"].heartbeat(self.machines["bob"], (), ["PLT-300"])
        self.until(lambda: bool(self.alice.workbench.presence.viewing))

    def follow(self, target: str, kind: TargetType = TargetType.ITEM, **policy: object) -> None:
        """Alice subscribes."""
        here = self.alice.workbench.workstation_id or ""
        self.alice.client.create_subscription(here, kind, target, **policy)  # type: ignore[arg-type]

    def pause(self, target: str) -> None:
        """Alice pauses a subscription."""
        here = self.alice.workbench.workstation_id or ""
        for one in self.alice.client.list_subscriptions(here):
            if one.target == target:
                self.alice.client.update_subscription(one.id, paused=True)

    def change(self, number: str, name: str) -> None:
        """Alice's file is changed without an editor."""
        self.file(number).write_bytes(self._part(number, name).read_bytes())

    def open(self, number: str) -> None:
        """Alice has the part open."""
        self.alice.open(self.file(number))

    def file(self, number: str) -> Path:
        """Where alice has a part."""
        return self.folder / "workspace" / f"{number}.FCStd"

    @property
    def engine(self) -> Sync:
        """What keeps alice's files in step."""
        plugin = self.alice.workbench.plugins.plugin("subscriptions")
        if not isinstance(plugin, Subscriptions) or plugin.sync is None:
            raise RuntimeError("The plugin for subscriptions does not run.")
        return plugin.sync

    def push(self, number: str, name: str) -> Version:
        """Bob makes a newer version."""
        client = self.people["bob"]
        head = client.get_item(number).head
        file = self._part(number, name)
        here, base = self.machines["bob"], head.id if head else None
        pushed = client.push_checkpoint(
            number, file, "manual", None, None, workstation_id=here, base=base
        )
        return pushed.version

    def release(self, number: str) -> None:
        """Carol makes the newest version a revision."""
        client = self.people["carol"]
        head = client.get_item(number).head
        client.create_revision(number, self.machines["carol"], "released", head.id if head else "")

    def share_large(self, number: str) -> None:
        """A new item with a scan in it."""
        file = self.folder / f"{number}.stl"
        with file.open("wb") as scan:
            scan.truncate(LARGE)
        client = self.people["carol"]
        client.create_item(
            number, description="Scan of the hall", category="Scans", file_name=file.name
        )
        here = self.machines["carol"]
        client.push_checkpoint(number, file, "manual", None, None, workstation_id=here)

    def share_namesake(self, number: str, of: str) -> None:
        """A new item whose file has the name of another one's."""
        client = self.people["carol"]
        client.create_item(number, description="Base plate, old", file_name=f"{of}.FCStd")
        self.push(number, "plate")

    def until(self, holds: Callable[[], bool]) -> None:
        """Let everything go on until ``holds``, for a minute at most."""
        deadline = time.monotonic() + 60
        while not holds():
            if time.monotonic() > deadline:
                raise TimeoutError("What the picture is to show did not come about.")
            self.alice.pump()
            QApplication.processEvents()

    def settle(self, seconds: float = 1.5) -> None:
        """Let what is under way arrive."""
        end = time.monotonic() + seconds
        self.until(lambda: time.monotonic() > end)

    def close(self) -> None:
        """Everybody goes home."""
        self.alice.quit()
        for client in self.people.values():
            client.close()

    def _share(
        self, number: str, description: str, name: str, category: str, projects: list[str]
    ) -> None:
        self.people["carol"].create_item(
            number,
            description=description,
            category=category,
            projects=projects,
            file_name=f"{number}.FCStd",
        )
        self.push(number, name)

    def _part(self, number: str, name: str) -> Path:
        """A real part under this number, with its picture."""
        picture = DATA / "thumbnails" / f"{name.partition('-')[0]}.png"
        path = self._folder("parts") / f"{number}.FCStd"
        with zipfile.ZipFile(DATA / f"{name}.FCStd") as old, zipfile.ZipFile(path, "w") as new:
            for member in old.infolist():
                content = old.read(member).replace(b"PRT-100", number.encode())
                new.writestr(member, content)
            new.write(picture, "thumbnails/Thumbnail.png")
            new.comment = uuid.uuid4().bytes  # saved again, it is another file
        return path

    def _folder(self, name: str) -> Path:
        path = self.folder / name
        path.mkdir(exist_ok=True)
        return path


@contextmanager
def scene() -> Iterator[Scene]:
    """A team at work, until the pictures are taken."""
    with TemporaryDirectory() as folder, EmbeddedServer(Path(folder) / "server") as server:
        made = Scene(Path(folder), server)
        try:
            made.begin()
            yield made
        finally:
            made.close()
