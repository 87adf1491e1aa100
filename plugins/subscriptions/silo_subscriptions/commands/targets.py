"""What a command is about: items, projects and categories, any number of them."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence

from silo_core.model.errors import SiloError
from silo_core.model.item import PART_NUMBER
from silo_core.model.subscription import Subscription, TargetType
from silo_subscriptions.wording import target

Target = tuple[TargetType, str]


def add_targets(parser: argparse.ArgumentParser) -> None:
    """Part numbers, ``--project`` and ``--category``, each as often as wanted."""
    parser.add_argument("part_numbers", nargs="*", metavar="PN", help="these items")
    for name in ("project", "category"):
        parser.add_argument(
            f"--{name}", action="append", default=[], metavar="NAME", help=f"all items of a {name}"
        )


def named(args: argparse.Namespace) -> list[Target]:
    """What was named, each once.

    Raises:
        SiloError: nothing, or what cannot be a part number.
    """
    found = [
        *((TargetType.ITEM, number) for number in args.part_numbers),
        *((TargetType.PROJECT, name) for name in args.project),
        *((TargetType.CATEGORY, name) for name in args.category),
    ]
    if not found:
        raise SiloError("Name at least one part number, --project or --category.")
    for kind, name in found:
        if kind is TargetType.ITEM and not PART_NUMBER.fullmatch(name):
            raise SiloError(f"{name[:80]!r} is no part number; `silo items` lists those there are.")
        if not name.strip():
            raise SiloError(f"--{kind} is empty; name one, see `silo items --{_PLURALS[kind]}`.")
    return list(dict.fromkeys(found))


def of_these(subscriptions: Iterable[Subscription], wanted: Sequence[Target]) -> list[Subscription]:
    """The subscriptions to these targets, in their order.

    Raises:
        SiloError: there is none to one of them.
    """
    known = {(found.target_type, found.target): found for found in subscriptions}
    for one in wanted:
        if one not in known:
            raise SiloError(
                f"This workstation is not subscribed to {target(*one)}; `silo subscriptions` lists "
                "what it is subscribed to."
            )
    return [known[one] for one in wanted]


_PLURALS = {
    TargetType.ITEM: "items",
    TargetType.PROJECT: "projects",
    TargetType.CATEGORY: "categories",
}
