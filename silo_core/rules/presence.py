"""Who edits and who views what: a pure fold over session listings and the server's events.

A log may be replayed after a reconnect, so events can come twice, late, or after a listing that
already knows better. Session ids are never reused; a session seen to end is therefore remembered
(:attr:`Presence.ended`) and nothing brings it back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from types import MappingProxyType
from typing import TypeVar

from silo_core.model.event import Event
from silo_core.model.session import EditSession
from silo_core.rules.wire import edit_session_from_wire

MAX_ENDED = 1024
"""How many ended sessions are remembered: more than a replay is likely to repeat out of order."""

_V = TypeVar("_V", bound=Collection[object])


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who has an item open; ``workstation`` is the machine's name for people."""

    user: str
    workstation_id: str
    workstation: str = ""


class Dot(Enum):
    """The mark of an object in a tree; where several apply, the first one is shown."""

    OTHER_EDITING_THIS = "other_editing_this"
    EDITING_WITHIN = "editing_within"
    VIEWING = "viewing"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Presence:
    """What is known of a team's presence. Never changed in place: every step is a new value.

    ``sessions`` by part number, then session id; ``viewing`` by part number; ``ended`` the ids of
    the sessions that ended last, oldest first. Parts with nobody on them have no entry.
    """

    sessions: Mapping[str, Mapping[str, EditSession]] = field(default_factory=dict)
    viewing: Mapping[str, frozenset[Viewer]] = field(default_factory=dict)
    ended: tuple[str, ...] = ()

    def sessions_on(self, part_number: str) -> tuple[EditSession, ...]:
        """All known edit sessions on a part, oldest first."""
        found = self.sessions.get(part_number, {}).values()
        return tuple(sorted(found, key=lambda session: (session.acquired_at, session.id)))

    def sessions_of_others(self, part_number: str, workstation_id: str) -> tuple[EditSession, ...]:
        """Those of other workstations; another one of the same user is another."""
        return tuple(
            session
            for session in self.sessions_on(part_number)
            if session.workstation_id != workstation_id
        )

    def editors(self, part_number: str) -> tuple[str, ...]:
        """The users who edit something of a part, sorted, each once."""
        return tuple(sorted({session.user for session in self.sessions_on(part_number)}))

    def dot(
        self,
        part_number: str,
        object_id: str,
        own_workstation: str,
        content: Collection[str] = (),
    ) -> Dot:
        """The mark of an object: what others do to it, to its ``content`` (the internal names of
        the objects inside a container), or, short of that, to the part as viewers."""
        edited = {s.object_id for s in self.sessions_of_others(part_number, own_workstation)}
        if object_id in edited:
            return Dot.OTHER_EDITING_THIS
        if not edited.isdisjoint(content):
            return Dot.EDITING_WITHIN
        return Dot.VIEWING if self.other_viewers(part_number, own_workstation) else Dot.NONE

    def other_viewers(self, part_number: str, workstation_id: str) -> tuple[Viewer, ...]:
        """Who else has a part open, by name."""
        viewers = self.viewing.get(part_number, frozenset())
        others = (viewer for viewer in viewers if viewer.workstation_id != workstation_id)
        return tuple(sorted(others, key=lambda viewer: (viewer.user, viewer.workstation_id)))

    def parts(self) -> frozenset[str]:
        """The parts that somebody edits or has open."""
        return frozenset(self.sessions) | frozenset(self.viewing)


def with_sessions(
    presence: Presence,
    part_number: str,
    sessions: Iterable[EditSession],
    asked: Presence | None = None,
    viewers: Iterable[Viewer] | None = None,
) -> Presence:
    """``presence`` with a part's sessions, and its viewers where they are known, replaced by a listing
    from the server.

    ``asked`` is the presence from when the listing was asked for: sessions that events have
    brought since then are newer than the listing and stay, as do viewers that have changed since.
    Sessions already seen to end are left out, as are those of other parts.
    """
    known = presence.sessions.get(part_number, {})
    before = (asked or presence).sessions.get(part_number, {})
    newer = {id_: session for id_, session in known.items() if id_ not in before}
    listed = {
        session.id: session
        for session in sessions
        if session.part_number == part_number and session.id not in presence.ended
    }
    viewing = presence.viewing
    if viewers is not None:
        then = (asked or presence).viewing.get(part_number, frozenset())
        now = viewing.get(part_number, frozenset())
        listed_now = (frozenset(viewers) - (then - now)) | (now - then)
        viewing = _put(viewing, part_number, listed_now)
    sessions_now = _put(presence.sessions, part_number, listed | newer)
    return replace(presence, sessions=sessions_now, viewing=viewing)


def differing(before: Presence, after: Presence) -> frozenset[str]:
    """The parts about which the two do not say the same."""
    return frozenset(
        part
        for part in before.parts() | after.parts()
        if _differ(before.sessions.get(part), after.sessions.get(part))
        or _differ(before.viewing.get(part), after.viewing.get(part))
    )


def _differ(before: object, after: object) -> bool:
    return before is not after and before != after  # most are the same object


def with_event(presence: Presence, event: Event) -> Presence:
    """``presence`` after ``event``; unchanged by one that is malformed or of no concern here."""
    step = _STEPS.get(event.type)
    if step is None:
        return presence
    try:
        return step(presence, event)
    except ValueError:  # malformed: one bad event must not end the stream
        return presence


def _acquired(presence: Presence, event: Event) -> Presence:
    session = edit_session_from_wire(event.data)
    if session.id in presence.ended:
        return presence
    on_part = {**presence.sessions.get(session.part_number, {}), session.id: session}
    return replace(presence, sessions=_put(presence.sessions, session.part_number, on_part))


def _released(presence: Presence, event: Event) -> Presence:
    part_number, session_id = _text(event, "part_number"), _text(event, "session_id")
    on_part = dict(presence.sessions.get(part_number, {}))
    on_part.pop(session_id, None)
    sessions = _put(presence.sessions, part_number, on_part)
    return replace(presence, sessions=sessions, ended=_ended(presence, [session_id]))


def _viewing(presence: Presence, event: Event) -> Presence:
    """``viewing`` is all that the workstation has open now."""
    name = event.data.get("workstation")
    viewer = Viewer(
        _text(event, "user"),
        _text(event, "workstation_id"),
        name if isinstance(name, str) else "",
    )
    opened = event.data.get("viewing")
    if not isinstance(opened, tuple) or not all(isinstance(part, str) for part in opened):
        raise ValueError(f"viewing should be a list of part numbers, but is {opened!r}")
    viewing: dict[str, frozenset[Viewer]] = {}
    for part in {*presence.viewing, *opened}:
        known = presence.viewing.get(part, frozenset())
        now = {one for one in known if one.workstation_id != viewer.workstation_id}
        if part in opened:
            now.add(viewer)
        if now:
            viewing[part] = frozenset(now)
    return presence if viewing == presence.viewing else replace(presence, viewing=viewing)


def _deleted(presence: Presence, event: Event) -> Presence:
    part_number = _text(event, "part_number")
    return Presence(
        sessions=_put(presence.sessions, part_number, {}),
        viewing=_put(presence.viewing, part_number, frozenset()),
        ended=_ended(presence, presence.sessions.get(part_number, {})),
    )


_STEPS: Mapping[str, Callable[[Presence, Event], Presence]] = MappingProxyType(
    {
        "edit.session_acquired": _acquired,
        "edit.session_released": _released,
        "edit.force_released": _released,
        "presence.viewing": _viewing,
        "item.deleted": _deleted,
    }
)


def _put(whole: Mapping[str, _V], part_number: str, value: _V) -> dict[str, _V]:
    """``whole`` with one part's value replaced; an empty one is left out."""
    rest = {key: kept for key, kept in whole.items() if key != part_number}
    return {**rest, part_number: value} if value else rest


def _ended(presence: Presence, session_ids: Iterable[str]) -> tuple[str, ...]:
    fresh = [id_ for id_ in session_ids if id_ not in presence.ended]
    return (*presence.ended, *fresh)[-MAX_ENDED:]


def _text(event: Event, member: str) -> str:
    value = event.data.get(member)
    if not isinstance(value, str) or not value:
        raise ValueError(f"{member} should be a text, but is {value!r}")
    return value
