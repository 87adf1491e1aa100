"""``silo subscribe``: have items, projects or categories kept up to date on this workstation."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from silo_core.model.errors import SiloError
from silo_core.model.item import Item
from silo_core.model.subscription import Policy, Proposal, Subscription, TargetType
from silo_core.ports.wire import to_wire
from silo_core.surfaces.cli.server import registered, server
from silo_core.surfaces.cli.terminal import number, plain
from silo_subscriptions import wording
from silo_subscriptions.commands.targets import add_targets, named
from silo_subscriptions.subscribing import follow

if TYPE_CHECKING:
    from silo_core.ports.client import SiloClient

_POLICIES = {policy.value.replace("_", "-"): policy for policy in Policy}


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``subscribe``."""
    parser = subparsers.add_parser(
        "subscribe",
        help="have items kept up to date on this workstation",
        description="Subscribe this workstation to items, or to all items of a project or category. "
        "What it is subscribed to already gets the policy that is named.",
    )
    add_targets(parser)
    parser.add_argument(
        "--policy",
        choices=_POLICIES,
        help="latest: every checkpoint, working states too (the default); latest-released: the newest "
        "revision; pinned: the one that --revision names",
    )
    parser.add_argument("--revision", metavar="N", help="keep to this revision (pinned)")
    parser.add_argument(
        "--preview", action="store_true", help="only say what that would bring; change nothing"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Subscribe, or say what that would bring; 0.

    Raises:
        SiloError: an option makes no sense, no server is set, or it does not have such an item.
    """
    proposals = _proposals(args)
    with server() as client:
        here = registered(client)
        if args.preview:
            _preview(client, here, proposals, as_json=args.json)
            return 0
        _warn_of_nothing(client, proposals)
        rows = follow(client, here, proposals)
    if args.json:
        told = [{**to_wire(made), "change": change} for change, made in rows]
        print(json.dumps(told, indent=2))
    else:
        for change, made in rows:
            print(plain(_line(change, made)))
    return 0


def _proposals(args: argparse.Namespace) -> list[Proposal]:
    revision = number("--revision", args.revision, "a revision")
    policy = _POLICIES.get(args.policy, Policy.LATEST if revision is None else Policy.PINNED)
    if policy is Policy.PINNED and revision is None:
        raise SiloError("--policy pinned needs the revision to keep to; name it with --revision.")
    if policy is not Policy.PINNED and revision is not None:
        raise SiloError(f"--revision goes with --policy pinned, not {args.policy}; leave one out.")
    return [Proposal(kind, name, policy, revision) for kind, name in named(args)]


def _preview(
    client: SiloClient, here: str, proposals: Sequence[Proposal], *, as_json: bool
) -> None:
    told = client.preview_sync(here, proposals)
    if told is None:
        raise SiloError("The server does not tell what a subscription would bring.")
    print(json.dumps(to_wire(told), indent=2) if as_json else wording.preview(told))


def _warn_of_nothing(client: SiloClient, proposals: Sequence[Proposal]) -> None:
    """Refuse items that are not there before anything is made; a project may get its items later."""
    for proposal in proposals:
        if proposal.target_type is TargetType.ITEM:
            _refuse_revision(client.get_item(proposal.target), proposal.revision)
            continue
        filters = {proposal.target_type.value: proposal.target}
        if not client.list_items(limit=1, **filters).items:
            what = wording.target(proposal.target_type, proposal.target)
            print(plain(f"No item belongs to {what} so far."), file=sys.stderr)


def _refuse_revision(item: Item, revision: int | None) -> None:
    newest = item.revision_number
    if revision is not None and revision > newest:
        known = f"the newest is {newest}" if newest else "it has none so far"
        raise SiloError(f"{item.part_number} has no revision {revision}; {known}.")


def _line(change: str, made: Subscription) -> str:
    what = wording.target(made.target_type, made.target)
    how = wording.policy(made.policy, made.revision)
    said = {
        "made": f"Subscribed to {what}: {how}",
        "changed": f"Changed for {what}: {how}",
        "unchanged": f"Subscribed to {what} already: {how}",
    }[change]
    return f"{said}, paused." if made.paused else f"{said}."
