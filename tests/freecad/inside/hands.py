"""What a user does in FreeCAD, and what they see: each a call of the test outside (``puppet``)."""

from __future__ import annotations

import sys
from typing import Any

import FreeCAD as App
import FreeCADGui as Gui
import Part
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialogButtonBox,
    QMdiArea,
    QMessageBox,
    QWidget,
)

MAIN = Gui.getMainWindow()


def workbench() -> Any:
    """The running Silo."""
    return sys.modules["freecad.silo.init_gui"].workbench


# -- documents -------------------------------------------------------------------------------------


def open_part(path: str) -> list[str]:
    """Open a file; answers the documents that are open then."""
    App.openDocument(path)
    return sorted(App.listDocuments())


def close_part(name: str) -> None:
    """Close a document without a question."""
    App.closeDocument(name)


def front(name: str) -> None:
    """Bring a document to the front, with a view."""
    App.setActiveDocument(name)
    if not Gui.getDocument(name).mdiViewsOfType("Gui::View3DInventor"):
        Gui.runCommand("Std_ViewCreate", 0)


def change(name: str, entry: str, what: str, value: Any) -> None:
    """Change a property, as a command does."""
    document = App.getDocument(name)
    document.openTransaction(f"{what} of {entry}")
    setattr(document.getObject(entry), what, value)
    document.commitTransaction()
    document.recompute()


def value(name: str, entry: str, what: str) -> Any:
    """A property as it is now."""
    found = getattr(App.getDocument(name).getObject(entry), what)
    return getattr(found, "Value", found)


def redraw(name: str, entry: str, size: float) -> None:
    """Draw the square of a sketch anew."""
    document = App.getDocument(name)
    document.openTransaction(f"redraw {entry}")
    sketch = document.getObject(entry)
    sketch.delGeometries([0, 1, 2, 3])
    corners = [(60, 10), (60 + size, 10), (60 + size, 10 + size), (60, 10 + size)]
    for one, other in zip(corners, corners[1:] + corners[:1], strict=True):
        sketch.addGeometry(Part.LineSegment(App.Vector(*one), App.Vector(*other)))
    document.commitTransaction()
    document.recompute()


def volume(name: str) -> float:
    """Of the part, in mm³."""
    return float(App.getDocument(name).Body.Shape.Volume)


def objects(name: str) -> list[str]:
    """The internal names of all objects."""
    return [entry.Name for entry in App.getDocument(name).Objects]


def modified(name: str) -> bool:
    """Whether it has unsaved changes."""
    return bool(Gui.getDocument(name).Modified)


# -- editing ---------------------------------------------------------------------------------------


def double_click(name: str, entry: str) -> None:
    """As in the tree."""
    front(name)
    App.getDocument(name).getObject(entry).ViewObject.doubleClicked()


def edit_within(assembly: str, path: str) -> None:
    """Edit what an assembly shows: ``Link.Sketch001.``."""
    front(assembly)
    document = Gui.getDocument(assembly)
    document.setEdit(document.Document.Assembly, 0, path)


def activate_within(assembly: str, path: str) -> None:
    """Make the body active that an assembly shows (``Link.``); none if that is empty."""
    document = App.getDocument(assembly)
    view = Gui.getDocument(assembly).mdiViewsOfType("Gui::View3DInventor")[0]
    if path:
        view.setActiveObject("pdbody", document.Assembly, path)
    else:
        view.setActiveObject("pdbody", None)


def edited() -> str:
    """What is open for editing, as document and object."""
    gui = Gui.editDocument()
    info = gui.InEditInfo if gui else None
    return f"{info[0].Document.Name}.{info[0].Name}.{info[1]}" if info else ""


def stop_editing() -> None:
    """As a macro does."""
    Gui.editDocument().resetEdit()


def press_escape() -> None:
    """In the 3D view, with the keyboard."""
    area = MAIN.findChild(QMdiArea)
    view = area.activeSubWindow()
    target = next(w for w in view.findChildren(QWidget) if w.inherits("QAbstractScrollArea"))
    target = getattr(target, "viewport", lambda: target)()
    target.setFocus()
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(target, event)


def press_close() -> None:
    """The [Close] button of what is edited."""
    (button,) = (
        found
        for box in MAIN.findChildren(QDialogButtonBox)
        if box.isVisible() and (found := box.button(QDialogButtonBox.StandardButton.Close))
    )
    button.click()


def discard_when_asked() -> None:
    """Answer the question whether to save what is open; Silo has had time to do something wrong."""
    box = QApplication.activeModalWidget()
    if isinstance(box, QMessageBox):
        box.button(QMessageBox.StandardButton.Discard).click()
    else:
        QTimer.singleShot(500, discard_when_asked)


def close_window(name: str, button: str) -> None:
    """Close a document as its tab does, and answer FreeCAD's question whether to save, faster than Silo
    can have seen it."""

    def answer() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            box.button(getattr(QMessageBox.StandardButton, button)).click()
        elif name in App.listDocuments():
            QTimer.singleShot(1, answer)

    front(name)
    QTimer.singleShot(0, lambda: Gui.runCommand("Std_CloseActiveWindow", 0))
    QTimer.singleShot(1, answer)


def is_open(name: str) -> bool:
    """Whether there is a document of that name."""
    return name in App.listDocuments()


def activate_body(name: str, body: str) -> None:
    """Make a body of a document the active one; none if that is empty."""
    front(name)
    document = App.getDocument(name)
    view = Gui.getDocument(name).mdiViewsOfType("Gui::View3DInventor")[0]
    view.setActiveObject("pdbody", document.getObject(body) if body else None)


def new_sketch_by_command(name: str) -> str:
    """On a plane of the active body, by the command of the menu; answers what is in edit then."""
    front(name)
    Gui.activateWorkbench("PartDesignWorkbench")
    Gui.Selection.clearSelection()
    Gui.Selection.addSelection(name, "Body", "Origin.XY_Plane.")
    Gui.runCommand("PartDesign_NewSketch", 0)
    return str(Gui.editDocument().InEditInfo[1]).strip(".")


def new_sketch_by_macro(name: str) -> str:
    """Made in a transaction of its own, then opened."""
    document = App.getDocument(name)
    document.openTransaction("Create sketch")
    sketch = document.Body.newObject("Sketcher::SketchObject", "Sketch")
    document.commitTransaction()
    Gui.getDocument(name).setEdit(sketch)
    return str(sketch.Name)


def state(name: str) -> list[Any]:
    """What a document is made of, its body's tip, and what could be undone."""
    document = App.getDocument(name)
    return [objects(name), document.Body.Tip.Name, document.UndoNames]
