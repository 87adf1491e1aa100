"""What a mark says in words: for tooltips, and for those who hear the tree instead of seeing it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from silo_core.model.language import translate
from silo_core.model.session import EditSession
from silo_core.rules.marks import Mark
from silo_core.rules.presence import Dot
from silo_core.surfaces.qt.moments import since

MOST = 6
"""People who are named; of more, it is said how many they are."""


def lines(
    mark: Mark, title: Callable[[str], str], now: datetime, as_of: str = ""
) -> tuple[str, ...]:
    """Who does what, where and since when, a line each. ``title`` names an object by its internal
    name; ``as_of`` says how old all that is, where nobody knows whether it is still true."""
    people = [_session(session, title, now) for session in mark.sessions]
    people += [
        translate("SiloMarks", "{user} has this part open, at {where}").format(
            user=viewer.user, where=viewer.workstation or viewer.workstation_id
        )
        for viewer in mark.viewers
        if viewer.workstation_id not in {session.workstation_id for session in mark.sessions}
    ]
    if len(people) > MOST:
        more = translate("SiloMarks", "and {count} more").format(count=len(people) - MOST)
        people = [*people[:MOST], more]
    if mark.dot is Dot.OTHER_EDITING_THIS and not as_of:
        people.append(translate("SiloMarks", "You cannot edit it at the same time."))
    return (*people, *([as_of] if as_of else []))


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
