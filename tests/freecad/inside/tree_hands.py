"""What a user sees and does in FreeCAD's model tree."""

from __future__ import annotations

import FreeCAD as App
import FreeCADGui as Gui
from PySide6.QtCore import QModelIndex, QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QTreeWidget

from freecad.silo import tree as silo_tree
from silo_core.rules.presence import Dot
from silo_core.surfaces.qt.mark_delegate import MarkDelegate
from silo_core.surfaces.qt.tree_marks import NAME_COLUMN


def tree() -> QTreeWidget:
    found = silo_tree.find(Gui.getMainWindow())
    assert found is not None
    return found


def rows(parent: QModelIndex | None = None) -> list[QModelIndex]:
    """All rows, the documents' too."""
    model, parent = tree().model(), parent or QModelIndex()
    below = [model.index(number, 0, parent) for number in range(model.rowCount(parent))]
    return [row for one in below for row in (one, *rows(one))]


def tree_marks() -> dict[str, list[str]]:
    """What is drawn on each row that has a mark, and what is said of it: by internal name, or by the
    label of a document. ``newer`` stands for the arrow, alone or after another mark."""
    delegate = tree().itemDelegate()
    assert isinstance(delegate, MarkDelegate)
    found = {}
    for row in rows():
        mark = delegate.mark_of(row)
        if mark:
            said = str(row.data(Qt.ItemDataRole.AccessibleDescriptionRole) or "")
            name = row.siblingAtColumn(NAME_COLUMN).data() or row.data()
            drawn = [mark.dot.value] if mark.dot is not Dot.NONE else []
            found[str(name)] = [" ".join([*drawn, *(["newer"] if mark.newer else [])]), said]
    return found


def rename_in_tree(name: str, label: str) -> bool:
    """Rename an object as with F2; whether there was something to type into."""
    for row in rows():
        if row.siblingAtColumn(NAME_COLUMN).data() != name:
            continue
        tree().setCurrentIndex(row)
        tree().edit(row)
        QApplication.processEvents()
        for editor in tree().findChildren(QLineEdit):
            editor.setText(label)
            tree().setFocus()
            QApplication.processEvents()
            return True
    return False


def delegate_name() -> str:
    """The class of what draws the tree."""
    return type(tree().itemDelegate()).__name__


def tree_picture(path: str) -> bool:
    """What the tree looks like."""
    tree().expandAll()
    QApplication.processEvents()
    window = Gui.getMainWindow()
    place = QRect(tree().mapTo(window, QPoint(0, 0)), tree().size())
    return bool(window.grab(place).save(path))


def labels(name: str) -> list[str]:
    """The labels of all objects."""
    return [entry.Label for entry in App.getDocument(name).Objects]
