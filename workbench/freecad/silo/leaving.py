"""Makes FreeCAD leave a context. Main thread only, and never inside an observer's slot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import FreeCAD
import FreeCADGui

from freecad.silo import reading, saving
from silo_core.model.context import Context, ContextLevel, ContextPath


def give_up(key: str, context: Context) -> None:
    """Close what keeps ``context`` of the document ``key`` open. A transaction that is still open, as
    it is right after an edit began, is given up; what was committed stays."""
    where = (key, context.object_id)
    for name, gui in _gui_documents():
        edit = reading.edit_in(gui)
        if edit and _belongs(edit.object, where, context.level):
            _abort(key, name)
            gui.resetEdit()
        if context.level is ContextLevel.PARTDESIGN:
            _deactivate(gui, where)


def close(key: str, context: Context, path: ContextPath, *, accept: bool) -> None:
    """Close ``context`` and what is within it on ``path``, the document's path, as their buttons [OK]
    and [Close] do: all work is kept. ``accept`` presses a dialog's [OK]; without it the dialog is
    closed with what it has done so far, for one that does not go otherwise."""
    within = path[path.index(context) :] if context in path else (context,)
    for inner in reversed(within):
        where = (key, inner.object_id)
        for _, gui in _gui_documents():
            edit = reading.edit_in(gui)
            if edit and (_belongs(edit.object, where, inner.level) or _leads_through(edit, where)):
                _finish(gui, edit, accept)
            if inner.level is ContextLevel.PARTDESIGN:
                _deactivate(gui, where)


def _gui_documents() -> Iterator[tuple[str, Any]]:
    for name in FreeCAD.listDocuments():
        gui = reading.gui_document(name)
        if gui is not None:
            yield name, gui


def _belongs(edited: Any, where: reading.Place, level: ContextLevel) -> bool:
    """Whether an edit is the context's own: the object itself, or, for a body, the dialog of one of
    its features. A sketch is a context of its own, and so is not closed with its body."""
    if reading.place(edited) == where:
        return True
    if level is not ContextLevel.PARTDESIGN or edited.isDerivedFrom(reading.SKETCH):
        return False
    group = edited.getParentGeoFeatureGroup()
    return group is not None and reading.place(group) == where


def _leads_through(edit: reading.Edit, assembly: reading.Place) -> bool:
    """Whether what is edited was opened from that assembly, which FreeCAD takes up again after it."""
    return any(
        step.isDerivedFrom(reading.ASSEMBLY) and reading.place(step) == assembly
        for step in edit.chain
    )


def _finish(gui: Any, edit: reading.Edit, accept: bool) -> None:
    """FreeCAD closes a sketch as its button does where it is asked to end the edit; a feature's dialog
    writes its values when it is accepted."""
    owner = edit.object.Document
    is_dialog = not any(map(edit.object.isDerivedFrom, (reading.SKETCH, reading.ASSEMBLY)))
    if is_dialog and accept and (dialog := FreeCADGui.Control.activeTaskDialog()) is not None:
        dialog.accept()
        return
    gui.resetEdit()
    owner.recompute()
    saving.commit(owner)


def _abort(*keys: str) -> None:
    for key in dict.fromkeys(keys):
        document = reading.find_document(key)
        if document is not None and document.HasPendingTransaction:
            document.abortTransaction()


def _deactivate(gui: Any, body: reading.Place) -> None:
    for view in reading.views(gui):
        active = view.getActiveObject("pdbody")
        if active is not None and reading.place(active) == body:
            view.setActiveObject("pdbody", None)
