"""Questions to the graph of what is built from what."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def reached(start: Iterable[str], ways: Mapping[str, Iterable[str]]) -> set[str]:
    """``start``, and all that it leads to."""
    found: set[str] = set()
    ahead = list(start)
    while ahead:
        one = ahead.pop()
        if one not in found:
            found.add(one)
            ahead.extend(ways.get(one, ()))
    return found


def users_of(uses: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    """The graph the other way round."""
    users: dict[str, set[str]] = {}
    for name, found in uses.items():
        for used in found:
            users.setdefault(used, set()).add(name)
    return users


def on_cycles(uses: Mapping[str, Iterable[str]]) -> set[str]:
    """The objects on cycles, or between two of them: those left when, again and again, those that use
    nothing that is left, and those that nothing uses, are taken away."""
    return set(_without_ends(users_of(_without_ends(uses))))


def _without_ends(ways: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    """What is left without those that lead nowhere."""
    left = {name: {to for to in found if to in ways} for name, found in ways.items()}
    back = users_of(left)
    ends = [name for name, found in left.items() if not found]
    while ends:
        end = ends.pop()
        del left[end]
        for name in back.get(end, ()):
            left[name].discard(end)
            if not left[name]:
                ends.append(name)
    return left
