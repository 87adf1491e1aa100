"""Which newer versions an assembly lacks: a pure function of links, copies and what is newest."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from silo_core.model.item import Version, VersionKind
from silo_core.model.sync import Newer

F = TypeVar("F", bound=Hashable)
"""A file, by whatever names it."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What is here of an item: the version that its file is in step with."""

    part_number: str
    base_version: str
    base_revision: int | None = None


def reached(start: F, links: Mapping[F, Collection[F]]) -> frozenset[F]:
    """``start`` and every file that it links to, through others too. Circles are harmless."""
    found, due = {start}, [start]
    while due:
        new = [file for file in links.get(due.pop(), ()) if file not in found]
        found.update(new)
        due += new
    return frozenset(found)


def newer_of(
    start: F,
    links: Mapping[F, Collection[F]],
    copies: Mapping[F, Copy],
    newest: Mapping[str, Version],
    own_workstation: str,
) -> tuple[Newer, ...]:
    """The newer versions that the document in file ``start`` lacks, of itself and of what it uses, each
    once, by part number.

    ``copies`` are the files that belong to an item; any other link, one that leads nowhere among them,
    says nothing. ``newest`` is what the workstation is to have of each item; one that is not named is
    as it should be. What was made here (``own_workstation``) is here, also before that is recorded.
    """
    found = {}
    for file in reached(start, links):
        copy = copies.get(file)
        version = newest.get(copy.part_number) if copy else None
        if copy and version and _is_newer(version, copy, own_workstation):
            found[copy.part_number] = Newer(copy.part_number, version)
    return tuple(found[number] for number in sorted(found))


def _is_newer(version: Version, copy: Copy, own_workstation: str) -> bool:
    if version.id == copy.base_version or version.workstation_id == own_workstation:
        return False
    before, now = copy.base_revision, version.revision_number
    is_older = version.kind is VersionKind.REVISION and None not in (before, now) and now < before  # type: ignore[operator]
    return not is_older  # as a revision that is pinned may be
