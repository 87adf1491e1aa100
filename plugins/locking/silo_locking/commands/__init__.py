"""``silo sessions``, ``silo release`` and ``silo explain``, contributed to the ``silo`` command.

Cheap to import: what a command needs is imported when it runs.
"""

from __future__ import annotations

import argparse

from silo_core.surfaces.cli.lazily import lazily

_LEVELS = ("sketch", "partdesign", "assembly")


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the three commands (entry-point group ``silo.commands``)."""
    _add_sessions(subparsers)
    _add_release(subparsers)
    _add_explain(subparsers)


def _add_sessions(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "sessions",
        help="show who edits what",
        description="Show who edits which object of which part, where, and since when.",
    )
    parser.add_argument("part_number", nargs="?", metavar="PN", help="of this part only")
    parser.add_argument(
        "--watch", action="store_true", help="then print each change as it happens, until Ctrl+C"
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="print one JSON array; with --watch, one JSON object a line",
    )
    parser.set_defaults(run=lazily("silo_locking.commands.sessions"))


def _add_release(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "release",
        help="end edit sessions",
        description="End your own edit sessions, or, as an administrator, somebody else's.",
    )
    parser.add_argument("part_number", nargs="?", metavar="PN", help="those on this part")
    parser.add_argument("object_id", nargs="?", metavar="OBJECT", help="the one on this object")
    parser.add_argument("--all", action="store_true", help="all of yours, on whatever part")
    parser.add_argument(
        "--force", action="store_true", help="somebody else's (administrators; needs --reason)"
    )
    parser.add_argument(
        "--reason", default="", metavar="TEXT", help="what the holder and the audit record are told"
    )
    parser.set_defaults(run=lazily("silo_locking.commands.release"))


def _add_explain(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "explain",
        help="show whether you may edit an object, and why",
        description="Ask all conflict rules, on the server and here, and show what each answers.",
    )
    parser.add_argument("part_number", metavar="PN")
    parser.add_argument("object_id", metavar="OBJECT", help="internal name or label")
    parser.add_argument("--level", choices=_LEVELS, help="default: what the object is")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=lazily("silo_locking.commands.explain"))
