"""Reads from FreeCAD what is being edited and which documents are open. Main thread only.

FreeCAD's objects are never kept: everything that leaves this module is of ``silo_core``'s own types.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import FreeCAD
import FreeCADGui
from PySide6.QtWidgets import QMdiArea, QMdiSubWindow, QWidget

from silo_core.model.context import Context, ContextLevel, ContextPath, Document
from silo_core.model.item import PART_NUMBER

ASSEMBLY = "Assembly::AssemblyObject"
BODY = "PartDesign::Body"
SKETCH = "Sketcher::SketchObject"
VIEW_3D = "Gui::View3DInventor"
DEFAULT_MODE = 0
"""The edit mode that opens an object for editing; the others move or paint it."""

Place = tuple[str, str]
"""An object by the names of its document and its own."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What is open for editing in one Gui document: the object, and what it was reached through,
    outermost first (an object of another document is reached through an assembly's link)."""

    object: Any
    chain: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """The context path of every open document, and the assemblies that are in edit or will be again
    when the sketch that was opened from them is left."""

    paths: dict[str, ContextPath]
    assemblies: frozenset[Place]


def open_documents() -> Iterator[Any]:
    """FreeCAD's documents that a user works in: no temporary ones, none that is still loading."""
    for document in FreeCAD.listDocuments().values():
        if not (document.Temporary or document.Restoring or document.Importing):
            yield document


def find_document(key: str) -> Any | None:
    """The open document of that name."""
    return FreeCAD.listDocuments().get(key)


def gui_document(key: str) -> Any | None:
    """The Gui side of an open document; None where it has none."""
    try:
        return FreeCADGui.getDocument(key)
    except NameError:  # FreeCAD's way to say that there is none
        return None


def describe(document: Any) -> Document:
    """A document as Silo knows it."""
    path = Path(document.FileName) if document.FileName else None
    return Document(document.Name, path, part_number(document))


def part_number(document: Any) -> str | None:
    """The document's own, else the first root object's, else the only one that any object has: as
    ``silo_core.fcstd.read_document`` finds it in the file."""
    candidates = [getattr(document, "SiloPartNumber", "")]
    marked = [entry for entry in document.Objects if getattr(entry, "SiloPartNumber", "")]
    for entry in marked:
        if not any(user.Document.Name == document.Name for user in entry.InList):
            candidates.append(entry.SiloPartNumber)
    if len(every := {entry.SiloPartNumber for entry in marked}) == 1:
        candidates += every
    found = next((str(candidate) for candidate in candidates if candidate), "")
    return found if PART_NUMBER.fullmatch(found) else None


def uses(document: Any) -> dict[str, tuple[str, ...]]:
    """What each object is built from, within the document. FreeCAD's list repeats names; it leaves
    hidden links out, as the graph of the file does (some 16 µs an object)."""
    name = document.Name
    return {
        entry.Name: tuple(
            dict.fromkeys(used.Name for used in entry.OutList if used.Document.Name == name)
        )
        for entry in document.Objects
    }


def place(entry: Any) -> Place:
    """Where an object stands."""
    return entry.Document.Name, entry.Name


def edit_in(gui: Any) -> Edit | None:
    """What is open for editing in a Gui document. View providers are not asked: an assembly's does
    not know its object."""
    info = gui.InEditInfo if gui.getInEdit() else None
    if info is None or info[3] != DEFAULT_MODE:
        return None
    root, path = info[0], info[1]
    names = [name for name in path.split(".") if name]
    chain = [root]
    for depth in range(1, len(names) + 1):
        reached = root.getSubObject(".".join(names[:depth]) + ".", 1)
        if reached is None:
            break
        chain.append(reached.getLinkedObject(True))
    return Edit(chain[-1], tuple(chain))


def views(gui: Any) -> list[Any]:
    """The 3D views of a document, the active one first."""
    found = list(gui.mdiViewsOfType(VIEW_3D))
    active = gui.ActiveView
    return sorted(found, key=lambda view: view != active)


def is_closing(gui: Any) -> bool:
    """Whether the last window of a document was closed, which ends the document in a later turn of the
    event loop. What was open for editing is ended by then, and the user was asked whether to save."""
    shown = [view.graphicsView() for view in views(gui)]
    return bool(shown) and not any(map(_is_in_its_place, shown))


def _is_in_its_place(view: QWidget) -> bool:
    above: QWidget | None = view
    while above is not None and not isinstance(above, QMdiSubWindow):
        above = above.parentWidget()
    if above is None:  # the user has it outside of FreeCAD's window
        return view.window().isVisible()
    area: QMdiArea | None = above.mdiArea()
    return area is not None and above in area.subWindowList()


def active_body(gui: Any) -> Any | None:
    """The body that new features of a document's view go into; it may be another document's."""
    shown = views(gui)
    body = shown[0].getActiveObject("pdbody") if shown else None
    return body if body is not None and body.isDerivedFrom(BODY) else None


def read(remembered: Collection[Place] = ()) -> Reading:
    """What is being edited now. An object counts for the document that owns it.

    FreeCAD ends an assembly's edit while a sketch is open that was opened from it, and takes it up
    again afterwards: to the user it never ended, so an assembly in ``remembered`` that the sketch was
    reached through stays on the path.
    """
    assemblies: dict[Place, Context] = {}
    bodies: dict[Place, Context] = {}
    sketches: dict[Place, Context] = {}
    keys = [document.Name for document in open_documents()]
    for key in keys:
        if (gui := gui_document(key)) is None:
            continue
        if (body := active_body(gui)) is not None:
            bodies[place(body)] = Context(ContextLevel.PARTDESIGN, body.Name, body.Label)
        if (edit := edit_in(gui)) is None:
            continue
        edited = edit.object
        if edited.isDerivedFrom(SKETCH):
            sketches[place(edited)] = Context(ContextLevel.SKETCH, edited.Name, edited.Label)
        for entry in edit.chain:
            if entry.isDerivedFrom(ASSEMBLY) and (entry is edited or place(entry) in remembered):
                context = Context(ContextLevel.ASSEMBLY, entry.Name, entry.Label)
                assemblies[place(entry)] = context
    paths: defaultdict[str, ContextPath] = defaultdict(tuple, dict.fromkeys(keys, ()))
    for level in (assemblies, bodies, sketches):
        for (owner, _), context in level.items():
            paths[owner] += (context,)
    return Reading({key: paths[key] for key in keys}, frozenset(assemblies))
