"""``silo new``: a file becomes the first revision of a new item."""

from __future__ import annotations

import argparse
from pathlib import Path

from silo_core.model.errors import SiloError
from silo_core.model.item import PART_NUMBER
from silo_core.ports.client.files import reading
from silo_core.ports.files import is_part_file, read_file
from silo_core.ports.publishing import make_item, upload_first
from silo_core.rules.amounts import size
from silo_core.surfaces.cli.server import server
from silo_core.surfaces.cli.terminal import plain


def run(args: argparse.Namespace) -> int:
    """Make the item, upload the file, and say so; 0.

    Raises:
        SiloError: the file cannot be read or has another number inside, or the number is taken.
    """
    path = Path(args.file)
    number = _number(path, args.part_number)
    with reading(path):  # before an item is made that would stay empty
        pass
    with server() as client:
        make_item(
            client,
            number,
            path.name,
            description=args.description,
            item_type=args.type,
            category=args.category,
            projects=args.project,
        )
        version = upload_first(client, number, path, args.message)
    print(plain(f"{number} is new: {path.name}, {size(version.size)}, its first revision."))
    return 0


def _number(path: Path, named: str | None) -> str:
    """The item's part number. A part carries it inside, since that is how an editor knows it again.

    Raises:
        SiloError, FileError: there is none, or two.
    """
    is_part = is_part_file(path.name)
    inside = read_file(path).part_number if is_part else None
    if is_part and inside is None:
        raise SiloError(
            f"{path.name} has no part number inside; open it in FreeCAD and choose Silo > New Part from "
            "This Document, which writes one into it."
        )
    number = named or inside
    if number is None:
        raise SiloError(f"Name the part number of {path.name}: silo new FILE PN.")
    if inside is not None and named not in (None, inside):
        raise SiloError(f"{path.name} has the part number {inside} inside, not {named}.")
    if not PART_NUMBER.fullmatch(number):
        raise SiloError(
            f"{number!r} is no part number: a letter or digit, then up to 63 letters, digits, dots, "
            "dashes or underscores."
        )
    return number
