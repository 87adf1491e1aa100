"""The versions of a part on the server: which there are, and which one a user means."""

from __future__ import annotations

import re
from collections.abc import Iterator

from silo_checkpoint.commands.showing import candidates
from silo_core.model.errors import ProtocolError, SiloError
from silo_core.model.item import PART_NUMBER, Version, VersionKind
from silo_core.ports.client import SiloClient

PAGE = 100
"""Versions that are asked for at a time."""

_HEAD = re.compile(r"head(?:~([0-9]{1,9}))?", re.IGNORECASE)
_REVISION = re.compile(r"r([0-9]{1,18})")


class History:
    """The versions of one part."""

    def __init__(self, client: SiloClient, part_number: str) -> None:
        """Asks the server for the item.

        Raises:
            SiloError: it cannot be a part number.
            ServerError: the server cannot be asked, or does not have the part.
        """
        if not PART_NUMBER.fullmatch(part_number):
            raise SiloError(
                f"{part_number[:80]!r} is no part number; those are a letter or digit, then up to 63 "
                "letters, digits, dots, dashes or underscores."
            )
        self._client = client
        self.part_number = part_number
        item = client.get_item(part_number)
        self.file_name = item.file_name
        self.head = item.head or self._newest()
        """The newest content, None if there is none. A server without [base] does not name it: there
        it is the newest version that is listed."""

    def pages(self, limit: int | None = None) -> Iterator[tuple[Version, ...]]:
        """The newest ``limit`` versions (all without), newest first, as they come.

        Raises:
            ServerError: the server cannot be asked, or its pages go round in circles.
        """
        cursor: str | None = None
        asked: set[str] = set()
        while limit is None or limit > 0:
            size = PAGE if limit is None else min(PAGE, limit)
            page = self._client.list_versions(self.part_number, limit=size, cursor=cursor)
            found = page.versions[:limit]
            yield found
            if limit is not None:
                limit -= len(found)
            cursor = page.next_cursor
            if not cursor:
                return
            if cursor in asked:
                raise ProtocolError(
                    f"The server lists the versions of {self.part_number} in circles; check that its "
                    "version fits this one."
                )
            asked.add(cursor)

    @property
    def emptiness(self) -> str:
        """In a sentence, that there is no version."""
        if self._client.lists_checkpoints:
            return f"{self.part_number} has no version yet."
        return f"{self.part_number} has no revision yet, and its server lists no other versions."

    def is_head(self, version: Version) -> bool:
        """Whether it is the newest content."""
        return self.head is not None and _same(version, self.head)

    def find(self, named: str) -> Version:
        """The version that a user names: an id or its beginning, ``r3``, ``head`` or ``head~2``.

        Raises:
            SiloError: there is none, or there are several.
            ServerError: the server cannot be asked.
        """
        if self.head is None:
            raise SiloError(self.emptiness)
        if back := _HEAD.fullmatch(named):
            return self._behind_head(int(back[1] or 0))
        if revision := _REVISION.fullmatch(named):
            return self._revision(int(revision[1]))
        return self._by_id(named)

    def _newest(self) -> Version | None:
        listed = (version for version in self._all() if _counts(version))
        return next(listed, None)

    def _all(self) -> Iterator[Version]:
        return (version for page in self.pages() for version in page)

    def _behind_head(self, steps: int) -> Version:
        """Versions kept beside the head are no steps."""
        if steps == 0 and self.head:
            return self.head
        behind = -1
        for version in self._all():
            if behind < 0 and self.is_head(version):
                behind = 0
            elif behind >= 0 and _counts(version):
                behind += 1
            if behind == steps:
                return version
        raise SiloError(
            f"{self.part_number} has {_count(max(behind, 0))} before its newest one, "
            f"and no head~{steps}."
        )

    def _revision(self, number: int) -> Version:
        found = (version for version in self._all() if version.revision_number == number)
        version = next(found, None)
        if version is None:
            raise SiloError(f"{self.part_number} has no revision {number}; {self._where_to_look()}")
        return version

    def _by_id(self, named: str) -> Version:
        found = []
        for version in self._all():
            if version.id == named:
                return version
            if named and version.id.startswith(named):
                found.append(version)
        if not found:
            raise SiloError(
                f"{self.part_number} has no version {named[:80]!r}; {self._where_to_look()}"
            )
        if len(found) > 1:
            raise SiloError(
                f"{named} begins {len(found)} versions of {self.part_number}; type more of the one "
                f"you mean: {candidates(found)}."
            )
        return found[0]

    def _where_to_look(self) -> str:
        if self._client.lists_checkpoints:
            return f"see `silo history {self.part_number}`."
        return "its server lists revisions only."


def _counts(version: Version) -> bool:
    return version.kind is not VersionKind.RESCUE


def _same(one: Version, other: Version) -> bool:
    """A server that lists revisions only may give them no ids of their own."""
    number = one.revision_number
    return one.id == other.id or (number is not None and number == other.revision_number)


def _count(number: int) -> str:
    return {0: "no version", 1: "1 version"}.get(number, f"{number} versions")
