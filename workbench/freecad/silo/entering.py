"""Makes FreeCAD edit something, as if the user had opened it. Main thread only, and never inside an
observer's slot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import FreeCAD
import FreeCADGui

from freecad.silo import reading, saving
from silo_core.model.context import Context, ContextLevel, ContextPath
from silo_core.model.errors import HostError

TYPES = {
    ContextLevel.ASSEMBLY: reading.ASSEMBLY,
    ContextLevel.PARTDESIGN: reading.BODY,
    ContextLevel.SKETCH: reading.SKETCH,
}


def enter(key: str, path: ContextPath) -> None:
    """Edit ``path`` of the document ``key``; what is not there any more, or is not what it was, is left
    out. What the document had open for editing and is not on the path is closed, its work kept."""
    document = reading.find_document(key)
    if document is None:
        return
    gui = _shown(document)
    if gui is None:
        return
    wanted = [(c, entry) for c in path if (entry := _find(document, c)) is not None]
    assembly = next((entry for c, entry in wanted if c.level is ContextLevel.ASSEMBLY), None)
    edits = [entry for c, entry in wanted if c.level is not ContextLevel.PARTDESIGN]
    edit = reading.edit_in(gui)
    if edit and reading.place(edit.object) not in map(reading.place, edits):
        gui.resetEdit()
        saving.commit(document)
    for context, entry in wanted:
        root, subname = _reached(entry, assembly)
        if context.level is ContextLevel.PARTDESIGN:
            reading.views(gui)[0].setActiveObject("pdbody", root, subname)
        elif not _is_open(gui, entry):
            gui.setEdit(root, reading.DEFAULT_MODE, subname)


def select(key: str, object_id: str) -> None:
    """Bring the document to the front and select one object of it; nothing where it is gone."""
    document = reading.find_document(key)
    if document is None or document.getObject(object_id) is None or _shown(document) is None:
        return
    FreeCADGui.Selection.clearSelection()
    FreeCADGui.Selection.addSelection(document.Name, object_id)


def _shown(document: Any) -> Any | None:
    """The Gui side of the document, in front; a document that was only loaded for another gets a
    view."""
    if document.Partial:
        FreeCAD.openDocument(document.FileName)
    FreeCAD.setActiveDocument(document.Name)
    gui = reading.gui_document(document.Name)
    if gui is not None and not reading.views(gui):
        FreeCADGui.runCommand("Std_ViewCreate", 0)
    return gui if gui is not None and reading.views(gui) else None


def _find(document: Any, context: Context) -> Any | None:
    entry = document.getObject(context.object_id)
    return entry if entry is not None and entry.isDerivedFrom(TYPES[context.level]) else None


def _reached(entry: Any, assembly: Any | None) -> tuple[Any, str]:
    """The object to open and the way from it, where ``entry`` stands in an assembly that is edited."""
    if assembly is not None and entry is not assembly:
        for root, subname in entry.Parents:
            if reading.place(root) == reading.place(assembly):
                return root, subname
    return entry, ""


def _is_open(gui: Any, entry: Any) -> bool:
    edit = reading.edit_in(gui)
    return edit is not None and reading.place(entry) == reading.place(edit.object)


def open_file(path: Path) -> None:
    """Open a file, or bring its document to the front.

    Raises:
        HostError: FreeCAD cannot open it.
    """
    for document in reading.open_documents():
        if document.FileName and Path(document.FileName) == path:
            FreeCADGui.setActiveDocument(document.Name)
            return
    try:
        FreeCAD.openDocument(str(path))
    except Exception as error:  # FreeCAD raises whatever kind its C++ side was made to
        raise HostError(
            f"{path.name} could not be opened: {error} Open it with File > Open.",
            concerns=str(path),
        ) from error
