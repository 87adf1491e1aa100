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
    """``3 of 41 files would be updated, 12.4 MB; 2 have no such version yet.``"""
    if not told.items:
        return say("No item belongs to this.")
    if told.updates:
        parts = [say("{updates} of {items} would be updated, {size}")]
    elif told.given_up:
        parts = [say("{given_up} of {items} would no longer be kept up to date; they stay here")]
    else:
        parts = [say("none of {items} would be updated")]
    if told.updates and told.given_up:
        parts.append(say("{given_up} would no longer be kept up to date"))
    for count, one, many in (
        (told.without_content, "1 has no such version yet", "{count} have no such version yet"),
        (
            told.ruled_elsewhere,
            "1 follows another subscription",
            "{count} follow another subscription",
        ),
    ):
        if count:
            parts.append(say(one if count == 1 else many).format(count=count))
    files = say("1 file") if told.items == 1 else say("{count} files").format(count=told.items)
    text = "; ".join(parts).format(
        updates=told.updates, items=files, size=size(told.size), given_up=told.given_up
    )
    return f"{text[0].upper()}{text[1:]}."
