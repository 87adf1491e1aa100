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
    """The objects on cycles or between them: those left when, again and again, those that use nothing that
    is left, and those that nothing uses, are taken away."""
    left = _without_ends({name: {used for used in found if used in uses} for name, found in uses.items()})
    return set(_without_ends({name: left[name] & left.keys() for name in left}, users_of(left)))


def _without_ends(
    uses: Mapping[str, set[str]], ways: Mapping[str, set[str]] | None = None
) -> dict[str, set[str]]:
    """What is left without those that lead nowhere."""
    ways = uses if ways is None else {name: ways.get(name, set()) & uses.keys() for name in uses}
    back = users_of(ways)
    count = {name: len(ways[name]) for name in uses}
    ready = [name for name, number in count.items() if not number]
    gone = set()
    while ready:
        one = ready.pop()
        gone.add(one)
        for user in back.get(one, ()):
            count[user] -= 1
            if not count[user]:
                ready.append(user)
    return {name: found for name, found in uses.items() if name not in gone}
