"""Calls about items, their history and their feature graph."""

from __future__ import annotations

import re
from collections.abc import Iterable

from silo_core.fcstd import MAX_THUMBNAIL, safe_png
from silo_core.model.answers import ItemGroupPage, ItemPage, VersionPage
from silo_core.model.dag import Dag
from silo_core.model.errors import NotFoundError, ProtocolError
from silo_core.model.item import Item, Version
from silo_core.ports.client.base import Calls, members, values_of, version_of
from silo_core.ports.client.extensions import Extensions
from silo_core.ports.wire import from_wire, to_wire

_PATH = re.compile(r"/items/[A-Za-z0-9._~?&=%@+-]+")
"""Of a page: nothing in it leads anywhere else."""


class ItemCalls(Calls):
    """Items, versions, revisions, graphs. All raise ServerError."""

    @property
    def lists_checkpoints(self) -> bool:
        """Whether ``list_versions`` lists more than revisions. Asks the server what it has, unless
        that is known."""
        return self._extensions().lists_checkpoints

    @property
    def checks_bases(self) -> bool:
        """Whether a push from a version that is not the head any more is refused. Asks the server what
        it has, unless that is known."""
        return self._extensions().checks_bases

    @property
    def has_pages(self) -> bool:
        """Whether items have pages for a browser, as far as is known: the server is not asked."""
        return self._info is not None and Extensions(self._info).has_pages

    def page_address(self, part_number: str) -> str:
        """The address of an item's page, for the user's browser. It works for some minutes, and
        without a token: show it to nobody else.

        Raises:
            NotFoundError: the server has none.
            ProtocolError: what it named is no place on itself.
        """
        path = self._extensions().page_path(part_number)
        answer = self._transport.call("GET", *path, concerns=part_number)
        named = members(answer, "a link").get("path")
        if not isinstance(named, str) or not _PATH.fullmatch(named):
            raise ProtocolError("The server sent no link to a page of its own; try again later.")
        return f"{self._transport.address}{named}"

    def list_items(
        self,
        search: str = "",
        *,
        project: str = "",
        category: str = "",
        limit: int | None = None,
        cursor: str | None = None,
    ) -> ItemPage:
        """One page of the items that match; ``cursor`` is the page before's ``next_cursor``."""
        query = {
            "search": search,
            "project": project,
            "category": category,
            "limit": limit,
            "cursor": cursor,
        }
        return from_wire(ItemPage, self._transport.call("GET", "items", query=query))

    def get_item(self, part_number: str) -> Item:
        """The item under a part number."""
        return from_wire(
            Item, self._transport.call("GET", *_item(part_number), concerns=part_number)
        )

    def list_projects(
        self, search: str = "", *, limit: int | None = None, cursor: str | None = None
    ) -> ItemGroupPage:
        """One page of the projects whose names match.

        Raises:
            NotFoundError: the server does not list them.
        """
        return self._groups("projects", search, limit, cursor)

    def list_categories(
        self, search: str = "", *, limit: int | None = None, cursor: str | None = None
    ) -> ItemGroupPage:
        """One page of the categories whose names match.

        Raises:
            NotFoundError: the server does not list them.
        """
        return self._groups("categories", search, limit, cursor)

    def _groups(
        self, kind: str, search: str, limit: int | None, cursor: str | None
    ) -> ItemGroupPage:
        path = self._extensions().group_path(kind)
        query = {"search": search, "limit": limit, "cursor": cursor}
        answer = members(self._transport.call("GET", *path, query=query), f"a list of {kind}")
        return from_wire(ItemGroupPage, {**answer, "groups": answer.get(kind)})

    def get_thumbnail(self, item: Item) -> bytes | None:
        """The picture of an item's newest content as a PNG that is safe to show; None without one.

        It is asked for where this protocol has it, never at whatever address ``thumbnail_url`` names:
        that could be anybody's.
        """
        if item.head is None or not self._extensions().gives_thumbnails:
            return None
        path = (*_item(item.part_number), "thumbnail")
        query = {"version": item.head.id}
        try:
            with self._transport.exchange("GET", *path, query=query) as response:
                return safe_png(self._transport.read(response, MAX_THUMBNAIL))
        except NotFoundError:
            return None

    def create_item(
        self,
        part_number: str,
        *,
        description: str = "",
        item_type: str = "part",
        category: str = "",
        projects: Iterable[str] = (),
        file_name: str = "",
    ) -> Item:
        """Make an item. ConflictError if the part number is taken."""
        body = {
            "part_number": part_number,
            "description": description,
            "item_type": item_type,
            "category": category,
            "projects": list(projects),
            "file_name": file_name,
        }
        answer = self._transport.call("POST", "items", body=body, concerns=part_number)
        return from_wire(Item, answer)

    def list_versions(
        self, part_number: str, *, limit: int | None = None, cursor: str | None = None
    ) -> VersionPage:
        """One page of an item's versions, newest first; on a server without [history], all its
        revisions."""
        path = self._extensions().history_path(part_number)
        query = {"limit": limit, "cursor": cursor}
        answer = self._transport.call("GET", *path, query=query, concerns=part_number)
        if path[-1] == "revisions":
            return VersionPage(_revisions(answer))
        return from_wire(VersionPage, answer)

    def list_revisions(self, part_number: str) -> tuple[Version, ...]:
        """The formal revisions of an item, newest first."""
        answer = self._transport.call("GET", *_item(part_number), "revisions", concerns=part_number)
        return _revisions(answer)

    def create_revision(
        self, part_number: str, workstation_id: str, comment: str, version: str
    ) -> Version:
        """Make the checkpoint of that id the next formal revision."""
        body = {"workstation_id": workstation_id, "comment": comment, "version": version}
        path = (*_item(part_number), "revisions")
        return version_of(self._transport.call("POST", *path, body=body, concerns=part_number))

    def push_dag(self, part_number: str, dag: Dag) -> None:
        """Store the feature graph of the item's newest content."""
        self._transport.send(
            "PUT", *_item(part_number), "dag", body=to_wire(dag), concerns=part_number
        )

    def get_dag(self, part_number: str) -> Dag:
        """The feature graph of the item's newest content."""
        return from_wire(
            Dag, self._transport.call("GET", *_item(part_number), "dag", concerns=part_number)
        )


def _item(part_number: str) -> tuple[str, str]:
    return ("items", part_number)


def _revisions(answer: object) -> tuple[Version, ...]:
    found = [version_of(value) for value in values_of(answer, "revisions")]
    return tuple(sorted(found, key=lambda version: -(version.revision_number or 0)))
