"""How subscriptions are put into words, for commands and windows alike. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from silo_core.model.language import translate
from silo_core.model.subscription import Policy, SyncPreview, TargetType
from silo_core.rules.amounts import size


def policy(which: Policy, revision: int | None) -> str:
    """``latest``, ``latest released``, ``pinned to revision 3``."""
    if which is Policy.PINNED:
        return translate("SiloSubscriptions", "pinned to revision {revision}").format(
            revision=revision or "?"
        )
    return (
        translate("SiloSubscriptions", "latest released")
        if which is Policy.LATEST_RELEASED
        else translate("SiloSubscriptions", "latest")
    )


def target(kind: TargetType, name: str) -> str:
    """``PRT-100``, ``the project Crane``."""
    if kind is TargetType.PROJECT:
        return translate("SiloSubscriptions", "the project {name}").format(name=name)
    if kind is TargetType.CATEGORY:
        return translate("SiloSubscriptions", "the category {name}").format(name=name)
    return name


def listing(names: Sequence[str]) -> str:
    """The names, or how many there are of what would be too many to read."""
    if len(names) <= 3:
        return ", ".join(names)
    return translate("SiloSubscriptions", "{first} and {count} more").format(
        first=names[0], count=len(names) - 1
    )


def preview(told: SyncPreview) -> str:
    """``3 of 41 files would be updated, 12.4 MB; 2 have no such version yet.``"""
    if not told.items:
        return translate("SiloSubscriptions", "No item belongs to this.")
    if told.updates:
        parts = [translate("SiloSubscriptions", "{updates} of {items} would be updated, {size}")]
    elif told.given_up:
        parts = [
            translate(
                "SiloSubscriptions",
                "{given_up} of {items} would no longer be kept up to date; they stay here",
            )
        ]
    else:
        parts = [translate("SiloSubscriptions", "none of {items} would be updated")]
    if told.updates and told.given_up:
        parts.append(
            translate("SiloSubscriptions", "{given_up} would no longer be kept up to date")
        )
    if count := told.without_content:
        one, many = (
            translate("SiloSubscriptions", "1 has no such version yet"),
            translate("SiloSubscriptions", "{count} have no such version yet"),
        )
        parts.append(one if count == 1 else many.format(count=count))
    if count := told.ruled_elsewhere:
        one, many = (
            translate("SiloSubscriptions", "1 follows another subscription"),
            translate("SiloSubscriptions", "{count} follow another subscription"),
        )
        parts.append(one if count == 1 else many.format(count=count))
    files = (
        translate("SiloSubscriptions", "1 file")
        if told.items == 1
        else translate("SiloSubscriptions", "{count} files").format(count=told.items)
    )
    text = "; ".join(parts).format(
        updates=told.updates, items=files, size=size(told.size), given_up=told.given_up
    )
    return f"{text[0].upper()}{text[1:]}."
