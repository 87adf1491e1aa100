"""Finds which plugin causes a trouble, by halves."""

from __future__ import annotations

from collections.abc import Callable, Sequence

IsThere = Callable[[frozenset[str]], bool]
"""Whether the trouble is there with only these plugins on."""


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
