"""Make the pictures of the activity pane in docs/images, from a real server and two workstations:

QT_SCALE_FACTOR=2 QT_QPA_PLATFORM=offscreen .venv/bin/python -m scripts.activity_pictures
"""

from __future__ import annotations

import sys
import tempfile
import zipfile
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPolygonF
from PySide6.QtWidgets import QApplication

from scripts.pictures import IMAGES, PALETTES
from scripts.pictures import PART as BRACKET
from silo_activity.feed import Feed
from silo_activity.plugin import Activity
from silo_activity.qt.pane import ActivityPane
from silo_core.fcstd import to_dag
from silo_core.model.context import CheckpointContext
from silo_core.model.exchange import ActivityEntry, ActivityKind, ConnectionState
from silo_core.ports.client import SiloClient
from silo_core.ports.files import read_file
from silo_server.demo.player import Player
from silo_server.embedded import EmbeddedServer
from silo_subscriptions.engine.messages import OPEN, OWNER
from silo_subscriptions.viewing import VIEW

PART = "PRT-100"
KIND = ActivityKind


def thumbnail(folder: Path) -> bytes:
    """A part as FreeCAD would draw it, near enough: these files were saved without a window."""
    image = QImage(128, 128, QImage.Format.Format_ARGB32)
    image.fill(QColor(0, 0, 0, 0))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    shade = QLinearGradient(0, 0, 128, 128)
    shade.setColorAt(0, QColor("#c8d3de"))
    shade.setColorAt(1, QColor("#7d8ea0"))
    painter.setPen(QColor("#33414f"))
    painter.setBrush(shade)
    for points in (
        [(14, 84), (64, 106), (118, 80), (68, 60)],
        [(14, 84), (14, 96), (64, 118), (64, 106)],
        [(64, 106), (64, 118), (118, 92), (118, 80)],
        [(14, 84), (14, 30), (24, 25), (24, 80)],
        [(24, 80), (24, 25), (78, 8), (78, 56)],
    ):
        painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in points]))
    painter.setBrush(QColor("#4a5a6a"))
    painter.drawEllipse(QPointF(52, 42), 11, 12)
    painter.end()
    path = folder / "picture.png"
    image.save(str(path))
    return path.read_bytes()


def pictured(source: Path, target: Path) -> Path:
    """The part file with a thumbnail."""
    target.write_bytes(source.read_bytes())
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("thumbnails/Thumbnail.png", thumbnail(target.parent))
    return target


def main() -> None:
    """Make all pictures."""
    application = QApplication(sys.argv)
    application.setStyle("Fusion")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        bob, activity = play(stack, folder)
        for name, colours in PALETTES.items():
            application.setPalette(colours)
            pane = ActivityPane(
                bob.workbench, activity.feed or Feed(bob.workbench), activity.transfers
            )
            pane.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
            pane.resize(400, 680)
            pane.show()
            for _ in range(40):
                bob.pump()
                application.processEvents()
            pane.view.expand(pane.model.index(3, 0))
            for _ in range(20):
                bob.pump()
                application.processEvents()
            pane.grab().save(str(IMAGES / f"activity-pane-{name}.png"))
            pane.close()
            pane.deleteLater()
            application.processEvents()


def play(stack: ExitStack, folder: Path) -> tuple[Player, Activity]:
    """Three people in one part; what bob's pane shows of it."""
    server = stack.enter_context(EmbeddedServer(folder / "server"))
    part = pictured(BRACKET, folder / "bracket.FCStd")
    client = SiloClient(server.url, server.add_user("dave"))
    stack.callback(client.close)
    client.create_item(PART, file_name="bracket.FCStd")
    setup, dag = client.register_workstation("CAD-01", "dave").id, to_dag(read_file(part))
    client.push_checkpoint(PART, part, CheckpointContext.MANUAL, None, dag, workstation_id=setup)
    players = [player(stack, folder, server, name) for name in ("alice", "bob", "carol")]
    alice, bob, carol = players
    activity = Activity()
    bob.workbench.plugins.register(activity, "activity-in-sight")
    for one in players:
        one.workbench.start()
        pump(players, lambda one=one: one.is_(ConnectionState.ONLINE))
        own = one.folder / "bracket.FCStd"
        own.write_bytes(part.read_bytes())
        one.open(own)
    history(bob)
    alice.edit("Sketch001")
    pump(players, lambda: bool(bob.workbench.presence.sessions_on(PART)))
    for _ in range(3):
        bob.edit("Sketch001")
        pump(players)
    bob.edit("Sketch002")
    pump(players)
    carol.edit("Sketch002")
    pump(players)
    for question in carol.host.questions[-1:]:
        carol.host.answer("Request Handoff", question, "Only the slot, five minutes")
    pump(players)
    return bob, activity


def player(stack: ExitStack, folder: Path, server: EmbeddedServer, name: str) -> Player:
    """A workstation."""
    home = folder / name
    home.mkdir()
    disabled = {"SILO_PLUGINS_DISABLED": "activity"} if name == "bob" else {}
    made = Player(
        name,
        f"CAD-0{len(name)}",
        home,
        (server.url, server.add_user(name)),
        lambda _user, _entry: None,
        disabled,
    )
    stack.callback(made.quit)
    return made


def pump(players: list[Player], until: object = None) -> None:
    """Let everything arrive."""
    for _ in range(400 if callable(until) else 25):
        for one in players:
            one.pump()
        if callable(until) and until():
            break


def history(bob: Player) -> None:
    """What happened earlier, in the words of the plugins."""
    now = bob.workbench.now()

    def earlier(
        minutes: float, kind: ActivityKind, text: str, *details: str, **more: object
    ) -> None:
        entry = ActivityEntry(now - timedelta(minutes=minutes), kind, text, details, PART)
        ids.append(bob.workbench.post_activity(replace(entry, **more)))  # type: ignore[arg-type]

    ids: list[str] = []
    for number in range(12):
        part = f"PRT-2{number:02}"
        earlier(190 - number / 10, KIND.SYNCED, f"Synced: {part} rev 3 → rev 4", part_number=part)
    earlier(
        95,
        KIND.PROBLEM,
        "Checkpoint of PRT-100 is kept here and sent later",
        "The network is down.",
    )
    earlier(
        64,
        KIND.CONFLICT,
        "Kept beside the newest version: your PRT-100",
        chosen="Opened yours",
    )
    earlier(
        31,
        KIND.CHECKPOINT,
        "Checkpoint: PRT-100 (sketch_close) — 3 subscribers notified",
        "Slot.Width 8 mm → 10 mm",
    )
    earlier(
        24,
        KIND.SYNCED,
        "Synced: PRT-100 rev 3 → rev 5",
        user="alice",
        actions=(OPEN, VIEW),
        facts={"plugin": OWNER, "path": str(bob.folder / "bracket.FCStd")},
    )
    earlier(
        12,
        KIND.UPDATED,
        "Updated: PRT-100 — alice finished editing Body",
        "Working checkpoint (not a formal revision)",
        "Pocket.Length 5 mm → 7 mm",
        user="alice",
        actions=(VIEW,),
        facts={"plugin": OWNER},
    )
    pump([bob])


if __name__ == "__main__":
    main()
