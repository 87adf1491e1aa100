"""``silo inspect FILE``: what a part file holds and how its objects depend on each other."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from silo_core.model.errors import FileError
from silo_core.surfaces.cli.terminal import plain, table

if TYPE_CHECKING:
    from silo_core.fcstd import PartDocument


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``inspect``."""
    parser = subparsers.add_parser(
        "inspect",
        help="show what is in an .FCStd or .kc file",
        description="Show the part number, the objects of a part file and what each is built from.",
    )
    parser.add_argument("file", type=part_file, metavar="FILE", help="an .FCStd or .kc file")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def part_file(text: str) -> Path:
    """The file that an argument names.

    Raises:
        FileError: it is empty.
    """
    if not text.strip():  # and not the current folder
        raise FileError("The file name is empty; name an .FCStd or .kc file.")
    return Path(text)


def run(args: argparse.Namespace) -> int:
    """Print the file's content; 0.

    Raises:
        FileError: the file is not a sound FreeCAD document.
    """
    from silo_core.ports.files import read_file

    document = read_file(args.file)
    if args.json:
        print(json.dumps(_as_json(document), indent=2, ensure_ascii=False))
    else:
        print(_as_table(document))
    return 0


def _as_json(document: PartDocument) -> dict[str, Any]:
    return {
        "part_number": document.part_number,
        "program_version": document.program_version,
        "objects": [
            {"name": entry.name, "type": entry.type, "label": entry.label, "uses": entry.uses}
            for entry in document.objects
        ],
    }


def _as_table(document: PartDocument) -> str:
    head = [
        f"Part number:   {plain(document.part_number or 'none')}",
        f"Written by:    FreeCAD {plain(document.program_version or '(unknown)')}",
        f"Objects:       {len(document.objects)}",
    ]
    rows = [("NAME", "LABEL", "TYPE", "BUILT FROM")]
    rows += [(e.name, e.label, e.type, ", ".join(e.uses) or "-") for e in document.objects]
    return "\n".join([*head, "", *table(rows)])
