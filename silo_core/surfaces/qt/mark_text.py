"""What a mark says in words: for tooltips, and for those who hear the tree instead of seeing it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from silo_core.model.item import Version, VersionKind
from silo_core.model.language import translate
from silo_core.model.session import EditSession
from silo_core.model.sync import Newer
from silo_core.rules.marks import Mark
from silo_core.rules.presence import Dot
from silo_core.surfaces.qt.moments import at, since

MOST = 6
"""People who are named, and parts; of more, it is said how many they are."""


def lines(
    mark: Mark, title: Callable[[str], str], now: datetime, as_of: str = "", part_number: str = ""
) -> tuple[str, ...]:
    """Who does what, where and since when, and what is not here yet of it, a line each. ``title`` names
    an object by its internal name; ``as_of`` says how old all that is, where nobody knows whether it is
    still true; ``part_number`` is that of the document."""
    people = [_session(session, title, now) for session in mark.sessions]
    people += [
        translate("SiloMarks", "{user} has this part open, at {where}").format(
            user=viewer.user, where=viewer.workstation or viewer.workstation_id
        )
        for viewer in mark.viewers
        if viewer.workstation_id not in {session.workstation_id for session in mark.sessions}
    ]
    people = _some(people)
    if mark.dot is Dot.OTHER_EDITING_THIS and not as_of:
        people.append(translate("SiloMarks", "You cannot edit it at the same time."))
    newer = _some([_newer(one, one.part_number == part_number, now) for one in mark.newer])
    return (*people, *newer, *([as_of] if as_of else []))


def _some(said: list[str]) -> list[str]:
    if len(said) <= MOST:
        return said
    more = translate("SiloMarks", "and {count} more").format(count=len(said) - MOST)
    return [*said[:MOST], more]


def _newer(newer: Newer, is_own: bool, now: datetime) -> str:
    text = (
        translate("SiloMarks", "Has a newer version ({what}) that you do not have yet")
        if is_own
        else translate("SiloMarks", "Uses {part}, whose newer version ({what}) you do not have yet")
    )
    return text.format(part=newer.part_number, what=_version(newer.version, now))


def _version(version: Version, now: datetime) -> str:
    """``rev 5, by alice, 14:02``."""
    if version.kind is VersionKind.REVISION:
        what = translate("SiloMarks", "rev {number}").format(number=version.revision_number)
    else:
        what = translate("SiloMarks", "a checkpoint")
    by = [translate("SiloMarks", "by {user}").format(user=version.user)] if version.user else []
    return ", ".join([what, *by, *([at(version.created_at, now)] if version.created_at else [])])


def _session(session: EditSession, title: Callable[[str], str], now: datetime) -> str:
    return translate("SiloMarks", "{user} edits {what}, at {where}, {since}").format(
        user=session.user,
        what=title(session.object_id),
        where=session.workstation,
        since=since(session.acquired_at, now),
    )


def stale(age: str) -> str:
    """Why a mark may not be true any more."""
    if not age:
        return translate("SiloMarks", "Not known while offline.")
    return translate("SiloMarks", "As it was {age}; unknown while offline.").format(age=age)
