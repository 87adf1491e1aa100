"""Subscribe, watch the file arrive, pause and close, by the windows in FreeCAD's menu."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import FreeCADGui as Gui
from PySide6.QtCore import Qt

from tests.freecad.inside.driver import Found, Step, meet
from tests.freecad.inside.first_run import dialog, press


def steps(find: Found, config: dict[str, Any]) -> Iterator[Step]:
    init_gui = sys.modules["freecad.silo.init_gui"]
    yield lambda: init_gui.workbench and init_gui.workbench.connection.state == "online"
    find["qt before"] = "silo_subscriptions.qt" in sys.modules

    Gui.runCommand("Silo_Subscribe", 0)
    yield lambda: dialog("SubscribeDialog")
    box = dialog("SubscribeDialog")
    box.search.setText("plate")
    yield lambda: [item.part_number for item in box.choices.rows] == ["PRT-101"]
    yield lambda: box.choices.index(0).data(Qt.ItemDataRole.AccessibleTextRole).count("bob edits")
    index = box.choices.index(0)
    box.choices.setData(index, Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    yield lambda: "would be updated" in box.preview.text
    find["preview"] = box.preview.text
    press(box, "Subscribe")
    yield lambda: box.preview.text == "Subscribed to PRT-101."
    press(box, "Close")
    yield lambda: dialog("SubscribeDialog") is None

    Gui.runCommand("Silo_SyncStatus", 0)
    yield lambda: dialog("StatusDialog")
    box = dialog("StatusDialog")
    yield lambda: box.line.text == "Everything is up to date."
    find["file"] = Path(config["file"]).exists()
    yield meet("subscribed")
    size = config["newer size"]
    yield lambda: [status.wanted.size for status in box.model.rows] == [size]
    yield lambda: Path(config["file"]).stat().st_size == size
    press(box, "Close")

    Gui.runCommand("Silo_Subscriptions", 0)
    yield lambda: dialog("ManageDialog")
    box = dialog("ManageDialog")
    yield lambda: len(box.model.rows) == 1
    box.list.selectAll()
    press(box, "Pause")
    yield lambda: box.preview.text == "Paused: PRT-101."
    press(box, "Close")
    yield 0.3
    find["dialogs left"] = [name for name in ("ManageDialog", "StatusDialog") if dialog(name)]
