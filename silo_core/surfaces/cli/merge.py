"""``silo merge BASE OURS THEIRS -o OUT``: two edits of one part file become one."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from silo_core.model.errors import FileError
from silo_core.surfaces.cli.inspect import part_file
from silo_core.surfaces.cli.terminal import plain

if TYPE_CHECKING:
    from silo_core.fcstd.merging import Merged

CLEAN, CONFLICTS = 0, 1
"""Exit statuses, as those of ``diff3``; 2 is trouble."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``merge``."""
    parser = subparsers.add_parser(
        "merge",
        help="join two edits of one .FCStd or .kc file",
        description="Join what OURS and THEIRS changed in BASE, object by object. The exit status is "
        "0 if all of it goes together, 1 if something was changed in two ways: then OUT is not written.",
    )
    parser.add_argument("base", type=part_file, metavar="BASE", help="what both were made from")
    parser.add_argument("ours", type=part_file, metavar="OURS", help="one edit of it")
    parser.add_argument("theirs", type=part_file, metavar="THEIRS", help="the other one")
    parser.add_argument(
        "-o", "--output", type=_output_file, metavar="OUT", required=True, help="the file to write"
    )
    parser.add_argument("--force", action="store_true", help="replace OUT if it exists")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def _output_file(text: str) -> Path:
    """Raises FileError: it names no file."""
    if text == "-":
        raise FileError("A merged file is not written to standard output; name a file after -o.")
    return part_file(text)


def run(args: argparse.Namespace) -> int:
    """Write the merged file and say what was taken, or say what does not go together.

    Raises:
        FileError: a file is not a sound FreeCAD document, or OUT may not be written.
    """
    from silo_core.fcstd import summarise
    from silo_core.ports.merging import merge_files, refuse_inputs
    from silo_core.surfaces.cli.output import refuse_taken

    refuse_inputs(args.output, (args.base, args.ours, args.theirs))
    refuse_taken(args.output, replace=args.force)
    merged = merge_files(args.base, args.ours, args.theirs, args.output)
    if args.json:
        print(json.dumps(_as_json(merged), indent=2, ensure_ascii=False))
    elif merged.conflicts:
        print("\n".join(plain(str(conflict)) for conflict in merged.conflicts))
    else:
        lines = summarise(merged.taken, len(merged.taken) + 1)
        lines += tuple(f"{old} of THEIRS is called {new}" for old, new in merged.renamed.items())
        told = "this of THEIRS is in it now" if lines else "THEIRS had nothing to add"
        print("\n".join(map(plain, (f"Merged into {args.output}: {told}", *lines))))
    return CONFLICTS if merged.conflicts else CLEAN


def _as_json(merged: Merged) -> dict[str, Any]:
    return {
        "renamed": dict(merged.renamed),
        "taken": [str(change) for change in merged.taken if not change.is_incidental],
        "conflicts": [
            {
                "kind": conflict.clash,
                "object": conflict.object,
                "subject": conflict.subject,
                "base": conflict.base,
                "ours": conflict.ours,
                "theirs": conflict.theirs,
                "text": str(conflict),
            }
            for conflict in merged.conflicts
        ],
    }
