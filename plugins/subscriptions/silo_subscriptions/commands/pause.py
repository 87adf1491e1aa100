"""``silo pause`` and ``silo resume``: subscriptions that bring nothing for a while."""

from __future__ import annotations

import argparse
import json
from functools import partial

from silo_core.model.errors import SiloError
from silo_core.ports.wire import to_wire
from silo_core.surfaces.cli.server import registered, server
from silo_core.surfaces.cli.terminal import plain
from silo_subscriptions import wording
from silo_subscriptions.commands.targets import add_targets, named, of_these


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``pause`` and ``resume``."""
    for name, pauses, help_ in (
        ("pause", True, "let subscriptions bring nothing for a while"),
        ("resume", False, "let paused subscriptions bring what is new again"),
    ):
        parser = subparsers.add_parser(
            name,
            help=help_,
            description=f"{name.capitalize()} subscriptions of this workstation.",
        )
        add_targets(parser)
        parser.add_argument("--all", action="store_true", help="all of them")
        parser.add_argument("--json", action="store_true", help="print one JSON array")
        parser.set_defaults(run=partial(run, pauses=pauses))


def run(args: argparse.Namespace, *, pauses: bool) -> int:
    """Pause or resume, and say what; 0.

    Raises:
        SiloError: there is no such subscription (then none is changed), or the server cannot be asked.
    """
    names_some = bool(args.part_numbers or args.project or args.category)
    if args.all and names_some:
        raise SiloError("--all means all of them; name none beside it.")
    wanted = [] if args.all else named(args)
    with server() as client:
        found = client.list_subscriptions(registered(client))
        chosen = list(found) if args.all else of_these(found, wanted)
        done = [
            one if one.paused is pauses else client.update_subscription(one.id, paused=pauses)
            for one in chosen
        ]
    if args.json:
        print(json.dumps(to_wire(done), indent=2))
    elif not done:
        print("This workstation is subscribed to nothing.")
    else:
        verb = "Paused" if pauses else "Active again"
        for one in done:
            print(plain(f"{verb}: {wording.target(one.target_type, one.target)}."))
    return 0
