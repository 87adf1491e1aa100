"""What has to be known of an exit to push its file, should the program be killed within it."""

from __future__ import annotations

from silo_core.model.errors import FileError
from silo_core.model.exchange import ContextExit
from silo_core.ports.files import read_file
from silo_core.ports.store import Leaving


def leaving_of(exit: ContextExit) -> Leaving | None:
    """What is about to be pushed of an exit; None of a document that is no item's or has no file."""
    part_number, path = exit.document.part_number, exit.document.path
    if part_number is None or path is None:
        return None
    return Leaving(
        part_number=part_number,
        path=path,
        context=exit.kind,
        session_ids=tuple(session.id for session in exit.sessions),
        object_ids=tuple(held.context.object_id for held in exit.left),
        handoff_id=exit.handoff_id,
    )


def is_of_another_item(left: Leaving) -> bool:
    """Whether the file says by now that it is another item's: then it is no version of this one."""
    try:
        part_number = read_file(left.path).part_number
    except FileError:  # whether it can be had as it is turns out when it is copied
        return False
    return part_number not in (None, left.part_number)
