"""``silo watch``: keep the files of subscriptions in step until interrupted."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from silo_core.model.exchange import ActivityEntry


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``watch``."""
    parser = subparsers.add_parser(
        "watch",
        help="keep the files of subscriptions up to date until Ctrl+C",
        description="Fetch what subscriptions bring, as it comes, until Ctrl+C; a connection that is "
        "lost is made again.",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Never returns but by Ctrl+C.

    Raises:
        SiloError: the server cannot be asked, or an editor runs on this workstation.
        KeyboardInterrupt: the user has seen enough.
    """
    from silo_subscriptions.commands import showing
    from silo_subscriptions.commands.working import working

    with working() as at_work:
        at_work.sync.sync_now()
        at_work.until_done()
        told = 0
        if not args.json:
            print(showing.summary(at_work.sync.statuses()), flush=True)
        while True:
            at_work.turn()
            for entry in at_work.host.notices[told:]:
                _tell(entry, as_json=args.json)
            at_work.host.notices.clear()


def _tell(entry: ActivityEntry, *, as_json: bool) -> None:
    from silo_core.ports.wire import format_time
    from silo_core.surfaces.cli.terminal import local, plain

    if as_json:
        told = {
            "at": format_time(entry.at),
            "kind": entry.kind.value,
            "text": entry.text,
            "details": list(entry.details),
            "part_number": entry.part_number,
            "user": entry.user,
        }
        print(json.dumps(told), flush=True)
        return
    print(plain(f"{local(entry.at, seconds=True)}  {entry.text}"), flush=True)
    for line in entry.details:
        print(plain(f"    {line}"), flush=True)
