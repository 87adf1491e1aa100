"""The versions of the part in front, in a list."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from silo_checkpoint.commands.showing import kind
from silo_checkpoint.commands.versions import History
from silo_core.model.item import Version
from silo_core.model.language import translate
from silo_core.ports.client import SiloClient
from silo_core.ports.host import CanNumber
from silo_core.ports.services import Services
from silo_core.surfaces.qt.text import tip

MOST = 200
"""Versions that are listed; the command line lists them all."""


def part_in_front(services: Services) -> str | None:
    """The item of the document in front."""
    host = services.host
    document = host.active_document() if isinstance(host, CanNumber) else None
    return document.part_number if document else None


def read(client: SiloClient, part_number: str) -> tuple[History, list[Version]]:
    """The newest versions. Worker thread.

    Raises:
        ServerError: the server cannot be asked.
    """
    history = History(client, part_number)
    return history, [version for page in history.pages(MOST) for version in page]


class VersionList(QTreeWidget):
    """Who made which version when, and what changed, line by line below it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setHeaderLabels(
            [
                translate("SiloHistory", "When"),
                translate("SiloHistory", "Who"),
                translate("SiloHistory", "What changed"),
                translate("SiloHistory", "Kind"),
            ]
        )
        self.setAllColumnsShowFocus(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAccessibleName(translate("SiloHistory", "Versions of the part, newest first"))
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)

    @property
    def chosen(self) -> Version | None:
        """The version that is selected, also by one of its lines."""
        selected = self.selectedItems()
        row = (selected[0].parent() or selected[0]) if selected else None
        return row.data(0, Qt.ItemDataRole.UserRole) if row else None

    def show_versions(self, history: History, versions: list[Version]) -> None:
        """Show these in place of what was shown."""
        self.clear()
        for version in versions:
            self.addTopLevelItem(_row(version, is_head=history.is_head(version)))
        for column in (0, 1, 3):
            self.resizeColumnToContents(column)
        if first := self.topLevelItem(0):
            self.setCurrentItem(first)


def _row(version: Version, *, is_head: bool) -> QTreeWidgetItem:
    when = f"{version.created_at.astimezone():%Y-%m-%d %H:%M}" if version.created_at else ""
    said = [line for line in version.comment.splitlines() if line.strip()]
    lines = [*said, *version.changes] or [translate("SiloHistory", "nothing was told")]
    row = QTreeWidgetItem([when, version.user, lines[0], kind(version, is_head=is_head)])
    row.setData(0, Qt.ItemDataRole.UserRole, version)
    row.setToolTip(2, tip("\n".join(lines)))
    for line in lines[1:]:
        row.addChild(QTreeWidgetItem(["", "", line, ""]))
    return row
