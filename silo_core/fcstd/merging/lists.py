"""Merging what consists of entries: members of groups, formulas of an object, cells of a sheet."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from silo_core.fcstd.merging.slices import slices

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from silo_core.fcstd.contents import Value
    from silo_core.fcstd.merging.slices import Node

KEYS = {"App::PropertyExpressionEngine": ("Expression", "path"),
        "Spreadsheet::PropertySheet": ("Cell", "address")}  # fmt: skip
"""What the entries of such a value are called, and by what they are known."""
GROUP_TYPES = {"App::PropertyLinkList", "App::PropertyLinkListHidden"}


class Undecided(Exception):
    """The entry ``key`` has two values."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def merged_group(
    base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]
) -> list[str] | None:
    """The members of a group, in order; None where both put them into another order. The same
    whichever side is ours."""
    kept = [name for name in base if name in ours and name in theirs]
    orders = [[name for name in side if name in kept] for side in (ours, theirs)]
    reordered = [order for order in orders if order != kept]
    if len(reordered) == 2 and orders[0] != orders[1]:
        return None
    result = list(reordered[0] if reordered else kept)
    for anchor in [*result, None]:
        runs = sorted(_added_behind(anchor, side, base, kept) for side in (ours, theirs))
        at = result.index(anchor) + 1 if anchor is not None else 0
        result[at:at] = chain.from_iterable(runs)
    return list(dict.fromkeys(result))


def _added_behind(
    anchor: str | None, side: Sequence[str], base: Sequence[str], kept: Collection[str]
) -> list[str]:
    """What one side added next behind ``anchor`` (None: before all), in its order: a feature stands
    behind the sketch that it is made of."""
    found, last = [], None
    for name in side:
        if name in kept:
            last = name
        elif name not in base and last == anchor:
            found.append(name)
    return found


def merged_entries(kind: str, base: bytes | None, ours: bytes, theirs: bytes) -> bytes:
    """The property ``ours`` with what ``theirs`` changed entry by entry, as XML.

    Raises:
        Undecided: an entry has two values.
    """
    tag, key = KEYS[kind]
    olds, news, others = (_entries(raw, tag, key) for raw in (base, ours, theirs))
    result = dict(news)
    for name in dict.fromkeys([*olds, *others]):
        old, new, other = olds.get(name), news.get(name), others.get(name)
        if other in (old, new):
            continue
        if new != old:
            raise Undecided(name)
        if other is None:
            result.pop(name, None)
        else:
            result[name] = other
    root = slices(ours, 3)
    holder = root.children[0]
    head = ours[holder.start : holder.head].rstrip(b"/> \r\n\t") + b">"
    for word in (b"count", b"Count"):
        head = _counted(head, word, len(result))
    others_kept = [child for child in holder.children if child.tag != tag]
    inner = b"\n".join(
        [*(ours[c.start : c.end] for c in others_kept), *(result[name] for name in sorted(result))]
    )
    body = b"\n".join([head, inner, b"</%s>" % holder.tag.encode()])
    return ours[root.start : root.head] + b"\n" + body + b"\n</Property>"


def shared_alias(sheet: bytes) -> tuple[str, list[str]] | None:
    """An alias that several cells of a merged sheet have, and their addresses: FreeCAD would give it to
    one of them, and formulas that mean the other would read that one."""
    cells: dict[str, list[str]] = {}
    for child in slices(sheet, 3).children[0].children:
        if alias := child.attributes.get("alias"):
            cells.setdefault(alias, []).append(child.attributes.get("address", ""))
    return next(((alias, found) for alias, found in cells.items() if len(found) > 1), None)


def _entries(raw: bytes | None, tag: str, key: str) -> dict[str, bytes]:
    if raw is None:
        return {}
    root: Node = slices(raw, 3)
    found = root.children[0].children if root.children else []
    return {c.attributes.get(key, ""): raw[c.start : c.end] for c in found if c.tag == tag}


def _counted(head: bytes, word: bytes, count: int) -> bytes:
    before, found, after = head.partition(b" " + word + b'="')
    return before + found + b"%d" % count + after[after.index(b'"') :] if found else head


def names_of(value: Value | None) -> list[str]:
    """The members of a group."""
    return [e.get("value") for e in value.elements if e.tag == "Link"] if value else []
