"""``silo restore``: an older version again, as a file or as the newest version."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path

from silo_checkpoint.commands.showing import described, short
from silo_checkpoint.commands.transferring import shown
from silo_checkpoint.commands.versions import History
from silo_checkpoint.restoring import edited, is_head_already, push
from silo_core.model.errors import SiloError
from silo_core.model.item import Version
from silo_core.ports.client import SiloClient
from silo_core.ports.connecting import user_of
from silo_core.ports.durable import explaining_write
from silo_core.rules.amounts import size
from silo_core.surfaces.cli.output import is_free, taken
from silo_core.surfaces.cli.server import registered, server
from silo_core.surfaces.cli.terminal import plain

_ANYWAY = (
    "wait until that is done, or restore all the same with --anyway: what is edited then meets the "
    "restored version when it is pushed."
)


def run(args: argparse.Namespace) -> int:
    """Write the version's file, or make its content the newest version, and say so; 0.

    Raises:
        SiloError: there is no such version, or it may not be restored now; nothing has changed then.
    """
    if args.force and args.output is None:
        raise SiloError("--force is for -o FILE; restoring never replaces a version.")
    if args.anyway and args.output is not None:
        raise SiloError("--anyway is for restoring; writing a file with -o disturbs nobody.")
    with server() as client:
        history = History(client, args.part_number)
        version = history.find(args.version)
        if args.output is not None:
            _write(client, history, version, Path(args.output), replace=args.force)
        else:
            _restore(client, history, version, anyway=args.anyway)
    return 0


# -- as a file -------------------------------------------------------------------------------------


def _write(
    client: SiloClient, history: History, version: Version, target: Path, *, replace: bool
) -> None:
    with ExitStack() as undo:
        if not is_free(target):
            if not replace:
                raise taken(target)
        else:
            _reserve(target)
            undo.callback(target.unlink, missing_ok=True)
        with shown(history.part_number, upload=False) as progress:
            client.download_version(history.part_number, version, target, progress=progress)
        undo.pop_all()
    print(
        plain(f"{target} is {described(version)} of {history.part_number} ({size(version.size)}).")
    )


def _reserve(target: Path) -> None:
    """Take the name, so that nothing that comes to be there meanwhile is replaced."""
    with explaining_write(target):
        try:
            target.open("xb").close()
        except FileExistsError:
            raise taken(target) from None


# -- as the newest version -------------------------------------------------------------------------


def _restore(client: SiloClient, history: History, version: Version, *, anyway: bool) -> None:
    number = history.part_number
    if problem := is_head_already(history, version):
        raise SiloError(problem)
    if not anyway and (sessions := client.get_edit_sessions(number)):
        raise SiloError(f"{edited(number, sessions, user_of(client))}; {_ANYWAY}")
    made = push(client, history, version, registered(client), shown)
    print(plain(f"{short(made.id)} is the newest version of {number} now, with {_what(version)}."))
    if not client.checks_bases:
        print(
            "The server does not check what a version was made from; see the history for what others "
            "stored in the same moment.",
            file=sys.stderr,
        )


def _what(version: Version) -> str:
    return f"the content of {described(version)}"
