"""Values that clash, as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from silo_core.fcstd.display import ALL_DIGITS, shown

if TYPE_CHECKING:
    from silo_core.fcstd.contents import Value


def told_of(key: str, *values: Value | None) -> list[str | None]:
    """The values of base, ours and theirs; with all digits where the usual ones are the same."""
    texts = [shown(key, value) for value in values]
    if texts[1] == texts[2]:
        texts = [shown(key, value, ALL_DIGITS) for value in values]
    present = [value is not None for value in values]
    return [
        text if there else ("absent" if place else None)
        for place, (text, there) in enumerate(zip(texts, present, strict=True))
    ]


def entry_of(value: Value | None, key: str) -> str | None:
    """A formula or the content of a cell."""
    for element in value.elements if value else ():
        if element.tag == "Expression" and element.get("path") == key:
            return element.get("expression")
        if element.tag == "Cell" and element.get("address") == key:
            return element.get("content")
    return None
