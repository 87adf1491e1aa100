"""The command ``activity``, contributed to ``silo``. Cheap to import."""

from __future__ import annotations

import argparse

from silo_core.surfaces.cli.lazily import lazily


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command (entry-point group ``silo.commands``)."""
    parser = subparsers.add_parser(
        "activity",
        help="show what happened on this workstation",
        description="Show what happened on this workstation, the newest last: as the pane Silo "
        "Activity does, also without an editor.",
    )
    parser.add_argument("--follow", action="store_true", help="go on until interrupted")
    parser.add_argument(
        "--limit", type=int, default=50, metavar="N", help="the newest N only (default: 50)"
    )
    parser.add_argument("--part", default="", metavar="PN", help="of this part only")
    parser.add_argument("--person", default="", metavar="USER", help="of this person only")
    parser.add_argument("--kind", default="", help="of this kind only, for example handoff")
    parser.add_argument("--unread", action="store_true", help="only what was not read in the pane")
    parser.add_argument(
        "--json", action="store_true", help="print one JSON array; with --follow, an object a line"
    )
    parser.set_defaults(run=lazily("silo_activity.commands.showing"))
