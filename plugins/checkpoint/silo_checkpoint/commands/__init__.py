"""The commands ``history``, ``restore``, ``commit``, ``new`` and ``outbox``, contributed to ``silo``.

Cheap to import: what a command needs is imported when it runs.
"""

from __future__ import annotations

import argparse

from silo_core.surfaces.cli.lazily import lazily

_VERSION = "an id of `silo history`, or its beginning; a revision, as r3; head, or head~2"


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the commands (entry-point group ``silo.commands``)."""
    _add_history(subparsers)
    _add_restore(subparsers)
    _add_commit(subparsers)
    _add_new(subparsers)
    _add_outbox(subparsers)


def _add_history(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "history",
        help="show the versions of a part",
        description="Show the versions of a part, newest first: who made them, when, and what changed.",
    )
    parser.add_argument("part_number", metavar="PN")
    parser.add_argument("--limit", metavar="N", help="the newest N only")
    parser.add_argument("--json", action="store_true", help="print one JSON array")
    parser.set_defaults(run=lazily("silo_checkpoint.commands.history"))


def _add_restore(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "restore",
        help="get back an older version of a part",
        description="Make an older version the newest one again, by a new checkpoint with its "
        "content; or, with -o, only write its file.",
    )
    parser.add_argument("part_number", metavar="PN")
    parser.add_argument("version", metavar="VERSION", help=_VERSION)
    parser.add_argument("-o", "--output", metavar="FILE", help="only write its content to FILE")
    parser.add_argument("--force", action="store_true", help="with -o: replace FILE if it exists")
    parser.add_argument(
        "--anyway", action="store_true", help="even if somebody is editing the part just now"
    )
    parser.set_defaults(run=lazily("silo_checkpoint.commands.restore"))


def _add_commit(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "commit",
        help="make a checkpoint the next formal revision",
        description="Make the newest checkpoint of a part, or another one, its next formal revision.",
    )
    parser.add_argument("part_number", metavar="PN")
    parser.add_argument(
        "-m", "--message", required=True, metavar="TEXT", help="what the revision is for"
    )
    parser.add_argument("--version", default="head", metavar="VERSION", help=_VERSION)
    parser.set_defaults(run=lazily("silo_checkpoint.commands.commit"))


def _add_new(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "new",
        help="put a file on the server as a new item",
        description="Make a new item of a file: its content becomes the item's first revision.",
    )
    parser.add_argument("file", metavar="FILE")
    parser.add_argument(
        "part_number", nargs="?", metavar="PN", help="default: the number inside a part file"
    )
    parser.add_argument("--description", default="", metavar="TEXT")
    parser.add_argument("--type", default="part", metavar="TYPE", help="default: part")
    parser.add_argument("--category", default="", metavar="CATEGORY")
    parser.add_argument(
        "--project", action="append", default=[], metavar="PROJECT", help="may be repeated"
    )
    parser.add_argument("-m", "--message", default="First version", metavar="TEXT")
    parser.set_defaults(run=lazily("silo_checkpoint.commands.new"))


def _add_outbox(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "outbox",
        help="show, hold and resume checkpoints that are not on the server yet",
        description="Show the checkpoints that wait on this workstation. A cancelled one stays here, "
        "held, until it is resumed; its edit sessions end.",
    )
    parser.add_argument("action", nargs="?", choices=("list", "cancel", "resume"), default="list")
    parser.add_argument("job", nargs="?", metavar="ID", help="which one; its beginning will do")
    parser.add_argument("--json", action="store_true", help="list as one JSON array")
    parser.set_defaults(run=lazily("silo_checkpoint.commands.outbox"))
