"""Takes back what was changed in a context, with a copy beside it. Main thread only, and never inside
an observer's slot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from freecad.silo import reading, saving
from freecad.silo.history import History
from silo_core.model.context import Context
from silo_core.model.errors import FileError, HostError
from silo_core.ports.durable import explaining_write, flush_file, flush_folder


def set_aside(key: str, context: Context, copy: Path, history: History) -> bool:
    """See ``Host``. What is open stays open; FreeCAD's redo list has what was taken back, until the
    next change.

    Raises:
        HostError: FreeCAD cannot write the copy; or it is written, but FreeCAD cannot take the changes
            back (undo is switched off, its list is too short, a macro changed something past it, or
            earlier work was undone). The document keeps them then, and the message names the copy.
        FileError: ``copy`` cannot be written there, or exists.
    """
    document = reading.find_document(key)
    if document is None or not history.is_changed_since(key, context):
        return False
    saving.commit(document)
    _write_copy(document, copy)
    steps = history.steps_since(key, context)
    if steps is None:
        raise HostError(
            f"{document.Label} keeps the changes that you made in {context.title}: FreeCAD cannot "
            f"undo all of them. A copy with them is in {copy}; undo or save them yourself.",
            concerns=str(copy),
        )
    for _ in range(steps):
        document.undo()
    # Now, since leaving a sketch that is not up to date is a step, which would empty the redo list.
    document.recompute()
    return True


def unmake(key: str, context: Context, history: History) -> None:
    """Take back the step that made what was entered, and what FreeCAD did since to leave it. The redo
    list has it, until the next change."""
    document, steps = reading.find_document(key), history.steps_since(key, context)
    if document is not None and steps is not None and steps < document.UndoCount:
        for _ in range(steps + 1):
            document.undo()


def _write_copy(document: Any, copy: Path) -> None:
    if copy.exists():
        raise FileError(f"{copy} exists already; name a file that does not.", concerns=str(copy))
    try:
        document.saveCopy(str(copy))
    except Exception as error:  # FreeCAD raises whatever kind its C++ side was made to
        raise HostError(
            f"A copy of {document.Label} could not be written to {copy}: {error} See that its folder "
            "exists and has room.",
            concerns=str(copy),
        ) from error
    with explaining_write(copy), copy.open("rb+") as written:
        flush_file(written)
        flush_folder(copy.parent)
