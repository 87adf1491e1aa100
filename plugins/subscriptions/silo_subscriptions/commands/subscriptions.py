"""``silo subscriptions``: what this workstation is subscribed to."""

from __future__ import annotations

import argparse
import json

from silo_core.ports.wire import to_wire
from silo_core.surfaces.cli.server import registered, server
from silo_core.surfaces.cli.terminal import WIDEST, local, table
from silo_subscriptions import wording

_HEAD = ("TO", "KIND", "POLICY", "STATE", "SINCE")


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``subscriptions``."""
    parser = subparsers.add_parser(
        "subscriptions",
        help="list what this workstation is subscribed to",
        description="List the items, projects and categories that this workstation is subscribed to.",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON array")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the subscriptions; 0.

    Raises:
        SiloError: no server is set, or it cannot be asked.
    """
    with server() as client:
        found = client.list_subscriptions(registered(client))
    if args.json:
        print(json.dumps(to_wire(found), indent=2))
    elif not found:
        print("This workstation is subscribed to nothing; `silo subscribe` subscribes it.")
    else:
        rows = [
            (
                one.target,
                one.target_type.value,
                wording.policy(one.policy, one.revision),
                "paused" if one.paused else "active",
                local(one.created_at),
            )
            for one in sorted(found, key=lambda one: (one.target_type, one.target))
        ]
        print("\n".join(table([_HEAD, *rows], widest=WIDEST)))
    return 0
