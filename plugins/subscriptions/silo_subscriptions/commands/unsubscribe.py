"""``silo unsubscribe``: items are kept up to date no longer, and their files stay."""

from __future__ import annotations

import argparse
import json
from contextlib import suppress

from silo_core.model.errors import SiloError
from silo_core.ports.wire import to_wire
from silo_core.surfaces.cli.server import registered, server
from silo_core.surfaces.cli.terminal import plain
from silo_subscriptions import wording
from silo_subscriptions.commands.targets import add_targets, named, of_these


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``unsubscribe``."""
    parser = subparsers.add_parser(
        "unsubscribe",
        help="end subscriptions; the files stay",
        description="End subscriptions of this workstation. Its files stay as they are.",
    )
    add_targets(parser)
    parser.add_argument(
        "--preview", action="store_true", help="only say what that would mean; change nothing"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """End the subscriptions and say which; 0.

    Raises:
        SiloError: there is no such subscription (then none is ended), or the server cannot be asked.
    """
    wanted = named(args)
    with server() as client:
        here = registered(client)
        ended = of_these(client.list_subscriptions(here), wanted)
        if args.preview:
            told = client.preview_sync(here, remove=[one.id for one in ended])
            if told is None:
                raise SiloError("The server does not tell what ending a subscription would mean.")
            print(json.dumps(to_wire(told), indent=2) if args.json else wording.preview(told))
            return 0
        for one in ended:
            client.delete_subscription(one.id)
    if args.json:
        print(json.dumps(to_wire(ended), indent=2))
    else:
        for one in ended:
            what = wording.target(one.target_type, one.target)
            print(plain(f"Not subscribed to {what} any more; its files stay."))
    _let_go()
    return 0


def _let_go() -> None:
    """Forget where the files are now, not at the next sync: who subscribes again before that has the
    files fetched into the workspace that is set then, and not to where they were."""
    from silo_subscriptions.commands.working import compared, is_taken

    with suppress(SiloError):  # they are ended all the same, and the next comparison lets go
        if not is_taken():  # an editor is told by the server, and lets go itself
            compared()
