"""A real part, and the same part as two people changed it."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from silo_core.model.item import Item
    from silo_core.ports.client import SiloClient

PARTS = Path(__file__).parent / "files"
PART_NUMBER = "PRT-100"
"""Of the samples."""
SAMPLE = PARTS / "bracket.FCStd"
"""A bracket: a body of two sketches (``Sketch001``, ``Sketch002``), each with a pocket, and a fillet."""
SAMPLE_DEEPER = PARTS / "bracket-alice.FCStd"
"""The same with a deeper pocket of ``Sketch001``."""
SAMPLE_WIDER = PARTS / "bracket-bob.FCStd"
"""The same with ``Sketch002`` redrawn."""


def renumbered(source: Path, target: Path, part_number: str, before: str = PART_NUMBER) -> Path:
    """A copy of a part file under another part number; answers ``target``."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for member in old.infolist():
            data = old.read(member)
            if member.filename == "Document.xml":
                data = data.replace(before.encode(), part_number.encode())
            new.writestr(member, data)
    return target


def share_part(client: SiloClient, part_number: str, content: Path, description: str = "") -> Item:
    """Make an item on the server with the file as its first version.

    Raises:
        SiloError: the server refuses it.
    """
    from silo_core.fcstd import to_dag
    from silo_core.model.context import CheckpointContext
    from silo_core.ports.files import read_file

    name = "bracket.FCStd"
    item = client.create_item(part_number, description=description, file_name=name)
    client.push_checkpoint(
        part_number,
        content,
        CheckpointContext.MANUAL,
        None,
        to_dag(read_file(content)),
        workstation_id=client.register_workstation("setup", "setup").id,
        file_name=name,
    )
    return item
