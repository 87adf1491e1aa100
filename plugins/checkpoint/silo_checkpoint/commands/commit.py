"""``silo commit``: a checkpoint becomes the next formal revision."""

from __future__ import annotations

import argparse

from silo_checkpoint.commands.showing import described, short
from silo_checkpoint.commands.versions import History
from silo_core.model.errors import SiloError
from silo_core.model.item import Version, VersionKind
from silo_core.surfaces.cli.server import registered, server
from silo_core.surfaces.cli.terminal import plain


def run(args: argparse.Namespace) -> int:
    """Make the revision and say which it became; 0.

    Raises:
        SiloError: there is no such checkpoint, or the user may not do that.
    """
    message: str = args.message.strip()
    if not message:
        raise SiloError("-m is empty; say what the revision is for.")
    with server() as client:
        history = History(client, args.part_number)
        version = history.find(args.version)
        if problem := why_not(version, history):
            raise SiloError(problem)
        made = client.create_revision(history.part_number, registered(client), message, version.id)
    number = "a revision" if made.revision_number is None else f"revision {made.revision_number}"
    print(plain(f"{history.part_number} {number} is {described(version)}: {message}"))
    return 0


def why_not(version: Version, history: History) -> str:
    """Why it cannot become a revision; empty if it can."""
    if version.kind is VersionKind.REVISION:
        what = "The newest version" if history.is_head(version) else short(version.id)
        return (
            f"{what} of {history.part_number} is revision {version.revision_number} already; "
            "there is nothing to commit."
        )
    if version.kind is VersionKind.RESCUE:
        return (
            f"{short(version.id)} is kept beside the newest version; make it that first, with `silo "
            f"restore {history.part_number} {short(version.id)}`."
        )
    return ""
