"""``silo sync``: bring what this workstation is subscribed to up to date, once."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from silo_core.model.sync import ItemStatus, SyncChoice, SyncState

if TYPE_CHECKING:
    from silo_subscriptions.backups import Backup
    from silo_subscriptions.facade import Sync

DONE, LEFT = 0, 1
"""Exit statuses; 2 is trouble."""
_LEFT = (SyncState.CONFLICT, SyncState.FAILED, SyncState.PENDING)


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``sync``."""
    parser = subparsers.add_parser(
        "sync",
        help="bring the files of subscriptions up to date, once",
        description="Fetch what subscriptions bring, once, as Sync Now does in an editor. The exit "
        "status is 1 if files are left that were changed here, too, or could not be fetched.",
    )
    parser.add_argument(
        "--overwrite",
        action="store_true",
        help="take the newer version where a file was changed here; what it held is kept for 30 days "
        "(silo recover)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Sync, and say what is left.

    Raises:
        SiloError: the server cannot be asked, or an editor runs on this workstation.
    """
    from silo_core.surfaces.cli.terminal import plain
    from silo_subscriptions.commands import recover, showing
    from silo_subscriptions.commands.working import working

    before = {backup.id for backup in recover.kept()}
    with working() as at_work:
        bar = showing.Bar(at_work.sync)
        try:
            at_work.sync.sync_now()
            at_work.until_done()
            if args.overwrite and _overwrite(at_work.sync):
                at_work.until_done()
        finally:
            bar.clear()
        statuses = at_work.sync.statuses()
    replaced = [backup for backup in recover.kept() if backup.id not in before]
    left = [status for status in statuses if status.state in _LEFT]
    if args.json:
        rows = [showing.row(status) for status in statuses]
        told = {
            "items": rows,
            "counts": showing.counts(statuses),
            "replaced": [recover.row(backup) for backup in replaced],
        }
        print(json.dumps(told, indent=2))
    else:
        for backup in replaced:
            print(plain(_replaced(backup)))
        for line in showing.listing(status for status in statuses if _is_notable(status)):
            print(plain(line))
        print(plain(showing.summary(statuses)))
    return LEFT if left else DONE


def _replaced(backup: Backup) -> str:
    return (
        f"Replaced: {backup.original} ({backup.part_number}); `silo recover {backup.id}` writes what it "
        "held to a file."
    )


def _overwrite(sync: Sync) -> bool:
    found = [one for one in sync.statuses() if SyncChoice.OVERWRITE in one.choices]
    for status in found:
        sync.resolve(status.part_number, SyncChoice.OVERWRITE)
    return bool(found)


def _is_notable(status: ItemStatus) -> bool:
    from silo_subscriptions.commands.showing import is_settled

    return status.state is not SyncState.PAUSED and not is_settled(status)
