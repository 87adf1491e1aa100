"""FreeCAD's model tree, and whose its rows are. Main thread."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QTreeWidget, QWidget

from freecad.silo import reading
from silo_core.surfaces.qt.tree_marks import NAME_COLUMN

TREE = "Gui::TreeWidget"


def find(main: QWidget) -> QTreeWidget | None:
    """The tree, in whichever dock the user has it."""
    trees = main.findChildren(QTreeWidget)
    return next((tree for tree in trees if tree.metaObject().className() == TREE), None)


def part_number(row: QModelIndex) -> str | None:
    """The item that a document's row belongs to. The row says nothing but the document's label; of two
    documents of one label, it is the one that has the objects below it."""
    label = row.data()
    found = [document for document in reading.open_documents() if document.Label == label]
    if len(found) > 1:
        found = [document for document in found if _shows(row, document)]
    return reading.part_number(found[0]) if len(found) == 1 else None


def _shows(row: QModelIndex, document: Any) -> bool:
    model = row.model()
    below = {model.index(number, NAME_COLUMN, row).data() for number in range(model.rowCount(row))}
    return below == {entry.Name for entry in document.RootObjects}
