"""The marks of one document's tree: what others do to each of its rows, and what it lacks of theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from silo_core.model.session import EditSession
from silo_core.model.sync import Newer
from silo_core.rules.presence import Dot, Presence, Viewer

DOCUMENT = ""
"""Stands for the document's own row, where an object has its internal name."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a row is marked with, and because of whom: ``sessions`` of the object itself first, then of
    what is within it, oldest first; ``viewers`` on the document's row only, as ``newer``: the versions
    of itself and of what it uses that are not here yet."""

    dot: Dot
    sessions: tuple[EditSession, ...] = ()
    viewers: tuple[Viewer, ...] = ()
    newer: tuple[Newer, ...] = ()


def marks_of(
    presence: Presence,
    part_number: str,
    own_workstation: str,
    above: Callable[[str], Iterable[str]],
    newer: tuple[Newer, ...] = (),
) -> dict[str, Mark]:
    """The rows of a part's document that have a mark, by internal name.

    ``above`` tells in which other objects of the tree an object stands, at any depth. The document's
    row stands above all of them, and is the only one that is marked for who merely looks on: with
    every row marked, no mark would say anything.
    """
    own: dict[str, list[EditSession]] = {}
    within: dict[str, list[EditSession]] = {}
    for session in presence.sessions_of_others(part_number, own_workstation):
        own.setdefault(session.object_id, []).append(session)
        for name in {DOCUMENT, *above(session.object_id)} - {session.object_id}:
            within.setdefault(name, []).append(session)
    viewers = presence.other_viewers(part_number, own_workstation)
    names = {*own, *within, *([DOCUMENT] if viewers or newer else [])}
    return {
        name: Mark(
            presence.dot(
                part_number,
                name,
                own_workstation,
                [session.object_id for session in within.get(name, ())],
            ),
            (*own.get(name, ()), *within.get(name, ())),
            viewers if name == DOCUMENT else (),
            newer if name == DOCUMENT else (),
        )
        for name in names
    }
