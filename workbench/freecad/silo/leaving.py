"""Makes FreeCAD leave a context. Main thread only, and never inside an observer's slot."""

from __future__ import annotations

from typing import Any

import FreeCAD

from freecad.silo import reading
from silo_core.model.context import Context, ContextLevel


def leave(key: str, context: Context) -> None:
    """Close what keeps ``context`` of the document ``key`` open. A transaction that is still open, as
    it is right after an edit began, is given up; what was committed stays."""
    where = (key, context.object_id)
    for name in FreeCAD.listDocuments():
        gui = reading.gui_document(name)
        if gui is None:
            continue
        edit = reading.edit_in(gui)
        if edit and _belongs(edit.object, where, context.level):
            _abort(key, name)
            gui.resetEdit()
        if context.level is ContextLevel.PARTDESIGN:
            _deactivate(gui, where)


def _belongs(edited: Any, where: reading.Place, level: ContextLevel) -> bool:
    """Whether an edit is the context's own: the object itself, or, for a body, the dialog of one of
    its features. A sketch is a context of its own, and so is not closed with its body."""
    if reading.place(edited) == where:
        return True
    if level is not ContextLevel.PARTDESIGN or edited.isDerivedFrom(reading.SKETCH):
        return False
    group = edited.getParentGeoFeatureGroup()
    return group is not None and reading.place(group) == where


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
