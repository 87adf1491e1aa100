"""Saves a document of FreeCAD, and ends its transactions. Main thread only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from freecad.silo import reading
from silo_core.model.errors import HostError

NUMBER = "SiloPartNumber"


def save(key: str) -> None:
    """Save the document if it has unsaved changes. One that is closed already has none: the user
    saved or discarded them when it closed.

    Raises:
        HostError: it has no file yet, or FreeCAD cannot write it.
    """
    document, gui = reading.find_document(key), reading.gui_document(key)
    if document is None or gui is None or not gui.Modified:
        return
    if not document.FileName:
        raise HostError(f"{document.Label} has no file yet: save it once with File > Save.")
    try:
        document.save()
    except Exception as error:  # FreeCAD raises whatever kind its C++ side was made to
        raise HostError(
            f"{Path(document.FileName).name} could not be saved: {error} Make the file writable, or "
            "save it elsewhere with File > Save As.",
            concerns=document.FileName,
        ) from error
    gui.Modified = False  # saving from Python leaves it set


def set_part_number(key: str, part_number: str) -> None:
    """Write the number into the document's own property, made where it has none.

    Raises:
        HostError: it is not open any more, or FreeCAD does not take it.
    """
    document = reading.find_document(key)
    if document is None:
        raise HostError("The document is not open any more; open it again.")
    try:
        if NUMBER not in document.PropertiesList:
            document.addProperty(
                "App::PropertyString", NUMBER, "Silo", "The item that this document belongs to"
            )
        document.SiloPartNumber = part_number
    except Exception as error:  # FreeCAD raises whatever kind its C++ side was made to
        raise HostError(f"{document.Label} cannot get a part number: {error}") from error


def forget_part_number(key: str) -> None:
    """Take it from the document and its objects; that is no change to be saved."""
    document, gui = reading.find_document(key), reading.gui_document(key)
    if document is None or gui is None:
        return
    for holder in (document, *document.Objects):
        if getattr(holder, NUMBER, ""):
            setattr(holder, NUMBER, "")
    gui.Modified = False


def commit(document: Any) -> None:
    """End the document's transaction that is still open, and keep what it did."""
    if document.HasPendingTransaction:
        document.commitTransaction()
