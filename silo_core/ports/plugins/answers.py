"""What the hooks of each kind answer: what counts as an answer, and what a failure counts as."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TypeVar

from silo_core.model.exchange import MergeResult
from silo_core.model.setting import Setting
from silo_core.model.verdict import Judgement, Reason, Verdict
from silo_core.model.window import Window
from silo_core.rules.interference import NonsenseError, reasons_from

T = TypeVar("T")


class Kind(StrEnum):
    """How the answers of several implementations become one; see ``silo_core.hookspecs``."""

    GATE = "gate"
    COLLECTOR = "collector"
    FIRST = "first"
    OBSERVER = "observer"


@dataclass(frozen=True, slots=True)
class Answers:
    """``check`` turns what an implementation returned into an answer and raises NonsenseError where
    it is none; ``failed`` is the answer of a plugin (by name) that failed (how)."""

    kind: Kind
    check: Callable[[object], object]
    failed: Callable[[str, str], object]


def settings_from(answer: object) -> tuple[Setting, ...]:
    """The settings a plugin declares: several, one, or None.

    Raises:
        NonsenseError: they are no settings.
    """
    return _several("silo_settings", Setting, answer)


def answers_of(hook: str) -> Answers:
    """How the answers of this hook are treated."""
    return _ANSWERS.get(hook, _OBSERVER)


def answered(function: Callable[..., object], answers: Answers, args: tuple[object, ...]) -> object:
    """What ``function`` answers, checked.

    Raises:
        NonsenseError: it is no answer of the hook.
        BaseException: whatever the function raises, or reading what it returned.
    """
    return checked(function(*args), answers)


def checked(answer: object, answers: Answers) -> object:
    """What an implementation returned, as an answer of its hook.

    Raises:
        NonsenseError: it is none.
        BaseException: whatever reading it raises.
    """
    if hasattr(type(answer), "__await__"):
        close = getattr(answer, "close", None)
        if callable(close):
            close()  # else Python warns that it was never awaited
        raise NonsenseError("it answered with an awaitable, but nobody awaits it")
    return answers.check(answer)


def _judgement_from(answer: object) -> Judgement | None:
    if answer is None:
        return None
    if not isinstance(answer, Judgement):
        raise NonsenseError(f"silo_context_enter answers a Judgement, not {type(answer).__name__}")
    return Judgement(reasons_from(answer.reasons))


def _true_from(hook: str, answer: object) -> bool | None:
    if answer is not None and not isinstance(answer, bool):
        raise NonsenseError(f"{hook} answers True or None, not {type(answer).__name__}")
    return answer or None


def _text_from(hook: str, answer: object) -> str | None:
    if answer is not None and not isinstance(answer, str):
        raise NonsenseError(f"{hook} answers a text or None, not {type(answer).__name__}")
    return answer


def _several(hook: str, kind: type[T], answer: object) -> tuple[T, ...]:
    if answer is None:
        return ()
    several = tuple(answer) if isinstance(answer, Iterable) else (answer,)
    for one in several:
        if not isinstance(one, kind):
            raise NonsenseError(f"{hook} answers {kind.__name__}s, not {type(one).__name__}")
    return several


def _merged_from(answer: object) -> MergeResult | None:
    if answer is not None and not isinstance(answer, MergeResult):
        raise NonsenseError(f"silo_merge answers a MergeResult, not {type(answer).__name__}")
    return answer


def _nothing(*_: object) -> None:
    """Observers have no answer, and neither has their failure."""


def _soft(plugin: str, how: str) -> Reason:
    """A broken gate neither lets a conflict through silently nor stops a team from working.

    The text reaches other users too, so it names the plugin and not the details of the failure.
    """
    text = f'Plugin "{plugin}" {how} and could not say whether this may be edited.'
    return Reason(Verdict.SOFT, plugin, text)


_OBSERVER = Answers(Kind.OBSERVER, _nothing, _nothing)
_ANSWERS: Mapping[str, Answers] = {
    "silo_settings": Answers(Kind.COLLECTOR, settings_from, _nothing),
    "silo_windows": Answers(Kind.COLLECTOR, partial(_several, "silo_windows", Window), _nothing),
    "silo_context_enter": Answers(
        Kind.GATE, _judgement_from, lambda plugin, how: Judgement((_soft(plugin, how),))
    ),
    "silo_interference": Answers(
        Kind.GATE, reasons_from, lambda plugin, how: (_soft(plugin, how),)
    ),
    "silo_merge": Answers(Kind.FIRST, _merged_from, _nothing),
    **{
        hook: Answers(Kind.FIRST, partial(_true_from, hook), _nothing)
        for hook in ("silo_context_exit", "silo_update", "silo_cancel_transfer")
    },
    **{
        hook: Answers(Kind.FIRST, partial(_text_from, hook), _nothing)
        for hook in ("silo_act", "silo_action_problem")
    },
}
