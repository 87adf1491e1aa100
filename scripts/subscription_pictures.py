"""Make the pictures of the three dialogs of subscriptions in docs/images, from a real server:

QT_SCALE_FACTOR=2 QT_QPA_PLATFORM=offscreen .venv/bin/python -m scripts.subscription_pictures
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from scripts.pictures import PALETTES, save
from scripts.subscription_scene import Scene, scene
from silo_core.model.subscription import Policy, TargetType
from silo_core.model.window import Window
from silo_subscriptions.qt.dialog import Dialog
from silo_subscriptions.qt.manage import ManageDialog
from silo_subscriptions.qt.status import StatusDialog
from silo_subscriptions.qt.subscribe import SubscribeDialog

SCAN = "SCN-{}"


def main() -> None:
    """Make all pictures, light and dark."""
    application = QApplication(sys.argv)
    application.setStyle("Fusion")
    with scene() as stage:
        windows = {window.name: window for window in stage.alice.workbench.hooks.windows()}
        begin(stage)
        for name, colours in PALETTES.items():
            application.setPalette(colours)
            subscribe(stage, windows, f"subscribe-{name}")
            manage(stage, windows, f"subscriptions-{name}")
        trouble(stage)
        for number, (name, colours) in enumerate(PALETTES.items()):
            application.setPalette(colours)
            status(stage, windows, SCAN.format(number), f"sync-status-{name}")


def begin(stage: Scene) -> None:
    """What alice follows, and what she has of it."""
    stage.release("PLT-300")
    stage.release("MOT-210")
    stage.push("PLT-300", "plate")
    stage.follow("BRK-120")
    stage.follow("PLT-310", policy=Policy.LATEST_RELEASED)
    stage.follow("MOT-210", policy=Policy.PINNED, revision=1)
    stage.follow("Crane", TargetType.PROJECT)
    stage.follow("Drives", TargetType.CATEGORY, policy=Policy.LATEST_RELEASED)
    stage.pause("Drives")
    stage.settle(3)


def subscribe(stage: Scene, windows: Mapping[str, Window], name: str) -> None:
    """Two brackets and a mount are chosen."""
    dialog = cast(SubscribeDialog, opened(windows, "Silo_Subscribe"))
    stage.until(lambda: len(dialog.choices.rows) > 5)
    stage.settle(2)
    for row in (0, 1, 4):
        index = dialog.choices.index(row)
        dialog.choices.setData(index, Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    dialog.list.setCurrentIndex(dialog.choices.index(1))
    stage.until(lambda: "would be" in dialog.preview.text)
    taken(stage, dialog, name)


def manage(stage: Scene, windows: Mapping[str, Window], name: str) -> None:
    """A plate and the project would follow the newest version."""
    dialog = cast(ManageDialog, opened(windows, "Silo_Subscriptions"))
    stage.until(lambda: len(dialog.model.rows) > 4)
    chosen = dialog.list.selectionModel()
    for row, one in enumerate(dialog.model.rows):
        if one.target in ("PLT-310", "MOT-210"):
            chosen.select(dialog.model.index(row), chosen.SelectionFlag.Select)
    dialog.policy.choose(Policy.LATEST, None)
    dialog.change.click()
    stage.until(lambda: "would be" in dialog.preview.text)
    taken(stage, dialog, name)


def trouble(stage: Scene) -> None:
    """A part changed on both sides, one that is open, and two that want to be one file."""
    stage.change("BRK-101", "bracket")
    stage.open("BRK-100")
    stage.push("BRK-101", "bracket-bob")
    stage.push("BRK-100", "bracket-alice")
    stage.share_namesake("PLT-900", "PLT-300")
    stage.follow("PLT-900")
    stage.settle(3)


def status(stage: Scene, windows: Mapping[str, Window], scan: str, name: str) -> None:
    """A large file is on its way, and others wait for it."""
    stage.share_large(scan)
    dialog = cast(StatusDialog, opened(windows, "Silo_SyncStatus"))
    engine = stage.engine
    stage.follow(scan)
    stage.until(lambda: bool(engine.transfers))
    stage.push("PLT-300", "plate")
    stage.push("PLT-340", "plate")
    stage.until(lambda: dialog.filters["pending"].text().endswith("3"))
    for row, one in enumerate(dialog.model.rows):
        if one.part_number == "BRK-101":
            dialog.list.setCurrentIndex(dialog.model.index(row))
    taken(stage, dialog, name, 0.2)
    stage.until(lambda: not engine.transfers)
    stage.settle(1)


def opened(windows: Mapping[str, Window], name: str) -> Dialog:
    """The dialog as an editor opens it."""
    make: Callable[[object], object] = windows[name].make
    dialog = cast(Dialog, make(None))
    dialog.show()
    return dialog


def taken(stage: Scene, dialog: Dialog, name: str, after: float = 1) -> None:
    """Take the picture and close the dialog."""
    stage.settle(after)
    save(dialog, name)
    dialog.reject()


if __name__ == "__main__":
    main()
