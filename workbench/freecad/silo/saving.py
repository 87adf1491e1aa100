"""Saves a document of FreeCAD, and makes sure that it was. Main thread only."""

from __future__ import annotations

from pathlib import Path

from freecad.silo import reading
from silo_core.model.errors import HostError


def save(key: str) -> None:
    """Save the document if it has unsaved changes. One that is closed already has none: the user
    saved or discarded them when it closed.

    Raises:
        HostError: it has no file yet, or FreeCAD did not write it.
    """
    document, gui = reading.find_document(key), reading.gui_document(key)
    if document is None or gui is None or not gui.Modified:
        return
    if not document.FileName:
        raise HostError(f"{document.Label} has no file yet: save it once with File > Save.")
    path = Path(document.FileName)
    before = _stamp(path)
    try:
        document.save()
    except Exception as error:  # FreeCAD raises whatever kind its C++ side was made to
        raise _not_saved(path, str(error)) from error
    if _stamp(path) == before:  # a folder that is gone is no error to FreeCAD
        raise _not_saved(path, "FreeCAD wrote no file.")
    gui.Modified = False  # saving from Python leaves it set


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _not_saved(path: Path, why: str) -> HostError:
    return HostError(
        f"{path.name} could not be saved: {why} Check that its folder exists and may be written to, "
        "or save it elsewhere with File > Save As.",
        concerns=str(path),
    )
