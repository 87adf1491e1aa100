"""``silo diff A B``: what differs between two part files."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from silo_core.surfaces.cli.inspect import part_file
from silo_core.surfaces.cli.terminal import plain

if TYPE_CHECKING:
    from silo_core.fcstd import Change, Contents

SAME, DIFFERENT = 0, 1
"""Exit statuses, as those of ``diff``; 2 is trouble."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``diff``."""
    parser = subparsers.add_parser(
        "diff",
        help="show what differs between two .FCStd or .kc files",
        description="Show what changed from file A to file B: features, dimensions, sketches, "
        "formulas, cells and looks. The exit status is 0 if nothing did, 1 if something did.",
    )
    parser.add_argument("base", type=part_file, metavar="A", help="the older file")
    parser.add_argument("other", type=part_file, metavar="B", help="the newer file")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what differs; 0 if nothing does, else 1.

    Raises:
        FileError: one of the files is not a sound FreeCAD document.
    """
    from silo_core.fcstd import compare, summarise

    changes = compare(_read(args.base), _read(args.other))
    if args.json:
        print(json.dumps(_as_json(changes), indent=2, ensure_ascii=False))
    else:
        lines = summarise(changes, len(changes) + 1)
        print("\n".join(map(plain, lines)) or "No changes.")
    return DIFFERENT if changes else SAME


def _read(path: Path) -> Contents:
    from silo_core.fcstd import read_contents
    from silo_core.ports.files import opened

    with opened(path) as source:
        return read_contents(source, name=path.name)


def _as_json(changes: tuple[Change, ...]) -> dict[str, Any]:
    """Every change, also the incidental ones, which the list for people leaves out."""
    return {
        "changes": [
            {
                "kind": change.kind,
                "object": change.object,
                "subject": change.subject,
                "old": change.old,
                "new": change.new,
                "incidental": change.is_incidental,
                "text": str(change),
            }
            for change in changes
        ]
    }
