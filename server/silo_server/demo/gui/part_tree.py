"""A part as FreeCAD's model tree shows it: bodies, their features, and below those their sketches.

The columns are FreeCAD's too: label, description, and hidden the internal name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QModelIndex, QSize
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from silo_core.fcstd import PartDocument, PartObject
from silo_core.model.language import translate
from silo_core.surfaces.qt.tree_marks import NAME_COLUMN
from silo_server.demo.gui import icons

CONTAINERS = (
    "PartDesign::Body",
    "App::Part",
    "Assembly::AssemblyObject",
    "App::DocumentObjectGroup",
)
SKETCH = "Sketcher::SketchObject"
_BEHIND = ("App::Origin", "App::Line", "App::Plane", "App::Point")
"""What each body brings along, and nobody edits."""


class PartTree(QTreeWidget):
    """The tree of one document."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setColumnCount(3)
        self.setHeaderLabels([translate("SiloDemo", "Part"), "", ""])
        self.setColumnHidden(1, True)
        self.setColumnHidden(NAME_COLUMN, True)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.setHeaderHidden(True)
        self.setIconSize(QSize(18, 18))
        self.setUniformRowHeights(True)
        self.setAccessibleName(translate("SiloDemo", "Model tree"))
        self.part_number: str | None = None

    def part_of(self, _: QModelIndex) -> str | None:
        """The part number of a document's row: there is one document."""
        return self.part_number

    def show_part(self, title: str, part: PartDocument) -> None:
        """Show ``part``, with the current row where it was."""
        current = self.current_name()
        self.clear()
        self.part_number = part.part_number
        top = QTreeWidgetItem(self, [title, "", ""])
        top.setIcon(0, icons.document())
        made = {"": top}
        by_name = {entry.name: entry for entry in part.objects}
        above = parents(part.objects)
        for name in above:
            made[name] = QTreeWidgetItem([by_name[name].label, "", name])
            made[name].setIcon(0, _icon(by_name[name]))
        for name, parent in above.items():
            made[parent].addChild(made[name])
        self.expandAll()
        self.setCurrentItem(made.get(current, top))

    def current_name(self) -> str:
        """The internal name of the current row's object, empty for the document's."""
        item = self.currentItem()
        return item.text(NAME_COLUMN) if item else ""


def parents(objects: Iterable[PartObject]) -> Mapping[str, str]:
    """In which object each one stands, "" for the document itself: a sketch in the feature that is made
    from it, all else in the container that holds it."""
    shown = [entry for entry in objects if entry.type not in _BEHIND]
    found: dict[str, str] = {}
    for entry in shown:
        users = [other for other in shown if entry.name in other.uses]
        holders = [other.name for other in users if other.type in CONTAINERS]
        features = [other.name for other in users if other.type not in CONTAINERS]
        above = [*features, *holders] if entry.type == SKETCH else holders
        found[entry.name] = above[0] if above else ""
    return found


def _icon(entry: PartObject) -> QIcon:
    if entry.type in CONTAINERS:
        return icons.body()
    return icons.sketch() if entry.type == SKETCH else icons.feature()
