"""The built-in conflict rules: the same code decides on the server and warns on a workstation.

Source: the edit-session rules of the wire protocol. One session per (item, level, object): another
is hard. Dependency cones that meet: soft.
"""

from __future__ import annotations

import reprlib
from collections.abc import Iterable, Iterator, Mapping

from silo_core.model.context import Context
from silo_core.model.interference import InterferenceQuery
from silo_core.model.session import EditSession
from silo_core.model.verdict import Judgement, Reason, Verdict

SAME_OBJECT = "same_object"
SHARED_CONE = "shared_cone"

_NAMED_AT_MOST = 5
"""How many shared objects a sentence names before it says "and N more"."""


def judge_builtin(query: InterferenceQuery) -> Judgement:
    """Both built-in rules; no session is reported by more than one of them."""
    return Judgement.combine([Judgement(same_object(query)), Judgement(shared_cone(query))])


def same_object(query: InterferenceQuery) -> tuple[Reason, ...]:
    """Hard: another workstation edits the very object, at the same level."""
    return tuple(
        Reason(Verdict.HARD, SAME_OBJECT, _who(query, session), session)
        for session in _others(query)
        if _is_same(query, session)
    )


def shared_cone(query: InterferenceQuery) -> tuple[Reason, ...]:
    """Soft: something depends on both what another workstation edits and what is asked for.

    A cone always contains its own object, also where it came without it or empty.
    """
    cone = query.cone | {query.object_id}
    reasons = []
    for session in _others(query):
        shared = cone.intersection((session.object_id, *session.dependency_cone))
        if shared and not _is_same(query, session):
            names = tuple(sorted(shared))
            text = f"{_who(query, session)}; {_relation(query, session, names)}"
            reasons.append(Reason(Verdict.SOFT, SHARED_CONE, text, session, names))
    return tuple(reasons)


def reasons_from(answer: object) -> tuple[Reason, ...]:
    """What a rule of a plugin answered, as reasons: None, one Reason or an iterable of them.

    :raises TypeError: the answer, or one of its elements, is anything else; the message shows it.
    """
    if answer is None:
        return ()
    if isinstance(answer, Reason):
        return (_checked(answer),)
    if not isinstance(answer, Iterable) or isinstance(answer, str | bytes | Mapping):
        raise _nonsense(answer)
    return tuple(_checked(element) for element in answer)


def _checked(element: object) -> Reason:
    """A Reason is built without checks; one that cannot be compared or shown stops here."""
    match element:
        case Reason(verdict=Verdict(), text=str()):
            return element
        case Reason():
            raise TypeError(f"a Reason has a Verdict and a text, not {reprlib.repr(element)}")
        case _:
            raise _nonsense(element)


def _nonsense(answer: object) -> TypeError:
    return TypeError(
        "a conflict rule answers None, a Reason or several Reasons, "
        f"not {type(answer).__name__} {reprlib.repr(answer)}"
    )


def _others(query: InterferenceQuery) -> Iterator[EditSession]:
    return (s for s in query.sessions if s.workstation_id != query.workstation_id)


def _is_same(query: InterferenceQuery, session: EditSession) -> bool:
    return (session.context_level, session.object_id) == (query.level, query.object_id)


def _who(query: InterferenceQuery, session: EditSession) -> str:
    label = query.labels.get(session.object_id, "")
    title = Context(session.context_level, session.object_id, label).title
    if session.user == query.user:
        return f"You are editing {title} on {session.workstation} already"
    return f"{session.user} is editing {title} on {session.workstation}"


def _relation(query: InterferenceQuery, session: EditSession, shared: tuple[str, ...]) -> str:
    """Where one of the two objects is itself shared, listing what they share would obscure it."""
    if session.object_id == query.object_id:
        return "it is also what you are about to edit"
    if session.object_id in shared:
        return "it depends on what you are about to edit"
    if query.object_id in shared:
        return "what you are about to edit depends on it"
    return f"it shares {_listed(query, shared)} with what you are about to edit"


def _listed(query: InterferenceQuery, names: tuple[str, ...]) -> str:
    shown, more = names[:_NAMED_AT_MOST], len(names) - _NAMED_AT_MOST
    titles = [Context(query.level, name, query.labels.get(name, "")).title for name in shown]
    if more > 0:
        titles.append(f"{more} more")
    if len(titles) == 1:
        return titles[0]
    return f"{', '.join(titles[:-1])} and {titles[-1]}"
