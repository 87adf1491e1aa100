"""``silo status``: how the files of subscriptions stand."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from silo_core.model.sync import ItemStatus


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``status``."""
    parser = subparsers.add_parser(
        "status",
        help="show how the files of subscriptions stand",
        description="Show what is pending, deferred, changed here, in conflict or failed of what this "
        "workstation is subscribed to; nothing is fetched. Beside a running editor: as far as that "
        "knows.",
    )
    parser.add_argument("--all", action="store_true", help="also what is up to date")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Show it; 0.

    Raises:
        SiloError: the server cannot be asked, or no server is set.
    """
    from silo_core.surfaces.cli.terminal import plain
    from silo_subscriptions.commands import showing
    from silo_subscriptions.commands.working import compared, is_taken

    statuses = _recorded() if is_taken() else compared()
    if args.json:
        rows = [showing.row(status) for status in statuses]
        print(json.dumps({"items": rows, "counts": showing.counts(statuses)}, indent=2))
        return 0
    shown = [one for one in statuses if args.all or not showing.is_settled(one)]
    for line in showing.listing(shown):
        print(plain(line))
    print(plain(showing.summary(statuses)))
    return 0


def _recorded() -> tuple[ItemStatus, ...]:
    """What a running editor has recorded."""
    from contextlib import closing

    from silo_core.model.sync import ItemStatus, SyncState
    from silo_core.ports.installation import data_folder
    from silo_core.ports.store import Store, store_path
    from silo_core.surfaces.cli.server import read_settings

    path = store_path(data_folder(), read_settings().text("server_url"))
    if not path.exists():
        return ()
    found = []
    with closing(Store.open(path)) as store:
        for item in store.wanted.all():
            tracked = store.tracked.get(item.part_number)
            state = SyncState.SKIPPED if item.skipped else SyncState.PENDING
            if tracked and tracked.base_version == item.version.id:
                state = SyncState.UP_TO_DATE
            found.append(
                ItemStatus(
                    item.part_number,
                    tracked.path if tracked else None,
                    state,
                    item.version,
                    item.is_checkpoint,
                )
            )
    return tuple(found)
