"""How subscriptions are put into words, for commands and windows alike. Pure.

``say`` translates a text before anything is put into it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from silo_core.model.subscription import Policy, SyncPreview, TargetType
from silo_core.rules.amounts import size

Say = Callable[[str], str]


def untranslated(text: str) -> str:
    """What the command line says."""
    return text


def policy(which: Policy, revision: int | None, say: Say = untranslated) -> str:
    """``latest``, ``latest released``, ``pinned to revision 3``."""
    if which is Policy.PINNED:
        return say("pinned to revision {revision}").format(revision=revision or "?")
    return say("latest released") if which is Policy.LATEST_RELEASED else say("latest")


def target(kind: TargetType, name: str, say: Say = untranslated) -> str:
    """``PRT-100``, ``the project Crane``."""
    if kind is TargetType.PROJECT:
        return say("the project {name}").format(name=name)
    if kind is TargetType.CATEGORY:
        return say("the category {name}").format(name=name)
    return name


def listing(names: Sequence[str], say: Say = untranslated) -> str:
    """The names, or how many there are of what would be too many to read."""
    if len(names) <= 3:
        return ", ".join(names)
    return say("{first} and {count} more").format(first=names[0], count=len(names) - 1)


def preview(told: SyncPreview, say: Say = untranslated) -> str:
    """``3 of 41 files would be updated, 12.4 MB; 2 have no such version``."""
    if not told.items:
        return say("No item belongs to this.")
    if told.updates:
        first = say("{updates} of {items} files would be updated, {size}")
    elif told.given_up:
        first = say(
            "{given_up} of {items} files would no longer be kept up to date; they stay here"
        )
    else:
        first = say("None of {items} files would be updated")
    parts = [first]
    if told.updates and told.given_up:
        parts.append(say("{given_up} would no longer be kept up to date"))
    if told.without_content:
        parts.append(say("{without_content} have no such version yet"))
    if told.ruled_elsewhere:
        parts.append(say("{ruled_elsewhere} follow another subscription"))
    text = "; ".join(parts).format(
        updates=told.updates,
        items=told.items,
        size=size(told.size),
        given_up=told.given_up,
        without_content=told.without_content,
        ruled_elsewhere=told.ruled_elsewhere,
    )
    return f"{text}."
