"""Reads a document again whose file was replaced. Main thread only, and never inside an observer's
slot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import FreeCAD

from freecad.silo import reading
from freecad.silo.history import History
from silo_core.model.errors import HostError
from silo_core.ports.files import read_file


@dataclass(frozen=True, slots=True)
class _Reached:
    """An object by the document and the object it is reached through, and the way from there."""

    document: str
    root: str
    subname: str

    def root_object(self) -> Any | None:
        document = reading.find_document(self.document)
        return document.getObject(self.root) if document else None


@dataclass(frozen=True, slots=True)
class _Window:
    """What the user sees and has open, as far as FreeCAD drops it with the document."""

    active: str
    cameras: tuple[str, ...]
    bodies: tuple[tuple[str, int, _Reached], ...]
    edit: tuple[str, _Reached] | None
    unmodified: tuple[str, ...]


def reload(key: str, history: History) -> None:
    """See ``Host``. FreeCAD closes the document and opens it anew under the same name. What is open in
    it is closed before, as FreeCAD would keep pointing to what is gone, and opened again.

    Raises:
        HostError: it is not open, has no file, has unsaved changes, or FreeCAD cannot read it.
        FileError: the file cannot be read or is no part file.
    """
    document, gui = reading.find_document(key), reading.gui_document(key)
    if document is None or gui is None:
        raise HostError("The document is not open any more; open it again.")
    if not document.FileName:
        raise HostError(f"{document.Label} has no file yet: save it once with File > Save.")
    path = Path(document.FileName)
    if gui.Modified and not history.is_as_saved(key):
        raise HostError(
            f"{path.name} has unsaved changes; save or undo them first.", concerns=str(path)
        )
    read_file(path)  # FreeCAD would drop the document before it finds the file unsound
    before = _look_at(key)
    _let_go(before)
    try:
        document.restore()
    except Exception as error:  # FreeCAD raises whatever kind its C++ side was made to
        raise HostError(
            f"{path.name} could not be read again: {error} Close it and open it again.",
            concerns=str(path),
        ) from error
    _bring_back(key, before)


def _look_at(key: str) -> _Window:
    active = FreeCAD.ActiveDocument
    own = reading.gui_document(key)
    return _Window(
        active=active.Name if active else key,
        cameras=tuple(view.getCamera() for view in reading.views(own)) if own else (),
        bodies=tuple(_bodies_of(key)),
        edit=_edit_of(key),
        unmodified=tuple(
            name
            for name in FreeCAD.listDocuments()
            if (gui := reading.gui_document(name)) and (name == key or not gui.Modified)
        ),
    )


def _bodies_of(key: str) -> Iterator[tuple[str, int, _Reached]]:
    """The active bodies that the document owns or shows: Gui document, number of the view, body."""
    for name in FreeCAD.listDocuments():
        gui = reading.gui_document(name)
        for number, view in enumerate(reading.views(gui) if gui else ()):
            body = view.getActiveObject("pdbody")
            if body is not None and key in (name, body.Document.Name):
                _, root, subname = view.getActiveObject("pdbody", False)
                yield name, number, _Reached(root.Document.Name, root.Name, subname)


def _edit_of(key: str) -> tuple[str, _Reached] | None:
    """What is open for editing and touches the document, and the Gui document it is open in."""
    for name, document in FreeCAD.listDocuments().items():
        gui = reading.gui_document(name)
        if gui is None or (edit := reading.edit_in(gui)) is None:
            continue
        if name == key or any(used.Name == key for used in document.getDependentDocuments()):
            root, subname = gui.InEditInfo[0], gui.InEditInfo[1]
            return name, _Reached(edit.chain[0].Document.Name, root.Name, subname)
    return None


def _let_go(before: _Window) -> None:
    if before.edit and (gui := reading.gui_document(before.edit[0])) is not None:
        gui.resetEdit()
    for name, number, _ in before.bodies:
        reading.views(reading.gui_document(name))[number].setActiveObject("pdbody", None)


def _bring_back(key: str, before: _Window) -> None:
    for name, number, body in before.bodies:
        gui, root = reading.gui_document(name), body.root_object()
        if gui is not None and root is not None and number < len(reading.views(gui)):
            reading.views(gui)[number].setActiveObject("pdbody", root, body.subname)
    if before.edit:
        gui, root = reading.gui_document(before.edit[0]), before.edit[1].root_object()
        if gui is not None and root is not None:
            gui.setEdit(root, reading.DEFAULT_MODE, before.edit[1].subname)
    own = reading.gui_document(key)
    views = reading.views(own) if own else []
    for view, camera in zip(views, before.cameras, strict=False):
        view.setCamera(camera)  # last, as opening a sketch turns the view
    if reading.find_document(before.active) is not None:
        FreeCAD.setActiveDocument(before.active)
    for name in before.unmodified:  # an assembly that shows the part did not change by it
        if (gui := reading.gui_document(name)) is not None:
            gui.Modified = False
