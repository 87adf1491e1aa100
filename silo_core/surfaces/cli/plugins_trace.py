"""``silo plugins trace``: what plugins were called for, as the editor that ran last has kept it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from silo_core.model.errors import SiloError
from silo_core.surfaces.cli.terminal import number

DEFAULT = 50


def add_parser(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``trace``."""
    parser = actions.add_parser(
        "trace",
        help="show what plugins were called for, and write a bug report",
        description="Show the newest calls of plugins: when, which plugin and hook, how long it took, "
        "on which thread, and how it ended. An editor keeps them when it ends and when a plugin fails.",
    )
    parser.add_argument("--last", metavar="N", help=f"show N calls (default: {DEFAULT})")
    parser.add_argument("--problems", action="store_true", help="show only what went wrong")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    parser.add_argument(
        "--report",
        metavar="FILE",
        type=Path,
        help="write all calls, the plugins and what the doctor finds into FILE, without names, tokens, "
        "addresses and paths of yours",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the trace, or write the report; 0.

    Raises:
        SiloError: no editor has kept one, or the report cannot be written.
    """
    from silo_core.ports.installation import data_folder
    from silo_core.ports.settings import Settings
    from silo_core.surfaces.cli.plugins_doctor import findings
    from silo_core.surfaces.report import calls_table, report, write
    from silo_core.workbench.tracing import newest

    kept = newest(data_folder())
    if args.report is not None:
        write(args.report, report(Settings(), findings(), kept))
        print(f"{args.report} is the report; read it before you send it.")
        return 0
    if kept is None:
        raise SiloError("No editor has kept a trace yet; end yours once, and ask again.")
    if args.json:
        print(json.dumps(kept, indent=2))
        return 0
    calls = [call for call in kept["calls"] if call["outcome"] or not args.problems]
    print("\n".join(calls_table(calls[-(number("--last", args.last, "calls") or DEFAULT) :])))
    return 0
