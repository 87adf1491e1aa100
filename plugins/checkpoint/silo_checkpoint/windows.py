"""What this plugin offers to menus. What a window is made of is imported when it is opened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from silo_core.model.language import translate
from silo_core.model.window import Window, WindowKind
from silo_core.ports.services import Services


def windows(services: Services) -> Iterator[Window]:
    """Committing the part in front, and its history."""

    def commit(parent: Any) -> object:
        from silo_checkpoint.qt.commit import CommitDialog

        return CommitDialog(services, parent)

    def history(parent: Any) -> object:
        from silo_checkpoint.qt.history import HistoryDialog

        return HistoryDialog(services, parent)

    yield Window(
        "Silo_Commit",
        translate("SiloWindows", "Commit as Revision…"),
        translate("SiloWindows", "Make the newest version of the part in front a formal revision"),
        WindowKind.DIALOG,
        commit,
    )
    yield Window(
        "Silo_History",
        translate("SiloWindows", "History…"),
        translate(
            "SiloWindows", "The versions of the part in front: what changed, open one, restore one"
        ),
        WindowKind.DIALOG,
        history,
    )
