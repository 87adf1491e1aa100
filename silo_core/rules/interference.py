"""The built-in conflict rules: the same code decides on the server and warns on a workstation.

Source: the edit-session rules of the wire protocol. One session per (item, level, object): another
is hard. Dependency cones that meet: soft. The cones decide; the feature graph, where there is one,
only says why.
"""

from __future__ import annotations

import reprlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from silo_core.model.interference import InterferenceQuery, RuleAnswer
from silo_core.model.session import EditSession
from silo_core.model.verdict import Judgement, Reason, Verdict
from silo_core.rules.why import Explainer, title

SAME_OBJECT = "same_object"
SHARED_CONE = "shared_cone"
BUILT_IN = "silo-core"
"""The distribution that the built-in rules come from."""

_NAMED_AT_MOST = 5
"""How many shared objects a sentence names before it says "and N more"."""

_REASONS_AT_MOST = 1000
"""An answer without an end would fill the memory of whoever reads it."""


class NonsenseError(TypeError):
    """What an implementation answered is no answer of its hook; the text says what came instead."""


def builtin_answers(query: InterferenceQuery) -> tuple[RuleAnswer, RuleAnswer]:
    """Both built-in rules; no session is reported by more than one of them."""
    return (
        RuleAnswer(SAME_OBJECT, BUILT_IN, same_object(query)),
        RuleAnswer(SHARED_CONE, BUILT_IN, shared_cone(query)),
    )


def combined(answers: Iterable[RuleAnswer]) -> Judgement:
    """What all rules say together, strictest first."""
    return Judgement.combine(Judgement(answer.reasons) for answer in answers)


def judge_builtin(query: InterferenceQuery) -> Judgement:
    """What the built-in rules alone say."""
    return combined(builtin_answers(query))


def same_object(query: InterferenceQuery) -> tuple[Reason, ...]:
    """Hard: another workstation edits the very object, at the same level."""
    return tuple(
        Reason(Verdict.HARD, SAME_OBJECT, _who(query, session, "is currently editing"), session)
        for session in _others(query)
        if _is_same(query, session)
    )


def shared_cone(query: InterferenceQuery) -> tuple[Reason, ...]:
    """Soft: something depends on both what another workstation edits and what is asked for.

    A cone always contains its own object, also where it came without it or empty.
    """
    cone = query.cone | {query.object_id}
    explainer: Explainer | None = None  # made for the first conflict, since most queries have none
    reasons = []
    for session in _others(query):
        shared = cone.intersection((session.object_id, *session.dependency_cone))
        if shared and not _is_same(query, session):
            names = tuple(sorted(shared))
            explainer = explainer or Explainer(query)
            why = _relation(query, session, names, explainer)
            text = f"{_who(query, session, 'is editing')}; {why}"
            reasons.append(Reason(Verdict.SOFT, SHARED_CONE, text, session, names))
    return tuple(reasons)


def reasons_from(answer: object) -> tuple[Reason, ...]:
    """What a rule of a plugin answered, as reasons: None, one Reason or an iterable of them.

    :raises NonsenseError: the answer, or one of its elements, is anything else; the message shows it.
    """
    if answer is None:
        return ()
    if isinstance(answer, Reason):
        return (_checked(answer),)
    if not isinstance(answer, Iterable) or isinstance(answer, str | bytes | Mapping):
        raise _nonsense(answer)
    reasons = tuple(_checked(element) for element in islice(answer, _REASONS_AT_MOST + 1))
    if len(reasons) > _REASONS_AT_MOST:
        raise NonsenseError(f"a conflict rule answers at most {_REASONS_AT_MOST} Reasons")
    return reasons


def _checked(element: object) -> Reason:
    """A Reason is built without checks; one that cannot be compared, shown or sent stops here."""
    match element:
        case Reason(verdict=Verdict(), session=EditSession() | None) if _is_sayable(element):
            return element
        case Reason():
            raise NonsenseError(
                "a Reason has a Verdict and a text, a rule by name, an EditSession or None, "
                f"and a tuple of names, not {reprlib.repr(element)}"
            )
        case _:
            raise _nonsense(element)


def _is_sayable(reason: Reason) -> bool:
    names: object = reason.shared_nodes  # whatever a plugin put there
    return isinstance(names, tuple) and all(map(_is_text, (reason.rule, reason.text, *names)))


def _is_text(value: object) -> bool:
    """Half a surrogate pair is in no text that can be sent."""
    return isinstance(value, str) and value == value.encode("utf-8", "ignore").decode("utf-8")


def _nonsense(answer: object) -> NonsenseError:
    return NonsenseError(
        "a conflict rule answers None, a Reason or several Reasons, "
        f"not {type(answer).__name__} {reprlib.repr(answer)}"
    )


def _others(query: InterferenceQuery) -> Iterator[EditSession]:
    return (s for s in query.sessions if s.workstation_id != query.workstation_id)


def _is_same(query: InterferenceQuery, session: EditSession) -> bool:
    return (session.context_level, session.object_id) == (query.level, query.object_id)


def _who(query: InterferenceQuery, session: EditSession, edits: str) -> str:
    name = title(session.object_id, query.labels)
    if session.user == query.user:
        return f"You are editing {name} on {session.workstation} already"
    return f"{session.user} {edits} {name} on {session.workstation}"


def _relation(
    query: InterferenceQuery, session: EditSession, shared: tuple[str, ...], explainer: Explainer
) -> str:
    """By the graph, or by the cones alone where it does not know. Where one of the two objects is
    itself shared, listing what they share would obscure it."""
    if session.object_id == query.object_id:
        return "it is also what you are about to edit"
    if relation := explainer.relation(session):
        return relation
    if session.object_id in shared:
        return "it depends on what you are about to edit"
    if query.object_id in shared:
        return "what you are about to edit depends on it"
    return f"it shares {_listed(query, shared)} with what you are about to edit"


def _listed(query: InterferenceQuery, names: tuple[str, ...]) -> str:
    shown, more = names[:_NAMED_AT_MOST], len(names) - _NAMED_AT_MOST
    titles = [title(name, query.labels) for name in shown]
    if more > 0:
        titles.append(f"{more} more")
    if len(titles) == 1:
        return titles[0]
    return f"{', '.join(titles[:-1])} and {titles[-1]}"
