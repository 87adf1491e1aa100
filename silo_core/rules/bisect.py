"""Finds which plugin causes a trouble, by halves."""

from __future__ import annotations

from collections.abc import Callable, Sequence

IsThere = Callable[[frozenset[str]], bool]
"""Whether the trouble is there with only these plugins on."""


class _Unanswered(Exception):
    """The question that comes next: only these on."""

    def __init__(self, on: frozenset[str]) -> None:
        super().__init__(on)
        self.on = on


def next_step(names: Sequence[str], answers: Sequence[bool]) -> frozenset[str] | tuple[str, ...]:
    """After these answers, where an editor is started anew for each: the plugins that are to be on for
    the next question, or, once there is none, what :func:`culprits` answers."""
    left = iter(answers)

    def is_there(on: frozenset[str]) -> bool:
        for said in left:
            return said
        raise _Unanswered(on)

    try:
        return culprits(names, is_there)
    except _Unanswered as question:
        return question.on


def culprits(names: Sequence[str], is_there: IsThere) -> tuple[str, ...]:
    """The plugins that the trouble needs, of ``names``: one, usually; several where none of two halves
    alone has it; none where it is there with all of them off, or not there with all of them on.

    Asks about twice the binary logarithm of their number.
    """
    everything = frozenset(names)
    if not names or not is_there(everything) or is_there(frozenset()):
        return ()
    suspects = list(names)
    while len(suspects) > 1:
        middle = len(suspects) // 2
        for half in (suspects[:middle], suspects[middle:]):
            if is_there(frozenset(half)):
                suspects = half
                break
        else:
            return _needed(suspects, is_there)
    return tuple(suspects)


def _needed(suspects: Sequence[str], is_there: IsThere) -> tuple[str, ...]:
    """Those without which it is not there: it takes several together."""
    needed = list(suspects)
    for name in suspects:
        without = [other for other in needed if other != name]
        if is_there(frozenset(without)):
            needed = without
    return tuple(needed)
