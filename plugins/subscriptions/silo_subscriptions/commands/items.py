"""``silo items``: which items there are, and the projects and categories they belong to."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from silo_core.model.errors import SiloError
from silo_core.ports.wire import to_wire
from silo_core.rules.amounts import size
from silo_core.surfaces.cli.server import server
from silo_core.surfaces.cli.terminal import WIDEST, local, number, plain, table_of_pages

if TYPE_CHECKING:
    from silo_core.model.answers import ItemGroup
    from silo_core.model.item import Item
    from silo_core.ports.client import SiloClient

_HEAD = ("PART", "DESCRIPTION", "CATEGORY", "PROJECTS", "REVISION", "NEWEST", "SIZE")
_PAGE = 100
_DEFAULT = "100"


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``items``."""
    parser = subparsers.add_parser(
        "items",
        help="search the items on the server",
        description="List the items whose part number, description or file name has all the words.",
    )
    parser.add_argument("words", nargs="*", metavar="WORD", help="what to look for")
    parser.add_argument("--project", default="", metavar="NAME", help="items of this project only")
    parser.add_argument("--category", default="", metavar="NAME", help="of this category only")
    lists = parser.add_mutually_exclusive_group()
    for kind in ("projects", "categories"):
        lists.add_argument(
            f"--{kind}",
            dest="kind",
            action="store_const",
            const=kind,
            help=f"list the {kind} and how many items each has, in place of the items",
        )
    parser.add_argument(
        "--limit", default=_DEFAULT, metavar="N", help=f"the first N (default: {_DEFAULT})"
    )
    parser.add_argument(
        "--after", default="", metavar="NAME", help="those that come after this one"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON array")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what matches, page by page as it comes; 0.

    Raises:
        SiloError: no server is set, it cannot be asked, or an option makes no sense.
    """
    limit = number("--limit", args.limit, "items") or 0
    if args.kind and (args.project or args.category):
        raise SiloError(f"--{args.kind} lists all of them; leave --project and --category out.")
    with server() as client:
        listing = _groups(client, args) if args.kind else _items(client, args)
        _print(listing, args.after, limit, as_json=args.json)
    return 0


@dataclass(frozen=True, slots=True)
class _Listing:
    """What is listed. ``ask`` answers a page of at most so many after a cursor, and the next cursor."""

    head: tuple[str, ...]
    row: Callable[[Any], tuple[str, ...]]
    none: str
    ask: Callable[[int, str], tuple[Sequence[Any], str | None]]

    def pages(self, cursor: str, left: int) -> Iterator[Sequence[Any]]:
        """Pages of ``left`` in all; where there are more, that is said on standard error."""
        while left > 0:
            found, following = self.ask(min(_PAGE, left), cursor)
            yield found
            left -= len(found)
            if not following or not found:
                return
            cursor = following
        print(f"There are more; go on with --after {plain(cursor)!r}.", file=sys.stderr)


def _items(client: SiloClient, args: argparse.Namespace) -> _Listing:
    def ask(count: int, cursor: str) -> tuple[Sequence[Item], str | None]:
        page = client.list_items(
            " ".join(args.words),
            project=args.project,
            category=args.category,
            limit=count,
            cursor=cursor,
        )
        return page.items, page.next_cursor

    return _Listing(_HEAD, _item_row, "No item matches.", ask)


def _groups(client: SiloClient, args: argparse.Namespace) -> _Listing:
    of_projects = args.kind == "projects"
    call = client.list_projects if of_projects else client.list_categories

    def ask(count: int, cursor: str) -> tuple[Sequence[ItemGroup], str | None]:
        page = call(" ".join(args.words), limit=count, cursor=cursor)
        return page.groups, page.next_cursor

    none = "No project matches." if of_projects else "No category matches."
    return _Listing(("NAME", "ITEMS"), _group_row, none, ask)


def _group_row(group: ItemGroup) -> tuple[str, ...]:
    return group.name, "-" if group.item_count is None else str(group.item_count)


def _item_row(item: Item) -> tuple[str, ...]:
    head = item.head
    when = f"{local(head.created_at)} " if head and head.created_at else ""
    return (
        item.part_number,
        item.description or "-",
        item.category or "-",
        ", ".join(item.projects) or "-",
        f"r{item.revision_number}" if item.revision_number else "-",
        f"{when}by {head.user}" if head else "-",
        size(head.size) if head else "-",
    )


def _print(listing: _Listing, after: str, limit: int, *, as_json: bool) -> None:
    pages = listing.pages(after, limit)
    if as_json:
        print(json.dumps([to_wire(found) for page in pages for found in page], indent=2))
        return
    line = None
    rows = ([listing.row(found) for found in page] for page in pages)
    for line in table_of_pages(listing.head, rows, widest=WIDEST):
        print(line)
    if line is None:
        print(listing.none)
